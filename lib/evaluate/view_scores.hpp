#pragma once
// The gradient and the normal equations of each view of a rig at the present values, with respect
// to its camera and its board pose. The checks of a result (camera_changes, error_structure) are
// score tests on these (Rao, 1948): they need no further solve.

#include <Eigen/Cholesky>
#include <map>
#include <vector>

#include "solve/bundle.hpp"

namespace calib {

/// The parameters of a camera that may change during a recording, in this order: the logarithm of
/// the focal length, cx and cy (pixels), and the small motion (w, t) of T_cam_rig.
inline constexpr int kCameraChangeCount = 9;

struct ViewScore {
  using Camera = Eigen::Matrix<double, kCameraChangeCount, 1>;
  using CameraBlock = Eigen::Matrix<double, kCameraChangeCount, kCameraChangeCount>;
  using Board = Eigen::Matrix<double, 6, 1>;

  int camera = 0, board_pose = 0;
  CameraBlock camera_block;                            ///< J'J of the camera
  Eigen::Matrix<double, kCameraChangeCount, 6> cross;  ///< J'J of camera and board pose
  Eigen::Matrix<double, 6, 6> board_block;             ///< J'J of the board pose
  Camera camera_gradient;                              ///< J'r of the camera
  Board board_gradient;                                ///< J'r of the board pose
  Eigen::VectorXd own_residual;  ///< r without what a board pose of its own would explain
  double square = 0;             ///< r'r, in units of the corners' sigmas
  double square_px = 0;          ///< the same in pixels
  int residuals = 0;
  std::vector<int> ids;  ///< of the corners
};

/// The sums over all views of one board pose: J'J of the pose, factored, and J'r.
struct BoardScore {
  Eigen::LDLT<Eigen::Matrix<double, 6, 6>> block;
  ViewScore::Board gradient = ViewScore::Board::Zero();
};
/// The sums for each board pose, by its index in the bundle.
std::map<int, BoardScore> board_scores(const std::vector<ViewScore>& views);

/// The scores of all views of the bundle that can be projected.
std::vector<ViewScore> view_scores(const Bundle& bundle, int jobs);

}  // namespace calib
