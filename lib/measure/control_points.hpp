#pragma once
// Least squares of camera poses and of points whose positions were measured: used by
// locate_cameras().

#include <Eigen/Core>
#include <string>
#include <vector>

#include "camera/intrinsics.hpp"
#include "geometry/pose.hpp"
#include "measure/align.hpp"

namespace calib {

/// The pixel of a point in a camera, by indices.
struct ControlSight {
  int camera = 0, point = 0;
  Eigen::Vector2d pixel;
  double sigma_px = 0;  ///< 0: not stated
  bool is_used = true;
};

/// Values and measurements. Points with a standard deviation may move from where they were
/// measured; others are exact.
struct ControlNetwork {
  std::vector<Projector> lenses;
  std::vector<Pose> T_cam_world;
  std::vector<MeasuredPoint> measured;
  std::vector<Eigen::Vector3d> positions;
  std::vector<ControlSight> sights;
  double sigma_px = 1;  ///< of sights that state none

  double sigma_of(const ControlSight& sight) const {
    return sight.sigma_px > 0 ? sight.sigma_px : sigma_px;
  }
};

/// The pixel minus the projected point; NaN where the camera cannot see the point.
Eigen::Vector2d error_of(const ControlNetwork& network, const ControlSight& sight);

/// Moves poses and points to the least sum of squared errors of the sights that are used, each in
/// units of its standard deviation (Levenberg-Marquardt).
void adjust(ControlNetwork& network);

/// The uncertainty of adjusted poses.
struct ControlErrors {
  Eigen::MatrixXd noise;        ///< covariance of all poses (6 per camera) by pixels and positions
  Eigen::MatrixXd by_lens;      ///< derivatives of all poses by the parameters of all lenses
  std::vector<int> first_lens;  ///< the first column of each camera's lens
  double chi = 1;  ///< sqrt(sum of squares / degrees of freedom); 1 if there are none left
  /// Degrees of freedom of the sights without a stated standard deviation, and the standard
  /// deviation that their errors show. 0: they show none.
  double freedom = 0, shown_sigma_px = 0;
};
ControlErrors errors_of(const ControlNetwork& network);

}  // namespace calib
