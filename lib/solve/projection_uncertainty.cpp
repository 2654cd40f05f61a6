#include "solve/projection_uncertainty.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/median.hpp"
#include "solve/reprojection.hpp"

namespace calib {
namespace {

double median_board_distance(const Bundle& bundle, int camera) {
  std::vector<double> distances;
  for (const BundleView& view : bundle.views) {
    if (view.camera != camera) continue;
    const Pose T_cam_board = bundle.cameras[camera].T_cam_rig * bundle.board_poses[view.board_pose];
    distances.push_back((T_cam_board * board_middle(bundle.board)).norm());
  }
  return median(std::move(distances));
}

// The covariance of all parameters on which a projection into one camera depends: its free
// intrinsics, its pose (if free), and the mean motion of the boards.
struct CameraCovariance {
  std::vector<int> parameters;  // the free intrinsics
  bool pose_free = false;
  Eigen::MatrixXd matrix;
  // The camera's center moves by this much against the middle of the boards if the scale of the rig
  // is wrong by its standard deviation (camera frame).
  Eigen::Vector3d by_scale = Eigen::Vector3d::Zero();
};

// The mean position of the boards that have views, in the rig frame.
Eigen::Vector3d middle_of_boards(const Bundle& bundle) {
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  for (const BundleView& view : bundle.views)
    sum +=
        bundle.board_poses[static_cast<std::size_t>(view.board_pose)] * board_middle(bundle.board);
  return sum / static_cast<double>(std::max<std::size_t>(1, bundle.views.size()));
}

CameraCovariance covariance_of(const SharedLayout::Place& place, const Covariance& covariance) {
  CameraCovariance result;
  std::vector<int> columns;
  for (std::size_t k = 0; k < place.intrinsics.size(); ++k) {
    if (place.intrinsics[k] < 0) continue;
    columns.push_back(place.intrinsics[k]);
    result.parameters.push_back(static_cast<int>(k));
  }
  result.pose_free = place.pose >= 0;
  for (int k = 0; result.pose_free && k < 6; ++k) columns.push_back(place.pose + k);
  const auto count = static_cast<Eigen::Index>(columns.size());
  result.matrix.resize(count + 6, count + 6);
  for (Eigen::Index i = 0; i < count; ++i) {
    for (Eigen::Index k = 0; k < count; ++k) {
      result.matrix(i, k) = covariance.shared(columns[static_cast<std::size_t>(i)],
                                              columns[static_cast<std::size_t>(k)]);
    }
    result.matrix.row(i).tail<6>() =
        covariance.shared_motion.row(columns[static_cast<std::size_t>(i)]);
  }
  result.matrix.bottomLeftCorner(6, count) = result.matrix.topRightCorner(count, 6).transpose();
  result.matrix.bottomRightCorner<6, 6>() = covariance.motion;
  return result;
}

// The Jacobian of a pixel by the parameters of `covariance`, 2 x n, for the point p_cam (weight 1)
// or for the point at infinity in its direction (weight 0).
Eigen::MatrixXd pixel_jacobian(const LensDerivatives& lens, const Pose& T_cam_rig,
                               const Eigen::Vector3d& p_cam, double weight,
                               const CameraCovariance& covariance) {
  const auto parameters = static_cast<Eigen::Index>(covariance.parameters.size());
  Eigen::MatrixXd jacobian = Eigen::MatrixXd::Zero(2, covariance.matrix.rows());
  for (std::size_t i = 0; i < lens.parameters.size(); ++i) {
    const auto found =
        std::find(covariance.parameters.begin(), covariance.parameters.end(), lens.parameters[i]);
    if (found != covariance.parameters.end()) {
      jacobian.col(found - covariance.parameters.begin()) =
          lens.by_parameters.col(static_cast<Eigen::Index>(i));
    }
  }
  const Eigen::Vector3d arm = p_cam - weight * T_cam_rig.translation;  // R p_rig
  const auto motion_of = [weight](const Eigen::Vector3d& at) {
    Eigen::Matrix<double, 3, 6> motion;
    motion << -cross_matrix(at), weight * Eigen::Matrix3d::Identity();
    return motion;
  };
  if (covariance.pose_free) jacobian.middleCols<6>(parameters) = lens.by_point * motion_of(arm);
  const Eigen::Matrix3d R_cam_rig = T_cam_rig.rotation.toRotationMatrix();
  jacobian.rightCols<6>() = lens.by_point * R_cam_rig * motion_of(R_cam_rig.transpose() * arm);
  return jacobian;
}

// The standard deviation in the worst direction: the square root of the largest eigenvalue.
double worst_direction(const Eigen::Matrix2d& covariance) {
  const double mean = covariance.trace() / 2;
  const double half = (covariance(0, 0) - covariance(1, 1)) / 2;
  return std::sqrt(std::max(0.0, mean + std::hypot(half, covariance(0, 1))));
}

// The standard deviation of the pixel of a point at `distance` (weight 1) or at infinity (weight
// 0). NaN if there is no ray.
double sigma_along(const std::optional<Eigen::Vector3d>& ray, double distance, double weight,
                   const BundleCamera& camera, const std::vector<CameraCovariance>& covariances) {
  if (!ray) return std::numeric_limits<double>::quiet_NaN();
  const Eigen::Vector3d p_cam = distance * *ray;
  const auto lens = lens_derivatives(camera.intrinsics, p_cam);
  if (!lens) return std::numeric_limits<double>::quiet_NaN();
  const Eigen::MatrixXd jacobian =
      pixel_jacobian(*lens, camera.T_cam_rig, p_cam, weight, covariances.front());
  double sigma = 0;
  for (const CameraCovariance& each : covariances) {
    const Eigen::Vector2d by_scale = weight * lens->by_point * each.by_scale;
    sigma = std::max(sigma, worst_direction(jacobian * each.matrix * jacobian.transpose() +
                                            by_scale * by_scale.transpose()));
  }
  return sigma;
}

}  // namespace

std::vector<std::optional<ProjectionUncertainty>> projection_uncertainty(
    const Bundle& bundle, const std::vector<Covariance>& covariances) {
  std::vector<std::optional<ProjectionUncertainty>> result(bundle.cameras.size());
  const Eigen::Vector3d middle = middle_of_boards(bundle);
  for (std::size_t i = 0; i < bundle.cameras.size(); ++i) {
    const BundleCamera& camera = bundle.cameras[i];
    const double distance = median_board_distance(bundle, static_cast<int>(i));
    if (distance == 0) continue;
    std::vector<CameraCovariance> own;
    for (const Covariance& each : covariances) {
      own.push_back(covariance_of(each.layout.cameras[i], each));
      own.back().by_scale = each.scale_std * (camera.T_cam_rig * middle);
    }
    ProjectionUncertainty& uncertainty = result[i].emplace();
    uncertainty.distance_m = distance;
    const Projector lens(camera.intrinsics);
    for (int row = 0; row < ProjectionUncertainty::kRows; ++row) {
      for (int column = 0; column < ProjectionUncertainty::kColumns; ++column) {
        const auto ray =
            lens.unproject(uncertainty_pixel(camera.intrinsics.image_size, column, row));
        uncertainty.near_px.push_back(sigma_along(ray, distance, 1, camera, own));
        uncertainty.infinity_px.push_back(sigma_along(ray, 1, 0, camera, own));
      }
    }
  }
  return result;
}

}  // namespace calib
