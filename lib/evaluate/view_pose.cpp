#include "evaluate/view_pose.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/parallel.hpp"
#include "geometry/small_systems.hpp"
#include "scene/flat_points.hpp"
#include "solve/ray_homography.hpp"

namespace calib {
namespace {

using Matrix6 = Eigen::Matrix<double, 6, 6>;
using Vector6 = Eigen::Matrix<double, 6, 1>;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// A point of the board and the unit ray with which the camera observed it.
struct Match {
  Eigen::Vector3d point;  // board coordinates
  Eigen::Vector3d ray;    // camera coordinates
};

// The matches of one camera.
struct CameraMatches {
  Pose T_cam_rig;
  double focal_px;
  std::vector<Match> matches;
};

std::vector<Match> matches_of(const Board& board, const RayView& view, bool with_rejected) {
  std::vector<Match> matches;
  matches.reserve(view.corners.size());
  for (const RayCorner& corner : view.corners) {
    if (with_rejected || !corner.rejected)
      matches.push_back({corner_position(board, corner.id), corner.ray});
  }
  return matches;
}

// The sum of squared ray errors. Infinity if a point is behind its camera.
double cost_of(std::span<const CameraMatches> cameras, const Pose& T_rig_board) {
  double cost = 0;
  for (const CameraMatches& camera : cameras) {
    const Pose T_cam_board = camera.T_cam_rig * T_rig_board;
    for (const Match& match : camera.matches) {
      const Eigen::Vector3d p_cam = T_cam_board * match.point;
      if (p_cam.dot(match.ray) <= 0) return kInfinity;
      cost += ray_error_px(p_cam, match.ray, camera.focal_px).squaredNorm();
    }
  }
  return cost;
}

// Adds the normal equations of one camera for the small motion (w, t) of T_cam_board. The Jacobian
// of the ray error by p_cam is approximately focal_px (I - u u') / |p_cam| with u = p_cam /
// |p_cam|.
void accumulate(const CameraMatches& camera, const Pose& T_cam_board, Matrix6& normal,
                Vector6& gradient) {
  const Eigen::Matrix3d R_cam_board = T_cam_board.rotation.toRotationMatrix();
  for (const Match& match : camera.matches) {
    const Eigen::Vector3d arm = R_cam_board * match.point;
    const Eigen::Vector3d p_cam = arm + T_cam_board.translation;
    const double distance = p_cam.norm();
    const Eigen::Vector3d unit = p_cam / distance;
    Eigen::Matrix<double, 3, 6> jacobian;
    jacobian.rightCols<3>() =
        camera.focal_px / distance * (Eigen::Matrix3d::Identity() - unit * unit.transpose());
    jacobian.leftCols<3>().noalias() = jacobian.rightCols<3>() * -cross_matrix(arm);
    normal.noalias() += jacobian.transpose() * jacobian;
    gradient.noalias() += jacobian.transpose() * ray_error_px(p_cam, match.ray, camera.focal_px);
  }
}

BoardMotionEquations equations_of(const CameraMatches& camera, const Pose& T_rig_board) {
  Matrix6 own = Matrix6::Zero(), to_camera = Matrix6::Zero();  // to the camera's axes
  Vector6 own_gradient = Vector6::Zero();
  accumulate(camera, camera.T_cam_rig * T_rig_board, own, own_gradient);
  to_camera.topLeftCorner<3, 3>() = camera.T_cam_rig.rotation.toRotationMatrix();
  to_camera.bottomRightCorner<3, 3>() = to_camera.topLeftCorner<3, 3>();
  return {to_camera.transpose() * own * to_camera, to_camera.transpose() * own_gradient,
          static_cast<int>(camera.matches.size())};
}

// T_rig_board after a Gauss-Newton step.
Pose step_from(std::span<const CameraMatches> cameras, const Pose& T_rig_board) {
  Matrix6 normal = Matrix6::Zero();
  Vector6 gradient = Vector6::Zero();
  for (const CameraMatches& camera : cameras) {
    const BoardMotionEquations equations = equations_of(camera, T_rig_board);
    normal += equations.normal;
    gradient += equations.gradient;
  }
  return retract(T_rig_board, -solve_normal(normal, gradient));
}

struct Fit {
  Pose T_rig_board;
  double cost = kInfinity;
};

Fit refine(std::span<const CameraMatches> cameras, const Pose& start) {
  // Each step of Gauss-Newton gains about two digits. A relative decrease of the cost below this
  // does not change any reported value.
  constexpr int kIterations = 12;
  constexpr double kMinDecrease = 1e-6;
  Fit fit{start, cost_of(cameras, start)};
  for (int iteration = 0; iteration < kIterations && std::isfinite(fit.cost); ++iteration) {
    const Pose trial = step_from(cameras, fit.T_rig_board);
    if (!trial.translation.allFinite() || !trial.rotation.coeffs().allFinite()) break;
    const double cost = cost_of(cameras, trial);
    if (!(cost < fit.cost)) break;
    const bool is_done = fit.cost - cost < kMinDecrease * fit.cost;
    fit = {trial, cost};
    if (is_done) break;
  }
  return fit;
}

Eigen::Vector2d middle_of(const std::vector<PlaneRay>& points) {
  Eigen::Vector2d middle = Eigen::Vector2d::Zero();
  for (const PlaneRay& each : points) middle += each.point / static_cast<double>(points.size());
  return middle;
}

// The other pose with nearly the same image: with the normal mirrored at the line of sight to
// `middle`.
Pose mirrored(const Pose& T_cam_board, const Eigen::Vector2d& at) {
  const Eigen::Vector3d middle(at.x(), at.y(), 0);
  const Eigen::Vector3d sight = (T_cam_board * middle).normalized();
  const Eigen::Vector3d normal = T_cam_board.rotation * Eigen::Vector3d::UnitZ();
  const Eigen::Vector3d other = 2 * normal.dot(sight) * sight - normal;
  const Eigen::Quaterniond turn = turn_between(normal, other);
  Pose result{turn * T_cam_board.rotation, {}};
  result.translation = T_cam_board * middle - result.rotation * middle;
  return result;
}

}  // namespace

std::optional<BoardMotionEquations> board_motion_equations(const Board& board,
                                                           const RigCameraView& view,
                                                           const Pose& T_rig_board) {
  const CameraMatches camera{view.T_cam_rig, view.focal_px, matches_of(board, *view.view, false)};
  if (!std::isfinite(cost_of({&camera, 1}, T_rig_board))) return std::nullopt;
  return equations_of(camera, T_rig_board);
}

std::optional<Pose> refine_board_pose(const Board& board, std::span<const RigCameraView> views,
                                      const Pose& start) {
  std::vector<CameraMatches> cameras;
  for (const RigCameraView& view : views) {
    cameras.push_back({view.T_cam_rig, view.focal_px, matches_of(board, *view.view, false)});
  }
  const Fit fit = refine(cameras, start);
  return std::isfinite(fit.cost) ? std::optional(fit.T_rig_board) : std::nullopt;
}

std::optional<Pose> view_pose(const Board& board, const RayView& view, double focal_px) {
  const std::vector<CameraMatches> cameras{{Pose{}, focal_px, matches_of(board, view, true)}};
  if (view.corners.empty()) return std::nullopt;
  const auto flat = largest_flat_part<RayCorner>(board, view.corners);
  std::vector<PlaneRay> points;
  points.reserve(flat.points.size());
  for (const RayCorner& corner : flat.points)
    points.push_back({corner_position(*flat.board, corner.id).head<2>(), corner.ray});
  const auto T_cam_part = plane_pose_from_rays(points);
  if (!T_cam_part) return std::nullopt;
  const Pose T_part_board = flat.T_board_part.inverse();
  Fit best = refine(cameras, *T_cam_part * T_part_board);
  if (!std::isfinite(best.cost)) return std::nullopt;
  // The mirrored pose can only be better if its errors are already small: mean square below 9 px^2
  // more.
  const Pose other =
      mirrored(best.T_rig_board * flat.T_board_part, middle_of(points)) * T_part_board;
  if (cost_of(cameras, other) < best.cost + 9.0 * static_cast<double>(points.size())) {
    const Fit fit = refine(cameras, other);
    if (fit.cost < best.cost) best = fit;
  }
  return best.T_rig_board;
}

double predicted_error_px(const Board& board, const RayView& view, double focal_px,
                          const Pose& T_cam_board) {
  constexpr std::size_t kCorners = 9;
  const std::size_t step = std::max<std::size_t>(1, view.corners.size() / kCorners);
  double squares = 0;
  int count = 0;
  for (std::size_t i = 0; i < view.corners.size(); i += step, ++count) {
    const Eigen::Vector3d p = T_cam_board * corner_position(board, view.corners[i].id);
    squares += p.dot(view.corners[i].ray) > 0
                   ? ray_error_px(p, view.corners[i].ray, focal_px).squaredNorm()
                   : focal_px * focal_px;
  }
  return std::sqrt(squares / count);
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
