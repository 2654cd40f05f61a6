// All subcommands on one small synthetic rig, chained as a user would.

#include "app/commands.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "app/command_line.hpp"
#include "base/files.hpp"
#include "io/artifacts.hpp"
#include "pipeline/board_options.hpp"
#include "support/temporary_folder.hpp"

namespace calib {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using testing::calib_command;
using ::testing::EndsWith;
using testing::expect_refused;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ok;
using testing::Outcome;

// Makes one set of artifacts for all tests of this file by the commands themselves.
class Commands : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new testing::TemporaryFolder;
    ok({"synth", "--cameras", "2", "--frames", "12", "--size", "640x480", "--partial", "0",
        "--composite", "1x2", "--board", "8x5", "--square", "40mm", "-o", at("synth")});
    ok({"crop", at("synth/composite"), "--layout", "1x2", "--names", "left,right", "-o",
        at("images")});
    ok({"detect", at("images"), "--board", "8x5", "--square", "40mm", "-o",
        at("observations.yaml")});
    ok({"intrinsics", at("observations.yaml"), "-o", at("intrinsics.yaml")});
    ok({"extrinsics", at("observations.yaml"), "--calibration", at("intrinsics.yaml"), "-o",
        at("calibration.yaml")});
  }
  static void TearDownTestSuite() { delete folder_; }

  static std::string at(const std::string& name) { return (folder_->path() / name).string(); }
  static std::string first_picture() {
    return fs::directory_iterator(at("images/left"))->path().string();
  }

  static testing::TemporaryFolder* folder_;
};
testing::TemporaryFolder* Commands::folder_ = nullptr;

TEST_F(Commands, CropWritesWhereTilesComeFrom) {
  const Dataset dataset = read_dataset(at("images/dataset.yaml"));
  ASSERT_EQ(dataset.cameras.size(), 2u);
  EXPECT_EQ(dataset.cameras[1].name, "right");
  EXPECT_EQ(dataset.cameras[1].crop, (CropInfo{1280, 480, 640, 0, 640, 480}));
  EXPECT_EQ(dataset.cameras[1].images.size(), 12u);
}

TEST_F(Commands, EvaluateHoldsViewsOutAndPrintsTheUncertainty) {
  const Outcome told = ok({"evaluate", at("calibration.yaml"), at("observations.yaml"), "--json"});
  const auto json = nlohmann::json::parse(told.out);
  EXPECT_EQ(json["heldout"]["folds"], 4);
  const auto& camera = json["cameras"]["right"];
  EXPECT_GT(camera["heldout_px"]["own_pose"]["mean"].get<double>(), 0);
  EXPECT_GT(camera["heldout_px"]["others_pose"]["mean"].get<double>(), 0);
  EXPECT_GT(camera["projection_std"]["near_median_px"].get<double>(), 0);
  EXPECT_EQ(camera["projection_std"]["near_px"].size(), 108u);
  ok({"evaluate", at("calibration.yaml"), at("observations.yaml"), "--require", "heldout_px<1",
      "--require", "heldout_rig_px<1", "--require", "projection_std_px<1"});
  // Without folds the metric is not measured.
  const Outcome none = calib_command({"evaluate", at("calibration.yaml"), at("observations.yaml"),
                                      "--folds", "0", "--require", "heldout_px<1"});
  EXPECT_EQ(none.code, 2);
  EXPECT_THAT(none.err, HasSubstr("'heldout_px<1' cannot be checked"));
}

TEST_F(Commands, ModelAutoListsItsTrials) {
  const Outcome told =
      ok({"intrinsics", at("observations.yaml"), "--model", "auto", "-o", at("auto.yaml")});
  EXPECT_THAT(told.out,
              AllOf(HasSubstr("held-out error px"), HasSubstr("opencv14"), HasSubstr("*")));
  const Calibration written = read_calibration(at("auto.yaml"));
  EXPECT_EQ(written.cameras[0].model_trials.size(), model_names().size());
  const Outcome refused = calib_command({"intrinsics", at("observations.yaml"), "--model", "auto",
                                         "--solver", "opencv", "-o", at("none.yaml")});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("--model auto"));
}

TEST_F(Commands, TheBoardsShapeIsEstimatedOnRequest) {
  const Outcome told =
      ok({"extrinsics", at("observations.yaml"), "--calibration", at("intrinsics.yaml"),
          "--estimate-board-shape", "-o", at("shape.yaml")});
  EXPECT_THAT(told.out, HasSubstr("note: the board's shape is estimated: bow along rows"));
  const BoardShape& shape = read_calibration(at("shape.yaml")).board.shape;
  // The board is flat; the standard deviation is some hundredths of a millimeter.
  EXPECT_LT(std::abs(shape.bow_x_m), 2e-4);
  EXPECT_NE(shape.bow_x_m, 0);
}

TEST_F(Commands, ACameraWithoutALensIsReportedAndFoundByTheRig) {
  Observations few = read_observations(at("observations.yaml"));
  std::erase_if(few.views, [](const View& view) { return view.camera == 1 && view.frame > 1; });
  write_file(at("few.yaml"), to_yaml(few));
  const Outcome lenses = calib_command({"intrinsics", at("few.yaml"), "-o", at("lenses.yaml")});
  EXPECT_EQ(lenses.code, 1);
  EXPECT_THAT(lenses.err, AllOf(HasSubstr("right: 2 views of the board"),
                                HasSubstr("holds the other cameras")));
  const Outcome rig = ok(
      {"extrinsics", at("few.yaml"), "--calibration", at("lenses.yaml"), "-o", at("rescued.yaml")});
  EXPECT_THAT(rig.out, HasSubstr("note: right: its lens is found from 2 boards"));
  EXPECT_TRUE(read_calibration(at("rescued.yaml")).cameras[1].intrinsics);
}

TEST_F(Commands, ComparePrintsSigmas) {
  const Outcome told = ok({"compare", at("calibration.yaml"), at("intrinsics.yaml"), "--json"});
  const auto json = nlohmann::json::parse(told.out);
  EXPECT_GT(json["right"]["projection_sigmas"]["mean"].get<double>(), 0);
  // Both are from the same corners: the rig changes the lens by less than its uncertainty.
  EXPECT_LT(json["right"]["projection_sigmas"]["mean"].get<double>(), 3);
}

TEST_F(Commands, EvaluateJudgesTheCalibrationAsItIs) {
  // A wrong principal point is detected, although a fit without the view would correct it.
  Calibration wrong = read_calibration(at("calibration.yaml"));
  wrong.cameras[1].intrinsics->parameters[2] += 15;
  write_file(at("wrong.yaml"), to_yaml(wrong));
  const Outcome told = calib_command(
      {"evaluate", at("wrong.yaml"), at("observations.yaml"), "--require", "heldout_rig_px<1"});
  EXPECT_EQ(told.code, 1);
  // Another recording of the same rig can have the same frame numbers.
  Observations later = read_observations(at("observations.yaml"));
  for (View& view : later.views) view.frame = (view.frame + 5) % 12;
  std::stable_sort(later.views.begin(), later.views.end(), [](const View& a, const View& b) {
    return std::pair(a.camera, a.frame) < std::pair(b.camera, b.frame);
  });
  write_file(at("later.yaml"), to_yaml(later));
  ok({"evaluate", at("calibration.yaml"), at("later.yaml"), "--require", "reprojection_px<0.1",
      "--require", "worst_view_px<0.2"});
}

TEST_F(Commands, CompareReportsWhatItCannotCompare) {
  Calibration other = read_calibration(at("calibration.yaml"));
  other.cameras[1].intrinsics->parameters[4] = -3;  // not monotonic within the image
  write_file(at("folds.yaml"), to_yaml(other));
  const Outcome folds =
      calib_command({"compare", at("folds.yaml"), at("calibration.yaml"), "--max-px", "1000"});
  EXPECT_EQ(folds.code, 1);
  EXPECT_THAT(folds.err, HasSubstr("of the picture is seen by only one of the lenses"));
  Calibration larger = read_calibration(at("intrinsics.yaml"));
  for (Camera& camera : larger.cameras) {
    camera.image_size = camera.intrinsics->image_size = {1280, 960};
    camera.crop.reset();
  }
  write_file(at("larger.yaml"), to_yaml(larger));
  const Outcome sizes = calib_command({"compare", at("larger.yaml"), at("calibration.yaml")});
  EXPECT_EQ(sizes.code, 2);
  EXPECT_THAT(sizes.err, AllOf(HasSubstr("1280x960"), HasSubstr("640x480")));
}

TEST_F(Commands, OneFoldIsRefused) {
  const Outcome one =
      calib_command({"evaluate", at("calibration.yaml"), at("observations.yaml"), "--folds", "1"});
  EXPECT_EQ(one.code, 2);
  EXPECT_THAT(one.err, HasSubstr("folds: found 1"));
}

TEST_F(Commands, CropPlaceReachesTheCalibration) {
  const Calibration calibration = read_calibration(at("calibration.yaml"));
  EXPECT_EQ(calibration.cameras[1].crop, (CropInfo{1280, 480, 640, 0, 640, 480}));
  EXPECT_TRUE(calibration.cameras[1].T_cam_rig);
}

TEST_F(Commands, DetectGivesJson) {
  const Outcome outcome = ok({"detect", at("images"), "--board", "8x5", "--square", "40mm", "-o",
                              at("again.yaml"), "--json", "--stats"});
  const auto json = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(json["cameras"]["left"]["images"], 12);
  EXPECT_GT(json["stats"]["wall_s"], 0);
}

TEST_F(Commands, DetectDrawsWhatItFound) {
  const std::vector<std::string> args = {"detect",    at("images"), "--board", "8x5",
                                         "--square",  "40mm",       "-o",      at("drawn.yaml"),
                                         "--overlay", at("drawn"),  "--force"};
  ok(args);
  ok(args);  // its own pictures are replaced
  EXPECT_EQ(std::distance(fs::directory_iterator(at("drawn/left")), fs::directory_iterator()), 12);
  const cv::Mat plain = cv::imread(at("images/left/0003.png"));
  const cv::Mat drawn = cv::imread(at("drawn/left/000003.jpg"));
  ASSERT_EQ(drawn.size(), plain.size());
  // The first corner is marked with a colored circle.
  const Observations observations = read_observations(at("drawn.yaml"));
  const auto view = std::find_if(observations.views.begin(), observations.views.end(),
                                 [](const View& v) { return v.camera == 0 && v.frame == 3; });
  ASSERT_NE(view, observations.views.end());
  const Corner& first = view->corners.front();
  const cv::Vec3b pixel = drawn.at<cv::Vec3b>(static_cast<int>(first.y), static_cast<int>(first.x));
  EXPECT_GT(std::abs(pixel[2] - pixel[0]), 60);
  EXPECT_EQ(cv::imread(at("drawn/right.jpg")).cols, 4 * 320);  // twelve pictures on a sheet
  std::vector<std::string> over = args;
  over[9] = at("images");  // must not overwrite the inputs
  EXPECT_EQ(calib_command(over).code, 2);
  EXPECT_TRUE(fs::exists(at("images/left/0003.png")));
}

TEST_F(Commands, DetectIsTheSameForAnyNumberOfThreads) {
  ok({"detect", at("images"), "--board", "8x5", "--square", "40mm", "-o", at("one.yaml"), "-j",
      "1"});
  ok({"detect", at("images"), "--board", "8x5", "--square", "40mm", "-o", at("three.yaml"), "-j3"});
  EXPECT_EQ(read_file(at("one.yaml")), read_file(at("three.yaml")));
  EXPECT_EQ(read_file(at("one.yaml")), read_file(at("observations.yaml")));
}

TEST_F(Commands, FramesOfPicturesAreSelected) {
  const Outcome some = ok({"detect", at("images"), "--every", "5", "--start", "1", "--dry-run"});
  EXPECT_THAT(some.out, HasSubstr("3 frames, 3 seen by all 2 cameras"));
  expect_refused({"detect", at("images"), "--start", "12", "--dry-run"}, 2,
                 {"--start 12 is beyond the last frame, 11"});
  expect_refused({"detect", at("images"), "--names", "a,b", "--dry-run"}, 2, {"--layout"});
}

TEST_F(Commands, NamesOfCamerasAreCheckedBeforeAnyWork) {
  for (const auto& [option, names] :
       {std::pair{"--pair", "left,cam9"}, {"--set", "left,right,cam9"}, {"--reference", "cam9"}}) {
    fs::remove_all(at("named"));
    expect_refused({"run", at("images"), "--board", "8x5", "--square", "40mm", option, names, "-o",
                    at("named")},
                   2, {"there is no camera 'cam9' in the recording"});
    EXPECT_FALSE(fs::exists(at("named/observations.yaml")));
  }
  expect_refused(
      {"extrinsics", at("observations.yaml"), "--reference", "cam9", "-o", at("no.yaml")}, 2,
      {"there is no camera 'cam9' in the observations"});
  expect_refused({"stereo", at("observations.yaml"), "--pair", "left,cam9", "-o", at("no.yaml")}, 2,
                 {"there is no camera 'cam9' in the observations"});
}

TEST_F(Commands, ResultsAreNotWrittenAmongThePicturesThatAreRead) {
  fs::remove_all(at("recording"));
  for (const char* camera : {"left", "right"}) {
    fs::create_directories(at("recording"));
    fs::copy(fs::path(at("images")) / camera, fs::path(at("recording")) / camera);
  }
  for (const char* folder : {"recording/left", "recording/left/out"})
    expect_refused({"run", at("recording"), "--board", "8x5", "--square", "40mm", "-o", at(folder)},
                   2, {"is a folder of the recording"});
  expect_refused({"rectify", at("calibration.yaml"), "--images", at("recording"), "-o",
                  at("recording"), "--force"},
                 2, {"is a folder of the recording"});
  expect_refused({"undistort", at("calibration.yaml"), "--images", at("recording"), "-o",
                  at("recording"), "--force"},
                 2, {"is a folder of the recording"});
  expect_refused(
      {"crop", at("synth/composite"), "--layout", "1x2", "-o", at("synth/composite"), "--force"}, 2,
      {"is a folder of the recording"});
}

TEST_F(Commands, ObservationsOfOtherCamerasAreNamed) {
  Observations other = read_observations(at("observations.yaml"));
  other.cameras[0].name = "a";
  other.cameras[1].name = "b";
  write_file(at("other.yaml"), to_yaml(other));
  expect_refused({"evaluate", at("calibration.yaml"), at("other.yaml")}, 2,
                 {"found a, b, expected left, right"});
}

TEST_F(Commands, DryRunPrintsThePairs) {
  fs::remove_all(at("pairs"));
  fs::create_directories(at("pairs/a"));
  fs::create_directories(at("pairs/b"));
  const std::string picture = (fs::path(at("images")) / "left").string();
  const fs::path source = *fs::directory_iterator(picture);
  fs::copy_file(source, at("pairs/a/img_2.png"));
  fs::copy_file(source, at("pairs/a/img_10.png"));
  fs::copy_file(source, at("pairs/b/0002.png"));
  const Outcome outcome = ok({"detect", at("pairs"), "--dry-run"});
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("img_2.png"),
                                 HasSubstr("2 frames, 1 seen by all 2 cameras, 1 unmatched")));
}

TEST_F(Commands, StereoSolvesThePairOfARigOfTwo) {
  ok({"stereo", at("observations.yaml"), "--calibration", at("intrinsics.yaml"), "--pair",
      "right,left", "-o", at("stereo.yaml")});
  const Calibration stereo = read_calibration(at("stereo.yaml"));
  EXPECT_EQ(stereo.reference_camera, "right");
  EXPECT_EQ(stereo.cameras[0].intrinsics->parameters,
            read_calibration(at("intrinsics.yaml")).cameras[0].intrinsics->parameters);
}

TEST_F(Commands, RectifyWritesMapsImagesPreviewsAndTheRowError) {
  const Outcome outcome = ok({"rectify", at("calibration.yaml"), "--images", at("images"),
                              "--observations", at("observations.yaml"), "--preview",
                              "--preview-frames", "2", "-o", at("rectified"), "--json"});
  const auto entries = read_rectification(at("rectified/rectification.yaml")).sets;
  ASSERT_EQ(entries.size(), 1u);
  const RectifiedPair& pair = entries[0].set.pairs.at(0);
  // Corners have errors of about 0.05 px.
  EXPECT_LT(pair.errors.value().mean_px, 0.15);
  EXPECT_GT(pair.errors->corners, 200u);
  EXPECT_GT(pair.matched_share.value(), 0.1);  // only the board; the backgrounds differ
  EXPECT_NEAR(entries[0].set.cameras[0].scale, 1, 0.1);
  EXPECT_TRUE(fs::exists(fs::path(at("rectified")) / entries[0].maps.at(0)));
  const auto count = [](const fs::path& folder) {
    return std::distance(fs::directory_iterator(folder), fs::directory_iterator());
  };
  EXPECT_EQ(count(at("rectified/left_right/right")), 12);
  EXPECT_EQ(count(at("rectified/previews/left_right")), 2 * 3);  // lines, anaglyph, disparity
  const auto json = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(json["sets"][0]["name"], "left_right");
  EXPECT_EQ(json["sets"][0]["pairs"][0]["error_px"]["corners"], pair.errors->corners);
}

TEST_F(Commands, RectifySaysWhatIsWrong) {
  const auto refused = [&](std::vector<std::string> more, int code, const std::string& message) {
    std::vector<std::string> args = {"rectify", at("calibration.yaml"), "-o", at("refused")};
    args.insert(args.end(), more.begin(), more.end());
    const Outcome outcome = calib_command(args);
    EXPECT_EQ(outcome.code, code) << message;
    EXPECT_THAT(outcome.err, HasSubstr(message));
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
    EXPECT_FALSE(fs::exists(at("refused/rectification.yaml")));
    EXPECT_FALSE(fs::exists(at("refused/left_right")));
  };
  refused({"--pair", "left,rigth"}, 2, "did you mean 'right'?");
  refused({"--pair", "left"}, 2, "pair: found 'left', expected two different cameras");
  refused({"--set", "left"}, 2, "set: found 'left', expected two cameras or more, or all");
  refused({"--pair", "left,right", "--pair", "left,right"}, 2, "left,right are asked for twice");
  refused({"--projection", "latlong"}, 2, "did you mean 'latlon'?");
  refused({"--fov", "170"}, 2, "wider lenses need --projection latlon");
  refused({"--maps", "exr", "--map-type", "fixed"}, 2, "cannot hold fixed-point maps");
  refused({"--observations", at("observations.yaml"), "--max-error-px", "0.0001"}, 1,
          "corners of left and right are");
  refused({"--max-error-px", "0.1"}, 2, "expected --observations too");
  refused({"--images", at("images"), "--format", "avi", "--size", "321x240"}, 2,
          "videos need even sides, found 321x240: use --size 320x240");
  refused({"--images", at("synth")}, 2, "the images have no camera 'left'");
}

TEST_F(Commands, RectifyNeverReplacesWhatItReadsNorWhatOthersWrote) {
  const std::vector<std::string> args = {
      "rectify", at("calibration.yaml"), "--images", at("images"), "-o", at("mine")};
  ok(args);
  Outcome outcome = calib_command({"rectify", at("calibration.yaml"), "--images",
                                   at("mine/left_right"), "-o", at("mine"), "--force"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("would be overwritten by its own result"));
  EXPECT_TRUE(fs::exists(at("mine/left_right/left/000000.png")));
  // A folder of that name that calib did not make.
  write_file(at("mine/previews/mine.txt"), "mine");
  outcome = calib_command({"rectify", at("calibration.yaml"), "--images", at("images"), "--preview",
                           "-o", at("mine"), "--force"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(read_file(at("mine/previews/mine.txt")), "mine");
  // A file that names folders outside the output folder.
  std::string text = read_file(at("mine/rectification.yaml"));
  for (std::size_t i = text.find("left\n"); i != std::string::npos; i = text.find("left\n", i))
    text.replace(i, 4, "../synth");
  write_file(at("mine/rectification.yaml"), text);
  calib_command(
      {"rectify", at("calibration.yaml"), "--images", at("images"), "-o", at("mine"), "--force"});
  EXPECT_TRUE(fs::exists(at("synth/truth.yaml")));
}

TEST_F(Commands, UndistortWritesEveryImageAndTheNewCameraMatrices) {
  const Outcome outcome = ok({"undistort", at("calibration.yaml"), "--images", at("images"), "-o",
                              at("undistorted"), "--maps", "npy", "--json"});
  EXPECT_EQ(nlohmann::json::parse(outcome.out)["images"], 24);
  const auto entries = read_rectification(at("undistorted/rectification.yaml")).sets;
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[1].set.cameras.at(0).name, "right");
  EXPECT_EQ(entries[1].maps.at(0), "right/right.npy");
  EXPECT_TRUE(fs::exists(at("undistorted/right/000011.png")));
  ok({"undistort", at("calibration.yaml"), "--images", at("images"), "-o", at("undistorted"),
      "--force", "--size", "320x240"});
  EXPECT_FALSE(
      fs::exists(at("undistorted/right/right.npy")));  // files of the earlier run are removed
}

TEST_F(Commands, EvaluateWritesEveryResidual) {
  ok({"evaluate", at("calibration.yaml"), at("observations.yaml"), "--residuals",
      at("residuals.csv")});
  ok({"evaluate", at("calibration.yaml"), at("observations.yaml"), "--residuals",
      at("residuals.json")});
  const std::string before = read_file(at("calibration.yaml"));
  fs::copy(at("calibration.yaml"), at("calibration.json"));
  expect_refused({"evaluate", at("calibration.json"), at("observations.yaml"), "--residuals",
                  at("calibration.json"), "--force"},
                 2, {"is read by this command"});
  EXPECT_EQ(read_file(at("calibration.json")), before);
  const auto json = nlohmann::json::parse(read_file(at("residuals.json")));
  const std::string csv = read_file(at("residuals.csv"));
  EXPECT_THAT(csv,
              ::testing::StartsWith("camera,frame,corner,px,py,rx,ry,weight,rejected\nleft,0,"));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), static_cast<long>(json.size()) + 1);
  const Calibration calibration = read_calibration(at("calibration.yaml"));
  double squares = 0;
  int used = 0;
  std::size_t left_out = 0;
  for (const auto& entry : json) {
    if (entry["rejected"]) ++left_out;
    if (entry["camera"] != "left" || entry["rejected"]) continue;
    squares += std::pow(entry["rx"].get<double>(), 2) + std::pow(entry["ry"].get<double>(), 2);
    ++used;
  }
  EXPECT_EQ(left_out, calibration.rejected.size());
  EXPECT_NEAR(std::sqrt(squares / used), calibration.cameras[0].reprojection_rms_px.value(), 1e-6);
  EXPECT_EQ(calib_command({"evaluate", at("calibration.yaml"), at("observations.yaml"),
                           "--residuals", at("residuals.txt")})
                .code,
            2);
}

TEST_F(Commands, InfoDescribesEveryArtifact) {
  ok({"rectify", at("calibration.yaml"), "-o", at("for info"), "--maps", "none"});
  for (const auto& [file, kind, text] :
       {std::tuple{"images/dataset.yaml", "dataset", "0 to 11"},
        {"observations.yaml", "observations", "8x5 chessboard, 40.000 mm"},
        {"intrinsics.yaml", "calibration", "opencv5"},
        {"calibration.yaml", "calibration", "12 board poses"},
        {"for info/rectification.yaml", "rectification", "left-right"}}) {
    const Outcome outcome = ok({"info", at(file)});
    EXPECT_THAT(outcome.out, AllOf(HasSubstr(kind), HasSubstr(text))) << file;
    const auto json = nlohmann::json::parse(ok({"info", at(file), "--json"}).out);
    EXPECT_EQ(json["kind"], kind);
  }
  EXPECT_EQ(calib_command({"info", at("synth/composite/0000.png")}).code, 2);
}

TEST_F(Commands, EvaluateChecksGates) {
  const Outcome met = ok({"evaluate", at("calibration.yaml"), at("observations.yaml"), "--require",
                          "epipolar_px<0.3", "--require", "views>5"});
  EXPECT_THAT(met.out, HasSubstr("gate epipolar_px<0.3: met"));
  const Outcome missed = calib_command({"evaluate", at("calibration.yaml"), at("observations.yaml"),
                                        "--require", "epipolar_px<0.0001"});
  EXPECT_EQ(missed.code, 1);
  EXPECT_THAT(missed.err, HasSubstr("missed: epipolar_px<0.0001"));
  ok({"evaluate", at("calibration.yaml"), at("observations.yaml"), "--require", "late_frames<1",
      "--require", "moved_mdeg<1", "--require", "metric_percent<1"});
  const Outcome unknown = calib_command(
      {"evaluate", at("calibration.yaml"), at("observations.yaml"), "--require", "epipolar<1"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean 'epipolar_px'?"));
}

TEST_F(Commands, ReportWritesOnePageWithRectifiedPictures) {
  const std::vector<std::string> args = {"report",
                                         at("calibration.yaml"),
                                         at("observations.yaml"),
                                         "--images",
                                         at("images"),
                                         "-o",
                                         at("report.html"),
                                         "--json"};
  const auto json = nlohmann::json::parse(ok(args).out);
  const std::string html = read_file(at("report.html"));
  EXPECT_EQ(json["report"], at("report.html"));
  EXPECT_EQ(json["bytes"], html.size());
  EXPECT_THAT(html, AllOf(HasSubstr("left-right, frame "), HasSubstr("data:image/jpeg;base64,"),
                          HasSubstr("held-out error px")));
  expect_refused(args, 2, {"report.html", "exists already", "--force"});
  std::vector<std::string> again = args;
  again.insert(again.end(), {"--force", "-j", "1"});
  ok(again);
  EXPECT_TRUE(read_file(at("report.html")) == html) << "the threads changed the page";
}

TEST_F(Commands, ReportShowsWhyImagesAreMissing) {
  fs::remove_all(at("half"));
  fs::copy(at("images"), at("half"), fs::copy_options::recursive);
  for (const auto& file : fs::directory_iterator(at("half/left"))) write_file(file.path(), "");
  ok({"report", at("calibration.yaml"), at("observations.yaml"), "--images", at("half"), "-o",
      at("half.html")});
  EXPECT_THAT(read_file(at("half.html")), HasSubstr("zero bytes"));
}

TEST_F(Commands, ReportRefusesBrokenInput) {
  write_file(at("half.yaml"), read_file(at("observations.yaml")).substr(0, 3000));
  expect_refused({"report", at("calibration.yaml"), at("half.yaml"), "-o", at("no.html")}, 2,
                 {"half.yaml"});
  expect_refused({"report", at("calibration.yaml"), "-o", at("no.html")}, 2,
                 {"found 1 files, expected two"});
  expect_refused({"report", at("observations.yaml"), at("calibration.yaml"), "-o", at("no.html")},
                 2, {"observations.yaml"});
  EXPECT_FALSE(fs::exists(at("no.html")));
}

TEST_F(Commands, ReportWarnsOfBrokenImages) {
  fs::copy(at("images"), at("cut_images"), fs::copy_options::recursive);
  for (const auto& entry : fs::directory_iterator(at("cut_images/left")))
    write_file(entry.path(), read_file(entry.path()).substr(0, 100));
  const std::vector<std::string> report = {
      "report", at("calibration.yaml"), at("observations.yaml"), "--images", at("cut_images"),
      "-o",     at("cut.html")};
  std::vector<std::string> strict = report;
  strict.emplace_back("--strict");
  expect_refused(strict, 2, {"left-right, frame ", "truncated PNG"});
  EXPECT_FALSE(fs::exists(at("cut.html")));
  EXPECT_THAT(ok(report).err,
              AllOf(HasSubstr("left out left-right, frame "), HasSubstr("truncated PNG")));
}

TEST_F(Commands, CompareIsZeroWithItselfAndGates) {
  const Outcome same = ok(
      {"compare", at("calibration.yaml"), at("calibration.yaml"), "--max-px", "0.001", "--json"});
  EXPECT_LT(nlohmann::json::parse(same.out)["left"]["projection_px"]["max"], 1e-6);
  const Outcome differs = calib_command(
      {"compare", at("calibration.yaml"), at("intrinsics.yaml"), "--max-px", "0.0000001"});
  EXPECT_EQ(differs.code, 1);
}

TEST_F(Commands, EveryCommandHasHelpWithAnExample) {
  for (const Command& command : commands()) {
    const Outcome outcome = ok({command.name, "--help"});
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("Example:\n  calib " + command.name),
                                   HasSubstr("--json"), HasSubstr("-j")));
  }
  EXPECT_THAT(ok({"--version"}).out, HasSubstr("0."));
}

TEST_F(Commands, MistypedWordsAreRefusedWithTheNearest) {
  expect_refused({"detct", "x"}, 2, {"unknown command 'detct'", "did you mean 'detect'?"});
  expect_refused({"detect", "x", "--bord", "8x5"}, 2,
                 {"unknown flag '--bord'", "did you mean '--board'?"});
  expect_refused({"intrinsics", "x", "--model", "opencv6", "-o", "y"}, 2,
                 {"--model", "opencv6", "did you mean 'opencv"});
}

TEST_F(Commands, MissingAndEmptyInputIsNamed) {
  expect_refused({"intrinsics", at("nowhere.yaml"), "-o", at("x.yaml")}, 2,
                 {"nowhere.yaml: no such file"});
  fs::create_directories(at("empty"));
  expect_refused({"detect", at("empty"), "--board", "8x5", "--square", "40mm", "-o", at("x.yaml")},
                 2, {"empty"});
  expect_refused({"crop", at("empty"), "--layout", "1x2", "-o", at("x")}, 2, {"empty"});
  expect_refused({"detect", at("images"), "-o", at("x.yaml")}, 2,
                 {"board: missing", "--board 11x8"});
}

TEST_F(Commands, ASquareOfManyMetersIsQuestioned) {
  expect_refused({"detect", at("images"), "--board", "8x5", "--square", "30", "-o", at("x.yaml")},
                 2, {"30 meters", "30mm"});
}

TEST_F(Commands, ExistingOutputIsKeptWithoutForce) {
  const std::string before = read_file(at("intrinsics.yaml"));
  expect_refused(
      {"intrinsics", at("observations.yaml"), "--model", "pinhole", "-o", at("intrinsics.yaml")}, 2,
      {"exists already", "--force"});
  EXPECT_EQ(read_file(at("intrinsics.yaml")), before);
}

TEST_F(Commands, OptionsMayStandBeforeTheInput) {
  ok({"detect", "--board", "8x5", "--square", "40mm", at("images"), "-o", "/dev/null"});
  ok({"evaluate", "--require", "epipolar_px<9", at("calibration.yaml"), at("observations.yaml")});
  ok({"rectify", "--pair", "left,right", at("calibration.yaml"), "-o", at("options_first")});
}

TEST_F(Commands, AnotherBoardThanTheCalibrationsIsRefused) {
  const std::string text = read_file(at("calibration.yaml"));
  const std::size_t corners = text.find("[8, 5]");
  ASSERT_NE(corners, std::string::npos);
  for (const char* grid : {"[4, 3]", "[9, 9]"}) {
    write_file(at("grid.yaml"), std::string(text).replace(corners, 6, grid));
    expect_refused({"evaluate", at("grid.yaml"), at("observations.yaml")}, 2,
                   {"the observations of 8x5"});
    expect_refused({"report", at("grid.yaml"), at("observations.yaml"), "-o", at("grid.html")}, 2,
                   {"the observations of 8x5"});
  }
  const std::size_t board = text.find("board: {");
  write_file(at("boardless.yaml"),
             std::string(text).erase(board, text.find('\n', board) + 1 - board));
  expect_refused({"evaluate", at("boardless.yaml"), at("observations.yaml")}, 2,
                 {"'frames' has poses of a board, expected 'board' too"});
}

TEST_F(Commands, ACameraThatOneCalibrationLacksIsNoMatch) {
  std::string text = read_file(at("calibration.yaml"));
  ok({"compare", at("calibration.yaml"), at("calibration.yaml"), "--max-px", "0"});
  for (std::size_t place; (place = text.find("right")) != std::string::npos;)
    text.replace(place, 5, "third");
  write_file(at("third.yaml"), text);
  expect_refused({"compare", at("calibration.yaml"), at("third.yaml"), "--max-px", "1"}, 1,
                 {"right: only ", "calibration.yaml has this camera"});
}

TEST_F(Commands, InputsAreNeverOverwritten) {
  // Links to pictures count as pictures.
  for (const char* camera : {"left", "right"}) {
    fs::create_directories(at(std::string("links/") + camera));
    for (const auto& entry : fs::directory_iterator(at(std::string("images/") + camera)))
      fs::create_symlink(entry.path(),
                         at("links/") + camera + "/" + entry.path().filename().string());
  }
  expect_refused({"detect", at("links"), "--board", "8x5", "--square", "40mm", "-o", at("p.yaml"),
                  "--overlay", at("links"), "--force"},
                 2, {"would be overwritten"});
  write_file(at("photos/left/0000.jpg"), "mine");
  expect_refused({"detect", at("images"), "--board", "8x5", "--square", "40mm", "-o", at("p.yaml"),
                  "--overlay", at("photos"), "--force"},
                 2, {"left: exists already"});
  EXPECT_EQ(read_file(at("photos/left/0000.jpg")), "mine");
  write_file(at("held/observations.yaml"), "board: 8x5\nsquare: 40mm\n");
  expect_refused({"run", at("images"), "--config", at("held/observations.yaml"), "-o", at("held")},
                 2, {"is read by this command"});
}

TEST_F(Commands, AnEmptyFolderAmongCamerasIsReported) {
  for (const char* name : {"rig/cam0", "rig/cam1", "rig/cam2"}) fs::create_directories(at(name));
  for (const auto& entry : fs::directory_iterator(at("images/left"))) {
    fs::copy(entry.path(), at("rig/cam0") / entry.path().filename());
    fs::copy(entry.path(), at("rig/cam2") / entry.path().filename());
  }
  fs::create_directories(at("rig/results"));
  expect_refused({"detect", at("rig"), "--board", "8x5", "--square", "40mm", "-o", at("r.yaml")}, 2,
                 {"cam1: the folder is empty"});
  fs::remove(at("rig/cam1"));
  ok({"detect", at("rig"), "--board", "8x5", "--square", "40mm", "-o", at("r.yaml")});
}

TEST_F(Commands, SynthGoesOnAfterAnInterruptionAndLeavesNothingOfAnEarlierOne) {
  write_file(at("again/.calib.unfinished/cam0/0000.png"), "cut sho");
  const std::vector<std::string> words = {"synth", "--cameras", "2",       "--size",  "96x64",
                                          "-o",    at("again"), "--force", "--frames"};
  const auto frames = [&](const char* count) {
    std::vector<std::string> all = words;
    all.emplace_back(count);
    return all;
  };
  ok(frames("3"));
  ok(frames("2"));
  EXPECT_TRUE(fs::exists(at("again/cam0/0001.png")));
  EXPECT_FALSE(fs::exists(at("again/cam0/0002.png")));
  EXPECT_FALSE(fs::exists(at("again/.calib.unfinished")));
  write_file(at("again/cam1/mine.txt"), "mine");
  expect_refused(frames("2"), 2, {"cam1: holds more"});
}

TEST_F(Commands, FilesOfOthersAreKept) {
  write_file(at("mine/cam0/0000.png"), "mine");
  expect_refused({"synth", "--frames", "1", "-o", at("mine")}, 2, {"mine: is not empty"});
  expect_refused({"info", at("calibration.yaml"), "--log-file", at("mine/cam0/0000.png")}, 2,
                 {"exists already"});
  write_file(at("other/report.html"), "mine");
  expect_refused({"run", at("images"), "--board", "8x5", "--square", "40mm", "-o", at("other")}, 2,
                 {"report.html: exists already"});
  expect_refused({"run", at("images"), "--board", "8x5", "--square", "40mm", "-o", at("images")}, 2,
                 {"is read by this command"});
  EXPECT_EQ(read_file(at("mine/cam0/0000.png")), "mine");
  EXPECT_EQ(read_file(at("other/report.html")), "mine");
}

TEST_F(Commands, LargePicturesAreLeftOut) {
  const std::vector<std::string> detect = {"detect", at("images"), "--board",
                                           "8x5",    "--square",   "40mm",
                                           "-o",     at("x.yaml"), "--max-pixels"};
  std::vector<std::string> all = detect, none = detect;
  all.push_back("0.3072");
  none.push_back("0.3");
  ok(all);
  fs::remove(at("x.yaml"));
  EXPECT_THAT(calib_command(none).err, HasSubstr("has 640x480 pixels, more than the 0.3 million"));
  expect_refused({"info", at("images"), "--max-pixels", "1e30"}, 2, {"--max-pixels"});
}

// OpenCV's search takes many seconds on noise.
TEST_F(Commands, APictureThatTakesTooLongIsGivenUp) {
  cv::Mat board, noise(1200, 1600, CV_8U);
  cv::resize(cv::imread(first_picture(), cv::IMREAD_GRAYSCALE), board, noise.size());
  cv::RNG(1).fill(noise, cv::RNG::UNIFORM, 0, 256);
  fs::create_directory(at("slow"));
  cv::imwrite(at("slow/0.png"), board);
  cv::imwrite(at("slow/1.png"), noise);
  ok({"detect", at("slow"), "--board", "8x5", "--square", "40mm", "--detector", "opencv",
      "--image-timeout", "1", "-j1", "-o", at("slow.yaml")});
  const Observations observations = read_observations(at("slow.yaml"));
  EXPECT_EQ(observations.views.size(), 1u);
  ASSERT_EQ(observations.missing.size(), 1u);
  EXPECT_EQ(observations.missing[0].reason, "timeout");
}

TEST_F(Commands, AFileFromOthersWritesNowhereElse) {
  std::string text = read_file(at("images/dataset.yaml"));
  text.replace(text.find("left:"), 5, at("evil") + ":");
  write_file(at("images/evil.yaml"), text);
  expect_refused({"detect", at("images/evil.yaml"), "--board", "8x5", "--square", "40mm",
                  "--overlay", at("found"), "-o", at("x.yaml")},
                 2, {"evil.yaml:", "cannot name a camera"});
  EXPECT_FALSE(fs::exists(at("evil.jpg")));
  fs::remove(at("images/evil.yaml"));
}

TEST_F(Commands, AnInputIsNeverOverwritten) {
  const std::string picture = first_picture(), pixels = read_file(picture);
  expect_refused(
      {"detect", at("images"), "--board", "8x5", "--square", "40mm", "-o", picture, "--force"}, 2,
      {"is read by this command"});
  EXPECT_EQ(read_file(picture), pixels);
  const std::string rig = read_file(at("calibration.yaml"));
  expect_refused({"info", at("calibration.yaml"), "--log-file", at("calibration.yaml"), "--force"},
                 2, {"is not a log that calib wrote"});
  EXPECT_EQ(read_file(at("calibration.yaml")), rig);
  write_file(at("own.yaml"), "board: 8x5\nsquare: 40mm\n");
  expect_refused(
      {"detect", at("images"), "--config", at("own.yaml"), "-o", at("own.yaml"), "--force"}, 2,
      {"is read by this command"});
  const std::string before = read_file(at("observations.yaml"));
  const Outcome outcome = calib_command(
      {"intrinsics", at("observations.yaml"), "-o", at("observations.yaml"), "--force"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("would be overwritten"));
  EXPECT_EQ(read_file(at("observations.yaml")), before);
  EXPECT_EQ(calib_command({"undistort", at("intrinsics.yaml"), "--images", at("images"), "-o",
                           at("images"), "--force"})
                .code,
            2);
}

TEST_F(Commands, SecondaryInputsAreNotOverwrittenEither) {
  fs::create_directory(at("own"));
  fs::copy(at("images/dataset.yaml"), at("own/dataset.yaml"));
  fs::copy(at("images/left"), at("own/left"));
  fs::copy(at("images/right"), at("own/right"));
  fs::copy(at("calibration.yaml"), at("own/rectification.yaml"));
  fs::copy(at("synth/truth.yaml"), at("own/truth.yaml"));
  const std::vector<std::vector<std::string>> commands = {
      {"detect", at("own"), "--board", "8x5", "--square", "40mm", "-o", at("own/dataset.yaml")},
      {"report", at("calibration.yaml"), at("observations.yaml"), "--images", at("own"), "-o",
       at("own/dataset.yaml")},
      {"rectify", at("own/rectification.yaml"), "-o", at("own")},
      {"undistort", at("own/rectification.yaml"), "--images", at("images"), "-o", at("own")},
      {"board", "--target", at("own/truth.yaml"), "-o", at("own/truth.yaml")},
      {"synth", "--target", at("own/truth.yaml"), "-o", at("own")}};
  for (std::vector<std::string> command : commands) {
    command.emplace_back("--force");
    expect_refused(command, 2, {"is read by this command"});
  }
  EXPECT_EQ(read_file(at("own/dataset.yaml")), read_file(at("images/dataset.yaml")));
  EXPECT_EQ(read_file(at("own/rectification.yaml")), read_file(at("calibration.yaml")));
}

TEST_F(Commands, RunKeepsFilesThatCalibDidNotWrite) {
  fs::create_directory(at("foreign"));
  write_file(at("foreign/dataset.yaml"), "mine");
  expect_refused({"run", at("synth/composite"), "--layout", "1x2", "--write-crops", "--board",
                  "8x5", "--square", "40mm", "-o", at("foreign")},
                 2, {"dataset.yaml", "exists already"});
  EXPECT_EQ(read_file(at("foreign/dataset.yaml")), "mine");
  fs::remove(at("foreign/dataset.yaml"));
  for (const char* name : {"observations.yaml", "calibration.yaml", "report.html"}) {
    write_file(at("foreign/" + std::string(name)), "mine");
    expect_refused({"run", at("images"), "--board", "8x5", "--square", "40mm", "-o", at("foreign")},
                   2, {name, "exists already"});
    EXPECT_EQ(read_file(at("foreign/" + std::string(name))), "mine");
    fs::remove(at("foreign/" + std::string(name)));
  }
}

TEST_F(Commands, ACalibrationChangedByHandIsJudgedAsItIs) {
  const std::vector<std::string> run = {"run",  at("images"),  "--board", "8x5",       "--square",
                                        "40mm", "--no-report", "-o",      at("edited")};
  EXPECT_THAT(ok(run).out, Not(HasSubstr("verdict: poor")));
  Calibration calibration = read_calibration(at("edited/calibration.yaml"));
  calibration.cameras[1].intrinsics->parameters[0] *= 1.5;
  write_file(at("edited/calibration.yaml"), to_yaml(calibration));
  EXPECT_THAT(ok(run).out, HasSubstr("verdict: poor"));
  EXPECT_EQ(read_calibration(at("edited/calibration.yaml")).verdict, Verdict::kPoor);
}

TEST_F(Commands, GatesOnDifferencesNeedAllToBeCompared) {
  Calibration other = read_calibration(at("calibration.yaml"));
  const auto expect_missed = [&](const std::string& why) {
    write_file(at("other.yaml"), to_yaml(other));
    for (const auto& [first, second] : {std::pair("calibration.yaml", "other.yaml"),
                                        std::pair("other.yaml", "calibration.yaml")}) {
      expect_refused({"compare", at(first), at(second), "--max-px", "1000"}, 1, {why});
      const Outcome told = calib_command({"compare", at(first), at(second)});
      EXPECT_EQ(told.code, 0);
      EXPECT_THAT(told.err, HasSubstr(why));
    }
    expect_refused({"evaluate", at("calibration.yaml"), at("observations.yaml"), "--folds", "0",
                    "--truth", at("other.yaml"), "--require", "truth_px<1000"},
                   1, {why});
  };
  other.cameras[1].name = "center";
  other.findings.clear();  // they name the camera too, and so does the covariance
  forget_covariance(other);
  expect_missed("right: only ");
  other = read_calibration(at("calibration.yaml"));
  other.cameras[1].T_cam_rig.reset();
  write_file(at("other.yaml"), to_yaml(other));
  expect_refused({"evaluate", at("calibration.yaml"), at("observations.yaml"), "--folds", "0",
                  "--truth", at("other.yaml"), "--require", "truth_mm<1000"},
                 1, {"right: its pose is not in both"});
  other = read_calibration(at("calibration.yaml"));
  other.cameras[1].intrinsics->parameters[4] = -9999;
  expect_missed("right: 100 % of the picture is seen by only one of the lenses");
}

TEST_F(Commands, PosesHaveGatesOfTheirOwn) {
  Calibration moved = read_calibration(at("calibration.yaml"));
  Pose& T_cam_rig = *moved.cameras[1].T_cam_rig;
  T_cam_rig.translation += Eigen::Vector3d(0.002, 0, 0);
  write_file(at("moved.yaml"), to_yaml(moved));
  const auto gated = [&](const std::string& flag, const std::string& most) {
    return std::vector<std::string>{"compare", at("calibration.yaml"), at("moved.yaml"), flag,
                                    most};
  };
  ok(gated("--max-px", "0"));
  ok(gated("--max-mm", "2.001"));
  ok(gated("--max-mdeg", "0"));
  expect_refused(gated("--max-mm", "1.9"), 1,
                 {"right: centers differ by 2.000 mm, more than 1.9 mm"});
  T_cam_rig.rotation = (T_cam_rig.rotation * exp_so3({0.001, 0, 0})).normalized();
  write_file(at("moved.yaml"), to_yaml(moved));
  expect_refused(gated("--max-mdeg", "57"), 1, {"right: turned by 57.296 mdeg, more than 57 mdeg"});
  moved.cameras[1].T_cam_rig.reset();
  write_file(at("moved.yaml"), to_yaml(moved));
  expect_refused(gated("--max-mm", "9999"), 1, {"right: its pose is not in both"});
  ok(gated("--max-px", "0"));
}

TEST_F(Commands, AFailureIsJsonToo) {
  for (const auto& [args, code] :
       {std::pair(std::vector<std::string>{"info", at("nowhere.yaml"), "--json"}, 2),
        std::pair(std::vector<std::string>{"info", "--json", "--nonsense"}, 2),
        std::pair(std::vector<std::string>{"detect", at("images"), "--board", "9x9", "--square",
                                           "40mm", "-o", at("none.yaml"), "--json"},
                  1)}) {
    const Outcome told = calib_command(args);
    EXPECT_EQ(told.code, code);
    const auto json = nlohmann::json::parse(told.out);
    EXPECT_EQ(json["exit_code"], code);
    EXPECT_THAT(told.err, EndsWith("calib: " + json["error"].get<std::string>() + "\n"));
  }
  // If the result was printed before the failure, it is the only JSON.
  const Outcome missed = calib_command({"evaluate", at("calibration.yaml"), at("observations.yaml"),
                                        "--require", "epipolar_px<0", "--json"});
  EXPECT_EQ(missed.code, 1);
  EXPECT_TRUE(nlohmann::json::parse(missed.out).contains("gates"));
}

TEST_F(Commands, CommandsThatOnlyPrintHaveNoOutput) {
  expect_refused({"info", at("calibration.yaml"), "-o", at("told")}, 2, {"-o"});
  expect_refused(
      {"compare", at("calibration.yaml"), at("calibration.yaml"), "--output", at("told")}, 2,
      {"unknown flag '--output'"});
}

TEST_F(Commands, OneCamerasPicturesAreNotTwoCameras) {
  fs::create_directories(at("doubled"));
  for (const char* camera : {"left", "right"})
    fs::copy(at(std::string("images/") + camera), at(std::string("doubled/") + camera));
  fs::create_directory_symlink("right", at("doubled/third"));
  expect_refused({"run", at("doubled"), "--board", "8x5", "--square", "40mm", "-o", at("twins")}, 2,
                 {"cameras 'right' and 'third' have the same corners in every frame"});
}

TEST_F(Commands, UnreadablePicturesAreAFileError) {
  fs::create_directories(at("torn/left"));
  for (int i = 0; i < 3; ++i)
    write_file(at(fmt::format("torn/left/{}.png", i)), read_file(first_picture()).substr(0, 100));
  expect_refused({"detect", at("torn"), "--board", "8x5", "--square", "40mm", "-o", at("t.yaml")},
                 2, {"none of the 3 images can be used", "0.png (truncated PNG)"});
}

TEST_F(Commands, CamerasAreNotNamedAsResults) {
  for (const char* name : {"rectified", "report.html", "dataset.yaml"}) {
    expect_refused({"crop", at("synth/composite"), "--layout", "1x2", "--names",
                    std::string("left,") + name, "-o", at("named")},
                   2, {std::string("camera name '") + name});
  }
  EXPECT_FALSE(fs::exists(at("named")));
}

TEST_F(Commands, RowsAreMeasuredOnTheCalibrationsOwnCameras) {
  Observations others = read_observations(at("observations.yaml"));
  others.cameras[0].name = "top";
  others.cameras[1].name = "bottom";
  write_file(at("others.yaml"), to_yaml(others));
  expect_refused({"rectify", at("calibration.yaml"), "--observations", at("others.yaml"), "-o",
                  at("of_others")},
                 2, {"none of the calibration's cameras: found bottom, top"});
}

TEST_F(Commands, RunReportsWhatRemainsOfAnEarlierRun) {
  const std::vector<std::string> run = {"run",      at("images"), "--board", "8x5",
                                        "--square", "40mm",       "-o",      at("twice")};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), run.begin(), run.end());
    return more;
  };
  expect_refused(with({"--folds", "1"}), 2, {"folds: found 1"});
  EXPECT_FALSE(fs::exists(at("twice/observations.yaml")));
  EXPECT_THAT(ok(run).out, HasSubstr("rectified/, report.html"));
  const Outcome told = ok(with({"--no-report"}));
  EXPECT_THAT(told.out, Not(HasSubstr("report.html")));
  EXPECT_THAT(told.err, Not(HasSubstr("report.html")));
  EXPECT_THAT(ok(with({"--no-report", "--model", "opencv4"})).err,
              HasSubstr("report.html is of an earlier run"));
  const Outcome alone = ok({"run", at("images/left"), "--board", "8x5", "--square", "40mm",
                            "--no-report", "-o", at("twice")});
  EXPECT_THAT(alone.err, HasSubstr("rectification.yaml is of an earlier run"));
}

TEST_F(Commands, AnotherSizeOfTheSquaresIsAnotherBoard) {
  Observations observations = read_observations(at("observations.yaml"));
  observations.board.square_m *= 2;
  write_file(at("other_squares.yaml"), to_yaml(observations));
  expect_refused({"evaluate", at("calibration.yaml"), at("other_squares.yaml")}, 2,
                 {"8x5 corners, 40 mm apart", "8x5 corners, 80 mm apart"});
}

TEST_F(Commands, EvaluateFailsIfNothingCanBeMeasured) {
  Observations observations = read_observations(at("observations.yaml"));
  observations.views.clear();
  write_file(at("no_views.yaml"), to_yaml(observations));
  expect_refused({"evaluate", at("calibration.yaml"), at("no_views.yaml")}, 1,
                 {"none of the 0 views can be used"});
  ok({"evaluate", at("intrinsics.yaml"), at("observations.yaml")});
}

TEST_F(Commands, TheFolderOfOverlaysIsCheckedFirst) {
  const auto detect = [&](const std::string& overlay) {
    return std::vector<std::string>{"detect",    at("images"), "--board", "8x5",
                                    "--square",  "40mm",       "-o",      at("late.yaml"),
                                    "--overlay", overlay};
  };
  write_file(at("a_file"), "mine");
  expect_refused(detect(at("a_file")), 2, {"is a file, expected a folder"});
  expect_refused(detect(at("images/left")), 2, {"holds the images that are read"});
  fs::create_directories(at("plain"));
  fs::copy(at("images/left"), at("plain/left"));
  expect_refused({"detect", at("plain"), "--board", "8x5", "--square", "40mm", "-o",
                  at("late.yaml"), "--overlay", at("plain/./found/")},
                 2, {"lies in the recording"});
  expect_refused(detect(at("late.yaml")), 2, {"is the --output too"});
  expect_refused(detect(at("images/../late.yaml/")), 2, {"is the --output too"});
  EXPECT_FALSE(fs::exists(at("late.yaml")));
}

TEST_F(Commands, TheLogIsNotTheResult) {
  expect_refused({"detect", at("images"), "--board", "8x5", "--square", "40mm", "-o", at("l.yaml"),
                  "--log-file", at("l.yaml")},
                 2, {"is the --output too"});
  EXPECT_FALSE(fs::exists(at("l.yaml")));
  ok({"export", at("calibration.yaml"), "--format", "json", "--log-file", "/dev/null", "-o",
      "/dev/null"});
  expect_refused({"detect", at("images"), "--board", "8x5", "--square", "40mm", "-o", at("new/")},
                 2, {"is a folder, expected a file"});
  EXPECT_FALSE(fs::exists(at("new")));
}

TEST_F(Commands, TheSizeOfOutputPicturesIsLimitedToo) {
  expect_refused({"rectify", at("calibration.yaml"), "--size", "20000x20000", "-o", at("large")}, 2,
                 {"size:", "--max-pixels"});
  expect_refused(
      {"synth", "--cameras", "1", "--frames", "1", "--size", "30000x20000", "-o", at("large")}, 2,
      {"size:", "--max-pixels"});
  EXPECT_FALSE(fs::exists(at("large")));
}

TEST_F(Commands, SynthWithFewerCamerasRemovesTheOthers) {
  const auto synth = [&](const std::string& cameras) {
    return std::vector<std::string>{"synth",  "--cameras", cameras, "--frames",  "2",
                                    "--size", "320x240",   "-o",    at("mixed"), "--force"};
  };
  ok(synth("2"));
  write_file(at("mixed/cam1/notes.txt"), "mine");
  expect_refused(synth("1"), 2, {"cam1: holds more", "move it away"});
  fs::remove(at("mixed/cam1/notes.txt"));
  ok(synth("1"));
  EXPECT_FALSE(fs::exists(at("mixed/cam1")));
}

TEST_F(Commands, AFullDiskBehindStandardOutputIsAnError) {
  std::ofstream full("/dev/full");
  std::ostringstream err;
  EXPECT_EQ(run_cli({"detect", at("images"), "--dry-run"}, full, err), 2);
  EXPECT_THAT(err.str(), HasSubstr("standard output"));
}

TEST_F(Commands, AFileThatWasCutOffIsRefused) {
  const std::string whole = read_file(at("observations.yaml"));
  const std::size_t last_line = whole.rfind("...\n");
  ASSERT_NE(last_line, std::string::npos);
  for (const std::size_t end : {last_line, whole.rfind("  - camera"), whole.size() / 2}) {
    write_file(at("cut.yaml"), whole.substr(0, end));
    const Outcome outcome = calib_command({"intrinsics", at("cut.yaml"), "-o", at("no.yaml")});
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.err, HasSubstr("cut off"));
  }
}

TEST_F(Commands, ExportAndImportGiveTheSameCalibration) {
  ok({"export", at("calibration.yaml"), "--format", "opencv", "-o", at("opencv")});
  ok({"import", at("opencv/left.yml"), at("opencv/right.yml"), at("opencv/poses.yml"), "-o",
      at("imported.yaml")});
  ok({"compare", at("imported.yaml"), at("calibration.yaml"), "--max-px", "1e-9"});
  // For a format with a single file, the output is that file.
  ok({"export", at("calibration.yaml"), "--format", "aniposelib", "-o", at("rig.toml")});
  ok({"import", at("rig.toml"), "-o", at("anipose.yaml")});
  ok({"compare", at("anipose.yaml"), at("calibration.yaml"), "--max-px", "1e-9"});
  const Outcome again =
      calib_command({"export", at("calibration.yaml"), "--format", "opencv", "-o", at("opencv")});
  EXPECT_EQ(again.code, 2);
  EXPECT_THAT(again.err, HasSubstr("exists already"));
  // A file that no export wrote is not replaced.
  write_file(at("opencv_too/left.yml/mine.txt"), "mine");
  expect_refused(
      {"export", at("calibration.yaml"), "--format", "opencv", "-o", at("opencv_too"), "--force"},
      2, {"left.yml", "not a regular file"});
  EXPECT_EQ(read_file(at("opencv_too/left.yml/mine.txt")), "mine");
}

TEST_F(Commands, ExportRefusesALensThatTheFormatCannotHoldOrConvertsIt) {
  const Outcome refused =
      calib_command({"export", at("calibration.yaml"), "--format", "kalibr", "-o", at("k.yaml")});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("left: its lens is of model opencv5"),
                                 HasSubstr("add --convert-to opencv4")));
  const Outcome told = ok({"export", at("calibration.yaml"), "--format", "kalibr", "--convert-to",
                           "opencv4", "-o", at("k.yaml"), "--json"});
  const auto left = nlohmann::json::parse(told.out)["converted"]["left"];
  EXPECT_EQ(left["from"], "opencv5");
  EXPECT_EQ(left["covered"], 1);
  ok({"import", at("k.yaml"), "-o", at("from_kalibr.yaml")});
  ok({"compare", at("from_kalibr.yaml"), at("calibration.yaml"), "--max-px",
      std::to_string(2 * left["max_px"].get<double>())});
  const Outcome unknown = calib_command({"export", at("calibration.yaml"), "--format", "mrcal",
                                         "--convert-to", "fisheye", "-o", at("mrcal")});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("--convert-to: found 'fisheye', which the format mrcal"));
}

TEST_F(Commands, ExportNeedsAFormatAndKeepsItsInput) {
  const Outcome none = calib_command({"export", at("calibration.yaml"), "-o", at("x")});
  EXPECT_EQ(none.code, 2);
  EXPECT_THAT(none.err, HasSubstr("--format: missing"));
  const Outcome own = calib_command({"export", at("calibration.yaml"), "--format", "json", "-o",
                                     at("calibration.yaml"), "--force"});
  EXPECT_EQ(own.code, 2);
  EXPECT_THAT(own.err, HasSubstr("is read by this command"));
}

TEST_F(Commands, RectifyWithoutPosesNamesTheFile) {
  const Outcome outcome = calib_command({"rectify", at("intrinsics.yaml"), "-o", at("none")});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("intrinsics.yaml"), HasSubstr("calib extrinsics")));
}

TEST_F(Commands, WrongBoardSizeIsDiagnosed) {
  expect_refused({"detect", at("images"), "--board", "9x5", "--square", "40mm", "-o", at("x.yaml")},
                 1, {"the board is not 9x5", "found an 8x5 board", "use --board 8x5"});
}

// findChessboardCorners alone accepts some parts of the 8x5 board as a 7x5 board.
TEST_F(Commands, APartOfTheBoardIsNeverCalibrated) {
  expect_refused({"detect", at("images"), "--board", "7x5", "--square", "40mm", "-o", at("x.yaml")},
                 1, {"use --board 8x5"});
}

TEST_F(Commands, BrokenImagesAreListedAndTheRestGoesOn) {
  fs::remove_all(at("broken"));
  fs::copy(at("images"), at("broken"), fs::copy_options::recursive);
  fs::remove(at("broken/dataset.yaml"));
  std::vector<fs::path> files(fs::directory_iterator(at("broken/left")), fs::directory_iterator{});
  std::sort(files.begin(), files.end());
  write_file(files[0], read_file(files[0]).substr(0, 2000));
  write_file(files[1], "");
  write_file(files[2], read_file(at("synth/composite/0000.png")));  // another size
  const std::vector<std::string> args = {"detect", at("broken"),      "--board",
                                         "8x5",    "--square",        "40mm",
                                         "-o",     at("broken.yaml"), "--force"};
  const Outcome outcome = ok(args);
  EXPECT_THAT(outcome.err,
              AllOf(HasSubstr("truncated"), HasSubstr("size 1280x480, expected 640x480")));
  const Observations observations = read_observations(at("broken.yaml"));
  EXPECT_EQ(std::count_if(observations.missing.begin(), observations.missing.end(),
                          [](const MissingView& missing) { return missing.camera == 0; }),
            3);
  // The result says so, too.
  ok({"intrinsics", at("broken.yaml"), "-o", at("broken_lenses.yaml")});
  EXPECT_THAT(read_file(at("broken_lenses.yaml")),
              AllOf(HasSubstr("code: pictures_broken"), HasSubstr("broken: 3")));
  std::vector<std::string> strict = args;
  strict.push_back("--strict");
  expect_refused(strict, 2, {"--strict"});
}

TEST_F(Commands, BrokenImagesAreNamedWhereNoneShowsTheBoardToo) {
  fs::create_directory(at("all_broken"));
  for (int i = 0; i < 12; ++i) write_file(at("all_broken/" + std::to_string(i) + ".png"), "");
  cv::imwrite(at("all_broken/12.png"), cv::Mat(480, 640, CV_8UC1, cv::Scalar(255)));
  expect_refused(
      {"detect", at("all_broken"), "--board", "8x5", "--square", "40mm", "-o", at("x.yaml")}, 1,
      {"left out: ", ": 0.png (", ", 9.png (", "), 2 more"});
}

TEST_F(Commands, ABrokenCompositeIsLeftOutOrStopsCropAndRun) {
  fs::copy(at("synth/composite"), at("cut"));
  write_file(at("cut/0003.png"), read_file(at("cut/0003.png")).substr(0, 2000));
  const std::vector<std::string> crop = {"crop", at("cut"), "--layout", "1x2"};
  const std::vector<std::string> run = {"run",     at("cut"), "--layout", "1x2",
                                        "--board", "8x5",     "--square", "40mm"};
  for (std::vector<std::string> words : {crop, run}) {
    words.insert(words.end(), {"-o", at("cut_" + words[0])});
    EXPECT_THAT(ok(words).err, AllOf(HasSubstr("0003.png"), HasSubstr("truncated PNG")));
    words.back() += "_strict";
    words.push_back("--strict");
    expect_refused(words, 2, {"0003.png: truncated PNG", "--strict"});
    EXPECT_FALSE(fs::exists(at("cut_" + words[0] + "_strict/dataset.yaml")));
  }
}

TEST_F(Commands, NoCommonViewsNamesThePairToFilm) {
  Observations observations = read_observations(at("observations.yaml"));
  std::erase_if(observations.views,
                [](const View& view) { return (view.camera == 0) != (view.frame < 6); });
  write_file(at("apart.yaml"), to_yaml(observations));
  expect_refused(
      {"extrinsics", at("apart.yaml"), "--calibration", at("intrinsics.yaml"), "-o", at("x.yaml")},
      1, {"{left} and {right}", "film the board where both left and right see it"});
}

TEST_F(Commands, ATypoInAConfigurationIsLocated) {
  write_file(at("config.yaml"), "board: 8x5\nsquare: 40mm\ndetect:\n  detectr: sb\n");
  expect_refused({"detect", at("images"), "--config", at("config.yaml"), "-o", at("x.yaml")}, 2,
                 {"config.yaml:4:3", "unknown key 'detectr'", "did you mean 'detector'?"});
}

TEST_F(Commands, FlagsWinOverTheConfiguration) {
  write_file(at("good.yaml"), "board: 9x9\nsquare: 40mm\njobs: 1\nintrinsics: {model: pinhole}\n");
  ok({"detect", at("images"), "--config", at("good.yaml"), "--board", "8x5", "-o",
      at("flags.yaml")});
  EXPECT_EQ(read_observations(at("flags.yaml")).board.corners_x, 8);
  ok({"intrinsics", at("flags.yaml"), "--config", at("good.yaml"), "-o",
      at("flags_intrinsics.yaml")});
  EXPECT_EQ(read_calibration(at("flags_intrinsics.yaml")).cameras[0].intrinsics->model, "pinhole");
}

// An error in a configuration names its file. These are refused for another reason: the folder of
// images does not exist.
TEST(Configs, EveryExampleLoads) {
  int seen = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(CALIB_SOURCE_DIR) / "configs")) {
    const std::string file = entry.path().string();
    const std::string text = read_file(file);
    ++seen;
    if (text.find("\nrecordings:") != std::string::npos) continue;  // for `calib batch`
    if (text.find("\nboards:") != std::string::npos) {
      BoardOptions boards;
      boards.target = file;
      EXPECT_EQ(make_board(boards).parts.size(), 2u);
      continue;
    }
    const Outcome outcome = calib_command({"detect", "no/such/folder", "--config", file});
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.err, AllOf(HasSubstr("no/such/folder"), Not(HasSubstr("configs/"))));
  }
  EXPECT_GE(seen, 5);
}

}  // namespace
}  // namespace calib
