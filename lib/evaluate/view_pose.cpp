#include "evaluate/view_pose.hpp"

#include <cmath>
#include <limits>

#include "base/parallel.hpp"
#include "geometry/small_systems.hpp"
#include "scene/flat_points.hpp"

namespace calib {
namespace {

using Matrix6 = Eigen::Matrix<double, 6, 6>;
using Vector6 = Eigen::Matrix<double, 6, 1>;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Target {
  Eigen::Vector3d point;  // on the board
  Eigen::Vector3d ray;
};

struct Look {
  Pose T_cam_rig;
  double focal_px;
  std::vector<Target> targets;
};

std::vector<Target> targets_of(const Board& board, const RayView& view, bool with_rejected) {
  std::vector<Target> targets;
  targets.reserve(view.corners.size());
  for (const RayCorner& corner : view.corners) {
    if (with_rejected || !corner.rejected)
      targets.push_back({corner_position(board, corner.id), corner.ray});
  }
  return targets;
}

// Sum of squared errors; infinity when a corner would be behind its camera.
double cost_of(std::span<const Look> looks, const Pose& T_rig_board) {
  double cost = 0;
  for (const Look& look : looks) {
    const Pose T_cam_board = look.T_cam_rig * T_rig_board;
    for (const Target& target : look.targets) {
      const Eigen::Vector3d p_cam = T_cam_board * target.point;
      if (p_cam.dot(target.ray) <= 0) return kInfinity;
      cost += ray_error_px(p_cam, target.ray, look.focal_px).squaredNorm();
    }
  }
  return cost;
}

// The normal equations of one camera for a step (rotation about the board's origin, translation)
// in the camera's axes. d(error)/d(p_cam) is focal (I - u u') / |p| across the ray, u = p / |p|.
void accumulate(const Look& look, const Pose& T_cam_board, Matrix6& normal, Vector6& gradient) {
  const Eigen::Matrix3d R_cam_board = T_cam_board.rotation.toRotationMatrix();
  for (const Target& target : look.targets) {
    const Eigen::Vector3d arm = R_cam_board * target.point;
    const Eigen::Vector3d p_cam = arm + T_cam_board.translation;
    const double distance = p_cam.norm();
    const Eigen::Vector3d unit = p_cam / distance;
    Eigen::Matrix3d minus_cross;  // times w: w x arm
    minus_cross << 0, arm.z(), -arm.y(), -arm.z(), 0, arm.x(), arm.y(), -arm.x(), 0;
    Eigen::Matrix<double, 3, 6> jacobian;
    jacobian.rightCols<3>() =
        look.focal_px / distance * (Eigen::Matrix3d::Identity() - unit * unit.transpose());
    jacobian.leftCols<3>().noalias() = jacobian.rightCols<3>() * minus_cross;
    normal.noalias() += jacobian.transpose() * jacobian;
    gradient.noalias() += jacobian.transpose() * ray_error_px(p_cam, target.ray, look.focal_px);
  }
}

Pose step_from(std::span<const Look> looks, const Pose& T_rig_board) {
  Matrix6 normal = Matrix6::Zero();
  Vector6 gradient = Vector6::Zero();
  for (const Look& look : looks) {
    Matrix6 own = Matrix6::Zero(), turn = Matrix6::Zero();
    Vector6 own_gradient = Vector6::Zero();
    accumulate(look, look.T_cam_rig * T_rig_board, own, own_gradient);
    turn.topLeftCorner<3, 3>() = look.T_cam_rig.rotation.toRotationMatrix();
    turn.bottomRightCorner<3, 3>() = turn.topLeftCorner<3, 3>();
    normal += turn.transpose() * own * turn;
    gradient += turn.transpose() * own_gradient;
  }
  const Vector6 step = -solve_normal(normal, gradient);
  return {(exp_so3(step.head<3>()) * T_rig_board.rotation).normalized(),
          T_rig_board.translation + step.tail<3>()};
}

struct Fit {
  Pose T_rig_board;
  double cost = kInfinity;
};

Fit refine(std::span<const Look> looks, const Pose& start) {
  // Gauss-Newton on a small board gains two digits a step; a step that gains less than this share
  // of the cost changes nothing that is reported.
  constexpr int kIterations = 12;
  constexpr double kEnough = 1e-6;
  Fit fit{start, cost_of(looks, start)};
  for (int iteration = 0; iteration < kIterations && std::isfinite(fit.cost); ++iteration) {
    const Pose trial = step_from(looks, fit.T_rig_board);
    if (!trial.translation.allFinite() || !trial.rotation.coeffs().allFinite()) break;
    const double cost = cost_of(looks, trial);
    if (!(cost < fit.cost)) break;
    const bool enough = fit.cost - cost < kEnough * fit.cost;
    fit = {trial, cost};
    if (enough) break;
  }
  return fit;
}

// Board coordinates moved and scaled so that the direct linear transform is well conditioned.
struct Scaling {
  Eigen::Vector2d middle = Eigen::Vector2d::Zero();
  double size = 0;
};

Scaling scaling_of(const std::vector<Target>& targets) {
  Scaling scaling;
  const double count = static_cast<double>(targets.size());
  for (const Target& target : targets) scaling.middle += target.point.head<2>() / count;
  for (const Target& target : targets)
    scaling.size += (target.point.head<2>() - scaling.middle).norm() / count;
  return scaling;
}

// The homography H with ray ~ H (x, y, 1): ray x H (x, y, 1) = 0. Nothing for corners in a line.
std::optional<Eigen::Matrix3d> homography(const std::vector<Target>& targets,
                                          const Scaling& scaling) {
  Eigen::Matrix<double, 9, 9> normal = Eigen::Matrix<double, 9, 9>::Zero();
  for (const Target& target : targets) {
    const Eigen::Vector2d at = (target.point.head<2>() - scaling.middle) / scaling.size;
    const Eigen::Vector3d plane(at.x(), at.y(), 1);
    const Eigen::Matrix3d across =
        Eigen::Matrix3d::Identity() - target.ray * target.ray.transpose();
    for (int i = 0; i < 3; ++i) {
      for (int j = 0; j < 3; ++j) normal.block<3, 3>(3 * i, 3 * j) += plane[i] * plane[j] * across;
    }
  }
  const auto h = null_direction(normal, 1e-9);
  if (!h) return std::nullopt;
  Eigen::Matrix3d H;
  for (int i = 0; i < 3; ++i) H.col(i) = h->segment<3>(3 * i);
  double forward = 0;
  for (const Target& target : targets) {
    const Eigen::Vector2d at = (target.point.head<2>() - scaling.middle) / scaling.size;
    forward += target.ray.dot(H * at.homogeneous());
  }
  return forward < 0 ? Eigen::Matrix3d(-H) : H;
}

Pose pose_from_homography(Eigen::Matrix3d H, const Scaling& scaling) {
  H.leftCols<2>() /= scaling.size;
  H /= (H.col(0).norm() + H.col(1).norm()) / 2;
  Eigen::Matrix3d axes;
  axes << H.col(0), H.col(1), H.col(0).cross(H.col(1));
  const Eigen::Matrix3d R = nearest_rotation(axes);
  return {Eigen::Quaterniond(R), H.col(2) - R.leftCols<2>() * scaling.middle};
}

// The pose with nearly the same picture: tilted the other way about the line of sight to `middle`.
Pose mirrored(const Pose& T_cam_board, const Scaling& scaling) {
  const Eigen::Vector3d middle(scaling.middle.x(), scaling.middle.y(), 0);
  const Eigen::Vector3d sight = (T_cam_board * middle).normalized();
  const Eigen::Vector3d normal = T_cam_board.rotation * Eigen::Vector3d::UnitZ();
  const Eigen::Vector3d other = 2 * normal.dot(sight) * sight - normal;
  const Eigen::Quaterniond turn = turn_between(normal, other);
  Pose result{turn * T_cam_board.rotation, {}};
  result.translation = T_cam_board * middle - result.rotation * middle;
  return result;
}

}  // namespace

std::optional<Pose> refine_board_pose(const Board& board, std::span<const Sighting> sightings,
                                      const Pose& start) {
  std::vector<Look> looks;
  for (const Sighting& sighting : sightings) {
    looks.push_back(
        {sighting.T_cam_rig, sighting.focal_px, targets_of(board, *sighting.view, false)});
  }
  const Fit fit = refine(looks, start);
  return std::isfinite(fit.cost) ? std::optional(fit.T_rig_board) : std::nullopt;
}

std::optional<Pose> view_pose(const Board& board, const RayView& view, double focal_px) {
  const std::vector<Look> look{{Pose{}, focal_px, targets_of(board, view, true)}};
  if (view.corners.empty()) return std::nullopt;
  const auto flat = largest_flat_part<RayCorner>(board, view.corners);
  std::vector<Target> targets;
  for (const RayCorner& corner : flat.points)
    targets.push_back({corner_position(*flat.board, corner.id), corner.ray});
  if (targets.size() < 4) return std::nullopt;
  const Scaling scaling = scaling_of(targets);
  const auto H = homography(targets, scaling);
  if (!H) return std::nullopt;
  const Pose T_part_board = flat.T_board_part.inverse();
  Fit best = refine(look, pose_from_homography(*H, scaling) * T_part_board);
  if (!std::isfinite(best.cost)) return std::nullopt;
  // The mirrored pose can only win where its picture is already near: within 3 px.
  const Pose other = mirrored(best.T_rig_board * flat.T_board_part, scaling) * T_part_board;
  if (cost_of(look, other) < best.cost + 9.0 * static_cast<double>(targets.size())) {
    const Fit fit = refine(look, other);
    if (fit.cost < best.cost) best = fit;
  }
  return best.T_rig_board;
}

ViewPoses view_poses(const Rays& rays, int jobs) {
  std::vector<const RayView*> views;
  for (const auto& views_of_camera : rays.views) {
    for (const auto& [frame, view] : views_of_camera) views.push_back(&view);
  }
  std::vector<std::optional<Pose>> found(views.size());
  parallel_for(views.size(), jobs, [&](std::size_t i) {
    found[i] = view_pose(rays.board, *views[i], rays.cameras[views[i]->camera].focal_px);
  });
  ViewPoses poses(rays.views.size());
  for (std::size_t i = 0; i < views.size(); ++i) {
    if (found[i]) poses[views[i]->camera][views[i]->frame] = *found[i];
  }
  return poses;
}

}  // namespace calib
