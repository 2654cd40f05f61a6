#include "pipeline/rectify_stage.hpp"

#include <gmock/gmock.h>

#include <opencv2/imgcodecs.hpp>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "image/video.hpp"
#include "image/write_image.hpp"
#include "pipeline/alignment.hpp"
#include "pipeline/solve_stages.hpp"
#include "pipeline/synth_stage.hpp"
#include "support/error_text.hpp"
#include "support/synthetic_world.hpp"
#include "support/temporary_folder.hpp"

namespace calib {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::error_text;
using ::testing::HasSubstr;
using testing::kBoard;

// Two cameras with six pictures each, and the truth about them.
class RectifyTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new testing::TemporaryFolder;
    SynthOptions options = testing::small_rig(2, 6);
    options.size = "320x240";
    truth_ = new SynthResult(synthesize(options, kBoard, folder_->path() / "synth", {}));
  }
  static void TearDownTestSuite() {
    delete truth_;
    delete folder_;
  }

  static fs::path at(const std::string& name) { return folder_->path() / name; }

  // A copy of the pictures that a test may spoil.
  static Dataset copy_of_pictures(const std::string& name) {
    for (const char* camera : {"cam0", "cam1"}) {
      fs::create_directories(at(name));
      fs::copy(at("synth") / camera, at(name) / camera);
    }
    return discover_dataset({at(name).string()});
  }

  static RectifyResult rectified(const Dataset& dataset, const std::string& output,
                                 const RectifyOptions& options = {}, const Context& context = {}) {
    return rectify(truth_->truth, &dataset, &truth_->observations, options, {}, at(output),
                   context);
  }

  static testing::TemporaryFolder* folder_;
  static SynthResult* truth_;
};
testing::TemporaryFolder* RectifyTest::folder_ = nullptr;
SynthResult* RectifyTest::truth_ = nullptr;

TEST_F(RectifyTest, TrueCornersLieOnTheSameRows) {
  const RectifyResult result = rectified(discover_dataset({at("synth").string()}), "plain");
  EXPECT_EQ(result.images, 12u);
  EXPECT_TRUE(result.skipped.empty());
  const RectifiedPair& pair = result.entries.at(0).set.pairs.at(0);
  EXPECT_LT(pair.errors.value().max_px, 1e-4);
  const cv::Mat picture = cv::imread(at("plain/cam0_cam1/cam1/000003.png").string());
  const ImageSize size = result.entries[0].set.image_size;
  EXPECT_EQ(picture.size(), cv::Size(size.width, size.height));
}

TEST_F(RectifyTest, AMissingABrokenAndAStrangePictureCostTheirFramesOnly) {
  const Dataset all = copy_of_pictures("spoiled");
  fs::remove(at("spoiled/cam1/0002.png"));
  write_file(at("spoiled/cam0/0004.png"), "no picture");
  write_image(at("spoiled/cam0/0005.png"), cv::Mat(100, 100, CV_8UC1, cv::Scalar(7)));
  const Dataset dataset = discover_dataset({at("spoiled").string()});
  const RectifyResult result = rectified(dataset, "of spoiled");
  EXPECT_EQ(result.images, 6u);
  EXPECT_THAT(
      skipped_lines(result.skipped),
      ElementsAre("frame 2: cam1 has no image",
                  "frame 4: cam0/0004.png: not an image in a known format",
                  "frame 5: cam0/0005.png: is 100x100, but cam0 was calibrated at 320x240"));
  EXPECT_TRUE(fs::exists(at("of spoiled/cam0_cam1/cam0/000003.png")));
  for (const char* name : {"cam0/000002.png", "cam1/000004.png", "cam1/000005.png"})
    EXPECT_FALSE(fs::exists(at("of spoiled/cam0_cam1") / name)) << name;
  Context strict;
  strict.strict = true;
  EXPECT_THAT(error_text([&] { rectified(dataset, "strict", {}, strict); }),
              HasSubstr("frame 2: cam1 has no image (3 such frames; without --strict"));
  EXPECT_FALSE(fs::exists(at("strict/rectification.yaml")));
  EXPECT_FALSE(fs::exists(at("strict/cam0_cam1")));
}

TEST_F(RectifyTest, PicturesOfAnotherSizeAreOneErrorAndNothingIsWritten) {
  for (const char* camera : {"cam0", "cam1"}) {
    for (int i = 0; i < 3; ++i) {
      fs::create_directories(at("large") / camera);
      write_image(at("large") / camera / (std::to_string(i) + ".png"),
                  cv::Mat(480, 640, CV_8UC1, cv::Scalar(7)));
    }
  }
  Dataset dataset = discover_dataset({at("large").string()});
  EXPECT_THAT(error_text([&] { rectified(dataset, "of large"); }),
              HasSubstr("no frame can be used (3 left out); frame 0: cam0/0.png: is 640x480, but "
                        "cam0 was calibrated at 320x240"));
  dataset.cameras[0].image_size = {640, 480};  // as dataset.yaml says
  EXPECT_THAT(error_text([&] { rectified(dataset, "of large"); }),
              HasSubstr("cam0: the images are 640x480, but it was calibrated at 320x240"));
  EXPECT_FALSE(fs::exists(at("of large/rectification.yaml")));
  EXPECT_FALSE(fs::exists(at("of large/cam0_cam1")));
}

TEST_F(RectifyTest, ACalibrationOfAbsurdPicturesIsRefusedBeforeMemoryIsAskedFor) {
  Calibration large = truth_->truth;
  large.cameras[1].image_size = large.cameras[1].intrinsics->image_size = {40000, 40000};
  EXPECT_THAT(error_text([&] { rectify(large, nullptr, nullptr, {}, {}, at("absurd"), {}); }),
              AllOf(HasSubstr("cam1"), HasSubstr("40000x40000"), HasSubstr("--max-pixels")));
}

TEST_F(RectifyTest, TheSameBytesForAnyNumberOfThreads) {
  RectifyOptions options;
  options.preview = true;
  const Dataset dataset = discover_dataset({at("synth").string()});
  for (const int jobs : {1, 2, 5}) {
    Context context;
    context.jobs = jobs;
    rectified(dataset, "jobs" + std::to_string(jobs), options, context);
  }
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(at("jobs1"))) {
    if (!entry.is_regular_file()) continue;
    ++files;
    const fs::path name = entry.path().lexically_relative(at("jobs1"));
    EXPECT_EQ(read_file(entry.path()), read_file(at("jobs2") / name)) << name;
    EXPECT_EQ(read_file(entry.path()), read_file(at("jobs5") / name)) << name;
  }
  EXPECT_EQ(files, 1u + 2 + 12 + 5 * 3);
}

TEST_F(RectifyTest, VideosComeInAndGoOut) {
  for (const char* camera : {"cam0", "cam1"}) {
    fs::create_directories(at("videos"));
    VideoWriter writer(at("videos") / (std::string(camera) + ".avi"), 20, 320, 240);
    for (int i = 0; i < (camera[3] == '0' ? 6 : 5); ++i) {
      const fs::path file = at("synth") / camera / ("000" + std::to_string(i) + ".png");
      writer.write(cv::imread(file.string(), cv::IMREAD_UNCHANGED));
    }
  }
  const Dataset dataset = discover_dataset({at("videos").string()});
  RectifyOptions options;
  options.preview = true;
  const RectifyResult pictures = rectified(dataset, "from videos", options);
  EXPECT_EQ(pictures.images, 10u);
  EXPECT_EQ(pictures.previews.size(), 5u);
  options.warp.format = "avi";
  rectified(dataset, "to videos", options);
  VideoReader reader(at("to videos/cam0_cam1/cam1.avi"));
  EXPECT_DOUBLE_EQ(reader.fps(), 20);
  cv::Mat frame;
  std::size_t frames = 0;
  for (; reader.read(PixelFormat::kAsStored, frame); ++frames) {
    const std::string name = "from videos/cam0_cam1/cam1/00000" + std::to_string(frames) + ".png";
    const cv::Mat picture = cv::imread(at(name).string());
    ASSERT_EQ(frame.size(), picture.size());
    // Motion JPEG a second time, in gray levels
    EXPECT_LT(cv::norm(frame, picture, cv::NORM_L1) / static_cast<double>(3 * frame.total()), 3);
  }
  EXPECT_EQ(frames, 5u);
}

// Frame i of every video is one moment, also where a camera has none.
TEST_F(RectifyTest, VideosOfSingleCamerasKeepStep) {
  copy_of_pictures("steps");
  fs::remove(at("steps/cam1/0002.png"));
  write_file(at("steps/cam0/0004.png"), "no picture");
  UndistortOptions options;
  options.warp.format = "avi";
  const RectifyResult result =
      undistort(make_artifact(truth_->truth), discover_dataset({at("steps").string()}), options,
                at("of steps"), {});
  EXPECT_THAT(skipped_lines(result.skipped),
              ElementsAre("frame 2: cam1 has no image",
                          "frame 4: cam0/0004.png: not an image in a known format"));
  for (const auto& [camera, black] : {std::pair{"cam0", 4}, {"cam1", 2}}) {
    VideoReader reader(at("of steps") / camera / (std::string(camera) + ".avi"));
    cv::Mat frame;
    int i = 0;
    for (; reader.read(PixelFormat::kGray8, frame); ++i)
      EXPECT_EQ(cv::mean(frame)[0] < 4, i == black) << camera << " " << i;
    EXPECT_EQ(i, 6);
  }
}

TEST_F(RectifyTest, DeepPicturesStayDeepAndVideosRefuseThem) {
  const Dataset dataset = copy_of_pictures("deep");
  for (const char* camera : {"cam0", "cam1"}) {
    for (int i = 0; i < 6; ++i) {
      const fs::path file = at("deep") / camera / ("000" + std::to_string(i) + ".png");
      cv::Mat deep;
      cv::imread(file.string(), cv::IMREAD_UNCHANGED).convertTo(deep, CV_16U, 16);
      write_image(file, deep);
    }
  }
  RectifyOptions options;
  options.warp.interpolation = Interpolation::kLanczos4;
  rectified(dataset, "of deep", options);
  const fs::path file = at("of deep/cam0_cam1/cam0/000001.png");
  EXPECT_EQ(cv::imread(file.string(), cv::IMREAD_UNCHANGED).type(), CV_16UC1);
  options.warp.format = "mp4";
  EXPECT_THAT(error_text([&] { rectified(dataset, "deep video", options); }),
              HasSubstr("has 16 bits per channel, which mp4 cannot hold; use --format png"));
  EXPECT_FALSE(fs::exists(at("deep video/cam0_cam1")));
}

// What the joint solve is for: rows of frames that it has not seen, measured on true corners.
TEST(Alignment, OfHeldOutFramesIsBelowATwentiethOfAPixel) {
  SynthOptions options = testing::small_rig(4, 60);
  const testing::World world = testing::make_world(options, {&kChessboard, 11, 8, 0.03}, 0.05);
  Observations seen = world.observations, unseen = true_observations(world.truth, 4);
  std::erase_if(seen.views, [](const View& view) { return view.frame >= 40; });
  std::erase_if(unseen.views, [](const View& view) { return view.frame < 40; });
  const Artifact<Observations> observed = make_artifact(seen);
  const auto lenses = make_artifact(intrinsics_stage(observed, {}, {}).calibration);
  const Calibration solved = extrinsics_stage(observed, lenses, {}, {}).calibration;
  const auto pairs = adjacent_pairs(solved);
  EXPECT_EQ(pairs.size(), 4u);
  for (const auto& [first, second] : pairs) {
    RectifiedSet set = rectify_set(solved, {first, second}, {}).set;
    measure_alignment(unseen, solved, set);
    EXPECT_GT(set.pairs[0].errors.value().corners, 300u);
    EXPECT_LT(set.pairs[0].errors->p95_px, 0.05) << first << " " << second;
  }
}

// Numbers of a board that looks the same after a half turn, turned in one camera.
TEST(Alignment, IsMeasuredWithTheNumberingThatTheRigSettledOn) {
  const Board board{&kChessboard, 7, 5, 0.04};
  testing::World world = testing::make_world(testing::small_rig(2, 8), board, 0);
  for (View& view : world.observations.views) {
    if (view.camera != 1 || view.frame % 2 == 0) continue;
    for (Corner& corner : view.corners) corner.id = corner_count(board) - 1 - corner.id;
  }
  const testing::TemporaryFolder folder;
  const RectifyResult result =
      rectify(world.truth, nullptr, &world.observations, {}, {}, folder.path() / "out", {});
  EXPECT_LT(result.entries.at(0).set.pairs.at(0).errors.value().max_px, 1e-3);
}

TEST_F(RectifyTest, PicturesArePairedByTheClocksUnlessAUserSaysOtherwise) {
  const Dataset dataset = discover_dataset({at("synth").string()});
  Calibration late = truth_->truth;
  late.reference_camera = "cam0";
  late.cameras[1].time = CameraTime{2.1 / 30};  // picture k of cam1 belongs to frame k + 2
  const auto paired = [&](const std::string& output, bool by_number) {
    RectifyOptions options;
    options.by_number = by_number;
    return rectify(late, &dataset, nullptr, options, {}, at(output), {});
  };
  const RectifyResult result = paired("by_clocks", false);
  ASSERT_EQ(result.pairing.size(), 1u);
  EXPECT_EQ(result.pairing[0],
            "cam1: its pictures are paired with those of cam0 by its clock, frame numbers +2 "
            "(--by-number pairs equal numbers)");
  EXPECT_EQ(result.images, 8u);
  const RectifyResult plain = paired("by_number", true);
  EXPECT_TRUE(plain.pairing.empty());
  EXPECT_EQ(plain.images, 12u);
  const fs::path set = fs::path("cam0_cam1") / "cam1";
  EXPECT_EQ(read_file(at("by_clocks") / set / "000003.png"),
            read_file(at("by_number") / set / "000001.png"));
  EXPECT_FALSE(fs::exists(at("by_clocks") / set / "000001.png"));
}

}  // namespace
}  // namespace calib
