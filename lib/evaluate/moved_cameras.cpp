#include "evaluate/moved_cameras.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/median.hpp"
#include "base/parallel.hpp"
#include "base/subsample.hpp"
#include "geometry/small_systems.hpp"

namespace calib {
namespace {

constexpr int kMinViewsPerSide = 5;         // on each side of a split
constexpr std::size_t kMaxOtherViews = 16;  // more views do not improve the board pose much
constexpr double kMinSignificance = 7, kMinShiftPx = 0.2;
// For Gaussian noise: the standard deviation over the median absolute deviation, and the standard
// deviation of a median over that of a mean.
constexpr double kSigmaOfMad = 1.4826, kMedianOverMean = 1.2533;
constexpr double kMinScatterPx = 1e-3;  // exact synthetic data have no scatter

// A step of Gauss-Newton that moves the corners less than this, RMS, ends within a thousandth of a
// pixel of the minimum.
constexpr double kMaxStepPx = 1;

struct Turn {
  std::int64_t frame;
  Eigen::Vector3d rotation;  // rad, camera axes: of the camera relative to its calibrated pose
};

// The rotation w that minimizes |u + w x u - r|^2 over the corners, where u is the predicted and r
// the observed unit ray.
std::optional<Eigen::Vector3d> rotation_between(const Board& board, const RayView& view,
                                                const Pose& T_cam_board) {
  Eigen::Matrix3d normal = Eigen::Matrix3d::Zero();
  Eigen::Vector3d right = Eigen::Vector3d::Zero();
  for (const RayCorner& corner : view.corners) {
    if (corner.rejected && !view.rejected) continue;
    const Eigen::Vector3d u = (T_cam_board * corner_position(board, corner.id)).normalized();
    normal += Eigen::Matrix3d::Identity() - u * u.transpose();
    right += u.cross(corner.ray);
  }
  const Eigen::Vector3d rotation = solve_normal(normal, right);
  return rotation.allFinite() ? std::optional(rotation) : std::nullopt;
}

// By camera, then frame, for the views that are not rejected, at the solved poses of the boards.
// Nothing for two cameras: each has one other, whose own pose of the board is taken.
using EquationsOfViews = std::vector<std::map<std::int64_t, BoardMotionEquations>>;

EquationsOfViews equations_of_views(const Rays& rays, const Calibration& calibration, int jobs) {
  EquationsOfViews result(rays.cameras.size());
  if (posed_cameras(rays).size() < 3) return result;
  parallel_for(rays.cameras.size(), jobs, [&](std::size_t i) {
    const RayCamera& camera = rays.cameras[i];
    if (!camera.T_cam_rig) return;
    for (const auto& [frame, view] : rays.views[i]) {
      const auto solved = calibration.frames.find(frame);
      if (view.rejected || solved == calibration.frames.end()) continue;
      const auto equations = board_motion_equations(
          rays.board, {&view, *camera.T_cam_rig, camera.focal_px}, solved->second);
      if (equations) result[i].emplace(frame, *equations);
    }
  });
  return result;
}

class Rig {
 public:
  Rig(const Rays& rays, const ViewPoses& poses, const Calibration& calibration, int jobs)
      : rays_(rays),
        poses_(poses),
        calibration_(calibration),
        equations_(equations_of_views(rays, calibration, jobs)) {}

  // The rotations of a camera in all its frames, relative to board poses from the cameras `others`.
  std::vector<Turn> turns(std::size_t camera, const std::vector<std::size_t>& others) const {
    std::vector<Turn> result;
    for (const auto& [frame, view] : rays_.views[camera]) {
      const auto T_rig_board = board_from(others, camera, frame);
      if (!T_rig_board) continue;
      const Pose T_cam_board = *rays_.cameras[camera].T_cam_rig * *T_rig_board;
      if (const auto rotation = rotation_between(rays_.board, view, T_cam_board))
        result.push_back({frame, *rotation});
    }
    return result;
  }

 private:
  // The board pose from the other cameras.
  std::optional<Pose> board_from(const std::vector<std::size_t>& others, std::size_t camera,
                                 std::int64_t frame) const {
    if (const auto near = near_solved(others, camera, frame)) return near;
    return refined(others, camera, frame);
  }

  // A Gauss-Newton step from the solved pose. Returns nullopt for a single view, for views without
  // equations, and where one step is not enough.
  std::optional<Pose> near_solved(const std::vector<std::size_t>& others, std::size_t camera,
                                  std::int64_t frame) const {
    BoardMotionEquations sum;
    int views = 0;
    for (const std::size_t other : others) {
      if (other == camera) continue;
      const auto view = rays_.views[other].find(frame);
      if (view == rays_.views[other].end() || view->second.rejected) continue;
      const auto equations = equations_[other].find(frame);
      if (equations == equations_[other].end()) return std::nullopt;
      sum.normal += equations->second.normal;
      sum.gradient += equations->second.gradient;
      sum.corners += equations->second.corners;
      ++views;
    }
    if (views < 2) return std::nullopt;
    const Eigen::Matrix<double, 6, 1> step = -solve_normal(sum.normal, sum.gradient);
    const double square_px = -step.dot(sum.gradient) / sum.corners;  // mean over the corners
    if (!(square_px < kMaxStepPx * kMaxStepPx)) return std::nullopt;
    return retract(calibration_.frames.at(frame), step);
  }

  // Several steps, from the solved pose or from the pose of a single view.
  std::optional<Pose> refined(const std::vector<std::size_t>& others, std::size_t camera,
                              std::int64_t frame) const {
    std::vector<RigCameraView> placed;
    std::optional<Pose> start;
    for (const std::size_t other : others) {
      const RayCamera& other_camera = rays_.cameras[other];
      if (other == camera) continue;
      const auto view = rays_.views[other].find(frame);
      if (view == rays_.views[other].end() || view->second.rejected) continue;
      placed.push_back({&view->second, *other_camera.T_cam_rig, other_camera.focal_px});
      const auto pose = poses_[other].find(frame);
      if (!start && pose != poses_[other].end())
        start = other_camera.T_cam_rig->inverse() * pose->second;
    }
    if (!start) return std::nullopt;
    subsample(placed, kMaxOtherViews);
    if (placed.size() == 1) return start;
    const auto solved = calibration_.frames.find(frame);
    return refine_board_pose(rays_.board, placed,
                             solved == calibration_.frames.end() ? *start : solved->second);
  }

  const Rays& rays_;
  const ViewPoses& poses_;
  const Calibration& calibration_;
  EquationsOfViews equations_;
};

// The turns on one side of a split.
struct Side {
  Eigen::Vector3d median;
  double deviation = 0;  // sum of |difference from the median| over views and axes, over `unit`
};

Side side_of(const std::vector<Turn>& turns, std::size_t begin, std::size_t end,
             const Eigen::Vector3d& unit) {
  Side side;
  std::vector<double> values(end - begin);
  for (int k = 0; k < 3; ++k) {
    for (std::size_t i = begin; i < end; ++i) values[i - begin] = turns[i].rotation[k];
    side.median[k] = median(values);
    for (const double value : values) side.deviation += std::abs(value - side.median[k]) / unit[k];
  }
  return side;
}

// The scatter of each axis from the differences of neighboring views, on which one step has hardly
// any influence.
Eigen::Vector3d scatter_of_steps(const std::vector<Turn>& turns, double least) {
  Eigen::Vector3d unit;
  for (int k = 0; k < 3; ++k) {
    std::vector<double> steps;
    for (std::size_t i = 1; i < turns.size(); ++i)
      steps.push_back(std::abs(turns[i].rotation[k] - turns[i - 1].rotation[k]));
    unit[k] = std::max(least, kSigmaOfMad * median(std::move(steps)) / std::sqrt(2.0));
  }
  return unit;
}

// The split that minimizes the absolute deviation of both sides.
std::size_t best_split(const std::vector<Turn>& turns, const Eigen::Vector3d& unit) {
  std::size_t best = kMinViewsPerSide;
  double least_deviation = std::numeric_limits<double>::infinity();
  for (std::size_t split = kMinViewsPerSide; split + kMinViewsPerSide <= turns.size(); ++split) {
    const double deviation = side_of(turns, 0, split, unit).deviation +
                             side_of(turns, split, turns.size(), unit).deviation;
    if (deviation < least_deviation) {
      least_deviation = deviation;
      best = split;
    }
  }
  return best;
}

// The factor by which correlation increases the variance of a mean: (1 + r) / (1 - r), where r is
// the correlation of neighboring views, computed from their signs to be robust against outliers.
// sin(pi/2 x) converts the correlation of signs to that of Gaussian values.
double variance_inflation(const std::vector<double>& deviations) {
  double same = 0;
  for (std::size_t i = 1; i < deviations.size(); ++i)
    same += deviations[i] * deviations[i - 1] > 0 ? 1 : -1;
  const double of_signs = same / static_cast<double>(deviations.size() - 1);
  const double r = std::clamp(std::sin(of_signs * M_PI / 2), 0.0, 0.95);
  return (1 + r) / (1 - r);
}

// The most likely motion in the series, and the step of the medians (rad) there. Steps about axes
// that are not significant are set to 0.
CameraMotion judge_series(const std::vector<Turn>& turns, const RayCamera& camera,
                          Eigen::Vector3d& step) {
  CameraMotion motion{camera.name, static_cast<int>(turns.size())};
  if (turns.size() < 2 * kMinViewsPerSide) return motion;
  const double min_scatter = kMinScatterPx / camera.focal_px;
  const Eigen::Vector3d unit = scatter_of_steps(turns, min_scatter);
  const std::size_t split = best_split(turns, unit);
  const Side before = side_of(turns, 0, split, unit);
  const Side after = side_of(turns, split, turns.size(), unit);
  const double n_before = static_cast<double>(split);
  const double n_after = static_cast<double>(turns.size() - split);
  step = after.median - before.median;
  double squares = 0, scatter = 0;
  for (int k = 0; k < 3; ++k) {
    std::vector<double> deviations, magnitudes;
    for (std::size_t i = 0; i < turns.size(); ++i) {
      deviations.push_back(turns[i].rotation[k] - (i < split ? before : after).median[k]);
      magnitudes.push_back(std::abs(deviations.back()));
    }
    const double sigma = std::max(min_scatter, kSigmaOfMad * median(std::move(magnitudes)));
    const double sigma_of_step =
        kMedianOverMean * sigma *
        std::sqrt(variance_inflation(deviations) * (1 / n_before + 1 / n_after));
    const double sigmas = step[k] / sigma_of_step;
    squares += sigmas * sigmas;
    if (std::abs(sigmas) < 3) step[k] = 0;  // noise, which is largest about the optical axis
    if (k < 2) scatter = std::max(scatter, sigma);
  }
  motion.frame = turns[split].frame;
  motion.angle_rad = step.norm();
  motion.shift_px = camera.focal_px * motion.angle_rad;
  motion.scatter_px = camera.focal_px * scatter;
  motion.significance = std::sqrt(squares);
  motion.moved = motion.significance > kMinSignificance && motion.shift_px > kMinShiftPx &&
                 motion.shift_px > motion.scatter_px;
  return motion;
}

struct Split {
  Eigen::Vector3d before, after;  // medians
};

std::optional<Split> split_at(const std::vector<Turn>& turns, std::int64_t frame) {
  const auto at = static_cast<std::size_t>(
      std::count_if(turns.begin(), turns.end(), [&](const Turn& t) { return t.frame < frame; }));
  if (at < kMinViewsPerSide || at + kMinViewsPerSide > turns.size()) return std::nullopt;
  const Eigen::Vector3d unit = Eigen::Vector3d::Ones();
  return Split{side_of(turns, 0, at, unit).median, side_of(turns, at, turns.size(), unit).median};
}

// Whether the step is sudden: the difference between the five views before the split and the five
// after it is more than half of the step, and more than twice the largest such difference
// elsewhere. Errors that change slowly as the board is carried through the image are not sudden.
bool is_sudden(const std::vector<Turn>& turns, const CameraMotion& motion,
               const Eigen::Vector3d& step) {
  const Eigen::Vector3d unit = Eigen::Vector3d::Ones();
  const Eigen::Vector3d direction = step.normalized();
  const auto split = static_cast<std::size_t>(std::count_if(
      turns.begin(), turns.end(), [&](const Turn& turn) { return turn.frame < motion.frame; }));
  double here = 0, elsewhere = 0;
  for (std::size_t at = kMinViewsPerSide; at + kMinViewsPerSide <= turns.size(); ++at) {
    const double jump = (side_of(turns, at, at + kMinViewsPerSide, unit).median -
                         side_of(turns, at - kMinViewsPerSide, at, unit).median)
                            .dot(direction);
    if (at == split) here = jump;
    const std::size_t away = at > split ? at - split : split - at;
    if (away >= kMinViewsPerSide) elsewhere = std::max(elsewhere, std::abs(jump));
  }
  return here > step.norm() / 2 && here > 2 * elsewhere;
}

// Whether every other camera with enough views confirms at least half of the step by itself, and
// there is one. This excludes steps that arise only because other cameras begin to see the board.
bool is_confirmed(const Rig& rig, std::size_t camera, const std::vector<std::size_t>& others,
                  const CameraMotion& motion, const Eigen::Vector3d& step) {
  int confirmations = 0;
  for (const std::size_t other : others) {
    if (other == camera) continue;
    const auto split = split_at(rig.turns(camera, {other}), motion.frame);
    if (!split) continue;
    if ((split->after - split->before).dot(step) < step.squaredNorm() / 2) return false;
    ++confirmations;
  }
  return confirmations > 0;
}

CameraMotion judge_camera(const Rig& rig, std::size_t camera,
                          const std::vector<std::size_t>& others, const RayCamera& ray_camera) {
  const std::vector<Turn> turns = rig.turns(camera, others);
  Eigen::Vector3d step = Eigen::Vector3d::Zero();
  CameraMotion motion = judge_series(turns, ray_camera, step);
  motion.moved = motion.moved && is_sudden(turns, motion, step) &&
                 is_confirmed(rig, camera, others, motion, step);
  return motion;
}

// Of two cameras, the reference camera is assumed not to have moved: a motion that only its own
// series shows is one of the other camera.
void blame_the_other(const std::string& reference, const std::vector<std::size_t>& pair,
                     std::vector<CameraMotion>& motions) {
  CameraMotion* fixed = &motions[pair[0]];
  CameraMotion* other = &motions[pair[1]];
  if (other->name == reference) std::swap(fixed, other);
  if (fixed->name != reference || !fixed->moved) return;
  if (!other->moved) {
    const std::string name = other->name;
    *other = *fixed;
    other->name = name;
  }
  fixed->moved = false;
}

}  // namespace

std::vector<CameraMotion> moved_cameras(const Rays& rays, const ViewPoses& poses,
                                        const Calibration& calibration, int jobs) {
  std::vector<CameraMotion> motions;
  for (const RayCamera& camera : rays.cameras) motions.push_back({camera.name});
  std::vector<std::size_t> posed = posed_cameras(rays);
  const Rig rig(rays, poses, calibration, jobs);
  while (posed.size() > 1) {
    parallel_for(posed.size(), jobs, [&](std::size_t i) {
      motions[posed[i]] = judge_camera(rig, posed[i], posed, rays.cameras[posed[i]]);
    });
    if (posed.size() == 2) blame_the_other(calibration.reference_camera, posed, motions);
    const auto rank = [&](std::size_t camera) {
      return motions[camera].moved ? motions[camera].shift_px : 0.0;
    };
    const std::size_t worst =
        *std::max_element(posed.begin(), posed.end(),
                          [&](std::size_t a, std::size_t b) { return rank(a) < rank(b); });
    if (rank(worst) == 0) break;
    if (posed.size() == 2) {
      const std::size_t other = posed.front() == worst ? posed.back() : posed.front();
      motions[worst].or_camera = rays.cameras[other].name;
      motions[other] = {rays.cameras[other].name};
      break;
    }
    std::erase(posed, worst);
  }
  return motions;
}

}  // namespace calib
