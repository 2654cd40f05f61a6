#include "pipeline/run.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "evaluate/compare.hpp"
#include "image/video.hpp"
#include "io/artifacts.hpp"
#include "pipeline/evaluate_stage.hpp"
#include "pipeline/synth_stage.hpp"
#include "support/error_text.hpp"
#include "support/synthetic_world.hpp"
#include "support/temporary_folder.hpp"

namespace calib {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::kBoard;

class RunTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new testing::TemporaryFolder;
    SynthOptions options;
    options.cameras = 4;
    options.frames = 12;
    options.size = "640x480";
    options.partial = 0;
    options.composite = "2x2";
    truth_ =
        new Calibration(synthesize(options, kBoard, folder_->path() / "synth", Context{}).truth);
  }
  static void TearDownTestSuite() {
    delete truth_;
    delete folder_;
  }

  static RunOptions options() {
    RunOptions options;
    options.board = {"8x5", 0.04};
    options.crop.layout = "2x2";
    options.write_crops = true;
    return options;
  }

  // Runs into `name` and returns "stage" or "-stage" (skipped) in order.
  static std::vector<std::string> stages(const RunOptions& options, const std::string& name,
                                         int jobs = 0) {
    Context context;
    context.jobs = jobs;
    std::vector<std::string> names;
    result_ = run({(folder_->path() / "synth/composite").string()}, options, folder_->path() / name,
                  context, [&](const StageReport& report) {
                    names.push_back((report.skipped ? "-" : "") + report.name);
                  });
    return names;
  }

  static testing::TemporaryFolder* folder_;
  static Calibration* truth_;
  static RunResult result_;
};
testing::TemporaryFolder* RunTest::folder_ = nullptr;
Calibration* RunTest::truth_ = nullptr;
RunResult RunTest::result_;

TEST_F(RunTest, FindsTheRigWithinThePredictedUncertainty) {
  EXPECT_THAT(stages(options(), "a"),
              ElementsAre("crop", "detect", "intrinsics", "extrinsics", "rectify", "report"));
  const auto differences = compare(result_.calibration, *truth_);
  ASSERT_EQ(differences.size(), 4u);
  for (const CameraDifference& d : differences) {
    // 12 numbers a camera; cornerSubPix's errors are not quite independent, so a little more than 4
    // is let pass.
    EXPECT_LT(d.worst_sigmas.value(), 6) << d.name;
    EXPECT_LT(d.center_m, 0.5e-3) << d.name;
  }
  for (const char* file : {"dataset.yaml", "observations.yaml", "intrinsics.yaml",
                           "calibration.yaml", "rectified/rectification.yaml",
                           "rectified/previews/cam0_cam1", "rectified/cam0_cam2/cam2.npy"}) {
    EXPECT_TRUE(fs::exists(folder_->path() / "a" / file)) << file;
  }
}

TEST_F(RunTest, ASecondRunSkipsEverythingAndSaysTheSame) {
  stages(options(), "b");
  const Calibration first = result_.calibration;
  const std::string bytes = read_file(folder_->path() / "b/calibration.yaml");
  EXPECT_THAT(stages(options(), "b"),
              ElementsAre("-crop", "-detect", "-intrinsics", "-extrinsics", "-rectify", "-report"));
  EXPECT_EQ(to_yaml(result_.calibration), to_yaml(first));
  EXPECT_EQ(read_file(folder_->path() / "b/calibration.yaml"), bytes);
}

TEST_F(RunTest, AChangeRunsItsStageAndThoseThatDependOnIt) {
  stages(options(), "c");
  RunOptions changed = options();
  changed.intrinsics.model = "opencv4";
  EXPECT_THAT(stages(changed, "c"),
              ElementsAre("-crop", "-detect", "intrinsics", "extrinsics", "rectify", "report"));
  changed.from = "rectify";
  EXPECT_THAT(stages(changed, "c"),
              ElementsAre("-crop", "-detect", "-intrinsics", "-extrinsics", "rectify", "report"));
  fs::remove(folder_->path() / "c/calibration.yaml");
  changed.from = "";
  EXPECT_THAT(stages(changed, "c"),
              ElementsAre("-crop", "-detect", "-intrinsics", "extrinsics", "-rectify", "-report"));
  const fs::path note = folder_->path() / "c/rectified/cam0_cam1/note.txt";
  write_file(note, "mine");
  changed.from = "rectify";
  EXPECT_THAT(testing::error_text([&] { stages(changed, "c"); }), HasSubstr("exists already"));
  EXPECT_EQ(read_file(note), "mine");
  fs::remove(note);
  for (const char* deep :
       {"c/rectified/cam0_cam1/cam0/note.txt", "c/rectified/cam0_cam1/cam0/a.png",
        "c/rectified/cam0_cam1/cam0_notes/1.png", "c/rectified/previews/note.txt",
        "c/rectified/previews/cam0_cam1/note.png"}) {
    write_file(folder_->path() / deep, "mine");
    EXPECT_THAT(testing::error_text([&] { stages(changed, "c"); }), HasSubstr("exists already"))
        << deep;
    EXPECT_EQ(read_file(folder_->path() / deep), "mine");
    fs::remove(folder_->path() / deep);
  }
  fs::remove(folder_->path() / "c/rectified/cam0_cam1/cam0_notes");
  changed.from = "";
  // Pictures that are gone are made again, the same.
  const fs::path picture = folder_->path() / "c/rectified/cam0_cam1/cam0/000001.png";
  const std::string bytes = read_file(picture);
  fs::remove(picture);
  EXPECT_THAT(stages(changed, "c"),
              ElementsAre("-crop", "-detect", "-intrinsics", "-extrinsics", "rectify", "-report"));
  EXPECT_EQ(read_file(picture), bytes);
  fs::remove(folder_->path() / "c/rectified/cam0_cam1/cam1.npy");
  EXPECT_THAT(stages(changed, "c"),
              ElementsAre("-crop", "-detect", "-intrinsics", "-extrinsics", "rectify", "-report"));
  // What it does not list any more is not known to be ours.
  const fs::path cut = folder_->path() / "c/rectified/rectification.yaml";
  write_file(cut, read_file(cut).substr(0, 300));
  EXPECT_THAT(testing::error_text([&] { stages(changed, "c"); }), HasSubstr("exists already"));
  fs::remove_all(cut.parent_path());
  EXPECT_THAT(stages(changed, "c"),
              ElementsAre("-crop", "-detect", "-intrinsics", "-extrinsics", "rectify", "-report"));
}

// The hash of a file's bytes stands for it: also an edit that changes no value counts as one.
TEST_F(RunTest, AFileEditedByHandRunsTheStagesThatReadIt) {
  stages(options(), "i");
  const fs::path observations = folder_->path() / "i/observations.yaml";
  const std::string bytes = read_file(observations);
  write_file(observations, "# mine\n" + bytes);
  EXPECT_THAT(stages(options(), "i"),
              ElementsAre("-crop", "-detect", "intrinsics", "extrinsics", "rectify", "report"));
  const fs::path lenses = folder_->path() / "i/intrinsics.yaml";
  write_file(lenses, "# mine\n" + read_file(lenses));
  EXPECT_THAT(stages(options(), "i"),
              ElementsAre("-crop", "-detect", "-intrinsics", "extrinsics", "rectify", "report"));
  write_file(observations, bytes);
  stages(options(), "i");
  EXPECT_THAT(stages(options(), "i"),
              ElementsAre("-crop", "-detect", "-intrinsics", "-extrinsics", "-rectify", "-report"));
}

// One evaluation serves them all, so no digit differs.
TEST_F(RunTest, TheFileTheRunAndEvaluateTellTheSameNumbers) {
  stages(options(), "k");
  const fs::path file = folder_->path() / "k/calibration.yaml";
  const std::string bytes = read_file(file);
  Calibration calibration = read_calibration(file);
  const Evaluation evaluation =
      evaluate_stage(read_observations(folder_->path() / "k/observations.yaml"), calibration,
                     {.folds = 0}, Context{});
  EXPECT_EQ(evaluation.reprojection_px.rms, result_.evaluation.reprojection_px.rms);
  EXPECT_EQ(to_yaml(calibration), bytes) << "after it is judged again";

  calibration.verdict = calibration.verdict == Verdict::kGood ? Verdict::kPoor : Verdict::kGood;
  write_file(file, to_yaml(calibration));
  EXPECT_THAT(stages(options(), "k"),
              ElementsAre("-crop", "-detect", "-intrinsics", "-extrinsics", "-rectify", "-report"));
  EXPECT_EQ(read_file(file), bytes) << "the verdict that someone wrote into it is corrected";
}

TEST_F(RunTest, EveryArtifactIsTheSameForAnyNumberOfThreads) {
  stages(options(), "j1", 1);
  stages(options(), "j3", 3);
  for (const char* file : {"dataset.yaml", "observations.yaml", "intrinsics.yaml",
                           "calibration.yaml", "rectified/rectification.yaml", "report.html"}) {
    EXPECT_TRUE(read_file(folder_->path() / "j1" / file) ==
                read_file(folder_->path() / "j3" / file))
        << file;
  }
}

TEST_F(RunTest, OneCameraAloneEndsWithItsIntrinsics) {
  RunOptions single = options();
  single.crop.layout = "";
  single.crop.roi = {"only=0,0,640,480"};
  EXPECT_THAT(stages(single, "single"), ElementsAre("crop", "detect", "intrinsics", "report"));
  EXPECT_EQ(read_calibration(folder_->path() / "single/calibration.yaml").cameras.size(), 1u);
}

// A camera upside down, and a board that looks the same after a half turn: what is told is of the
// numbering on which the rig has agreed.
TEST_F(RunTest, TellsOfAnUpsideDownCameraWhatEvaluateTells) {
  const fs::path rig = folder_->path() / "upside_down";
  SynthOptions synth;
  synth.cameras = 2;
  synth.frames = 10;
  synth.size = "640x480";
  synth.partial = 0;
  synthesize(synth, {&kChessboard, 7, 5, 0.04}, rig, Context{});
  for (const auto& entry : fs::directory_iterator(rig / "cam1")) {
    cv::Mat picture = cv::imread(entry.path().string(), cv::IMREAD_GRAYSCALE);
    cv::flip(picture, picture, -1);
    cv::imwrite(entry.path().string(), picture);
  }
  RunOptions plain;
  plain.board = {"7x5", 0.04};
  const RunResult told = run({rig.string()}, plain, folder_->path() / "upside_down_out", Context{},
                             [](const auto&) {});
  EXPECT_LT(told.evaluation.reprojection_px.rms, 0.1);
  EXPECT_LT(told.evaluation.pairs.at(0).row_px.mean, 0.1);
}

// Composites are cut as they are read: the results are those of pictures that were cut before, but
// for the names and the hash of the inputs.
TEST_F(RunTest, CompositesNeedNoPicturesOfTheirCameras) {
  RunOptions uncut = options();
  uncut.write_crops = false;
  EXPECT_THAT(stages(uncut, "uncut"),
              ElementsAre("detect", "intrinsics", "extrinsics", "rectify", "report"));
  const RunResult of_uncut = result_;
  EXPECT_THAT(stages(uncut, "uncut"),
              ElementsAre("-detect", "-intrinsics", "-extrinsics", "-rectify", "-report"));
  EXPECT_FALSE(fs::exists(folder_->path() / "uncut/cam0"));
  EXPECT_FALSE(fs::exists(folder_->path() / "uncut/dataset.yaml"));
  stages(options(), "cut");
  ASSERT_EQ(of_uncut.observations.views.size(), result_.observations.views.size());
  for (std::size_t v = 0; v < result_.observations.views.size(); ++v)
    EXPECT_EQ(of_uncut.observations.views[v].corners, result_.observations.views[v].corners);
  EXPECT_EQ(of_uncut.calibration.cameras[3].T_cam_rig, result_.calibration.cameras[3].T_cam_rig);
  const char* picture = "rectified/cam0_cam1/cam1/000003.png";
  EXPECT_EQ(read_file(folder_->path() / "uncut" / picture),
            read_file(folder_->path() / "cut" / picture));
}

// A video that shows the composites again and again. From its middle on, what the camera at the top
// right shows is shifted by some pixels. Motion JPEG changes the pictures a little.
fs::path video_of(const fs::path& composites, const fs::path& path, int frames, int shift_px) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(composites)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<cv::Mat> pictures;
  for (const fs::path& file : files) pictures.push_back(cv::imread(file.string()));
  const cv::Size size = pictures[0].size();
  const cv::Rect right(size.width / 2 + shift_px, 0, size.width / 2 - shift_px, size.height / 2);
  VideoWriter video(path, 25, size.width, size.height);
  for (int i = 0; i < frames; ++i) {
    const cv::Mat& picture = pictures[static_cast<std::size_t>(i) % pictures.size()];
    cv::Mat frame = picture.clone();
    if (2 * i > frames) picture(right - cv::Point(shift_px, 0)).copyTo(frame(right));
    video.write(frame);
  }
  video.finish();
  return path;
}

std::vector<std::string> run_video(const fs::path& video, const RunOptions& options,
                                   const fs::path& output, RunResult& result) {
  std::vector<std::string> names;
  result = run({video.string()}, options, output, Context{}, [&](const StageReport& report) {
    names.push_back((report.skipped ? "-" : "") + report.name);
  });
  return names;
}

TEST_F(RunTest, AVideoIsSolvedFromChosenFrames) {
  const fs::path video =
      video_of(folder_->path() / "synth/composite", folder_->path() / "film.avi", 12, 0);
  const fs::path out = folder_->path() / "film";
  RunOptions few = options();
  few.write_crops = false;
  few.max_frames = "8";
  RunResult result;
  EXPECT_THAT(run_video(video, few, out, result),
              ElementsAre("detect", "choose", "intrinsics", "extrinsics", "rectify", "report"));
  EXPECT_EQ(result.calibration.frames.size(), 8u);
  EXPECT_EQ(read_observations(out / "observations.yaml").views.size(), 48u);
  EXPECT_EQ(result.observations.views[0].image.substr(0, 9), "film.avi#");
  for (const CameraDifference& d : compare(result.calibration, *truth_))
    EXPECT_LT(d.center_m, 2e-3) << d.name;
  // Pictures of the chosen frames alone are rectified.
  const auto files = fs::directory_iterator(out / "rectified/cam0_cam1/cam0");
  EXPECT_EQ(std::distance(begin(files), end(files)), 8);
  EXPECT_THAT(
      run_video(video, few, out, result),
      ElementsAre("-detect", "-choose", "-intrinsics", "-extrinsics", "-rectify", "-report"));
  few.max_frames = "0";
  run_video(video, few, out, result);
  EXPECT_EQ(result.calibration.frames.size(), 12u);
  // A short video of which all frames are looked at is no reason to solve it anew.
  RunOptions all = few;
  all.max_frames = "auto";
  run_video(video, all, folder_->path() / "short", result);
  EXPECT_THAT(
      run_video(video, all, folder_->path() / "short", result),
      ElementsAre("-detect", "-choose", "-intrinsics", "-extrinsics", "-rectify", "-report"));
  few.max_frames = "many";
  EXPECT_THAT(testing::error_text([&] { run_video(video, few, out, result); }),
              HasSubstr("max_frames: found 'many', expected auto"));
}

TEST_F(RunTest, AllFramesOfAVideoAreUsedWhenSomeDoNotExplainTheErrors) {
  const fs::path video =
      video_of(folder_->path() / "synth/composite", folder_->path() / "moved.avi", 210, 6);
  const fs::path out = folder_->path() / "moved";
  RunOptions two = options();
  two.write_crops = false;
  two.no_report = true;
  two.rectify.warp.format = "none";
  two.crop.layout = "";
  two.crop.roi = {"left=0,0,640,480", "right=640,0,640,480"};
  RunResult result;
  const std::vector<std::string> names = run_video(video, two, out, result);
  EXPECT_EQ(std::count(names.begin(), names.end(), "detect"), 2);
  EXPECT_EQ(read_observations(out / "observations.yaml").views.size(), 420u);
  EXPECT_FALSE(fs::exists(out / "chosen.yaml"));
  EXPECT_THAT(result.notes, Contains(HasSubstr("all frames were used")));
  const std::vector<std::string> again = run_video(video, two, out, result);
  EXPECT_EQ(again.front(), "-detect") << "all frames are there already";
  EXPECT_EQ(std::count(again.begin(), again.end(), "choose"), 0);
}

TEST_F(RunTest, NothingOfAnEarlierRunStaysAmongTheNewFiles) {
  stages(options(), "e");
  RunOptions fewer = options();
  fewer.crop.names = {"a,b,c,d"};
  fewer.crop.frames.every = 2;
  stages(fewer, "e");
  EXPECT_FALSE(fs::exists(folder_->path() / "e/cam0"));
  EXPECT_FALSE(fs::exists(folder_->path() / "e/rectified/cam0_cam1"));
  const auto files = fs::directory_iterator(folder_->path() / "e/a");
  EXPECT_EQ(std::distance(begin(files), end(files)), 6);
  EXPECT_EQ(result_.observations.cameras[0].name, "a");
}

TEST_F(RunTest, AFailedRunLeavesTheEarlierResult) {
  stages(options(), "f");
  const std::string before = read_file(folder_->path() / "f/dataset.yaml");
  RunOptions impossible = options();
  impossible.crop.layout = "7x1";
  EXPECT_THAT(testing::error_text([&] { stages(impossible, "f"); }), HasSubstr("7x1"));
  EXPECT_EQ(read_file(folder_->path() / "f/dataset.yaml"), before);
  EXPECT_THAT(stages(options(), "f"),
              ElementsAre("-crop", "-detect", "-intrinsics", "-extrinsics", "-rectify", "-report"));
}

TEST_F(RunTest, APictureThatCalibDidNotWriteIsNeverReplaced) {
  write_file(folder_->path() / "g/cam1/0000.png", "mine");
  EXPECT_THAT(testing::error_text([&] { stages(options(), "g"); }),
              HasSubstr("cam1: exists already"));
  EXPECT_EQ(read_file(folder_->path() / "g/cam1/0000.png"), "mine");
}

TEST_F(RunTest, TheReportCanBeLeftOutAndCannotLoseResults) {
  RunOptions without = options();
  without.no_report = true;
  EXPECT_THAT(stages(without, "h"),
              ElementsAre("crop", "detect", "intrinsics", "extrinsics", "rectify"));
  EXPECT_FALSE(fs::exists(folder_->path() / "h/report.html"));
  fs::create_directories(folder_->path() / "h/report.html");  // in its way
  EXPECT_THAT(stages(options(), "h"),
              ElementsAre("-crop", "-detect", "-intrinsics", "-extrinsics", "-rectify", "report"));
  EXPECT_THAT(result_.notes, Contains(HasSubstr("no report: ")));
}

TEST_F(RunTest, AWrongLayoutIsNamedWithTheRightOne) {
  for (const char* layout : {"4x1", "1x4", "2x1", "1x2", "3x2", "4x4"}) {
    RunOptions wrong = options();
    wrong.crop.layout = layout;
    EXPECT_THAT(testing::error_text([&] { stages(wrong, "layout"); }),
                HasSubstr("the frames look like 2 rows of 2 views: use --layout 2x2"))
        << layout;
  }
}

TEST_F(RunTest, UncutCompositesAreNamedUnlessTheUserSaysThatTheyAreViews) {
  RunOptions uncut = options();
  uncut.crop.layout.clear();
  EXPECT_THAT(
      testing::error_text([&] { stages(uncut, "uncut"); }),
      HasSubstr("composite: its pictures look like composites of 2 rows of 2 views: cut them "
                "with `--layout 2x2`"));
  uncut.crop.layout = "1x1";
  uncut.no_report = true;
  EXPECT_THAT(stages(uncut, "uncut"), ElementsAre("crop", "detect", "intrinsics"));
}

TEST_F(RunTest, MirroredPicturesOfABoardWithMarkersAreNamed) {
  RunOptions options;
  options.board = {"6x5", 0.04};
  options.board.type = &kCharuco;
  options.board.marker_m = 0.03;
  options.board.dictionary = "4X4_50";
  SynthOptions synth;
  synth.cameras = 2;
  synth.frames = 5;
  synth.size = "640x480";
  const fs::path images = folder_->path() / "charuco";
  synthesize(synth, make_board(options.board), images, Context{});
  for (const auto& entry : fs::directory_iterator(images / "cam1")) {
    cv::Mat picture = cv::imread(entry.path());
    cv::flip(picture, picture, 1);
    cv::imwrite(entry.path(), picture);
  }
  EXPECT_THAT(testing::error_text([&] {
                run({(images / "cam0").string(), (images / "cam1").string()}, options,
                    folder_->path() / "mirrored", Context{}, [](const StageReport&) {});
              }),
              HasSubstr("the pictures of cam1 are mirrored"));
}

TEST_F(RunTest, AnUnknownStageIsRefused) {
  RunOptions options = RunTest::options();
  options.from = "rectfy";
  EXPECT_THAT(testing::error_text([&] { stages(options, "d"); }),
              HasSubstr("did you mean 'rectify'?"));
}

}  // namespace
}  // namespace calib
