#include "image/dataset.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include "image_files.hpp"
#include "support/camera_images.hpp"
#include "support/error_text.hpp"
#include "support/temporary_folder.hpp"

namespace calib {
namespace {

namespace fs = std::filesystem;
using namespace calib::testing;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class DiscoverDataset : public ::testing::Test {
 protected:
  void images(const std::vector<std::string>& names) {
    for (const std::string& name : names) put_any_image(root() / name);
  }
  fs::path root() const { return folder_.path(); }
  std::string in(const std::string& name) const { return (root() / name).string(); }

  Dataset discover(const std::vector<std::string>& names) const {
    std::vector<std::string> inputs;
    for (const std::string& name : names) inputs.push_back(in(name));
    return discover_dataset(inputs);
  }
  std::string failure(const std::vector<std::string>& names) const {
    return error_text([&] { discover(names); });
  }

 private:
  TemporaryFolder folder_;
};

std::vector<std::string> names_of(const Dataset& dataset) {
  std::vector<std::string> names;
  for (const DatasetCamera& camera : dataset.cameras) names.push_back(camera.name);
  return names;
}

// Every discovered dataset must have existing files in ascending order of frames.
void expect_sound(const Dataset& dataset) {
  for (const DatasetCamera& camera : dataset.cameras) {
    EXPECT_TRUE(
        std::is_sorted(camera.images.begin(), camera.images.end(),
                       [](const ImageFile& a, const ImageFile& b) { return a.frame < b.frame; }))
        << camera.name;
    for (const ImageFile& image : camera.images)
      EXPECT_TRUE(fs::is_regular_file(resolve(dataset, image.path))) << image.path;
    for (const std::string& video : camera.videos)
      EXPECT_TRUE(fs::is_regular_file(resolve(dataset, video)));
  }
}

TEST_F(DiscoverDataset, OneFolderPerCamera) {
  images({"cam0/0001.png", "cam0/0002.png", "cam1/0001.png", "cam1/0002.png"});
  for (const std::string& input : {root().string(), root().string() + "/"}) {
    const Dataset dataset = discover_dataset({input});
    expect_sound(dataset);
    EXPECT_THAT(names_of(dataset), ElementsAre("cam0", "cam1"));
    EXPECT_THAT(frames_of(dataset.cameras[0]), ElementsAre(1, 2));
    EXPECT_THAT(paths_of(dataset.cameras[1]), ElementsAre("cam1/0001.png", "cam1/0002.png"));
  }
}

TEST_F(DiscoverDataset, Cam10ComesAfterCam2) {
  images({"cam_10/1.png", "cam_2/1.png", "cam_1/1.png"});
  EXPECT_THAT(names_of(discover({""})), ElementsAre("cam_1", "cam_2", "cam_10"));
}

TEST_F(DiscoverDataset, FramesMatchByNumberForAnyPadding) {
  images({"a/1.png", "a/2.png", "a/10.png", "b/img01.png", "b/img02.png", "b/img10.png",
          "c/f_0000000001_c.png", "c/f_0000000010_c.png"});
  const Dataset dataset = discover({""});
  expect_sound(dataset);
  const auto table = frame_table(dataset);
  ASSERT_EQ(table.size(), 3u);
  EXPECT_EQ(table[0].frame, 1);
  EXPECT_THAT(table[0].image, ElementsAre(0, 0, 0));
  EXPECT_EQ(table[1].frame, 2);
  EXPECT_THAT(table[1].image, ElementsAre(1, 1, -1));
  EXPECT_EQ(table[2].frame, 10);
  EXPECT_THAT(table[2].image, ElementsAre(2, 2, 1));
}

TEST_F(DiscoverDataset, TheFrameIsTheRunOfDigitsThatVaries) {
  images({"a/0001_cam0_v2.png", "a/0002_cam0_v2.png", "b/take3_7_of_9.png", "b/take3_8_of_9.png"});
  const Dataset dataset = discover({""});
  EXPECT_THAT(frames_of(dataset.cameras[0]), ElementsAre(1, 2));
  EXPECT_THAT(frames_of(dataset.cameras[1]), ElementsAre(7, 8));
}

TEST_F(DiscoverDataset, IfSeveralRunsVaryTheLastOneIsTheFrame) {
  images({"a/09-59_1.png", "a/10-00_2.png"});
  EXPECT_THAT(frames_of(discover({""}).cameras[0]), ElementsAre(1, 2));
}

TEST_F(DiscoverDataset, EurocFoldersWithNanoseconds) {
  images({"mav0/cam0/data/1403636579763555584.png", "mav0/cam0/data/1403636579813555456.png",
          "mav0/cam1/data/1403636579763555584.png"});
  put(root() / "mav0/cam0/data.csv", "#timestamp");
  put(root() / "mav0/imu0/data.csv", "#timestamp");
  for (const char* input : {"", "mav0"}) {
    const Dataset dataset = discover({input});
    expect_sound(dataset);
    EXPECT_THAT(names_of(dataset), ElementsAre("cam0", "cam1"));
    EXPECT_THAT(frames_of(dataset.cameras[0]),
                ElementsAre(1403636579763555584, 1403636579813555456));
  }
  EXPECT_THAT(names_of(discover({"mav0/cam0", "mav0/cam1"})), ElementsAre("cam0", "cam1"));
  EXPECT_THAT(names_of(discover({"mav0/cam0/data", "mav0/cam1/data"})),
              ElementsAre("cam0", "cam1"));
}

TEST_F(DiscoverDataset, NamesThatAreTimesArePairedIfFewAreEqual) {
  images({"cam0/1403636579763555584.png", "cam0/1403636579863555584.png",
          "cam1/1403636579763855584.png", "cam1/1403636579863155584.png",
          "cam1/1403636579963555584.png"});
  const Dataset dataset = discover({""});
  expect_sound(dataset);
  EXPECT_THAT(frames_of(dataset.cameras[1]),
              ElementsAre(1403636579763555584, 1403636579863555584, 1403636579963555584));
  EXPECT_EQ(dataset.cameras[0].images[1].time_s, 0.1);
  EXPECT_EQ(dataset.cameras[1].images[0].time_s, 0.0003);
  const Dataset by_number = discover_dataset({root().string()}, {.sync_tolerance = "0"});
  EXPECT_THAT(frames_of(by_number.cameras[1]),
              ElementsAre(1403636579763855584, 1403636579863155584, 1403636579963555584));
}

TEST_F(DiscoverDataset, NamesThatAreTimesMayHaveDifferentUnits) {
  images({"a/1403636579.763.png", "a/1403636579.863.png", "b/1403636579763.png",
          "b/1403636579863.png", "c/1403636579_763000000.png", "c/1403636579_863000001.png"});
  const Dataset dataset = discover({""});
  expect_sound(dataset);
  for (const DatasetCamera& camera : dataset.cameras) {
    EXPECT_THAT(frames_of(camera), ElementsAre(1403636579763000000, 1403636579863000000));
    EXPECT_NEAR(camera.images[1].time_s.value(), 0.1, 2e-9);
  }
}

TEST_F(DiscoverDataset, CamerasThatTookTurnsAreNotPaired) {
  images(
      {"a/1403636579763.png", "a/1403636579863.png", "b/1403636999763.png", "b/1403636999863.png"});
  const Dataset dataset = discover({""});
  EXPECT_THAT(frames_of(dataset.cameras[1]), ElementsAre(1403636999763, 1403636999863));
  ASSERT_EQ(dataset.notes.size(), 1u);
  EXPECT_THAT(dataset.notes[0], HasSubstr("the images of a were taken from 0.000 to 0.100 s"));
  EXPECT_THAT(error_text([&] { discover_dataset({root().string()}, {.sync_tolerance = "20ms"}); }),
              HasSubstr("the images of a were taken from"));
}

TEST_F(DiscoverDataset, NumbersOfFramesHaveNoTimes) {
  images({"a/1.png", "a/2.png", "b/1.png", "b/2.png"});
  const Dataset plain = discover({""});
  EXPECT_EQ(plain.cameras[0].images[0].time_s, std::nullopt);
  EXPECT_EQ(plain.frame_rate_hz, std::nullopt);
  EXPECT_EQ(discover_dataset({root().string()}, {.fps = 30}).frame_rate_hz, 30);
  EXPECT_THAT(error_text([&] { discover_dataset({root().string()}, {.sync_tolerance = "20ms"}); }),
              HasSubstr("the time of a/1.png is not known"));
}

TEST_F(DiscoverDataset, QuotedGlobs) {
  images({"left01.jpg", "left02.jpg", "right01.jpg", "right02.jpg"});
  const Dataset dataset = discover({"left*.jpg", "right*.jpg"});
  expect_sound(dataset);
  EXPECT_THAT(names_of(dataset), ElementsAre("left", "right"));
  EXPECT_THAT(paths_of(dataset.cameras[0]), ElementsAre("left01.jpg", "left02.jpg"));
  EXPECT_THAT(frames_of(dataset.cameras[1]), ElementsAre(1, 2));
}

TEST_F(DiscoverDataset, GlobsAreNamedByTheirFixedText) {
  images({"a/left01.png", "b/left01.png", "cam0_1.png", "cam1_1.png", "1_l.png", "1_r.png"});
  EXPECT_THAT(names_of(discover({"a/left0*.png"})), ElementsAre("left"));
  EXPECT_THAT(names_of(discover({"a/left*.png", "b/left*.png"})), ElementsAre("a", "b"));
  EXPECT_THAT(names_of(discover({"a/*.png", "b/*.png"})), ElementsAre("a", "b"));
  EXPECT_THAT(names_of(discover({"cam0_*.png", "cam1_*.png"})), ElementsAre("cam0", "cam1"));
  EXPECT_THAT(names_of(discover({"cam0*.png", "cam1*.png"})), ElementsAre("cam0", "cam1"));
  EXPECT_THAT(names_of(discover({"*_l.png", "*_r.png"})), ElementsAre("l", "r"));
}

TEST_F(DiscoverDataset, AGlobOverFoldersIsOneCameraEach) {
  images({"cam0/1.png", "cam0/2.png", "cam1/1.png"});
  const Dataset dataset = discover({"cam*/*.png"});
  expect_sound(dataset);
  EXPECT_THAT(names_of(dataset), ElementsAre("cam0", "cam1"));
  EXPECT_THAT(paths_of(dataset.cameras[0]), ElementsAre("cam0/1.png", "cam0/2.png"));
  EXPECT_THAT(names_of(discover({"cam*"})), ElementsAre("cam0", "cam1"));
}

TEST_F(DiscoverDataset, NameAndGlob) {
  images({"x/1.png", "y/1.png"});
  const Dataset dataset = discover_dataset({"port=" + in("x/*.png"), "starboard=" + in("y")});
  expect_sound(dataset);
  EXPECT_THAT(names_of(dataset), ElementsAre("port", "starboard"));
  EXPECT_THAT(error_text([&] { discover_dataset({"a=" + in("*/*.png")}); }),
              HasSubstr("found the images of 2 cameras, expected those of one"));
}

TEST_F(DiscoverDataset, AnEqualSignInAFolderNameIsNoCameraName) {
  images({"gain=2/1.png"});
  EXPECT_THAT(names_of(discover({"gain=2/*.png"})), ElementsAre("gain=2"));
}

TEST_F(DiscoverDataset, VideosAreNamedByTheirStem) {
  put(root() / "cam0.mp4", "only the name matters here");
  put(root() / "cam1.MP4", "only the name matters here");
  for (const Dataset& dataset :
       {discover({""}), discover({"cam0.mp4", "cam1.MP4"}), discover({"cam*"})}) {
    expect_sound(dataset);
    EXPECT_THAT(names_of(dataset), ElementsAre("cam0", "cam1"));
    EXPECT_THAT(dataset.cameras[1].videos, ElementsAre("cam1.MP4"));
    EXPECT_TRUE(frame_table(dataset).empty());
  }
}

TEST_F(DiscoverDataset, OneVideoInEachFolder) {
  put(root() / "cam0/video.mp4", "only the name matters here");
  put(root() / "cam1/video.mp4", "only the name matters here");
  EXPECT_THAT(names_of(discover({""})), ElementsAre("cam0", "cam1"));
  EXPECT_THAT(names_of(discover({"cam0/video.mp4", "cam1/video.mp4"})),
              ElementsAre("cam0", "cam1"));
}

TEST_F(DiscoverDataset, AFolderOfImagesIsOneCamera) {
  images({"wide/a_1.png", "wide/a_2.png"});
  const Dataset dataset = discover({"wide"});
  expect_sound(dataset);
  EXPECT_THAT(names_of(dataset), ElementsAre("wide"));
  EXPECT_THAT(paths_of(dataset.cameras[0]), ElementsAre("a_1.png", "a_2.png"));
}

TEST_F(DiscoverDataset, RelativePathsStayRelative) {
  images({"cam0/1.png", "cam1/1.png", "left1.jpg", "right1.jpg"});
  const fs::path before = fs::current_path();
  fs::current_path(root());
  const Dataset globs = discover_dataset({"left*.jpg", "right*.jpg"});
  const Dataset folders = discover_dataset({"cam0/", "./cam1"});
  fs::current_path(root() / "cam0");
  const Dataset beside = discover_dataset({".", "../cam1"});
  expect_sound(beside);
  fs::current_path(before);
  EXPECT_EQ(globs.root, ".");
  EXPECT_EQ(globs.cameras[0].images[0].path, "left1.jpg");
  EXPECT_EQ(resolve(globs, "left1.jpg"), "left1.jpg");
  EXPECT_THAT(names_of(folders), ElementsAre("cam0", "cam1"));
  EXPECT_EQ(folders.cameras[0].images[0].path, "cam0/1.png");
  EXPECT_EQ(folders.cameras[1].images[0].path, "cam1/1.png");
  EXPECT_THAT(names_of(beside), ElementsAre("cam0", "cam1"));
}

TEST_F(DiscoverDataset, OtherFilesHiddenFilesAndFoldersWithoutImagesAreIgnored) {
  images({"cam0/1.png", "cam0/.2.png", ".thumbnails/1.png"});
  put(root() / "cam0/notes.txt", "note");
  put(root() / "logs/run.log", "log");
  put(root() / "readme.md", "note");
  const Dataset dataset = discover({""});
  EXPECT_THAT(names_of(dataset), ElementsAre("cam0"));
  EXPECT_THAT(paths_of(dataset.cameras[0]), ElementsAre("cam0/1.png"));
}

TEST_F(DiscoverDataset, NamesWithoutDigitsMatchByTheirText) {
  images({"a/chair.png", "a/table.png", "b/lamp.png", "b/table.png"});
  const auto table = frame_table(discover({""}));
  ASSERT_EQ(table.size(), 3u);
  EXPECT_THAT(table[0].image, ElementsAre(0, -1));
  EXPECT_THAT(table[1].image, ElementsAre(-1, 0));
  EXPECT_THAT(table[2].image, ElementsAre(1, 1));
}

TEST_F(DiscoverDataset, TextsOfGlobsMatchWithoutTheFixedText) {
  images({"left_chair.png", "left_table.png", "right_table.png"});
  const auto table = frame_table(discover({"left_*.png", "right_*.png"}));
  ASSERT_EQ(table.size(), 2u);
  EXPECT_THAT(table[0].image, ElementsAre(0, -1));
  EXPECT_THAT(table[1].image, ElementsAre(1, 0));
}

TEST_F(DiscoverDataset, TwoImagesOfOneFrameAreNamed) {
  images({"cam0/1.png", "cam0/01.png"});
  EXPECT_THAT(failure({""}), AllOf(HasSubstr(in("cam0/1.png")), HasSubstr(in("cam0/01.png")),
                                   HasSubstr("are both frame 1 of one camera")));
}

TEST_F(DiscoverDataset, AFrameWithoutNumberAmongNumberedOnesIsNamed) {
  images({"cam0/1.png", "cam0/final.png"});
  EXPECT_THAT(failure({""}), AllOf(HasSubstr(in("cam0/final.png") + ": no frame number"),
                                   HasSubstr(in("cam0/1.png"))));
}

TEST_F(DiscoverDataset, NumberedAndUnnumberedCamerasDoNotMatch) {
  images({"a/1.png", "b/one.png"});
  EXPECT_THAT(failure({""}), AllOf(HasSubstr(in("b/one.png")), HasSubstr(in("a/1.png")),
                                   HasSubstr("number the images of both cameras")));
}

TEST_F(DiscoverDataset, ANumberBeyond64BitsIsNamed) {
  images({"a/99999999999999999999.png"});
  EXPECT_THAT(failure({""}), HasSubstr("99999999999999999999 is too large"));
}

TEST_F(DiscoverDataset, EachReasonForFindingNothingHasItsMessage) {
  fs::create_directory(root() / "empty");
  put(root() / "logs/run.log", "log");
  EXPECT_THAT(failure({"empty"}),
              AllOf(HasSubstr(in("empty") + ": the folder is empty; expected one folder of images "
                                            "per camera"),
                    HasSubstr(in("empty/cam0/0001.png"))));
  EXPECT_THAT(failure({"logs"}), HasSubstr("no images in this folder or its 0 folders (1 other"));
  EXPECT_EQ(failure({"missing"}), in("missing") + ": no such file or folder");
  EXPECT_EQ(failure({"left*.jpg"}),
            in("left*.jpg") + ": no file matches; check the folder and the pattern");
  EXPECT_THAT(failure({"logs/*"}), HasSubstr("matches 1 files and 0 folders, but none of them"));
  EXPECT_THAT(failure({"logs", "empty"}),
              HasSubstr(in("logs") + ": this folder contains neither images"));
  EXPECT_THAT(error_text([] { discover_dataset({}); }), HasSubstr("no images given"));
}

TEST_F(DiscoverDataset, ACameraWhoseImagesAreOfAnotherKindIsNamed) {
  images({"set/cam0/1.png"});
  put(root() / "set/cam1/1.HEIC", "");
  put(root() / "set/cam1/2.HEIC", "");
  EXPECT_THAT(failure({"set"}),
              HasSubstr(in("set/cam1/1.HEIC") + ": calib does not read images of this kind"));
  images({"set/cam1/1.png"});  // the others are copies of the same shots, then
  EXPECT_EQ(discover({"set"}).cameras.size(), 2U);
}

TEST_F(DiscoverDataset, ASingleImageAsksForAGlobInQuotes) {
  images({"left1.jpg", "left2.jpg"});
  EXPECT_THAT(failure({"left1.jpg", "left2.jpg"}),
              AllOf(HasSubstr(in("left1.jpg")), HasSubstr("a glob in quotes")));
}

TEST_F(DiscoverDataset, ImagesAndCameraFoldersInOneFolderAreRefused) {
  images({"cam0/1.png", "preview.png"});
  EXPECT_THAT(failure({""}), HasSubstr("contains 1 images (preview.png, ...) and 1 folders with "
                                       "images (cam0, ...) side by side"));
}

TEST_F(DiscoverDataset, TwoCamerasOfOneNameAreRefused) {
  images({"cam0/1.png"});
  images({"other/1.png"});
  EXPECT_THAT(failure({"cam0", "cam0"}), HasSubstr("the same pictures are given twice"));
  EXPECT_THAT(error_text([&] {
                discover_dataset({"a=" + in("cam0"), "a=" + in("other")});
              }),
              HasSubstr("both cameras would be named 'a'"));
}

TEST_F(DiscoverDataset, FramesAreSelectedOfAllCamerasTogether) {
  images({"a/1.png", "a/2.png", "a/3.png", "a/5.png", "b/2.png", "b/3.png", "b/4.png", "b/5.png"});
  const auto frames = [&](const FrameSelection& selection) {
    Dataset dataset = discover_dataset({root().string()});
    select_frames(dataset, selection);
    std::vector<std::int64_t> selected;
    for (const FrameRow& row : frame_table(dataset)) selected.push_back(row.frame);
    return selected;
  };
  EXPECT_THAT(frames({}), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(frames({.every = 0}), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(frames({.every = 2}), ElementsAre(1, 3, 5));
  EXPECT_THAT(frames({.every = 2, .start = 1, .end = 3}), ElementsAre(2, 4));
  EXPECT_THAT(error_text([&] { frames({.start = 5}); }),
              HasSubstr("--start 5 is beyond the last frame, 4 (counted from 0)"));
  EXPECT_THAT(error_text([&] { frames({.start = 3, .end = 2}); }),
              HasSubstr("--end 2 is before --start 3"));
}

TEST_F(DiscoverDataset, TheContentHashDependsOnTheBytesAndNotOnTheThreads) {
  images({"cam0/1.png", "cam0/2.png", "cam1/1.png"});
  const Dataset dataset = discover({""});
  const std::string hash = hash_contents(dataset, 1);
  EXPECT_EQ(hash_contents(dataset, 4), hash);
  put(root() / "cam1/1.png", "changed");
  EXPECT_NE(hash_contents(dataset, 1), hash);
  fs::remove(root() / "cam1/1.png");
  EXPECT_NE(hash_contents(dataset, 1), hash);
}

}  // namespace
}  // namespace calib
