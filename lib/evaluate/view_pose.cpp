#include "evaluate/view_pose.hpp"

#include <algorithm>
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

// The translation and scale of board coordinates with which the direct linear transform is well
// conditioned.
struct Scaling {
  Eigen::Vector2d middle = Eigen::Vector2d::Zero();
  double size = 0;
};

Scaling scaling_of(const std::vector<Match>& matches) {
  Scaling scaling;
  const double count = static_cast<double>(matches.size());
  for (const Match& match : matches) scaling.middle += match.point.head<2>() / count;
  for (const Match& match : matches)
    scaling.size += (match.point.head<2>() - scaling.middle).norm() / count;
  return scaling;
}

// The homography H from the board's plane to the rays: ray ~ H (x, y, 1), by the direct linear
// transform (ray x H (x, y, 1) = 0). It needs the lens, unlike the homography to pixels in
// solve/homography.hpp, and is valid for every lens and for rays beyond 90 degrees from the optical
// axis, which no pixel of a perspective image can express. Returns nullopt for corners on one line.
std::optional<Eigen::Matrix3d> homography(const std::vector<Match>& matches,
                                          const Scaling& scaling) {
  Eigen::Matrix<double, 9, 9> normal = Eigen::Matrix<double, 9, 9>::Zero();
  for (const Match& match : matches) {
    const Eigen::Vector2d at = (match.point.head<2>() - scaling.middle) / scaling.size;
    const Eigen::Vector3d plane(at.x(), at.y(), 1);
    const Eigen::Matrix3d across = Eigen::Matrix3d::Identity() - match.ray * match.ray.transpose();
    for (int i = 0; i < 3; ++i) {
      for (int j = 0; j < 3; ++j) normal.block<3, 3>(3 * i, 3 * j) += plane[i] * plane[j] * across;
    }
  }
  const auto h = null_direction(normal, 1e-9);
  if (!h) return std::nullopt;
  Eigen::Matrix3d H;
  for (int i = 0; i < 3; ++i) H.col(i) = h->segment<3>(3 * i);
  double forward = 0;
  for (const Match& match : matches) {
    const Eigen::Vector2d at = (match.point.head<2>() - scaling.middle) / scaling.size;
    forward += match.ray.dot(H * at.homogeneous());
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

// The other pose with nearly the same image: with the normal mirrored at the line of sight to
// `middle`.
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
  std::vector<Match> matches;
  for (const RayCorner& corner : flat.points)
    matches.push_back({corner_position(*flat.board, corner.id), corner.ray});
  if (matches.size() < 4) return std::nullopt;
  const Scaling scaling = scaling_of(matches);
  const auto H = homography(matches, scaling);
  if (!H) return std::nullopt;
  const Pose T_part_board = flat.T_board_part.inverse();
  Fit best = refine(cameras, pose_from_homography(*H, scaling) * T_part_board);
  if (!std::isfinite(best.cost)) return std::nullopt;
  // The mirrored pose can only be better if its errors are already small: mean square below 9 px^2
  // more.
  const Pose other = mirrored(best.T_rig_board * flat.T_board_part, scaling) * T_part_board;
  if (cost_of(cameras, other) < best.cost + 9.0 * static_cast<double>(matches.size())) {
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
