// A program outside calib, built against the installed package: projects a board, solves for the
// lens.

#include <cmath>
#include <cstdio>

#include "camera/intrinsics.hpp"
#include "geometry/pose.hpp"
#include "scene/observations.hpp"
#include "solve/solve_intrinsics.hpp"

namespace {

calib::Observations board_seen_by(const calib::Projector& camera) {
  calib::Observations observations;
  observations.board = {&calib::kChessboard, 9, 6, 0.03};
  observations.cameras = {{"cam0", camera.intrinsics().image_size}};
  for (int frame = 0; frame < 8; ++frame) {
    const Eigen::Vector3d turn(0.5 * std::sin(frame), 0.5 * std::cos(frame), 0.1 * frame);
    const calib::Pose T_cam_board{calib::exp_so3(turn), {-0.12, -0.08, 0.6}};
    calib::View view{0, frame, "", {}};
    for (int id = 0; id < calib::corner_count(observations.board); ++id) {
      const auto pixel = camera.project(T_cam_board * corner_position(observations.board, id));
      if (pixel) view.corners.push_back({id, pixel->x(), pixel->y()});
    }
    observations.views.push_back(view);
  }
  return observations;
}

}  // namespace

int main() {
  const calib::Projector camera(calib::make_intrinsics("pinhole", {1280, 720}, 800, 800, 640, 360));
  calib::IntrinsicsOptions options;
  options.model = "pinhole";
  const calib::Calibration solved =
      calib::solve_intrinsics(board_seen_by(camera), options, 1, calib::no_progress()).calibration;
  const double fx = solved.cameras.at(0).intrinsics.value().parameters[0];
  std::printf("fx = %.6f\n", fx);
  return std::abs(fx - 800) < 1e-3 ? 0 : 1;
}
