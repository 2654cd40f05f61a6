#include "evaluate/explained_changes.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <set>

#include "base/errors.hpp"
#include "base/median.hpp"
#include "base/subsample.hpp"
#include "solve/board_pose.hpp"
#include "solve/covariance.hpp"
#include "solve/frame_blocks.hpp"
#include "solve/restore_bundle.hpp"
#include "solve/robust_adjust.hpp"

namespace calib {
namespace {

using Kind = CameraChange::Kind;

constexpr std::size_t kMostSplitFrames = 80, kMostSplitCameras = 12, kMostTried = 8;
// In rigs of so few cameras one may seem to have changed because another has.
constexpr std::size_t kFewCameras = 4;
constexpr std::size_t kMostExplained = 3;
constexpr int kMinSplitViews = 4;  // on both sides of a change
// An even change is seen between parts of so many frames.
constexpr int kFramesOfPart = 5, kMostParts = 5;
constexpr int kMostShifts = 4;  // of the frame of a change
constexpr double kRejectFrom = 5;
// The loss by which fits are compared, in standard deviations.
constexpr double kComparedLoss = 2.5;
// A further change must explain this much of the chi-square, and this share of what the first did.
constexpr double kMinGain = 60, kMinGainShare = 0.05;
// What each parameter of an explanation costs, and what one costs that is rarely true.
constexpr double kCostOfParameter = 4, kCostOfRarity = 10;

// The rig with all its views, also those that were left out.
struct WholeRig {
  Observations observations;
  Bundle bundle;

  std::int64_t frame_of(const BundleView& view) const {
    return observations.views[view.observed_view].frame;
  }
};

// The suspects and the cameras that share most frames with any other.
std::set<int> cameras_to_solve(const Observations& observations, const Calibration& calibration,
                               const std::vector<SuspectedChange>& suspects) {
  std::map<int, int> views;
  for (const View& view : observations.views) ++views[view.camera];
  std::vector<std::pair<int, int>> ordered;
  for (const auto& [index, count] : views) {
    const std::string& name = observations.cameras[static_cast<std::size_t>(index)].name;
    const Camera* camera = find_camera(calibration, name);
    if (!camera || !camera->intrinsics || !camera->T_cam_rig) continue;
    const bool first =
        name == calibration.reference_camera ||
        std::any_of(suspects.begin(), suspects.end(),
                    [&](const SuspectedChange& suspect) { return suspect.camera == name; });
    ordered.push_back({first ? -1 : -count, index});
  }
  std::stable_sort(ordered.begin(), ordered.end(), [](const auto& a, const auto& b) {
    return (a.first == -1) != (b.first == -1) ? a.first == -1 : a.first < b.first;
  });
  std::set<int> chosen;
  for (const auto& [order, index] : ordered)
    if (chosen.size() < kMostSplitCameras) chosen.insert(index);
  return chosen;
}

std::set<std::int64_t> frames_to_solve(const Observations& observations,
                                       const std::set<int>& cameras) {
  std::map<std::int64_t, int> seen;
  for (const View& view : observations.views)
    if (cameras.contains(view.camera) && view.corners.size() >= 4) ++seen[view.frame];
  std::vector<std::int64_t> shared;
  for (const auto& [frame, count] : seen)
    if (count >= 2) shared.push_back(frame);
  subsample(shared, kMostSplitFrames);
  return {shared.begin(), shared.end()};
}

WholeRig whole_rig(const Observations& observations, const Calibration& calibration,
                   const std::vector<SuspectedChange>& suspects) {
  const std::set<int> cameras = cameras_to_solve(observations, calibration, suspects);
  const std::set<std::int64_t> frames = frames_to_solve(observations, cameras);
  WholeRig whole{{calibration.board, observations.cameras, {}, {}, {}}, {}};
  Calibration open = calibration;
  open.rejected.clear();
  std::erase_if(open.frames, [&](const auto& each) { return !frames.contains(each.first); });
  for (const View& view : observations.views) {
    if (!frames.contains(view.frame) || !cameras.contains(view.camera)) continue;
    whole.observations.views.push_back(view);
    if (open.frames.contains(view.frame)) continue;
    const Camera& camera =
        *find_camera(calibration, observations.cameras[static_cast<std::size_t>(view.camera)].name);
    const auto pose =
        estimate_board_pose(Projector(*camera.intrinsics), calibration.board, view.corners);
    if (pose) open.frames[view.frame] = camera.T_cam_rig->inverse() * pose->T_cam_board;
  }
  whole.bundle = restore_bundle(whole.observations, open);
  return whole;
}

// The bundle with a camera as two or more, and how well it fits.
struct SplitRig {
  SuspectedChange change;
  std::size_t first = 0, second = 0;  // the camera before and after the change
  Bundle bundle;
  std::vector<BundleView> all;  // also the views that were left out of the bundle
  double noise = 0;             // robust, in units of the corners' sigmas
  double share = 1;             // of the whole change that lies between the two
};

std::vector<double> relative_errors(const Bundle& bundle, const std::vector<BundleView>& views,
                                    int jobs) {
  std::vector<double> result;
  const auto errors = reprojection_errors(bundle, views, jobs);
  for (std::size_t v = 0; v < views.size(); ++v) {
    for (std::size_t k = 0; k < errors[v].size(); ++k) {
      const double sigma = views[v].corners[k].sigma_px;
      const double error = errors[v][k].norm() / (sigma > 0 ? sigma : 1);
      result.push_back(std::isfinite(error) ? error : 1e6);
    }
  }
  return result;
}

// Twice the sum of the Cauchy losses: comparable with a chi-square, whatever does not belong.
double robust_chi_square(const std::vector<double>& errors, double noise) {
  const double square = kComparedLoss * kComparedLoss;
  return std::accumulate(errors.begin(), errors.end(), 0.0, [&](double sum, double error) {
    return sum + square * std::log1p(error * error / (noise * noise * square));
  });
}

// The parts of a recording, 0 and 1 for a sudden change, and which of them each frame of a camera
// is in. An even change is seen between the first and the last of several, in which it is small.
std::map<std::int64_t, int> parts_of_frames(const WholeRig& whole, std::size_t camera,
                                            const SuspectedChange& change) {
  std::map<std::int64_t, int> parts;
  for (const BundleView& view : whole.bundle.views)
    if (view.camera == static_cast<int>(camera)) parts[whole.frame_of(view)] = 0;
  const auto count = static_cast<int>(parts.size());
  const int most = std::clamp(count / kFramesOfPart, 2, kMostParts);
  int place = 0;
  for (auto& [frame, part] : parts) {
    const bool is_after = frame >= change.frame && (!change.until || frame < *change.until);
    part = change.gradual ? place++ * most / count : is_after;
  }
  return parts;
}

std::optional<SplitRig> split_rig(const WholeRig& whole, const SuspectedChange& change, int jobs) {
  SplitRig result{change, 0, whole.bundle.cameras.size(), whole.bundle, {}};
  while (result.first < result.second && whole.bundle.cameras[result.first].name != change.camera)
    ++result.first;
  if (result.first == result.second) return std::nullopt;
  const std::map<std::int64_t, int> parts = parts_of_frames(whole, result.first, change);
  std::map<int, int> frames_of;
  for (const auto& [frame, part] : parts) ++frames_of[part];
  if (frames_of.size() < 2) return std::nullopt;
  for (const auto& [part, frames] : frames_of)
    if (frames < kMinSplitViews) return std::nullopt;
  result.second += frames_of.size() - 2;
  BundleCamera copy = whole.bundle.cameras[result.first];
  copy.pose_free = true;
  result.bundle.cameras.resize(result.second + 1, copy);
  for (BundleView& view : result.bundle.views) {
    if (view.camera != static_cast<int>(result.first)) continue;
    const int part = parts.at(whole.frame_of(view));
    if (part > 0) view.camera = static_cast<int>(whole.bundle.cameras.size()) + part - 1;
  }
  // Between the middles of the first and the last part.
  result.share = change.gradual ? 1 - 1 / static_cast<double>(frames_of.size()) : 1;
  result.all = result.bundle.views;
  try {
    robust_adjust(result.bundle, whole.observations, kRejectFrom, jobs);
  } catch (const UndeterminedError&) {
    return std::nullopt;
  }
  result.noise = std::max(1e-6, median(relative_errors(result.bundle, result.all, jobs)) / 1.1774);
  return result;
}

// The first frame after the change by which the views of both sides fit best where they are.
std::int64_t fitting_frame(const WholeRig& whole, const SplitRig& split, int jobs) {
  std::map<std::int64_t, double> gain;  // of the camera before the change over that after it
  for (const BundleView& view : split.all) {
    if (view.camera != static_cast<int>(split.first) &&
        view.camera != static_cast<int>(split.second))
      continue;
    const auto chi_square_of = [&](std::size_t camera) {
      BundleView moved = view;
      moved.camera = static_cast<int>(camera);
      return robust_chi_square(relative_errors(split.bundle, {moved}, jobs), split.noise);
    };
    gain[whole.frame_of(view)] = chi_square_of(split.second) - chi_square_of(split.first);
  }
  const auto count = static_cast<std::ptrdiff_t>(gain.size());
  double sum = 0, best = -std::numeric_limits<double>::infinity();
  std::int64_t found = split.change.frame;
  std::ptrdiff_t place = 0;
  for (const auto& [frame, each] : gain) {
    const bool allowed = place >= kMinSplitViews && count - place >= kMinSplitViews;
    if (allowed && sum > best) {
      best = sum;
      found = frame;
    }
    sum += each;
    ++place;
  }
  return found;
}

// Moves the frame of a sudden change to where the rig fits best.
void move_to_fitting_frame(const WholeRig& whole, int jobs, SplitRig& split) {
  if (split.change.gradual || split.change.until) return;
  for (int i = 0; i < kMostShifts; ++i) {
    SuspectedChange moved = split.change;
    moved.frame = fitting_frame(whole, split, jobs);
    if (moved.frame == split.change.frame) return;
    auto other = split_rig(whole, moved, jobs);
    if (!other) return;
    const double noise = std::min(split.noise, other->noise);
    if (robust_chi_square(relative_errors(other->bundle, other->all, jobs), noise) >=
        robust_chi_square(relative_errors(split.bundle, split.all, jobs), noise))
      return;
    split = std::move(*other);
  }
}

// The lens and the pose after a change less those before it, the pose as a small motion (w, t),
// with the covariance. The focal lengths are relative to those before.
struct Difference {
  Eigen::VectorXd value;
  Eigen::MatrixXd covariance;
};

Difference difference_of(const SplitRig& split, int jobs) {
  const BundleCamera &before = split.bundle.cameras[split.first],
                     &after = split.bundle.cameras[split.second];
  const Covariance found = covariance(split.bundle, jobs);
  const SharedLayout::Place &from = found.layout.cameras[split.first],
                            &to = found.layout.cameras[split.second];
  const auto lens = static_cast<Eigen::Index>(before.intrinsics.parameters.size());
  Difference result{Eigen::VectorXd::Zero(lens + 6), {}};
  Eigen::MatrixXd jacobian = Eigen::MatrixXd::Zero(lens + 6, found.shared.rows());
  for (Eigen::Index k = 0; k < lens; ++k) {
    const auto i = static_cast<std::size_t>(k);
    const double unit = k < 2 ? 1 / before.intrinsics.parameters[i] : 1;
    result.value[k] = unit * (after.intrinsics.parameters[i] - before.intrinsics.parameters[i]);
    if (to.intrinsics[i] >= 0) jacobian(k, to.intrinsics[i]) = unit;
    if (from.intrinsics[i] >= 0) jacobian(k, from.intrinsics[i]) = -unit;
  }
  const Pose motion = after.T_cam_rig * before.T_cam_rig.inverse();
  result.value.tail<6>() << log_so3(motion.rotation), motion.translation;
  jacobian.block<6, 6>(lens, to.pose).setIdentity();
  if (from.pose >= 0) {
    const Eigen::Matrix3d turn = motion.rotation.toRotationMatrix();
    Eigen::Matrix<double, 6, 6> carried;
    carried << turn, Eigen::Matrix3d::Zero(), cross_matrix(motion.translation) * turn, turn;
    jacobian.block<6, 6>(lens, from.pose) = -carried;
  }
  result.covariance = jacobian * found.shared * jacobian.transpose();
  return result;
}

// What may have changed: columns of changes of the difference, and what the explanation costs.
struct Explanation {
  Kind kind;
  Eigen::MatrixXd columns;
  double cost;
};

std::vector<Explanation> explanations(Eigen::Index size) {
  const Eigen::Index lens = size - 6;
  const Eigen::MatrixXd all = Eigen::MatrixXd::Identity(size, size);
  const auto cost = [](Eigen::Index count) {
    return kCostOfParameter * static_cast<double>(count);
  };
  // A turn moves the picture almost as a principal point does, and is far more common.
  return {{Kind::kZoom, all.col(0) + all.col(1), cost(1)},
          {Kind::kPose, all.rightCols(6), cost(6)},
          {Kind::kPrincipalPoint, all.middleCols(2, 2), cost(6) + kCostOfRarity},
          {Kind::kZoom, all.leftCols(lens), cost(lens) + kCostOfRarity}};
}

// The change of the difference that the best explanation gives.
std::pair<Kind, Eigen::VectorXd> explain_difference(const Difference& difference,
                                                    const SuspectedChange& change) {
  const Eigen::VectorXd scale =
      difference.covariance.diagonal().cwiseMax(1e-300).cwiseSqrt().cwiseInverse();
  Eigen::MatrixXd correlation = scale.asDiagonal() * difference.covariance * scale.asDiagonal();
  correlation.diagonal().array() += 1e-9;
  const Eigen::LDLT<Eigen::MatrixXd> factor(correlation);
  const Eigen::VectorXd value = scale.cwiseProduct(difference.value);
  std::pair<Kind, Eigen::VectorXd> best{Kind::kPose, {}};
  double least = 0;
  for (const Explanation& each : explanations(value.size())) {
    // Within the parts a lens that changes evenly bends poses.
    if (change.gradual && change.zoom && each.kind != Kind::kZoom) continue;
    const Eigen::MatrixXd columns = scale.asDiagonal() * each.columns;
    const Eigen::MatrixXd weighted = factor.solve(columns);
    const Eigen::VectorXd step =
        (columns.transpose() * weighted).ldlt().solve(weighted.transpose() * value);
    const Eigen::VectorXd left = value - columns * step;
    const double score = left.dot(factor.solve(left)) + each.cost;
    if (best.second.size() > 0 && !(score < least)) continue;
    best = {each.kind, each.columns * step};
    least = score;
  }
  return best;
}

CameraChange change_of(const SplitRig& split, double gain, int jobs) {
  const auto [kind, step] = explain_difference(difference_of(split, jobs), split.change);
  CameraChange change;
  change.camera = split.change.camera;
  change.kind = kind;
  change.gradual = split.change.gradual;
  change.visible = split.change.visible;
  change.frame = split.change.frame;
  change.until = split.change.until;
  change.zoom = (step[0] + step[1]) / 2 / split.share;
  change.shift_px = step.segment<2>(2) / split.share;
  change.angle_rad = step.tail<6>().head<3>().norm() / split.share;
  change.chi_square = gain;
  return change;
}

void add_others_of_few(const Bundle& bundle, std::vector<SuspectedChange>& suspects) {
  if (bundle.cameras.size() > kFewCameras || suspects.empty()) return;
  for (const BundleCamera& camera : bundle.cameras) {
    const bool is_suspected =
        std::any_of(suspects.begin(), suspects.end(),
                    [&](const SuspectedChange& each) { return each.camera == camera.name; });
    if (is_suspected) continue;
    suspects.push_back(suspects.front());
    suspects.back().camera = camera.name;
  }
}

struct Compared {
  std::optional<SplitRig> best;
  double gain = 0;  // of the chi-square over that without the change
};

// The suspect whose rig fits best.
Compared best_suspect(const WholeRig& whole, const std::vector<SuspectedChange>& suspects,
                      int jobs) {
  std::vector<SplitRig> tried;
  for (const SuspectedChange& suspect : suspects) {
    if (tried.size() == kMostTried) break;
    if (auto split = split_rig(whole, suspect, jobs)) {
      move_to_fitting_frame(whole, jobs, *split);
      tried.push_back(std::move(*split));
    }
  }
  if (tried.empty()) return {};
  double noise = tried.front().noise;
  for (const SplitRig& each : tried) noise = std::min(noise, each.noise);
  std::vector<double> chi_squares;
  for (const SplitRig& each : tried)
    chi_squares.push_back(robust_chi_square(relative_errors(each.bundle, each.all, jobs), noise));
  const auto least = std::min_element(chi_squares.begin(), chi_squares.end());
  const double before =
      robust_chi_square(relative_errors(whole.bundle, whole.bundle.views, jobs), noise);
  return {std::move(tried[static_cast<std::size_t>(least - chi_squares.begin())]), before - *least};
}

// What the rig still shows once a camera is split, beside what was suspected.
std::vector<SuspectedChange> other_suspects(const WholeRig& whole, const Bundle& bundle,
                                            const std::set<std::string>& told,
                                            std::vector<SuspectedChange> suspects, int jobs) {
  std::vector<std::int64_t> frames(bundle.board_poses.size());
  for (const BundleView& view : bundle.views)
    frames[static_cast<std::size_t>(view.board_pose)] = whole.frame_of(view);
  for (const CameraChange& change :
       camera_changes(bundle, frames, view_scores(bundle, jobs), correlated_frames(bundle, jobs)))
    suspects.push_back(
        {change.camera, change.frame, {}, change.gradual, change.kind == Kind::kZoom, false});
  std::erase_if(suspects,
                [&](const SuspectedChange& suspect) { return told.contains(suspect.camera); });
  return suspects;
}

}  // namespace

std::vector<CameraChange> explained_changes(const Observations& observations,
                                            const Calibration& calibration,
                                            const std::vector<SuspectedChange>& suspects,
                                            int jobs) {
  WholeRig whole = whole_rig(observations, calibration, suspects);
  std::vector<SuspectedChange> left = suspects;
  add_others_of_few(whole.bundle, left);
  std::vector<CameraChange> changes;
  std::set<std::string> told;
  try {
    while (!left.empty() && changes.size() < kMostExplained) {
      Compared found = best_suspect(whole, left, jobs);
      const double least = changes.empty()
                               ? kMinGain
                               : std::max(kMinGain, kMinGainShare * changes.front().chi_square);
      if (!found.best || found.gain < least) break;
      changes.push_back(change_of(*found.best, found.gain, jobs));
      if (found.best->change.gradual) break;  // some of it is left
      told.insert(found.best->change.camera);
      left = other_suspects(whole, found.best->bundle, told, std::move(left), jobs);
      whole.bundle = std::move(found.best->bundle);
      whole.bundle.views = std::move(found.best->all);
    }
  } catch (const UndeterminedError&) {
    return changes;
  }
  return changes;
}

}  // namespace calib
