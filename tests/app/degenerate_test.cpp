// Recordings that do not determine a calibration: they are refused with advice on what to film, and
// no file contains NaN.

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <regex>

#include "app/command_line.hpp"
#include "base/files.hpp"
#include "io/artifacts.hpp"
#include "solve/solve_rig.hpp"
#include "support/synthetic_world.hpp"
#include "support/temporary_folder.hpp"

namespace calib {
namespace {

namespace fs = std::filesystem;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using testing::kBoard;

constexpr int kFrames = 12;

// Projects a point in camera coordinates to a pixel.
using Project = std::function<Eigen::Vector2d(const Eigen::Vector3d&)>;

Eigen::Vector2d pinhole(const Eigen::Vector3d& p) {
  return {600 * p.x() / p.z() + 320, 600 * p.y() / p.z() + 240};
}

// NaN and infinity as C++, YAML, JSON or Python spell them.
bool holds_nan_or_inf(const std::string& text) {
  return std::regex_search(text, std::regex("(^|[^a-z_])(nan|inf)([^a-z_]|$)", std::regex::icase));
}

Pose board_at(double turn_x, double turn_y, double x, double y, double z) {
  return {exp_so3({turn_x, turn_y, 0}), {x, y, z}};
}

// One camera's views of the board in these poses.
Observations one_camera(const std::vector<Pose>& poses, const Project& project = pinhole) {
  Observations observations;
  observations.board = kBoard;
  observations.cameras = {{"cam0", {640, 480}}};
  for (const Pose& T_cam_board : poses) {
    View view{0, static_cast<std::int64_t>(observations.views.size()), "", {}};
    for (int id = 0; id < corner_count(kBoard); ++id) {
      const Eigen::Vector2d pixel = project(T_cam_board * corner_position(kBoard, id));
      view.corners.push_back({id, pixel.x(), pixel.y(), 0});
    }
    observations.views.push_back(view);
  }
  return observations;
}

// Boards that are tilted in all directions and fill the image, which suffice.
std::vector<Pose> good_poses(int count = kFrames) {
  std::vector<Pose> poses;
  for (int i = 0; i < count; ++i)
    poses.push_back(board_at(0.5 * std::sin(1.7 * i), 0.5 * std::cos(2.3 * i),
                             -0.2 + 0.02 * (i % 6), -0.1 + 0.02 * (i % 4), 0.5 + 0.05 * (i % 3)));
  return poses;
}

Observations parallel_boards() {
  std::vector<Pose> poses;
  for (int i = 0; i < kFrames; ++i) poses.push_back(board_at(0, 0, -0.2 + 0.01 * i, -0.1, 0.5));
  return one_camera(poses);
}

// All boards have the same tilt: one vanishing line for four unknowns.
Observations parallel_tilted_boards() {
  std::vector<Pose> poses;
  for (int i = 0; i < kFrames; ++i)
    poses.push_back(board_at(0.4, 0.2, -0.2 + 0.01 * i, -0.1, 0.5 + 0.02 * i));
  return one_camera(poses);
}

Observations same_view_again(std::size_t which) {
  return one_camera(std::vector<Pose>(kFrames, good_poses(3)[which]));
}

Observations one_line_of_corners() {
  Observations observations = one_camera(good_poses());
  for (View& view : observations.views)
    std::erase_if(view.corners, [](const Corner& c) { return c.id >= kBoard.corners_x; });
  return observations;
}

Observations all_corners_in_one_place() {
  return one_camera(good_poses(), [](const Eigen::Vector3d&) { return Eigen::Vector2d(320, 240); });
}

Observations focal_length_at_infinity() {
  return one_camera(good_poses(), [](const Eigen::Vector3d& p) {
    return Eigen::Vector2d(900 * p.x() + 320, 900 * p.y() + 240);
  });
}

struct Case {
  std::string name;
  Observations observations;
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

std::vector<Case> undetermined() {
  return {{"no views", one_camera({})},
          {"one view", one_camera(good_poses(1))},
          {"two views", one_camera(good_poses(2))},
          {"boards parallel to the sensor", parallel_boards()},
          {"boards parallel to each other", parallel_tilted_boards()},
          {"the same view again and again", same_view_again(0)},
          {"another view again and again", same_view_again(1)},
          {"a third view again and again", same_view_again(2)},
          {"one line of corners", one_line_of_corners()},
          {"all corners in one place", all_corners_in_one_place()},
          {"focal length at infinity", focal_length_at_infinity()}};
}

class Degenerate : public ::testing::Test {
 protected:
  std::string at(const std::string& name) const { return (folder_.path() / name).string(); }

  std::string write(const Observations& observations) const {
    write_file(at("observations.yaml"), to_yaml(observations));
    return at("observations.yaml");
  }

  // Expects that the command is refused with advice, or succeeds with finite numbers.
  testing::Outcome expect_sane(std::vector<std::string> words) const {
    const std::string output = at("out.yaml");
    fs::remove(output);
    words.insert(words.end(), {"-o", output});
    const testing::Outcome outcome = testing::calib_command(words);
    if (outcome.code == 0) {
      EXPECT_FALSE(holds_nan_or_inf(read_file(output))) << read_file(output);
    } else {
      EXPECT_EQ(outcome.code, 1) << outcome.err;
      EXPECT_FALSE(fs::exists(output));
      EXPECT_THAT(outcome.err, AnyOf(HasSubstr("film"), HasSubstr("check the board")));
    }
    EXPECT_FALSE(holds_nan_or_inf(outcome.out + outcome.err)) << outcome.out << outcome.err;
    return outcome;
  }

 private:
  testing::TemporaryFolder folder_;
};

class Undetermined : public Degenerate, public ::testing::WithParamInterface<Case> {};
INSTANTIATE_TEST_SUITE_P(Views, Undetermined, ::testing::ValuesIn(undetermined()));

TEST_P(Undetermined, IsRefusedWithWhatToFilm) {
  const std::string file = write(GetParam().observations);
  std::vector<std::string> models = model_names();
  models.push_back("auto");
  for (const std::string& model : models)
    EXPECT_EQ(expect_sane({"intrinsics", file, "--model", model}).code, 1) << model;
}

TEST_F(Degenerate, ThreeViewsSufficeForASimpleLens) {
  const std::string file = write(one_camera(good_poses(3)));
  EXPECT_EQ(expect_sane({"intrinsics", file, "--model", "pinhole"}).code, 0);
  for (const std::string& model : model_names())
    expect_sane({"intrinsics", file, "--model", model});
}

Observations twelve_views() {
  return read_observations(CALIB_SOURCE_DIR "/tests/app/twelve_views.yaml");
}

// Corners rounded to whole pixels with sigmas that are too small: models with many parameters have
// no finite fit, and --model auto continues without them.
TEST_F(Degenerate, CornersInWholePixels) {
  Observations observations = twelve_views();
  for (View& view : observations.views)
    for (Corner& corner : view.corners)
      corner = {corner.id, std::round(corner.x), std::round(corner.y), corner.sigma_px};
  const std::string file = write(observations);
  for (const char* model : {"opencv8", "opencv14"})
    expect_sane({"intrinsics", file, "--model", model});
  EXPECT_EQ(expect_sane({"intrinsics", file, "--model", "auto"}).code, 0);
}

// Only models with a tilted sensor fit this closely, and they predict badly. --model auto must
// still choose another model.
TEST_F(Degenerate, ShearedCornersHaveALens) {
  Observations observations = twelve_views();
  for (View& view : observations.views)
    for (Corner& corner : view.corners) corner.x += 0.01 * corner.y;
  EXPECT_EQ(expect_sane({"intrinsics", write(observations), "--model", "auto"}).code, 0);
}

// OpenCV returns NaN as standard deviations here.
TEST_F(Degenerate, FourCornersAViewForTheSolverOfOpencv) {
  Observations observations = one_camera(good_poses());
  for (View& view : observations.views)
    std::erase_if(view.corners, [](const Corner& c) { return c.id % 7 != 0 || c.id / 8 > 3; });
  expect_sane({"intrinsics", write(observations), "--solver", "opencv"});
}

// The corners of boards behind the camera, projected through its center.
TEST_F(Degenerate, BoardsBehindTheCameraAreSolvedInFrontOfIt) {
  std::vector<Pose> poses = good_poses();
  for (Pose& pose : poses)
    pose = {pose.rotation * Eigen::Quaterniond(0, 0, 0, 1), -pose.translation};
  EXPECT_EQ(expect_sane({"intrinsics", write(one_camera(poses)), "--model", "pinhole"}).code, 0);
  for (const auto& [frame, T_cam_board] : read_calibration(at("out.yaml")).frames)
    EXPECT_GT(T_cam_board.translation.z(), 0) << frame;
}

class DegenerateRig : public Degenerate {
 protected:
  testing::World world_ = testing::make_world(testing::small_rig(), kBoard, 0.1);
  std::vector<View>& views() { return world_.observations.views; }
  testing::Outcome solve() const { return expect_sane({"extrinsics", write(world_.observations)}); }
};

TEST_F(DegenerateRig, OneMoment) {
  std::erase_if(views(), [](const View& view) { return view.frame > 0; });
  EXPECT_EQ(solve().code, 1);
}

TEST_F(DegenerateRig, ThreeMoments) {
  std::erase_if(views(), [](const View& view) { return view.frame > 2; });
  solve();
}

TEST_F(DegenerateRig, TheSameMomentAgainAndAgain) {
  const std::vector<View> all = views();
  for (View& view : views()) {
    view.corners = std::find_if(all.begin(), all.end(), [&](const View& other) {
                     return other.camera == view.camera;
                   })->corners;
  }
  EXPECT_EQ(solve().code, 1);
}

TEST_F(DegenerateRig, OneLineOfCorners) {
  for (View& view : views())
    std::erase_if(view.corners, [](const Corner& c) { return c.id >= kBoard.corners_x; });
  EXPECT_EQ(solve().code, 1);
}

// Two cameras without a baseline: they are solved, but cannot be rectified.
TEST_F(DegenerateRig, TwoCamerasInOnePlace) {
  for (Camera& camera : world_.truth.cameras) camera.T_cam_rig->translation.setZero();
  world_.observations = true_observations(world_.truth, 4);
  EXPECT_EQ(solve().code, 0);
  testing::expect_refused({"rectify", at("out.yaml"), "-o", at("rectified")}, 1,
                          {"different places"});
  testing::expect_refused({"rectify", at("out.yaml"), "--pair", "cam0,cam1", "-o", at("rectified")},
                          1, {"cam0", "cam1"});
  EXPECT_FALSE(fs::exists(at("rectified/rectification.yaml")));
}

}  // namespace
}  // namespace calib
