#include "image/crop.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <map>

#include "base/files.hpp"
#include "image/decode.hpp"
#include "image_files.hpp"
#include "support/camera_images.hpp"
#include "support/error_text.hpp"
#include "support/same_pixels.hpp"
#include "support/temporary_folder.hpp"
#include "video_files.hpp"

namespace calib {
namespace {

namespace fs = std::filesystem;
using namespace calib::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

CropResult crop_into(const std::vector<std::string>& inputs, const CropOptions& options,
                     const fs::path& output, int jobs = 1, Progress& progress = no_progress()) {
  return crop_composites(composite_dataset(inputs, options), options, output, jobs, progress);
}

class Crop : public ::testing::Test {
 protected:
  fs::path root() const { return folder_.path(); }
  fs::path out() const { return root() / "out"; }
  std::string in(const std::string& name) const { return (root() / name).string(); }

  // Writes `count` different composite images in/0.png, ...
  void composites(int count, int type = CV_8UC1) {
    for (int i = 0; i < count; ++i)
      put_image(root() / "in" / (std::to_string(i) + ".png"), composite(i, type));
  }
  static cv::Mat composite(int i, int type = CV_8UC1) {
    return noise_image(40, 24, type, static_cast<std::uint64_t>(i));
  }
  CropResult crop(const CropOptions& options, int jobs = 2) {
    return crop_into({in("in")}, options, out(), jobs);
  }
  std::string failure(const CropOptions& options) {
    return error_text([&] { crop(options); });
  }
  cv::Mat read(const std::string& name) const {
    return decode_image(out() / name, PixelFormat::kAsStored).pixels;
  }

 private:
  TemporaryFolder folder_;
};

CropOptions grid(const std::string& layout) {
  CropOptions options;
  options.layout = layout;
  return options;
}

std::map<std::string, std::string> contents(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file())
      files[entry.path().lexically_relative(folder).string()] = read_file(entry.path());
  return files;
}

class CropDepths : public Crop, public ::testing::WithParamInterface<int> {};

TEST_P(CropDepths, EveryTileHasExactlyItsPixels) {
  composites(3, GetParam());
  CropOptions options = grid("2x2");
  options.names = {"a,b", "c", "d"};
  const CropResult result = crop(options);
  EXPECT_EQ(result.frames, 3u);
  EXPECT_TRUE(result.skipped.empty());
  const cv::Mat whole = composite(2, GetParam());
  EXPECT_TRUE(same_pixels(read("a/0002.png"), whole(cv::Rect(0, 0, 20, 12))));
  EXPECT_TRUE(same_pixels(read("b/0002.png"), whole(cv::Rect(20, 0, 20, 12))));
  EXPECT_TRUE(same_pixels(read("c/0002.png"), whole(cv::Rect(0, 12, 20, 12))));
  EXPECT_TRUE(same_pixels(read("d/0002.png"), whole(cv::Rect(20, 12, 20, 12))));
}

INSTANTIATE_TEST_SUITE_P(Types, CropDepths,
                         ::testing::Values(CV_8UC1, CV_8UC3, CV_8UC4, CV_16UC1, CV_16UC3));

TEST_F(Crop, TheDatasetContainsTheRectangleOfEachCamera) {
  composites(2);
  const CropResult result = crop(grid("1x2"));
  EXPECT_EQ(result.dataset.root, out());
  ASSERT_EQ(result.dataset.cameras.size(), 2u);
  const DatasetCamera& camera = result.dataset.cameras[1];
  EXPECT_EQ(camera.name, "cam1");
  EXPECT_EQ(camera.image_size, (ImageSize{20, 24}));
  EXPECT_EQ(camera.crop, (CropInfo{40, 24, 20, 0, 20, 24}));
  EXPECT_THAT(camera.images,
              ElementsAre(ImageFile{0, "cam1/0000.png"}, ImageFile{1, "cam1/0001.png"}));
  // The folder gives the same dataset without dataset.yaml.
  const Dataset found = discover_dataset({out().string()});
  ASSERT_EQ(found.cameras.size(), 2u);
  EXPECT_EQ(found.cameras[1].images, camera.images);
}

TEST_F(Crop, ColumnsRowsAndRectangles) {
  composites(1);
  EXPECT_EQ(crop(grid("4x1")).dataset.cameras[3].crop, (CropInfo{40, 24, 0, 18, 40, 6}));
  EXPECT_EQ(crop(grid("1x4")).dataset.cameras[3].crop, (CropInfo{40, 24, 30, 0, 10, 24}));
  CropOptions options;
  options.roi = {"right=21,3,15,20", "left=0,0,7,9"};
  const CropResult result = crop(options);
  EXPECT_EQ(result.dataset.cameras[0].name, "left");
  EXPECT_TRUE(same_pixels(read("right/0000.png"), composite(0)(cv::Rect(21, 3, 15, 20))));
  EXPECT_TRUE(same_pixels(read("left/0000.png"), composite(0)(cv::Rect(0, 0, 7, 9))));
}

TEST_F(Crop, CamerasAreInNaturalOrder) {
  composites(1);
  CropOptions options = grid("1x2");
  options.names = {"cam_10", "cam_2"};
  const CropResult result = crop(options);
  EXPECT_EQ(result.dataset.cameras[0].name, "cam_2");
  EXPECT_EQ(result.dataset.cameras[0].crop->x, 20);
}

TEST_F(Crop, BytesAndResultAreTheSameForAnyNumberOfThreads) {
  composites(12, CV_8UC3);
  put(root() / "in/5.png", "broken");
  const CropResult one = crop_into({in("in")}, grid("2x2"), root() / "one", 1);
  const CropResult four = crop_into({in("in")}, grid("2x2"), root() / "four", 4);
  EXPECT_EQ(contents(root() / "one"), contents(root() / "four"));
  EXPECT_EQ(contents(root() / "one").size(), 44u);
  EXPECT_EQ(one.dataset.cameras, four.dataset.cameras);
  EXPECT_EQ(one.dataset.provenance, four.dataset.provenance);
}

TEST_F(Crop, EveryStartAndEndSelectByPosition) {
  for (const int frame : {100, 103, 107, 110, 120, 130})
    put_image(root() / "in" / (std::to_string(frame) + ".png"), composite(frame));
  CropOptions options = grid("1x2");
  options.frames.start = 1;
  options.frames.end = 4;
  EXPECT_THAT(frames_of(crop(options).dataset.cameras[0]), ElementsAre(103, 107, 110, 120));
  options.frames.every = 3;
  EXPECT_THAT(frames_of(crop(options).dataset.cameras[0]), ElementsAre(103, 120));
  options.frames.start = 6;
  options.frames.end = -1;
  EXPECT_EQ(failure(options), "--start 6 is beyond the last frame, 5 (counted from 0)");
}

TEST_F(Crop, LongFrameNumbersKeepTheirDigits) {
  put_image(root() / "in/1403636579763555584.png", composite(0));
  put_image(root() / "in/7.png", composite(1));
  crop(grid("1x2"));
  EXPECT_TRUE(fs::exists(out() / "cam0/1403636579763555584.png"));
  EXPECT_TRUE(fs::exists(out() / "cam0/0000000000000000007.png"));
}

TEST_F(Crop, FramesOfAnotherSizeAndBrokenOnesAreSkippedWithTheirReason) {
  composites(4);
  put(root() / "in/0.png", "");
  put_image(root() / "in/2.png", noise_image(40, 26, CV_8UC1, 1));
  const CropResult result = crop(grid("2x2"));
  EXPECT_EQ(result.frames, 2u);
  EXPECT_THAT(frames_of(result.dataset.cameras[0]), ElementsAre(1, 3));
  ASSERT_EQ(result.skipped.size(), 2u);
  EXPECT_EQ(result.skipped[0].path, in("in/0.png"));
  EXPECT_EQ(result.skipped[0].reason, "zero bytes");
  EXPECT_EQ(result.skipped[1].path, in("in/2.png"));
  EXPECT_EQ(result.skipped[1].reason, "is 40x26, expected 40x24 like the other frames");
}

TEST_F(Crop, AFirstFrameOfAnotherSizeIsSkipped) {
  composites(7);
  put_image(root() / "in/0.png", noise_image(4, 4, CV_8UC1, 1));
  const CropResult result = crop(grid("2x2"));
  EXPECT_EQ(result.frames, 6u);
  ASSERT_EQ(result.skipped.size(), 1u);
  EXPECT_EQ(result.skipped[0].reason, "is 4x4, expected 40x24 like the other frames");
}

TEST_F(Crop, WithoutReadableFramesTheFirstReasonIsReported) {
  put(root() / "in/1.png", "");
  put(root() / "in/2.png", "text");
  EXPECT_EQ(failure(grid("2x2")),
            in("in/1.png") + ": zero bytes; none of the 2 frames can be read");
}

TEST_F(Crop, JpgIsCloseAndRefusesSixteenBits) {
  put_image(root() / "in/1.png", cv::Mat(16, 32, CV_8UC3, cv::Scalar(20, 120, 220)));
  CropOptions options = grid("1x2");
  options.format = "jpg";
  crop(options);
  const cv::Mat tile = read("cam1/0001.jpg");
  ASSERT_EQ(tile.type(), CV_8UC3);
  // Quality 95 quantizes a flat block's mean by less than two levels per channel.
  EXPECT_LE(cv::norm(tile, cv::Mat(16, 16, CV_8UC3, cv::Scalar(20, 120, 220)), cv::NORM_INF), 3);
  put_image(root() / "in/1.png", composite(1, CV_16UC1));
  EXPECT_THAT(failure(options), HasSubstr("in/1.png: has 16 bits per channel, which jpg cannot "
                                          "store; use --format png"));
}

TEST_F(Crop, ImagesGlobsAndFoldersMayBeMixed) {
  composites(3);
  put_image(root() / "more/frame_7.png", composite(7));
  put_image(root() / "late/9.png", composite(9));
  const CropResult result =
      crop_into({in("more/frame_7.png"), in("in"), in("late/*.png")}, grid("2x2"), out(), 2);
  EXPECT_THAT(frames_of(result.dataset.cameras[0]), ElementsAre(0, 1, 2, 7, 9));
  EXPECT_TRUE(same_pixels(read("cam0/0007.png"), composite(7)(cv::Rect(0, 0, 20, 12))));
}

TEST_F(Crop, FramesWithoutNumbersAreCounted) {
  put_image(root() / "in/b.png", composite(1));
  put_image(root() / "in/a.png", composite(0));
  const CropResult result = crop(grid("1x2"));
  EXPECT_THAT(frames_of(result.dataset.cameras[0]), ElementsAre(0, 1));
  EXPECT_TRUE(same_pixels(read("cam0/0001.png"), composite(1)(cv::Rect(0, 0, 20, 24))));
}

TEST_F(Crop, BadInputsAndOptionsAreRefused) {
  const auto message = [&](const std::vector<std::string>& inputs, const CropOptions& options) {
    return error_text([&] { crop_into(inputs, options, out()); });
  };
  composites(1);
  fs::create_directory(root() / "empty");
  put(root() / "notes.txt", "note");
  put_image(root() / "twin/0000.png", composite(0));
  put(root() / "v.mp4", "video");
  const CropOptions two = grid("1x2");
  EXPECT_THAT(message({}, two), HasSubstr("no composite frames given"));
  EXPECT_EQ(message({in("missing")}, two), in("missing") + ": no such file or folder");
  EXPECT_THAT(message({in("empty")}, two), HasSubstr("empty: contains no image"));
  EXPECT_THAT(message({in("*.tif")}, two), HasSubstr("*.tif: no file matches"));
  EXPECT_THAT(message({in("notes.txt")}, two), HasSubstr("notes.txt: not an image"));
  EXPECT_THAT(message({in("in"), in("twin")}, two), HasSubstr("are both frame 0"));
  EXPECT_THAT(message({in("in"), in("v.mp4")}, two), HasSubstr("give only one kind"));
  EXPECT_THAT(message({in("v.mp4")}, two), HasSubstr("v.mp4: not a video that can be decoded"));
  EXPECT_THAT(message({in("in")}, CropOptions{}), HasSubstr("--layout 2x2"));
  EXPECT_THAT(message({in("in")}, grid("7x1")), HasSubstr("does not divide into 7 rows"));
  CropOptions both = two;
  both.roi = {"a=0,0,1,1"};
  EXPECT_THAT(message({in("in")}, both), HasSubstr("both --layout and --roi"));
  CropOptions named_roi;
  named_roi.roi = {"a=0,0,1,1"};
  named_roi.names = {"a"};
  EXPECT_THAT(message({in("in")}, named_roi), HasSubstr("--names can only be used with --layout"));
  CropOptions backwards = two;
  backwards.frames.start = 3;
  backwards.frames.end = 2;
  EXPECT_THAT(message({in("in")}, backwards), HasSubstr("--end 2 is before --start 3"));
}

TEST_F(Crop, AnUnwritableOutputIsNamed) {
  composites(1);
  put(out() / "cam0", "a file where the folder must be");
  EXPECT_THAT(failure(grid("1x2")), HasSubstr("out/cam0: cannot create the folder"));
}

TEST_F(Crop, NoTemporaryFilesAreLeft) {
  composites(3);
  crop(grid("1x2"));
  for (const auto& [name, bytes] : contents(out()))
    EXPECT_TRUE(name.ends_with(".png") && name.find(".tmp") == std::string::npos) << name;
}

TEST_F(Crop, OptionsAreDescribedWithTheirRanges) {
  CropOptions options;
  const auto described = describe(options);
  const auto set = [&](const std::string& key, const std::string& value) {
    const auto option = std::find_if(described.begin(), described.end(),
                                     [&](const Option& o) { return o.key == key; });
    ASSERT_NE(option, described.end()) << key;
    option->set({value});
  };
  set("every", "3");
  set("format", "jpg");
  EXPECT_EQ(options.frames.every, 3);
  EXPECT_EQ(options.format, "jpg");
  EXPECT_THAT(error_text([&] { set("every", "-1"); }), HasSubstr("at least 0"));
  EXPECT_THAT(error_text([&] { set("format", "gif"); }), HasSubstr("one of png, jpg"));
}

class CountingProgress : public Progress {
 public:
  void begin(std::string_view, std::size_t total) override { total_ = total; }
  void advance(std::size_t steps) override { done_ += steps; }
  std::size_t total_ = 0;
  std::atomic<std::size_t> done_ = 0;
};

TEST_F(Crop, ProgressCountsEveryFrame) {
  composites(5);
  CountingProgress progress;
  crop_into({in("in")}, grid("1x2"), out(), 3, progress);
  EXPECT_EQ(progress.total_, 5u);
  EXPECT_EQ(progress.done_, 5u);
}

TEST_F(Crop, VideosAreJoined) {
  ASSERT_TRUE(put_video(root() / "a.avi", 64, 48, 6));
  ASSERT_TRUE(put_video(root() / "b.avi", 64, 48, 5));
  CropOptions options = grid("2x2");
  options.frames.every = 2;
  options.frames.start = 2;
  options.frames.end = 9;
  CountingProgress progress;
  const CropResult result = crop_into({in("a.avi"), in("b.avi")}, options, out(), 3, progress);
  EXPECT_THAT(frames_of(result.dataset.cameras[3]), ElementsAre(2, 4, 6, 8));
  EXPECT_EQ(result.dataset.cameras[3].crop, (CropInfo{64, 48, 32, 24, 32, 24}));
  EXPECT_TRUE(result.skipped.empty());
  EXPECT_EQ(progress.total_, 4u);
  EXPECT_EQ(progress.done_, 4u);
  // Frame 8 is frame 2 of the second video. The tolerance is half the difference of two levels.
  EXPECT_NEAR(cv::mean(read("cam3/000008.png"))[0], video_level(2), 3.9);
  EXPECT_NEAR(cv::mean(read("cam0/000004.png"))[0], video_level(4), 3.9);
}

TEST_F(Crop, AVideoGivesTheSameBytesForAnyNumberOfThreads) {
  ASSERT_TRUE(put_video(root() / "a.avi", 64, 48, 20));
  crop_into({in("a.avi")}, grid("2x2"), root() / "one", 1);
  crop_into({in("a.avi")}, grid("2x2"), root() / "four", 4);
  EXPECT_EQ(contents(root() / "one"), contents(root() / "four"));
  EXPECT_EQ(contents(root() / "one").size(), 80u);
}

TEST_F(Crop, TruncatedVideosAndVideosOfAnotherSizeAreReported) {
  ASSERT_TRUE(put_video(root() / "a.avi", 64, 48, 3));
  ASSERT_TRUE(put_video(root() / "b.avi", 96, 48, 2));
  ASSERT_TRUE(put_video(root() / "whole.avi", 64, 48, 28));
  const std::string bytes = read_file(root() / "whole.avi");
  put(root() / "c.avi", bytes.substr(0, bytes.size() / 2));
  const CropResult result =
      crop_into({in("a.avi"), in("b.avi"), in("c.avi")}, grid("1x2"), out(), 2);
  ASSERT_EQ(result.skipped.size(), 3u);
  EXPECT_EQ(result.skipped[0].path, in("b.avi#0"));
  EXPECT_EQ(result.skipped[0].reason, "is 96x48, expected 64x48 like the other frames");
  EXPECT_THAT(result.skipped[2].path, HasSubstr("c.avi#"));
  EXPECT_THAT(result.skipped[2].reason, HasSubstr("of 28 frames: is the file complete?"));
  EXPECT_GT(result.frames, 3u);
}

TEST_F(Crop, StartBeyondAVideosEndIsRefused) {
  ASSERT_TRUE(put_video(root() / "a.avi", 64, 48, 3));
  CropOptions options = grid("1x2");
  options.frames.start = 3;
  EXPECT_EQ(error_text([&] { crop_into({in("a.avi")}, options, out(), 1); }),
            "--start 3 is beyond the last frame, 2 (counted from 0)");
}

}  // namespace
}  // namespace calib
