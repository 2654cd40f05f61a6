#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

#include "io/artifacts.hpp"
#include "io/random_parts.hpp"
#include "io/text_file.hpp"

namespace calib {
namespace calibration_yaml_test {

using testing::coin;
using ::testing::ElementsAre;
using testing::error_text;
using ::testing::HasSubstr;
using testing::Random;
using testing::replaced;
using testing::uniform;

Calibration read_back(const std::string& text) {
  return testing::read_text(text, read_calibration);
}
std::string message_of(const std::string& text) {
  return testing::message_of(text, read_calibration);
}

Intrinsics random_intrinsics(Random& random, ImageSize size) {
  const std::vector<std::string> models = model_names();
  Intrinsics intrinsics =
      make_intrinsics(models[random() % models.size()], size, uniform(random, 1, 5000),
                      uniform(random, 1, 5000), uniform(random, -9, 999), uniform(random, -9, 999));
  for (std::size_t i = 4; i < intrinsics.parameters.size(); ++i)
    intrinsics.parameters[i] = uniform(random, -1, 1) * std::pow(10.0, -int(random() % 12));
  return intrinsics;
}

Eigen::Vector3d random_std(Random& random) {
  return Eigen::Vector3d::NullaryExpr([&] { return uniform(random, 0, 1e-3); });
}

ProjectionUncertainty random_uncertainty(Random& random) {
  ProjectionUncertainty uncertainty{uniform(random, 0, 2), {}, {}};
  for (int i = 0; i < ProjectionUncertainty::kColumns * ProjectionUncertainty::kRows; ++i) {
    // NaN stands for a cell without a ray.
    uncertainty.near_px.push_back(i % 7 == 0 ? NAN : uniform(random, 0, 1));
    uncertainty.infinity_px.push_back(i % 5 == 0 ? NAN : uniform(random, 0, 1));
  }
  return uncertainty;
}

// Any part of the camera may be missing.
Camera random_camera(Random& random, const std::string& name) {
  Camera camera{.name = name,
                .image_size = {1 + static_cast<int>(random() % 4000), 480},
                .views = static_cast<int>(random() % 100)};
  if (coin(random))
    camera.crop = testing::random_crop(random, camera.image_size.width, camera.image_size.height);
  if (coin(random)) camera.intrinsics = random_intrinsics(random, camera.image_size);
  if (coin(random)) camera.T_cam_rig = testing::random_pose(random);
  if (coin(random) && camera.intrinsics) {
    for (std::size_t i = 0; i < camera.intrinsics->parameters.size(); ++i)
      camera.std.parameters.push_back(uniform(random, 0, 1));
  }
  if (coin(random)) {
    camera.time = {uniform(random, -1, 1), uniform(random, 0.9, 1.1), uniform(random, -1e-4, 1e-4)};
    if (coin(random)) camera.time->std = {uniform(random, 0, 1), 1e-7, std::nullopt};
  }
  if (coin(random)) camera.std.rotation_rad = random_std(random);
  if (coin(random)) camera.std.translation_m = random_std(random);
  if (coin(random)) camera.std.center_m = random_std(random);
  if (coin(random)) camera.reprojection_rms_px = uniform(random, 0, 1);
  if (coin(random)) camera.uncertainty = random_uncertainty(random);
  for (std::size_t n = random() % 3; n > 0; --n) {
    ModelTrial& trial = camera.model_trials.emplace_back(ModelTrial{"opencv4"});
    if (coin(random)) trial.heldout_px = uniform(random, 0, 1);
    if (coin(random)) trial.rms_px = uniform(random, 0, 1);
    if (coin(random)) trial.problem = testing::odd_text(random);
  }
  return camera;
}

Finding random_finding(Random& random, const Calibration& world) {
  Finding finding{.code = finding_codes()[random() % finding_codes().size()].value,
                  .severity = kSeverities[random() % 3].value};
  if (coin(random)) finding.cameras = {world.cameras[random() % world.cameras.size()].name};
  if (coin(random)) finding.frame = static_cast<std::int64_t>(random() % 1000);
  for (const std::string& name : number_names(finding.code))
    finding.numbers.push_back({name, uniform(random, -1, 1)});
  for (const std::string& name : word_names(finding.code))
    finding.words.push_back({name, testing::odd_text(random)});
  return finding;
}

// A covariance of the first lens and the last pose, as far as there are any, and a world.
void add_random_covariance(Random& random, Calibration& world) {
  JointCovariance covariance;
  if (world.cameras[0].intrinsics) covariance.columns.push_back({world.cameras[0].name, {0, 2, 3}});
  if (world.cameras.size() > 1) covariance.columns.push_back({world.cameras.back().name, {}, true});
  const int size = covariance.size();
  if (size == 0) return;
  const auto grid = [&] { return std::round(1e7 * uniform(random, -1, 1)) / 1e7; };
  const std::size_t factors = coin(random) ? 1 : 2;
  for (std::size_t i = 0; i < factors; ++i) {
    JointCovariance::Factor& factor = covariance.factors.emplace_back();
    factor.std = Eigen::VectorXd::NullaryExpr(size, [&] { return uniform(random, 0, 1e-3); });
    factor.rows = Eigen::MatrixXd::NullaryExpr(size, size, grid).triangularView<Eigen::Lower>();
  }
  world.covariance = covariance;
  world.world = WorldFrame{testing::random_pose(random)};
  const Eigen::MatrixXd root = Eigen::MatrixXd::NullaryExpr(7, 7, grid);
  world.world->covariance = root * root.transpose();
  world.world->covariance =
      (0.5 * (world.world->covariance + world.world->covariance.transpose())).eval();
  if (coin(random)) return;
  for (std::size_t i = 0; i < factors; ++i)
    world.world->by_calibration.emplace_back(Eigen::MatrixXd::NullaryExpr(7, size, grid));
}

Calibration random_calibration(Random& random) {
  Calibration world;
  std::set<std::string> names;
  for (std::size_t n = 1 + random() % 5; n > 0; --n) names.insert(testing::odd_name(random));
  names.erase("");  // An empty reference_camera means that there is none.
  names.insert("cam0");
  for (const std::string& name : names) world.cameras.push_back(random_camera(random, name));
  if (world.cameras[0].T_cam_rig) world.cameras[0].T_cam_rig = Pose{};
  world.reference_camera = world.cameras[0].name;
  if (coin(random)) {
    world.board = testing::random_board(random);
    world.board.corners_x = 7,
    world.board.corners_y = 5;  // All ids of rejected corners are less than 35.
  }
  if (world.board.corners_x && coin(random))
    world.board.shape = {0.001, uniform(random, -1, 1), 0, -0.002};
  std::int64_t frame = coin(random) ? -3 : 1403636579763555584;
  for (std::size_t n = world.board.corners_x ? random() % 5 : 0; n > 0; --n)
    world.frames[frame += 1 + random() % 7] = testing::random_pose(random);
  for (std::size_t n = random() % 5; n > 0; --n) {
    world.rejected.push_back({.camera = world.cameras[random() % world.cameras.size()].name,
                              .frame = frame,
                              .reason = testing::odd_text(random)});
    if (coin(random) && world.board.corners_x) world.rejected.back().corner = random() % 35;
  }
  for (std::size_t n = random() % 4; n > 0; --n)
    world.findings.push_back(random_finding(random, world));
  if (coin(random)) world.verdict = verdict_of(world.findings);
  for (std::size_t n = random() % 4; n > 0; --n)
    world.quality.push_back(
        {std::to_string(n) + testing::odd_text(random), uniform(random, -1, 1)});
  if (coin(random)) add_random_covariance(random, world);
  world.provenance = testing::random_provenance(random);
  return world;
}

void expect_same_pose(const Pose& read, const Pose& written) {
  EXPECT_EQ(read.translation, written.translation);
  EXPECT_EQ(read.rotation.coeffs(), written.rotation.coeffs());
}

void expect_same_std(const CameraStd& read, const CameraStd& written) {
  EXPECT_EQ(read.parameters, written.parameters);
  EXPECT_EQ(read.rotation_rad, written.rotation_rad);
  EXPECT_EQ(read.translation_m, written.translation_m);
  EXPECT_EQ(read.center_m, written.center_m);
}

void expect_same_grid(const std::vector<double>& read, const std::vector<double>& written) {
  ASSERT_EQ(read.size(), written.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    EXPECT_TRUE(read[i] == written[i] || (std::isnan(read[i]) && std::isnan(written[i]))) << i;
  }
}

void expect_same_camera(const Camera& read, const Camera& written) {
  EXPECT_EQ(read.name, written.name);
  EXPECT_EQ(read.image_size, written.image_size);
  EXPECT_EQ(read.crop, written.crop);
  ASSERT_EQ(read.intrinsics.has_value(), written.intrinsics.has_value());
  if (read.intrinsics) {
    EXPECT_EQ(read.intrinsics->model, written.intrinsics->model);
    EXPECT_EQ(read.intrinsics->image_size, written.image_size);
    EXPECT_EQ(read.intrinsics->parameters, written.intrinsics->parameters);
  }
  ASSERT_EQ(read.T_cam_rig.has_value(), written.T_cam_rig.has_value());
  if (read.T_cam_rig) expect_same_pose(*read.T_cam_rig, *written.T_cam_rig);
  EXPECT_EQ(read.time, written.time);
  expect_same_std(read.std, written.std);
  EXPECT_EQ(read.reprojection_rms_px, written.reprojection_rms_px);
  EXPECT_EQ(read.views, written.views);
  EXPECT_EQ(read.model_trials, written.model_trials);
  ASSERT_EQ(read.uncertainty.has_value(), written.uncertainty.has_value());
  if (!read.uncertainty) return;
  EXPECT_EQ(read.uncertainty->distance_m, written.uncertainty->distance_m);
  expect_same_grid(read.uncertainty->near_px, written.uncertainty->near_px);
  expect_same_grid(read.uncertainty->infinity_px, written.uncertainty->infinity_px);
}

void expect_same(const Calibration& read, const Calibration& written) {
  EXPECT_EQ(read.reference_camera, written.reference_camera);
  ASSERT_EQ(read.cameras.size(), written.cameras.size());
  for (std::size_t i = 0; i < read.cameras.size(); ++i)
    expect_same_camera(read.cameras[i], written.cameras[i]);
  EXPECT_EQ(read.board, written.board);
  ASSERT_EQ(read.frames.size(), written.frames.size());
  for (const auto& [frame, pose] : read.frames) expect_same_pose(pose, written.frames.at(frame));
  ASSERT_EQ(read.rejected.size(), written.rejected.size());
  for (std::size_t i = 0; i < read.rejected.size(); ++i) {
    EXPECT_EQ(read.rejected[i].camera, written.rejected[i].camera);
    EXPECT_EQ(read.rejected[i].frame, written.rejected[i].frame);
    EXPECT_EQ(read.rejected[i].corner, written.rejected[i].corner);
    EXPECT_EQ(read.rejected[i].reason, written.rejected[i].reason);
  }
  EXPECT_EQ(read.verdict, written.verdict);
  EXPECT_EQ(read.findings, written.findings);
  ASSERT_EQ(read.quality.size(), written.quality.size());
  for (std::size_t i = 0; i < read.quality.size(); ++i) {
    EXPECT_EQ(read.quality[i].name, written.quality[i].name);
    EXPECT_EQ(read.quality[i].value, written.quality[i].value);
  }
  EXPECT_EQ(read.provenance, written.provenance);
}

TEST(CalibrationYaml, RandomWorldsReadBackEqualAndWriteTheSameBytes) {
  Random random(1);
  for (int i = 0; i < 300; ++i) {
    const Calibration world = random_calibration(random);
    const std::string text = to_yaml(world);
    const Calibration read = read_back(text);
    expect_same(read, as_written(world));
    ASSERT_EQ(to_yaml(read), text);
    if (HasFailure()) FAIL() << "world " << i << ":\n" << text;
  }
}

const char* const kFile =
    "calib_version: \"0.1.0\"\n"
    "kind: calibration\n"
    "units: {length: metre, angle: radian, pixel_origin: centre_of_top_left_pixel}\n"
    "reference_camera: cam0\n"
    "cameras:\n"
    "  cam0:\n"
    "    model: opencv5\n"
    "    image_size: [1280, 720]\n"
    "    crop: {source_size: [2560, 1440], rect: [0, 0, 1280, 720]}\n"
    "    intrinsics: {fx: 800.1, fy: 800.3, cx: 639.2, cy: 359.8}\n"
    "    distortion: [-0.1, 0.02, 0.001, -0.002, 0]\n"
    "    T_cam_rig:\n"
    "      - [1, 0, 0, 0]\n"
    "      - [0, 1, 0, 0]\n"
    "      - [0, 0, 1, 0]\n"
    "      - [0, 0, 0, 1]\n"
    "    T_rig_cam:\n"
    "      - [1, 0, 0, 0]\n"
    "      - [0, 1, 0, 0]\n"
    "      - [0, 0, 1, 0]\n"
    "      - [0, 0, 0, 1]\n"
    "    std: {fx: 0.1, fy: 0.2, cx: 0.3, cy: 0.4, distortion: [0.01, 0.02, 0.03, 0.04, 0.05], "
    "rotation_rad: [0, 0, 0], translation_m: [0, 0, 0], centre_m: [0, 0, 0]}\n"
    "    reprojection_rms_px: 0.12\n"
    "    views: 38\n"
    "  cam1:\n"
    "    image_size: [640, 480]\n"
    "    T_cam_rig:\n"
    "      - [0, 0, 1, -0.5]\n"
    "      - [0, 1, 0, 0]\n"
    "      - [-1, 0, 0, 0.25]\n"
    "      - [0, 0, 0, 1]\n"
    "    T_rig_cam:\n"
    "      - [0, 0, -1, 0.25]\n"
    "      - [0, 1, 0, 0]\n"
    "      - [1, 0, 0, 0.5]\n"
    "      - [0, 0, 0, 1]\n"
    "    views: 0\n"
    "board: {type: chessboard, corners: [11, 8], square_m: 0.03}\n"
    "frames:\n"
    "  12: {T_rig_board: [[1, 0, 0, 0.1], [0, 1, 0, 0.2], [0, 0, 1, 1], [0, 0, 0, 1]]}\n"
    "rejected:\n"
    "  - {camera: cam0, frame: 3, reason: \"residual of 5.2 px\"}\n"
    "  - {camera: cam1, frame: 12, corner: 87, reason: outlier}\n"
    "quality:\n"
    "  verdict: usable\n"
    "  reasons:\n"
    "    - \"cam0 and cam1: rows differ by 0.42 px on average: look for motion blur, a board that "
    "is "
    "not flat, or cameras that are not synchronized\"\n"
    "  findings:\n"
    "    - code: row_error\n"
    "      severity: warning\n"
    "      cameras: [cam0, cam1]\n"
    "      numbers: {row_error_px: 0.42}\n"
    "      text: \"cam0 and cam1: rows differ by 0.42 px on average\"\n"
    "      remedy: \"look for motion blur, a board that is not flat, or cameras that are not "
    "synchronized\"\n"
    "  reprojection_rms_px: 0.12\n"
    "provenance:\n"
    "  inputs_hash: abc\n"
    "  options:\n"
    "    model: opencv5\n"
    "    robust: \"true\"\n"
    "...\n";

TEST(CalibrationYaml, HasTheFormatThatUsersRelyOn) {
  const Calibration read = read_back(kFile);
  EXPECT_EQ(to_yaml(read), kFile);

  EXPECT_EQ(read.reference_camera, "cam0");
  const Camera& cam0 = read.cameras[0];
  EXPECT_EQ(cam0.crop, (CropInfo{2560, 1440, 0, 0, 1280, 720}));
  EXPECT_EQ(cam0.intrinsics->model, "opencv5");
  EXPECT_THAT(cam0.intrinsics->parameters,
              ElementsAre(800.1, 800.3, 639.2, 359.8, -0.1, 0.02, 0.001, -0.002, 0));
  EXPECT_THAT(cam0.std.parameters, ElementsAre(0.1, 0.2, 0.3, 0.4, 0.01, 0.02, 0.03, 0.04, 0.05));
  EXPECT_EQ(cam0.reprojection_rms_px, 0.12);
  EXPECT_EQ(cam0.views, 38);
  const Camera& cam1 = read.cameras[1];
  EXPECT_FALSE(cam1.intrinsics.has_value());
  // T_cam_rig maps rig coordinates to camera coordinates: the rig's z axis is this camera's x axis.
  EXPECT_TRUE((*cam1.T_cam_rig * Eigen::Vector3d(0, 0, 1)).isApprox(Eigen::Vector3d(0.5, 0, 0.25)));
  EXPECT_EQ(read.frames.at(12).translation, Eigen::Vector3d(0.1, 0.2, 1));
  EXPECT_FALSE(read.rejected[0].corner.has_value());
  EXPECT_EQ(read.rejected[1].corner, 87);
  EXPECT_EQ(read.verdict, Verdict::kUsable);
  EXPECT_EQ(read.findings, (std::vector<Finding>{{.code = FindingCode::kRowError,
                                                  .severity = Severity::kWarning,
                                                  .cameras = {"cam0", "cam1"},
                                                  .numbers = {{"row_error_px", 0.42}}}}));
  EXPECT_EQ(read.quality[0].name, "reprojection_rms_px");
}

TEST(CalibrationYaml, ReadsWhatAPersonWritesByHand) {
  const Calibration read = read_back(
      "kind: calibration\n"
      "cameras:\n"
      "  left: {model: pinhole, image_size: [640, 480], intrinsics: {fx: 500, fy: 500, cx: 320, "
      "cy: 240}}\n"
      "  right: {image_size: [640, 480]}\n");
  EXPECT_EQ(read.reference_camera, "");
  EXPECT_THAT(read.cameras[0].intrinsics->parameters, ElementsAre(500, 500, 320, 240));
  EXPECT_EQ(read.cameras[1].T_cam_rig.has_value(), false);
  EXPECT_EQ(corner_count(read.board), 0);
}

// The message for an artifact of another kind says which file to pass.
TEST(CalibrationYaml, CamerasMayHaveTimes) {
  const std::string time = "    time: {offset_s: 0.013, rate: 1.0002, line_delay_s: 3.0e-05";
  const auto with = [&](const std::string& end) {
    return replaced(kFile, "    std: {fx", time + end + "\n    std: {fx");
  };
  const std::string text = with(", std: {offset_s: 0.002, line_delay_s: 1.0e-07}}");
  const Calibration read = read_back(text);
  EXPECT_EQ(read.cameras[0].time, (CameraTime{0.013, 1.0002, 3e-5, {0.002, std::nullopt, 1e-7}}));
  EXPECT_EQ(read.cameras[1].time, std::nullopt);
  EXPECT_EQ(to_yaml(read), text);
  EXPECT_EQ(message_of(replaced(with("}"), "rate: 1.0002", "rate: 0")),
            "f.yaml:22:35: found 0 for 'cameras.cam0.time.rate', expected a positive number");
  EXPECT_EQ(
      message_of(replaced(with("}"), "0.013", "13ms")),
      "f.yaml:22:22: found '13ms' for 'cameras.cam0.time.offset_s', expected a finite number");
}

TEST(CalibrationYaml, AnotherKindOfFileIsNamed) {
  EXPECT_EQ(message_of("kind: observations\nviews: []\n"),
            "f.yaml:1:7: this is an observations file, expected a calibration: pass the "
            "calibration.yaml that 'calib intrinsics', 'stereo' or 'extrinsics' wrote");
  EXPECT_EQ(testing::message_of("kind: calibration\n", read_observations),
            "f.yaml:1:7: this is a calibration, expected an observations file: pass the "
            "observations.yaml that 'calib detect' wrote");
  EXPECT_EQ(testing::message_of("kind: rectification\n", read_dataset),
            "f.yaml:1:7: this is a rectification, expected a dataset: pass the dataset.yaml that "
            "'calib crop' wrote");
  EXPECT_EQ(testing::message_of("kind: dataset\n", read_rectification),
            "f.yaml:1:7: this is a dataset, expected a rectification: pass the "
            "rectification.yaml that 'calib rectify' wrote");
  EXPECT_EQ(message_of("cameras: {}\n"), "f.yaml:1:1: missing key 'kind' in the file");
  EXPECT_EQ(message_of("- 1\n"),
            "f.yaml:1:1: this is not a file that calib wrote: expected a map with 'kind'");
  EXPECT_EQ(message_of("%YAML:1.0\n---\nM1: 1\n"),
            "f.yaml:1:1: this is an OpenCV file (%YAML:1.0), expected one that calib wrote");
}

TEST(CalibrationYaml, TellsItsKindAndProvenance) {
  EXPECT_EQ(testing::read_text(kFile, artifact_kind), "calibration");
  EXPECT_EQ(testing::read_text(kFile, read_calibration).provenance,
            (Provenance{"abc", {{"model", "opencv5"}, {"robust", "true"}}}));
}

struct Broken {
  const char *from, *to, *message;
};

TEST(CalibrationYaml, BrokenFilesNameThePlaceAndTheWayOut) {
  const Broken cases[] = {
      {"model: opencv5\n    image", "model: opencv6\n    image",
       "f.yaml:7:12: unknown camera model 'opencv6', expected one of "},
      {"    model: opencv5\n", "", "f.yaml:6:3: missing key 'model' in 'cameras.cam0'"},
      {"fx: 800.1", "fx: .nan",
       "f.yaml:10:22: found '.nan' for 'cameras.cam0.intrinsics.fx', expected a finite number"},
      {"fx: 800.1", "fx: 1e300", "f.yaml:10:17: found 1e+300 for fx, which no lens has"},
      {"[-1, 0, 0, 0.25]", "[-1, 0, 0, 1e200]",
       "f.yaml:28:7: 'cameras.cam1.T_cam_rig' shifts by 1e+200 meters, expected at most 1e+06"},
      {"fx: 800.1", "fx: 0", "f.yaml:10:17: 'cameras.cam0.intrinsics': fx and fy must be positive"},
      {"fx: 800.1, ", "", "f.yaml:10:5: missing key 'fx' in 'cameras.cam0.intrinsics'"},
      {"cy: 359.8", "cy: 359.8, skew: 0",
       "f.yaml:10:62: unknown key 'skew' in 'cameras.cam0.intrinsics'"},
      {"-0.002, 0]", "-0.002]",
       "f.yaml:11:17: found 4 numbers for 'cameras.cam0.distortion', expected 5 for model opencv5"},
      {"    distortion: [-0.1, 0.02, 0.001, -0.002, 0]\n", "",
       "f.yaml:6:3: missing key 'distortion' in 'cameras.cam0': model opencv5 has 5 values"},
      {"[-1, 0, 0, 0.25]", "[1, 0, 0, 0.25]",
       "f.yaml:28:7: 'cameras.cam1.T_cam_rig' is not a rigid motion: it is off by 2, expected a "
       "rotation, a translation and the last row [0, 0, 0, 1]"},
      {"[0, 0, 1, -0.5]", "[0, 0, 1.00001, -0.5]",
       "f.yaml:28:7: 'cameras.cam1.T_cam_rig' is not a rigid motion: it is off by 2e-05, "},
      {"[0, 0, -1, 0.25]", "[0, 0, -1, 0.26]",
       "f.yaml:33:7: 'cameras.cam1.T_rig_cam' is not the inverse of T_cam_rig (off by 0.01): "
       "correct it, or leave it out, since it follows from T_cam_rig"},
      {"    T_cam_rig:\n      - [0, 0, 1, -0.5]\n      - [0, 1, 0, 0]\n      - [-1, 0, 0, 0.25]\n"
       "      - [0, 0, 0, 1]\n",
       "",
       "f.yaml:27:5: found 'cameras.cam1.T_rig_cam' without T_cam_rig, expected both or only "
       "T_cam_rig"},
      {"reference_camera: cam0", "reference_camera: cam1",
       "f.yaml:28:7: 'cam1' is the reference camera, so its T_cam_rig must be the identity"},
      {"reference_camera: cam0", "reference_camera: cam2",
       "f.yaml:4:19: unknown camera 'cam2' for 'reference_camera', expected one of cam0, cam1 "
       "(did you mean 'cam0'?)"},
      {"reference_camera: cam0\n", "",
       "f.yaml:1:1: missing key 'reference_camera': camera 'cam0' has a pose"},
      {"length: metre", "length: millimetre",
       "f.yaml:3:17: found 'millimetre' for 'units.length', expected metre: convert the file's "
       "values"},
      {"centre_of_top_left_pixel", "corner_of_top_left_pixel",
       "f.yaml:3:53: found 'corner_of_top_left_pixel' for 'units.pixel_origin', expected "},
      {"std: {fx: 0.1", "std: {fx: -0.1",
       "f.yaml:22:15: found -0.1 for 'cameras.cam0.std.fx', expected a number of at least 0"},
      {"rotation_rad: [0, 0, 0]", "rotation_rad: [0, 0]",
       "f.yaml:22:105: found 2 numbers for 'cameras.cam0.std.rotation_rad', expected 3"},
      {"    views: 0\n", "    views: 0\n    std: {fx: 1, fy: 1, cx: 1, cy: 1}\n",
       "f.yaml:38:10: 'cameras.cam1.std' is for intrinsics, which this camera does not have"},
      {"views: 38", "views: -1",
       "f.yaml:24:12: found -1 for 'cameras.cam0.views', expected a whole number of at least 0"},
      {"  12: {T", "  twelve: {T",
       "f.yaml:40:3: found 'twelve' for a frame, expected a whole number"},
      {"rejected:\n",
       "  012: {T_rig_board: [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]}\n"
       "rejected:\n",
       "f.yaml:41:3: frame 12 appears twice"},
      {"corner: 87", "corner: 88", "f.yaml:43:39: corner 88 is not on the 11x8 board"},
      {"{camera: cam0, frame: 3", "{camera: cam3, frame: 3",
       "f.yaml:42:14: unknown camera 'cam3' for 'rejected[0].camera', expected one of cam0, cam1 "
       "(did you mean 'cam0'?)"},
      {"code: row_error", "code: row_eror",
       "f.yaml:49:13: found 'row_eror' for 'quality.findings[0].code', expected one of "},
      {"numbers: {row_error_px: 0.42}", "numbers: {row_error: 0.42}",
       "f.yaml:52:17: unknown key 'row_error' in 'quality.findings[0].numbers' (did you mean "
       "'row_error_px'?)"},
      {"verdict: usable", "verdict: great",
       "f.yaml:45:12: found 'great' for 'quality.verdict', expected one of good, usable, poor"},
      {"  reprojection_rms_px: 0.12\nprov", "  reprojection_rms_px: bad\nprov",
       "f.yaml:55:24: found 'bad' for 'quality.reprojection_rms_px', expected a finite number"},
      {"    views: 38\n", "    views: 38\n    model_trials: [{model: opencv4, heldout_px: -1}]\n",
       "f.yaml:25:49: found -1 for 'cameras.cam0.model_trials[0].heldout_px', expected a number of "
       "at least 0"},
      {"    views: 38\n",
       "    views: 38\n    projection_std: {grid: [12, 9], distance_m: 1, near_px: [1], "
       "infinity_px: [1]}\n",
       "f.yaml:25:61: found 1 numbers for 'cameras.cam0.projection_std.near_px', expected 108"},
      {"square_m: 0.03", "square_m: 0.03, shape: {bow_x_m: 0.001}",
       "f.yaml:38:61: missing key 'bow_y_m' in 'board.shape'"},
      {"inputs_hash", "input_hash",
       "f.yaml:57:3: unknown key 'input_hash' in 'provenance' (did you mean 'inputs_hash'?)"},
      {"frames:", "frame:", "f.yaml:39:1: unknown key 'frame' (did you mean 'frames'?)"},
      {"  cam1:", "  cam0:", "f.yaml:25:3: duplicate key 'cam0' (first on line 6)"},
  };
  for (const Broken& broken : cases) {
    EXPECT_THAT(message_of(replaced(kFile, broken.from, broken.to)),
                ::testing::StartsWith(broken.message));
  }
}

TEST(CalibrationYaml, AnyDamageIsReadOrAnErrorWithItsPlace) {
  testing::expect_damage_is_told(kFile, read_calibration);
}

TEST(CalibrationYaml, WhatCannotBeReadBackIsNotWritten) {
  const Calibration good = read_back(kFile);
  const auto message = [&](auto&& spoil) {
    Calibration calibration = good;
    spoil(calibration);
    return error_text([&] { to_yaml(calibration); });
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(message([&](Calibration& c) { c.quality[0].value = nan; }),
            "quality.reprojection_rms_px is not a finite number; it cannot be written");
  EXPECT_EQ(message([&](Calibration& c) { c.cameras[0].std.parameters[4] = nan; }),
            "camera 'cam0' std.distortion is not a finite number; it cannot be written");
  EXPECT_EQ(message([&](Calibration& c) { c.cameras[1].T_cam_rig->translation.x() = nan; }),
            "camera 'cam1' T_cam_rig is not a finite number; it cannot be written");
  EXPECT_EQ(message([&](Calibration& c) { c.cameras[0].intrinsics->image_size.width = 640; }),
            "camera 'cam0': the intrinsics are for 640x720 images, the camera's are 1280x720");
  EXPECT_EQ(message([&](Calibration& c) {
              c.quality.push_back({"verdict", 1});
            }),
            "two entries for the quality metric 'verdict'");
  EXPECT_EQ(message([&](Calibration& c) {
              c.provenance.options.push_back({"model", "x"});
            }),
            "two entries for the option in the provenance 'model'");
}

}  // namespace calibration_yaml_test
}  // namespace calib
