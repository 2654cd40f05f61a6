#include "solve/board_pose.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <opencv2/calib3d.hpp>
#include <vector>

#include "geometry/small_systems.hpp"
#include "scene/flat_points.hpp"
#include "solve/ray_homography.hpp"
#include "solve/reprojection.hpp"

namespace calib {
namespace {

// The unit rays of all corners, in camera coordinates. Empty if one of them has no ray.
std::vector<Eigen::Vector3d> corner_rays(const Projector& camera,
                                         const std::vector<Corner>& corners) {
  std::vector<Eigen::Vector3d> rays;
  for (const Corner& corner : corners) {
    const auto ray = camera.unproject({corner.x, corner.y});
    if (!ray) return {};
    rays.push_back(*ray);
  }
  return rays;
}

// The smallest rotation that turns the mean ray to the optical axis. After it the rays of most
// boards meet the plane z = 1, even if a fisheye lens sees the board beyond 90 degrees.
Eigen::Quaterniond turn_to_axis(const std::vector<Eigen::Vector3d>& rays) {
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  for (const Eigen::Vector3d& ray : rays) sum += ray;
  return turn_between(sum, Eigen::Vector3d::UnitZ());
}

// T_cam_board of rays that spread over half of all directions or more, where the wide view leaves
// no second candidate.
std::vector<Pose> wide_plane_poses(const std::vector<Eigen::Vector3d>& rays, const Board& board,
                                   const std::vector<Corner>& corners) {
  std::vector<PlaneRay> points;
  points.reserve(rays.size());
  for (std::size_t i = 0; i < rays.size(); ++i)
    points.push_back({corner_position(board, corners[i].id).head<2>(), rays[i]});
  const auto pose = plane_pose_from_rays(points);
  return pose ? std::vector<Pose>{*pose} : std::vector<Pose>{};
}

// The two candidates for T_cam_board by infinitesimal plane-based pose estimation (IPPE), or the
// one of a wide view.
std::vector<Pose> plane_poses(const std::vector<Eigen::Vector3d>& rays, const Board& board,
                              const std::vector<Corner>& corners) {
  constexpr double kLeastDepth = 0.05;  // of a ray after the turn: about 87 degrees
  const Eigen::Quaterniond turn = turn_to_axis(rays);
  std::vector<cv::Point3d> points;
  std::vector<cv::Point2d> plane;
  // IPPE needs points whose centroid is the origin.
  Eigen::Vector3d center = Eigen::Vector3d::Zero();
  for (const Corner& corner : corners)
    center += corner_position(board, corner.id) / static_cast<double>(corners.size());
  for (std::size_t i = 0; i < rays.size(); ++i) {
    const Eigen::Vector3d ray = turn * rays[i];
    if (ray.z() < kLeastDepth) return wide_plane_poses(rays, board, corners);
    plane.emplace_back(ray.x() / ray.z(), ray.y() / ray.z());
    const Eigen::Vector3d point = corner_position(board, corners[i].id) - center;
    points.emplace_back(point.x(), point.y(), 0.0);
  }
  std::vector<cv::Mat> rotations, translations;
  try {
    cv::solvePnPGeneric(points, plane, cv::Matx33d::eye(), cv::noArray(), rotations, translations,
                        false, cv::SOLVEPNP_IPPE);
  } catch (const cv::Exception&) {
    return {};  // degenerate corners
  }
  std::vector<Pose> poses;
  for (std::size_t i = 0; i < rotations.size(); ++i) {
    const cv::Vec3d r = rotations[i], t = translations[i];
    const Pose T_turned_centered{exp_so3({r[0], r[1], r[2]}), {t[0], t[1], t[2]}};
    const Pose pose = Pose{turn.conjugate(), Eigen::Vector3d::Zero()} * T_turned_centered *
                      Pose{Eigen::Quaterniond::Identity(), -center};
    if (pose.rotation.coeffs().allFinite() && pose.translation.allFinite()) poses.push_back(pose);
  }
  return poses;
}

double extent_px(const std::vector<Corner>& corners) {
  const auto [left, right] = std::minmax_element(
      corners.begin(), corners.end(), [](const Corner& a, const Corner& b) { return a.x < b.x; });
  const auto [top, bottom] = std::minmax_element(
      corners.begin(), corners.end(), [](const Corner& a, const Corner& b) { return a.y < b.y; });
  return std::hypot(right->x - left->x, bottom->y - top->y);
}

// The flat parts from which a pose starts: the one with the most corners. Of single tags, which may
// each give a wrong pose, the few largest in the picture.
std::vector<FlatPoints<Corner>> starting_parts(const Board& board,
                                               std::span<const Corner> corners) {
  constexpr std::size_t kMostStarts = 4, kFewCorners = 4;
  FlatPoints<Corner> largest = largest_flat_part(board, corners);
  if (largest.points.size() < kFewCorners) return {};
  if (largest.points.size() > kFewCorners || board.parts.empty()) return {std::move(largest)};
  std::vector<FlatPoints<Corner>> parts = flat_parts(board, corners);
  std::erase_if(parts, [](const auto& part) { return part.points.size() < kFewCorners; });
  std::stable_sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) {
    return extent_px(a.points) > extent_px(b.points);
  });
  if (parts.size() > kMostStarts) parts.resize(kMostStarts);
  return parts;
}

// A refinement does not make an error this many times smaller.
constexpr double kHopeless = 20;
// A refinement ends where the next step would reduce the cost by less than this part of it, or
// where the cost is rounding error alone (square pixels over squared sigmas).
constexpr double kLeastGain = 1e-10, kExactCost = 1e-18;

// Levenberg-Marquardt on the six parameters of the pose.
Pose refine(const Projector& camera, const Board& board, std::span<const Corner> corners,
            const Pose& start) {
  ViewRows rows, trial_rows;
  const auto evaluate = [&](const Pose& at, ViewRows& out) {
    return evaluate_view(camera.intrinsics(), board, Pose{}, at, corners, Derivatives::kBoardPose,
                         out);
  };
  if (!evaluate(start, rows)) return start;
  Pose pose = start;
  double cost = rows.residual.squaredNorm();
  double damping = 1e-8;  // the start is near the minimum, where undamped steps converge fastest
  for (int iteration = 0; iteration < 30 && damping < 1e6; ++iteration) {
    Eigen::Matrix<double, 6, 6> normal = rows.by_board.transpose() * rows.by_board;
    normal.diagonal() *= 1 + damping;
    const Eigen::Matrix<double, 6, 1> gradient = rows.by_board.transpose() * rows.residual;
    const Eigen::Matrix<double, 6, 1> step = solve_normal(normal, -gradient);
    const double predicted_gain = -step.dot(gradient);
    if (predicted_gain <= kLeastGain * cost + kExactCost) break;
    const Pose trial = retract(pose, step);
    if (!step.allFinite() || !evaluate(trial, trial_rows) ||
        !(trial_rows.residual.squaredNorm() < cost)) {
      damping *= 10;
      continue;
    }
    pose = trial;
    cost = trial_rows.residual.squaredNorm();
    std::swap(rows, trial_rows);
    damping = std::max(damping / 10, 1e-12);
  }
  return pose;
}

}  // namespace

std::string no_pose_reason(const Projector& camera, std::span<const Corner> corners) {
  const auto unseen = std::count_if(corners.begin(), corners.end(), [&](const Corner& corner) {
    return !camera.unproject({corner.x, corner.y});
  });
  if (unseen == 0) return "no pose of the board explains the corners: the view does not belong";
  return fmt::format(
      "{} of {} corners lie farther out than the lens of model {} reaches: they are wrong, or "
      "another --model is needed",
      unseen, corners.size(), camera.intrinsics().model);
}

std::vector<Eigen::Vector2d> reprojection_errors(const Projector& camera, const Board& board,
                                                 const Pose& T_cam_board,
                                                 std::span<const Corner> corners) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  std::vector<Eigen::Vector2d> errors;
  for (const Corner& corner : corners) {
    const auto pixel = camera.project(T_cam_board * corner_position(board, corner.id));
    errors.push_back(pixel ? Eigen::Vector2d(*pixel - Eigen::Vector2d(corner.x, corner.y))
                           : Eigen::Vector2d(kNan, kNan));
  }
  return errors;
}

double rms(std::span<const Eigen::Vector2d> errors) {
  double sum = 0;
  for (const Eigen::Vector2d& error : errors) sum += error.squaredNorm();
  const double result = std::sqrt(sum / static_cast<double>(errors.size()));
  return std::isfinite(result) ? result : std::numeric_limits<double>::infinity();
}

std::optional<BoardPose> estimate_board_pose(const Projector& camera, const Board& board,
                                             std::span<const Corner> corners) {
  if (corners.size() < 4) return std::nullopt;
  const auto error_at = [&](const Pose& pose) {
    return rms(reprojection_errors(camera, board, pose, corners));
  };
  std::optional<BoardPose> best;
  for (const FlatPoints<Corner>& flat : starting_parts(board, corners)) {
    const std::vector<Eigen::Vector3d> rays = corner_rays(camera, flat.points);
    if (rays.empty()) continue;
    for (const Pose& T_cam_part : plane_poses(rays, *flat.board, flat.points)) {
      const Pose start =
          board.parts.empty() ? T_cam_part : T_cam_part * flat.T_board_part.inverse();
      if (best && error_at(start) > kHopeless * best->rms_px) continue;
      const Pose pose = refine(camera, board, corners, start);
      const double error = error_at(pose);
      if (std::isfinite(error) && (!best || error < best->rms_px)) best = BoardPose{pose, error};
    }
  }
  return best;
}

}  // namespace calib
