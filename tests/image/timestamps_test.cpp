#include "image/timestamps.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "image/image_files.hpp"
#include "support/camera_images.hpp"
#include "support/error_text.hpp"
#include "support/temporary_folder.hpp"
#include "video_files.hpp"

namespace calib {
namespace {

using namespace calib::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Timestamps : public ::testing::Test {
 protected:
  void images(const std::vector<std::string>& names) {
    for (const std::string& name : names) put_any_image(folder_.path() / name);
  }
  void csv(const std::string& text, const std::string& name = "timestamps.csv") {
    put(folder_.path() / name, text);
  }
  Dataset discover(const TimeOptions& options = {}) const {
    return discover_dataset({folder_.path().string()}, options);
  }
  std::string failure() const {
    return error_text([&] { discover(); });
  }
  // Two cameras of two images each.
  void two_cameras() { images({"cam_0/1.png", "cam_0/2.png", "cam_1/1.png", "cam_1/2.png"}); }

  TemporaryFolder folder_;
};

std::vector<double> times_of(const DatasetCamera& camera) {
  std::vector<double> times;
  for (const ImageFile& image : camera.images) times.push_back(image.time_s.value());
  return times;
}

TEST_F(Timestamps, LinesOfACameraAreItsFramesInOrder) {
  two_cameras();
  csv("sync_index,cam_id,frame_time\n35,1,25.005\n35,0,25.0\n36,0,25.1\n36,1,25.104\n");
  const Dataset dataset = discover();
  EXPECT_THAT(times_of(dataset.cameras[0]), ElementsAre(0, 0.1));
  EXPECT_THAT(times_of(dataset.cameras[1]), ElementsAre(0.005, 0.104));
  EXPECT_THAT(frames_of(dataset.cameras[1]), ElementsAre(1, 2));
}

TEST_F(Timestamps, NanosecondsKeepAllDigits) {
  images({"cam0/1.png", "cam0/2.png"});
  csv("#timestamp [ns],filename\r\n1403636579763555584,1.png\r\n1403636579813555585,2.png\r\n",
      "cam0/timestamps.csv");
  EXPECT_THAT(times_of(discover().cameras[0]), ElementsAre(0, 0.050000001));
}

TEST_F(Timestamps, FilesAreNamedFromTheFolderOfTheTable) {
  two_cameras();
  csv("#timestamp "
      "[ms],filename\n0,cam_0/1.png\n100,cam_0/2.png\n98,cam_1/1.png\n200,cam_1/2.png\n");
  const Dataset dataset = discover();
  // cam_1 missed the first frame.
  EXPECT_THAT(frames_of(dataset.cameras[1]), ElementsAre(2, 3));
  EXPECT_THAT(frames_of(discover({.sync_tolerance = "0"}).cameras[1]), ElementsAre(1, 2));
}

TEST_F(Timestamps, FramesOfVideosArePaired) {
  for (const char* name : {"cam_0.avi", "cam_1.avi"})
    if (!put_video(folder_.path() / name, 32, 24, 3)) GTEST_SKIP() << "no encoder";
  csv("cam_id,frame_time\n0,7\n0,7.1\n0,7.2\n1,7.104\n1,7.199\n1,7.3\n");
  const Dataset dataset = discover();
  EXPECT_THAT(dataset.cameras[0].video_frames,
              ElementsAre(VideoFrame{0, 0.0}, VideoFrame{1, 0.1}, VideoFrame{2, 0.2}));
  EXPECT_THAT(dataset.cameras[1].video_frames,
              ElementsAre(VideoFrame{1, 0.104}, VideoFrame{2, 0.199}, VideoFrame{3, 0.3}));
  EXPECT_THAT(frame_table(dataset)[1].image, ElementsAre(1, 0));
}

TEST_F(Timestamps, LinesOfCamerasThatWereNotNamedDoNotMatter) {
  two_cameras();
  csv("cam_id,frame_time\n0,7\n0,7.1\n1,7.104\n2,7.15\n1,7.199\n");
  const std::string folder = folder_.path().string();
  const Dataset dataset = discover_dataset({folder + "/cam_1", folder + "/cam_0"});
  EXPECT_THAT(times_of(dataset.cameras[1]), ElementsAre(0.104, 0.199));
  EXPECT_THAT(failure(), HasSubstr("timestamps.csv:5: names the camera '2'"));
}

TEST_F(Timestamps, EvenStepsThatNoFilmHasAreQuestioned) {
  std::vector<std::string> names;
  for (int i = 10; i < 30; ++i) names.push_back(fmt::format("cam_0/{}.png", i));
  images(names);
  const auto table = [&](const std::string& title, int step) {
    std::string text = "cam_id," + title + "\n";
    for (int i = 0; i < 20; ++i) text += fmt::format("0,{}\n", 5000 + step * i + i % 3);
    return text;
  };
  csv(table("frame_time", 33));  // milliseconds
  EXPECT_THAT(failure(), HasSubstr("the images of cam_0 would all be 34 s apart"));
  csv(table("frame_time [s]", 33));
  EXPECT_NO_THROW(discover());
  csv(table("frame_time [ms]", 33));
  EXPECT_NO_THROW(discover());
  csv(table("timestamp [ns]", 33333));  // microseconds
  EXPECT_THAT(failure(), HasSubstr("which is unlikely for a film"));
  csv(table("timestamp [us]", 33333));
  EXPECT_NO_THROW(discover());
}

TEST_F(Timestamps, WrongLinesAreNamed) {
  two_cameras();
  const std::string head = "cam_id,frame_time\n", zero = "0,7\n0,7.1\n", one = "1,7\n1,7.1\n";
  const std::pair<std::string, std::string> cases[] = {
      {head + zero + one + "5,7.2\n",
       "timestamps.csv:6: names the camera '5', expected one of cam_0, cam_1"},
      {head + zero + one + "1,7.2\n",
       "timestamps.csv: has 3 times of camera 'cam_1', which has 2 images: one line is needed for "
       "each"},
      {head + zero + "1,7\n", "has 1 times of camera 'cam_1', which has 2 images"},
      {head + "0,7.1\n0,7\n" + one,
       "timestamps.csv: cam_0/2.png was taken 0.100000 s before cam_0/1.png"},
      {head + "0,7.1\n0,7.1\n" + one, "the times are not in s"},
      {head + zero + "1,7\n1,soon\n", "timestamps.csv:5: found 'soon', expected a time"},
      {head + zero + "1,7\n1\n", "timestamps.csv:5: found 1 values, expected 2"},
      {head + zero + "1,3600\n1,3600.1\n", "the images of cam_0 were taken from 0.000 to 0.100 s"},
      {"cam_id,frame_time [ns]\n" + zero + one,
       "the images of cam_0 would be 0 s apart: the times are not in ns; correct the unit"},
      {"cam_id,frame_time\n0,1403636579763555584\n0,1403636579813555584\n" + one,
       "found '1403636579763555584', expected a time"},
      {"cam_id,frame_time [h]\n" + zero, "timestamps.csv:1: found the unit 'h' of"},
      {"a,b\n1,2\n", "timestamps.csv:1: found the columns a,b; expected the columns cam_id"},
      {head, "timestamps.csv: has no times"},
      {"cam_id,frame_index,frame_time\n0,1,7\n0,2,7.1\n1,1,7\n1,9,7.1\n",
       "timestamps.csv:5: names frame 9, which cam_1 does not have"},
      {"#timestamp [ns],filename\n0,cam_0/1.png\n1,cam_0/7.png\n",
       "timestamps.csv:3: names the image 'cam_0/7.png', which does not exist"},
      {"#timestamp [ns],filename\n0,cam_0/1.png\n1,cam_0/1.png\n",
       "timestamps.csv:3: gives the time of one image of cam_0 a second time"}};
  for (const auto& [text, message] : cases) {
    csv(text);
    EXPECT_THAT(failure(), HasSubstr(message)) << text;
  }
}

TEST_F(Timestamps, AllCamerasOrNoneHaveATable) {
  two_cameras();
  csv("timestamp [s]\n7\n7.1\n", "cam_0/timestamps.csv");
  EXPECT_THAT(failure(), HasSubstr("cam_0 has a timestamps.csv, but cam_1 does not"));
}

}  // namespace
}  // namespace calib
