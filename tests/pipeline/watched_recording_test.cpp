#include "pipeline/watched_recording.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "image/image_files.hpp"
#include "image/video_files.hpp"
#include "support/error_text.hpp"
#include "support/temporary_folder.hpp"

namespace calib::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Board kWatchedBoard{&kChessboard, 9, 6, 0.025};

class WatchedFolder : public ::testing::Test {
 protected:
  WatchedRecording recording(double patience_s = 3) const {
    return {{.dataset = {root()}}, kWatchedBoard, {}, {}, patience_s};
  }
  std::string root() const { return folder_.path().string(); }
  std::filesystem::path file(const std::string& name) const { return folder_.path() / name; }

 private:
  TemporaryFolder folder_;
};

std::vector<std::string> paths(const std::vector<WatchedPicture>& pictures) {
  std::vector<std::string> result;
  for (const WatchedPicture& picture : pictures) result.push_back(picture.path);
  return result;
}

cv::Mat gray_picture() { return {60, 80, CV_8U, cv::Scalar(128)}; }

TEST_F(WatchedFolder, GivesEachPictureOnce) {
  WatchedRecording watched = recording();
  EXPECT_THAT(watched.poll(), IsEmpty());
  EXPECT_THAT(watched.problem(), HasSubstr("the folder is empty"));
  put_image(file("cam0/0001.png"), gray_picture());
  put_image(file("cam1/0001.png"), gray_picture());
  EXPECT_THAT(paths(watched.poll()), ElementsAre("cam0/0001.png", "cam1/0001.png"));
  EXPECT_EQ(watched.problem(), "");
  EXPECT_THAT(watched.poll(), IsEmpty());
  put_image(file("cam1/0002.png"), gray_picture());
  EXPECT_THAT(paths(watched.poll()), ElementsAre("cam1/0002.png"));
  const Observations observations = watched.observations();
  ASSERT_EQ(observations.missing.size(), 3U);
  EXPECT_EQ(observations.missing[2].frame, 2);
  EXPECT_EQ(observations.cameras[1].image_size, (ImageSize{80, 60}));
}

TEST_F(WatchedFolder, WaitsForFilesThatAreHalfWritten) {
  WatchedRecording watched = recording();
  const std::string bytes = encode(".png", noise_image(80, 60, CV_8U, 1));
  put(file("cam0/0001.png"), bytes.substr(0, bytes.size() / 2));
  EXPECT_THAT(watched.poll(), IsEmpty());
  EXPECT_EQ(watched.waiting(), 1U);
  put(file("cam0/0001.png"), bytes);
  const std::vector<WatchedPicture> pictures = watched.poll();
  ASSERT_EQ(pictures.size(), 1U);
  EXPECT_FALSE(pictures[0].is_broken);
  EXPECT_EQ(pictures[0].size, (ImageSize{80, 60}));
  EXPECT_EQ(watched.waiting(), 0U);
}

TEST_F(WatchedFolder, TellsFilesThatStayBroken) {
  WatchedRecording watched = recording(0);
  put(file("cam0/0001.png"), "no picture");
  const std::vector<WatchedPicture> pictures = watched.poll();
  ASSERT_EQ(pictures.size(), 1U);
  EXPECT_TRUE(pictures[0].is_broken);
  EXPECT_NE(pictures[0].detection.reason, "");
  EXPECT_THAT(watched.poll(), IsEmpty()) << "it is told once";
}

TEST_F(WatchedFolder, GoesOnWithoutACameraThatStaysEmpty) {
  std::filesystem::create_directories(file("cam1"));
  put_image(file("cam0/0001.png"), gray_picture());
  WatchedRecording watched = recording();
  EXPECT_THAT(paths(watched.poll()), ElementsAre("cam0/0001.png"));
  EXPECT_THAT(watched.empty_folders(), ElementsAre(file("cam1").string()));
  put_image(file("cam1/0001.png"), gray_picture());
  EXPECT_THAT(paths(watched.poll()), ElementsAre("cam1/0001.png"));
  EXPECT_THAT(watched.empty_folders(), IsEmpty());
}

TEST_F(WatchedFolder, TellsPicturesOfAnotherSize) {
  put_image(file("cam0/0001.png"), gray_picture());
  WatchedRecording watched = recording();
  watched.poll();
  put_image(file("cam0/0002.png"), cv::Mat(30, 40, CV_8U, cv::Scalar(128)));
  const std::vector<WatchedPicture> pictures = watched.poll();
  ASSERT_EQ(pictures.size(), 1U);
  EXPECT_TRUE(pictures[0].is_broken);
  EXPECT_THAT(pictures[0].detection.reason, HasSubstr("40x30, expected 80x60"));
}

TEST_F(WatchedFolder, GoesOnWhereAVideoWas) {
  if (!put_video(file("cam0.avi"), 80, 60, 10)) GTEST_SKIP() << "OpenCV cannot write videos";
  WatchedRecording watched = recording();
  // About five frames of each second, which has 25.
  EXPECT_THAT(paths(watched.poll()), ElementsAre("cam0.avi#0", "cam0.avi#5"));
  EXPECT_THAT(watched.poll(), IsEmpty());
  put_video(file("cam0.avi"), 80, 60, 22);
  std::vector<WatchedPicture> pictures;
  // A video is not read again at once.
  for (int tries = 0; tries < 100 && pictures.empty(); ++tries) {
    ::usleep(20'000);
    pictures = watched.poll();
  }
  EXPECT_THAT(paths(pictures), ElementsAre("cam0.avi#10", "cam0.avi#15", "cam0.avi#20"));
}

TEST_F(WatchedFolder, NeedsAFolderThatExists) {
  const RecordingInputs inputs{.dataset = {root() + "/none"}};
  EXPECT_THAT(error_text([&] { WatchedRecording(inputs, kWatchedBoard, {}, {}); }),
              HasSubstr("no such file or folder; make the folder"));
}

}  // namespace
}  // namespace calib::testing
