#pragma once
// Two boards that are fixed to each other like the pages of an open book, and two cameras that look
// in different directions: each sees one board, except for frames in which the first camera sees
// both boards from a distance.

#include "synth/random.hpp"
#include "synth/synthetic_rig.hpp"

namespace calib::testing {

inline Board two_boards() {
  Board boards;
  boards.type = &kSeveralBoards;
  Board first{&kCharuco, 7, 5, 0.04};
  first.marker_m = 0.03;
  first.dictionary = "5X5_250";
  Board second = first;
  second.first_marker = 24;
  const Eigen::Vector3d turn(0, 70 * 3.14159265358979 / 180, 0);
  first.T_board_part = Pose{};
  second.T_board_part = Pose{exp_so3(turn), {0.45, 0.01, -0.1}};
  boards.parts = {first, second};
  return boards;
}

inline Camera looking_camera(const std::string& name, double yaw_deg, double x_m) {
  Camera camera{name, {640, 480}};
  camera.intrinsics = make_intrinsics("opencv5", camera.image_size, 880, 881, 322, 238);
  camera.intrinsics->parameters[4] = -0.12;
  const Pose T_rig_cam{exp_so3({0, yaw_deg * 3.14159265358979 / 180, 0}), {x_m, 0, 0}};
  camera.T_cam_rig = T_rig_cam.inverse();
  return camera;
}

/// `near` frames in which each camera sees one board, then `far` frames in which the first camera
/// sees both.
inline Calibration two_board_truth(int near, int far) {
  Calibration truth;
  truth.board = two_boards();
  truth.reference_camera = "cam0";
  truth.cameras = {looking_camera("cam0", 0, 0), looking_camera("cam1", 60, 0.06)};
  Random random(7);
  for (int frame = 0; frame < near + far; ++frame) {
    const bool is_near = frame < near;
    const double reach = is_near ? 0.25 : 0.1, shift = is_near ? 0.05 : 0.1;
    const auto around = [&](double middle, double by) {
      return random.uniform(middle - by, middle + by);
    };
    const Eigen::Vector3d place(around(is_near ? 0.12 : 0.3, shift), around(0.08, shift),
                                around(is_near ? -0.5 : -1.3, 2 * shift));
    const Eigen::Vector3d turn(around(0, reach), around(0, reach), around(0, 2 * reach));
    truth.frames[frame] = Pose{exp_so3(turn), place}.inverse();
  }
  return truth;
}

}  // namespace calib::testing
