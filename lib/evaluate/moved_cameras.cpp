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

constexpr int kLeastViews = 5;              // on each side of a split
constexpr std::size_t kMostSightings = 16;  // more tell the board's place no better
constexpr double kSignificant = 7, kLeastShift_px = 0.2;
constexpr double kSigmaOfMad = 1.4826;      // standard deviation over median deviation, Gaussian
constexpr double kMedianOverMean = 1.2533;  // standard deviation of a median over that of a mean
constexpr double kFloor_px = 1e-3;          // an exact world has no scatter

struct Turn {
  std::int64_t frame;
  Eigen::Vector3d rotation;  // rad, camera axes: the camera stands turned by this
};

// The rotation w with  u + w x u = r  in the least squares, u predicted and r observed.
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

class Rig {
 public:
  Rig(const Rays& rays, const ViewPoses& poses, const Calibration& calibration)
      : rays_(rays), poses_(poses), calibration_(calibration) {}

  // The series of a camera, from the board poses that `others` give.
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
  std::optional<Pose> board_from(const std::vector<std::size_t>& others, std::size_t camera,
                                 std::int64_t frame) const {
    std::vector<Sighting> sightings;
    std::optional<Pose> start;
    for (const std::size_t other : others) {
      const RayCamera& place = rays_.cameras[other];
      if (other == camera) continue;
      const auto view = rays_.views[other].find(frame);
      if (view == rays_.views[other].end() || view->second.rejected) continue;
      sightings.push_back({&view->second, *place.T_cam_rig, place.focal_px});
      const auto pose = poses_[other].find(frame);
      if (!start && pose != poses_[other].end()) start = place.T_cam_rig->inverse() * pose->second;
    }
    if (!start) return std::nullopt;
    subsample(sightings, kMostSightings);
    if (sightings.size() == 1) return start;
    const auto solved = calibration_.frames.find(frame);
    return refine_board_pose(rays_.board, sightings,
                             solved == calibration_.frames.end() ? *start : solved->second);
  }

  const Rays& rays_;
  const ViewPoses& poses_;
  const Calibration& calibration_;
};

struct Side {
  Eigen::Vector3d middle;
  double deviation = 0;  // sum of |difference from the middle| over the axes, each over its unit
};

Side side_of(const std::vector<Turn>& turns, std::size_t begin, std::size_t end,
             const Eigen::Vector3d& unit) {
  Side side;
  std::vector<double> values(end - begin);
  for (int k = 0; k < 3; ++k) {
    for (std::size_t i = begin; i < end; ++i) values[i - begin] = turns[i].rotation[k];
    side.middle[k] = median(values);
    for (const double value : values) side.deviation += std::abs(value - side.middle[k]) / unit[k];
  }
  return side;
}

// The scatter of neighboring views, which a step hardly touches: the unit of each axis.
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

std::size_t best_split(const std::vector<Turn>& turns, const Eigen::Vector3d& unit) {
  std::size_t best = kLeastViews;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t split = kLeastViews; split + kLeastViews <= turns.size(); ++split) {
    const double deviation = side_of(turns, 0, split, unit).deviation +
                             side_of(turns, split, turns.size(), unit).deviation;
    if (deviation < least) {
      least = deviation;
      best = split;
    }
  }
  return best;
}

// How many times more views would be needed than if each were independent: (1 + r) / (1 - r), where
// r is the correlation of neighbors, by the signs so that an outlier counts once.
double redundancy(const std::vector<double>& deviations) {
  double same = 0;
  for (std::size_t i = 1; i < deviations.size(); ++i)
    same += deviations[i] * deviations[i - 1] > 0 ? 1 : -1;
  const double of_signs = same / static_cast<double>(deviations.size() - 1);
  const double r = std::clamp(std::sin(of_signs * M_PI / 2), 0.0, 0.95);  // Gaussian
  return (1 + r) / (1 - r);
}

CameraMotion judge_series(const std::vector<Turn>& turns, const RayCamera& camera,
                          Eigen::Vector3d& step) {
  CameraMotion motion{camera.name, static_cast<int>(turns.size())};
  if (turns.size() < 2 * kLeastViews) return motion;
  const double least = kFloor_px / camera.focal_px;
  const Eigen::Vector3d unit = scatter_of_steps(turns, least);
  const std::size_t split = best_split(turns, unit);
  const Side before = side_of(turns, 0, split, unit);
  const Side after = side_of(turns, split, turns.size(), unit);
  const double n_before = static_cast<double>(split);
  const double n_after = static_cast<double>(turns.size() - split);
  step = after.middle - before.middle;
  double squares = 0, scatter = 0;
  for (int k = 0; k < 3; ++k) {
    std::vector<double> deviations, magnitudes;
    for (std::size_t i = 0; i < turns.size(); ++i) {
      deviations.push_back(turns[i].rotation[k] - (i < split ? before : after).middle[k]);
      magnitudes.push_back(std::abs(deviations.back()));
    }
    const double sigma = std::max(least, kSigmaOfMad * median(std::move(magnitudes)));
    const double sigma_of_step =
        kMedianOverMean * sigma * std::sqrt(redundancy(deviations) * (1 / n_before + 1 / n_after));
    const double sigmas = step[k] / sigma_of_step;
    squares += sigmas * sigmas;
    if (std::abs(sigmas) < 3) step[k] = 0;  // noise, most of all about the optical axis
    if (k < 2) scatter = std::max(scatter, sigma);
  }
  motion.frame = turns[split].frame;
  motion.angle_rad = step.norm();
  motion.shift_px = camera.focal_px * motion.angle_rad;
  motion.scatter_px = camera.focal_px * scatter;
  motion.significance = std::sqrt(squares);
  motion.moved = motion.significance > kSignificant && motion.shift_px > kLeastShift_px &&
                 motion.shift_px > motion.scatter_px;
  return motion;
}

struct Split {
  Eigen::Vector3d before, after;  // medians
};

std::optional<Split> split_at(const std::vector<Turn>& turns, std::int64_t frame) {
  const auto at = static_cast<std::size_t>(
      std::count_if(turns.begin(), turns.end(), [&](const Turn& t) { return t.frame < frame; }));
  if (at < kLeastViews || at + kLeastViews > turns.size()) return std::nullopt;
  const Eigen::Vector3d unit = Eigen::Vector3d::Ones();
  return Split{side_of(turns, 0, at, unit).middle, side_of(turns, at, turns.size(), unit).middle};
}

// A bump is sudden: from the five views before the split to the five after it there is most of the
// step, and twice what five views and the next five differ by anywhere else. Errors that change
// slowly, as the board is carried through the picture, look alike everywhere.
bool is_sudden(const std::vector<Turn>& turns, const CameraMotion& motion,
               const Eigen::Vector3d& step) {
  const Eigen::Vector3d unit = Eigen::Vector3d::Ones();
  const Eigen::Vector3d direction = step.normalized();
  const auto split = static_cast<std::size_t>(std::count_if(
      turns.begin(), turns.end(), [&](const Turn& turn) { return turn.frame < motion.frame; }));
  double here = 0, elsewhere = 0;
  for (std::size_t at = kLeastViews; at + kLeastViews <= turns.size(); ++at) {
    const double jump = (side_of(turns, at, at + kLeastViews, unit).middle -
                         side_of(turns, at - kLeastViews, at, unit).middle)
                            .dot(direction);
    if (at == split) here = jump;
    const std::size_t away = at > split ? at - split : split - at;
    if (away >= kLeastViews) elsewhere = std::max(elsewhere, std::abs(jump));
  }
  return here > step.norm() / 2 && here > 2 * elsewhere;
}

// Whether each other camera by itself sees at least half the step, and one does: what changes only
// because other cameras come to see the board is no motion of this one.
bool is_confirmed(const Rig& rig, std::size_t camera, const std::vector<std::size_t>& others,
                  const CameraMotion& motion, const Eigen::Vector3d& step) {
  int asked = 0;
  for (const std::size_t other : others) {
    if (other == camera) continue;
    const auto split = split_at(rig.turns(camera, {other}), motion.frame);
    if (!split) continue;
    ++asked;
    if ((split->after - split->before).dot(step) < step.squaredNorm() / 2) return false;
  }
  return asked > 0;
}

CameraMotion judge_camera(const Rig& rig, std::size_t camera,
                          const std::vector<std::size_t>& trusted, const RayCamera& place) {
  const std::vector<Turn> turns = rig.turns(camera, trusted);
  Eigen::Vector3d step = Eigen::Vector3d::Zero();
  CameraMotion motion = judge_series(turns, place, step);
  motion.moved = motion.moved && is_sudden(turns, motion, step) &&
                 is_confirmed(rig, camera, trusted, motion, step);
  return motion;
}

}  // namespace

std::vector<CameraMotion> moved_cameras(const Rays& rays, const ViewPoses& poses,
                                        const Calibration& calibration, int jobs) {
  std::vector<CameraMotion> motions;
  for (const RayCamera& camera : rays.cameras) motions.push_back({camera.name});
  std::vector<std::size_t> posed = posed_cameras(rays);
  const Rig rig(rays, poses, calibration);
  while (posed.size() > 1) {
    parallel_for(posed.size(), jobs, [&](std::size_t i) {
      motions[posed[i]] = judge_camera(rig, posed[i], posed, rays.cameras[posed[i]]);
    });
    const auto rank = [&](std::size_t camera) {
      // Of two, the reference is believed to stand.
      const bool stands =
          posed.size() == 2 && rays.cameras[camera].name == calibration.reference_camera;
      return motions[camera].moved && !stands ? motions[camera].shift_px : 0.0;
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
