#include "evaluate/rig_check.hpp"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <set>

#include "base/errors.hpp"
#include "base/median.hpp"
#include "geometry/pose_average.hpp"
#include "solve/board_pose.hpp"
#include "solve/bundle.hpp"
#include "solve/covariance.hpp"
#include "solve/normal_equations.hpp"
#include "solve/robust_adjust.hpp"
#include "solve/select_cameras.hpp"

namespace calib {
namespace {

// A change counts if it is as unlikely as this many standard deviations of one number, and moves
// points in the picture by this much: smaller ones are of no use to a user who asks whether to
// calibrate again.
constexpr double kLeastSigmas = 5;
constexpr double kLeastPosePx = 0.1, kLeastLensPx = 0.2;
constexpr double kRejectSigmas = 5;
// The assumed projection error of a calibration without standard deviations (from another tool), in
// pixels.
constexpr double kUnknownPx = 0.05;

// The probability of a chi-square of `count` numbers, as that of one normal number (Wilson and
// Hilferty, 1931).
double as_sigmas(double chi_square, double count) {
  const double spread = 2 / (9 * count);
  return (std::cbrt(std::max(0.0, chi_square) / count) - (1 - spread)) / std::sqrt(spread);
}

// The views that can be used, each with a board pose of its own.
Bundle single_views(const Observations& observations, const Calibration& calibration) {
  Bundle bundle;
  const bool same_board = corner_count(calibration.board) == corner_count(observations.board);
  bundle.board = same_board ? calibration.board : observations.board;
  std::vector<std::optional<Projector>> lenses;
  for (const ObservedCamera& observed : observations.cameras) {
    const Camera& camera = *find_camera(calibration, observed.name);
    const bool is_known = camera.intrinsics && camera.T_cam_rig;
    lenses.push_back(is_known ? std::optional(Projector(*camera.intrinsics)) : std::nullopt);
    bundle.cameras.push_back({observed.name,
                              is_known
                                  ? *camera.intrinsics
                                  : make_intrinsics("pinhole", observed.image_size, 1, 1, 0, 0),
                              camera.T_cam_rig.value_or(Pose{}), FreeIntrinsics::kNone, false});
  }
  for (std::size_t v = 0; v < observations.views.size(); ++v) {
    const View& view = observations.views[v];
    const auto& lens = lenses[static_cast<std::size_t>(view.camera)];
    if (!lens) continue;
    const auto pose = estimate_board_pose(*lens, bundle.board, view.corners);
    if (!pose) continue;
    const Pose& T_cam_rig = bundle.cameras[static_cast<std::size_t>(view.camera)].T_cam_rig;
    bundle.views.push_back(
        {view.camera, static_cast<int>(bundle.board_poses.size()), v, view.corners});
    bundle.board_poses.push_back(T_cam_rig.inverse() * pose->T_cam_board);
  }
  if (bundle.views.empty()) {
    throw UndeterminedError(
        "no view of the board can be used: give observations of the cameras of this calibration");
  }
  return bundle;
}

// The same views with one board pose per frame.
Bundle joined_frames(const Bundle& single, const Observations& observations) {
  Bundle joined = single;
  std::map<std::int64_t, std::vector<Pose>> poses;
  for (const BundleView& view : single.views)
    poses[observations.views[view.observed_view].frame].push_back(
        single.board_poses[static_cast<std::size_t>(view.board_pose)]);
  std::map<std::int64_t, int> index;
  joined.board_poses.clear();
  for (const auto& [frame, all] : poses) {
    index[frame] = static_cast<int>(joined.board_poses.size());
    joined.board_poses.push_back(robust_average(all));
  }
  for (BundleView& view : joined.views)
    view.board_pose = index.at(observations.views[view.observed_view].frame);
  return joined;
}

double cost_of(const Bundle& bundle, int jobs) {
  return total_cost(bundle, {.jobs = jobs}).value_or(std::numeric_limits<double>::infinity());
}

// The bundle after `change` and an adjustment, or nullopt if the views do not determine it.
template <class Change>
std::optional<Bundle> adjusted(Bundle bundle, int jobs, const Change& change) {
  change(bundle);
  try {
    adjust(bundle, {.jobs = jobs});
  } catch (const UndeterminedError&) {
    return std::nullopt;
  }
  return bundle;
}

// RMS of how far the corners of a camera are apart in two bundles of the same views, per corner.
double moved_px(const Bundle& a, const Bundle& b, std::size_t camera, int jobs) {
  const auto errors_a = reprojection_errors(a, a.views, jobs),
             errors_b = reprojection_errors(b, b.views, jobs);
  double sum = 0;
  int count = 0;
  for (std::size_t v = 0; v < a.views.size(); ++v) {
    if (a.views[v].camera != static_cast<int>(camera)) continue;
    for (std::size_t i = 0; i < errors_a[v].size(); ++i) {
      const double square = (errors_a[v][i] - errors_b[v][i]).squaredNorm();
      if (!std::isfinite(square)) continue;
      sum += square;
      ++count;
    }
  }
  return count > 0 ? std::sqrt(sum / count) : 0;
}

// The variance of residuals where each view has a board pose of its own.
double own_variance(const Bundle& single, int jobs) {
  const auto equations = linearize(single, SharedLayout(single), {.jobs = jobs});
  if (!equations) return 1;
  return std::max(1e-12, 2 * equations->cost / equations->degrees_of_freedom());
}

class Checker {
 public:
  Checker(const Observations& observations, const Calibration& calibration, int jobs)
      : observations_(observations), calibration_(calibration), jobs_(jobs) {}

  RigCheck run() {
    single_ = single_views(observations_, calibration_);
    robust_adjust(single_, observations_, kRejectSigmas, jobs_);
    count_views();
    variance_ = own_variance(single_, jobs_);
    fit_board();
    for (std::size_t c = 0; c < checks_.size(); ++c) test_lens(c);
    leave_out_unexplained();
    if (single_.views.empty()) return unchanged();
    Bundle rig = joined_frames(single_, observations_);
    free_changed_lenses(rig);
    adjust(rig, {.jobs = jobs_});
    find_changes(rig);
    return result(rig);
  }

 private:
  const Camera& old(std::size_t c) const {
    return *find_camera(calibration_, observations_.cameras[c].name);
  }

  double lens_numbers(std::size_t c) const {
    const Intrinsics& lens = *old(c).intrinsics;
    return static_cast<double>(lens.parameters.size()) - held_parameters(lens.model);
  }

  void count_views() {
    checks_.resize(observations_.cameras.size());
    for (std::size_t c = 0; c < checks_.size(); ++c)
      checks_[c].name = observations_.cameras[c].name;
    for (const BundleView& view : single_.views)
      ++checks_[static_cast<std::size_t>(view.camera)].views;
    frames_ = count_shared_frames();
  }

  // Returns the number of all frames.
  int count_shared_frames() {
    std::map<std::int64_t, std::set<int>> cameras_at;
    for (const BundleView& view : single_.views)
      cameras_at[observations_.views[view.observed_view].frame].insert(view.camera);
    for (CameraCheck& check : checks_) check.shared_frames = 0;
    for (const BundleView& view : single_.views) {
      if (cameras_at.at(observations_.views[view.observed_view].frame).size() > 1)
        ++checks_[static_cast<std::size_t>(view.camera)].shared_frames;
    }
    return static_cast<int>(cameras_at.size());
  }

  // Twice the cost of the views of each camera.
  std::vector<double> costs_of_cameras(const Bundle& bundle) const {
    std::vector<double> costs(checks_.size());
    for (std::size_t c = 0; c < costs.size(); ++c) {
      Bundle own = bundle;
      std::erase_if(own.views,
                    [&](const BundleView& view) { return view.camera != static_cast<int>(c); });
      costs[c] = 2 * cost_of(own, jobs_);
    }
    return costs;
  }

  // Another board, or one that has bent since, would make lenses seem to have changed. It is one of
  // the causes only if most cameras see it.
  void fit_board() {
    if (!single_.board.parts.empty()) return;
    auto shaped = adjusted(single_, jobs_,
                           [](Bundle& bundle) { bundle.free_board_parameters = kBoardShapeCount; });
    if (!shaped) return;
    shaped->free_board_parameters = 0;
    const std::vector<double> before = costs_of_cameras(single_), after = costs_of_cameras(*shaped);
    int seen = 0, better = 0;
    for (std::size_t c = 0; c < checks_.size(); ++c) {
      if (checks_[c].views < 2) continue;
      ++seen;
      const double gain = (before[c] - after[c]) / variance_;
      better += as_sigmas(gain, kBoardShapeCount) > kLeastSigmas ? 1 : 0;
    }
    if (better < 2 || 2 * better <= seen) return;
    for (int id = 0; id < corner_count(single_.board); ++id) {
      board_off_m_ = std::max(
          board_off_m_,
          (corner_position(shaped->board, id) - corner_position(single_.board, id)).norm());
    }
    single_ = std::move(*shaped);
    variance_ = own_variance(single_, jobs_);
  }

  // Views that do not fit even by themselves would make other cameras seem to have moved.
  void leave_out_unexplained() {
    const auto erased = std::erase_if(single_.views, [&](const BundleView& view) {
      return checks_[static_cast<std::size_t>(view.camera)].unexplained > 0;
    });
    if (erased > 0) count_shared_frames();
  }

  // The views of one camera alone.
  Bundle views_of(std::size_t c) const {
    Bundle own = single_;
    own.views.clear();
    own.board_poses.clear();
    for (const BundleView& view : single_.views) {
      if (view.camera != static_cast<int>(c)) continue;
      own.views.push_back(view);
      own.views.back().board_pose = static_cast<int>(own.board_poses.size());
      own.board_poses.push_back(single_.board_poses[static_cast<std::size_t>(view.board_pose)]);
    }
    return own;
  }

  // What the old standard deviations allow is the cost with them as a prior. What a free lens
  // explains beyond that is chi-square.
  void test_lens(std::size_t c) {
    if (checks_[c].views < 2) return;
    const Bundle own = views_of(c);
    const auto freed = adjusted(
        own, jobs_, [&](Bundle& bundle) { bundle.cameras[c].free = FreeIntrinsics::kAll; });
    const auto with_prior = adjusted(own, jobs_, [&](Bundle& bundle) {
      bundle.cameras[c].free = FreeIntrinsics::kAll;
      bundle.cameras[c].given = scaled_prior(c);
    });
    if (!freed) return;
    const bool is_prior = with_prior && with_prior->cameras[c].given;
    const double allowed = is_prior ? cost_of(*with_prior, jobs_) : cost_of(own, jobs_);
    const double chi_square = 2 * (allowed - cost_of(*freed, jobs_)) / variance_;
    CameraCheck& check = checks_[c];
    check.lens_sigmas = as_sigmas(chi_square, lens_numbers(c));
    check.lens_px = moved_px(own, *freed, c, jobs_);
    check.zoom = freed->cameras[c].intrinsics.parameters[0] / old(c).intrinsics->parameters[0] - 1;
    if (check.lens_sigmas > kLeastSigmas && check.lens_px > kLeastLensPx)
      judge_lens(*freed, c, check.views);
  }

  // What does not fit in these views is a change of the lens if its focal length can change by this
  // much.
  void judge_lens(const Bundle& freed, std::size_t c, int views) {
    CameraCheck& check = checks_[c];
    check.zoom_std = zoom_std(freed, c);
    check.lens_changed = check.has_possible_zoom();
    if (!check.lens_changed) check.unexplained = views;
  }

  double zoom_std(const Bundle& freed, std::size_t c) const {
    try {
      const auto covariances = stated_covariances(freed, CovarianceKind::kClustered, false, jobs_);
      return standard_deviations(freed, covariances)[c].parameters.at(0) /
             old(c).intrinsics->parameters[0];
    } catch (const UndeterminedError&) {
      return std::numeric_limits<double>::infinity();
    }
  }

  // The old values with standard deviations in units of the residuals, which are sqrt(variance_)
  // times the corners' sigmas.
  std::optional<GivenIntrinsics> scaled_prior(std::size_t c) const {
    const Camera& camera = old(c);
    if (camera.std.parameters.size() != camera.intrinsics->parameters.size()) return std::nullopt;
    GivenIntrinsics given{camera.intrinsics->parameters, camera.std.parameters};
    for (double& sigma : given.std) sigma /= std::sqrt(variance_);
    return given;
  }

  void free_changed_lenses(Bundle& rig) const {
    for (std::size_t c = 0; c < checks_.size(); ++c) {
      if (!checks_[c].lens_changed) continue;
      rig.cameras[c].free = FreeIntrinsics::kAll;
      if (const auto start = adjusted(views_of(c), jobs_, [&](Bundle& bundle) {
            bundle.cameras[c].free = FreeIntrinsics::kAll;
          }))
        rig.cameras[c].intrinsics = start->cameras[c].intrinsics;
    }
  }

  // The result of freeing the pose of one camera, or its lens.
  struct Change {
    std::size_t camera = 0;
    bool is_lens = false;
    Bundle bundle;
    double gain = 0;   // chi-square that it explains
    double score = 0;  // the gain without what as many numbers explain by chance (Schwarz, 1978)
    double sigmas = 0;
  };

  static bool is_changed(const CameraCheck& check) { return check.moved || check.lens_changed; }
  static bool less_score(const Change& a, const Change& b) { return a.score < b.score; }
  bool is_reference(std::size_t c) const {
    return checks_[c].name == calibration_.reference_camera;
  }

  bool is_testable(std::size_t c) const {
    return checks_[c].shared_frames > 0 && !checks_[c].moved && old(c).T_cam_rig.has_value();
  }

  // The board pose of a single view, with the camera at its pose in `rig`.
  Pose board_from(const Bundle& rig, std::size_t v) const {
    const BundleView& view = single_.views[v];
    const auto camera = static_cast<std::size_t>(view.camera);
    const Pose T_cam_board = single_.cameras[camera].T_cam_rig *
                             single_.board_poses[static_cast<std::size_t>(view.board_pose)];
    return rig.cameras[camera].T_cam_rig.inverse() * T_cam_board;
  }

  // Places the camera by the boards that the others see, so that large motions are found too.
  void place_by_others(std::size_t c, Bundle& rig) const {
    std::map<int, std::vector<Pose>> others;
    for (std::size_t v = 0; v < rig.views.size(); ++v) {
      if (rig.views[v].camera != static_cast<int>(c))
        others[rig.views[v].board_pose].push_back(board_from(rig, v));
    }
    std::vector<Pose> places;
    for (std::size_t v = 0; v < rig.views.size(); ++v) {
      const auto seen = others.find(rig.views[v].board_pose);
      if (rig.views[v].camera != static_cast<int>(c) || seen == others.end()) continue;
      places.push_back(rig.cameras[c].T_cam_rig * board_from(rig, v) *
                       robust_average(seen->second).inverse());
    }
    rig.cameras[c].T_cam_rig = robust_average(places);
    for (std::size_t v = 0; v < rig.views.size(); ++v) {
      const auto at = static_cast<std::size_t>(rig.views[v].board_pose);
      const auto seen = others.find(rig.views[v].board_pose);
      rig.board_poses[at] =
          seen != others.end() ? robust_average(seen->second) : board_from(rig, v);
    }
  }

  Change scored(const Bundle& rig, std::size_t c, bool is_lens, Bundle freed) const {
    Change change{c, is_lens, std::move(freed), 0, 0, 0};
    change.gain = 2 * (cost_of(rig, jobs_) - cost_of(change.bundle, jobs_)) / variance_;
    double residuals = 0;
    for (const BundleView& view : rig.views)
      residuals += 2.0 * static_cast<double>(view.corners.size());
    change.score = change.gain - (is_lens ? lens_numbers(c) : 6) * std::log(residuals);
    return change;
  }

  std::optional<Change> free_pose(const Bundle& rig, std::size_t c) const {
    auto freed = adjusted(rig, jobs_, [&](Bundle& bundle) {
      place_by_others(c, bundle);
      bundle.cameras[c].pose_free = true;
    });
    if (!freed) return std::nullopt;
    return scored(rig, c, false, std::move(*freed));
  }

  std::optional<Change> free_lens(const Bundle& rig, std::size_t c) const {
    auto freed = adjusted(rig, jobs_,
                          [&](Bundle& bundle) { bundle.cameras[c].free = FreeIntrinsics::kAll; });
    if (!freed) return std::nullopt;
    return scored(rig, c, true, std::move(*freed));
  }

  // The standard deviation of the old calibration's projection in the middle of its picture.
  double old_px(std::size_t i) const {
    const auto& known = old(i).uncertainty;
    std::vector<double> values;
    if (known) {
      std::copy_if(known->near_px.begin(), known->near_px.end(), std::back_inserter(values),
                   [](double value) { return std::isfinite(value); });
    }
    return values.empty() ? kUnknownPx : median(values);
  }

  // The uncertainty of this camera's pose relative to the others in the old calibration. The
  // standard deviations of the pose alone would overstate it, because they are correlated with
  // those of the lens.
  double old_error_px(std::size_t c) const {
    double square = old_px(c) * old_px(c);
    for (std::size_t i = 0; i < checks_.size(); ++i) {
      if (i != c) square += old_px(i) * old_px(i) / static_cast<double>(checks_.size() - 1);
    }
    return std::sqrt(square);
  }

  // Of the covariances of the pose, the one that gives this difference the smaller chi-square, with
  // that chi-square.
  std::pair<Eigen::Matrix<double, 6, 6>, double> pose_covariance(
      const Bundle& bundle, std::size_t c, const Eigen::Matrix<double, 6, 1>& difference) const {
    std::pair<Eigen::Matrix<double, 6, 6>, double> result{Eigen::Matrix<double, 6, 6>::Zero(),
                                                          std::numeric_limits<double>::infinity()};
    for (const Covariance& found :
         stated_covariances(bundle, CovarianceKind::kClustered, false, jobs_)) {
      const int at = found.layout.cameras[c].pose;
      if (at < 0) continue;
      const Eigen::Matrix<double, 6, 6> block = found.shared.block<6, 6>(at, at);
      const Eigen::Matrix<double, 6, 6> full = block.selfadjointView<Eigen::Lower>();
      const double chi_square = difference.dot(full.ldlt().solve(difference));
      if (chi_square < result.second) result = {full, chi_square};
    }
    return result;
  }

  // In standard deviations, by the new views and by what the old calibration leaves open.
  double combined_sigmas(double by_views, double px, std::size_t c) const {
    if (!(by_views > 0) || !(px > 0)) return 0;
    return 1 / std::hypot(1 / by_views, old_error_px(c) / px);
  }

  void measure_lens(const Bundle& rig, Change& change) {
    const std::size_t c = change.camera;
    CameraCheck& check = checks_[c];
    check.lens_px = moved_px(rig, change.bundle, c, jobs_);
    change.sigmas = combined_sigmas(as_sigmas(change.gain, lens_numbers(c)), check.lens_px, c);
    check.lens_sigmas = change.sigmas;
    check.zoom =
        change.bundle.cameras[c].intrinsics.parameters[0] / old(c).intrinsics->parameters[0] - 1;
  }

  void measure_pose(const Bundle& rig, Change& change) {
    const std::size_t c = change.camera;
    const Pose& after = change.bundle.cameras[c].T_cam_rig;
    const Pose& before = *old(c).T_cam_rig;
    Eigen::Matrix<double, 6, 1> difference;
    difference << log_so3((after * before.inverse()).rotation),
        after.translation - before.translation;
    const auto [covariance, chi_square] = pose_covariance(change.bundle, c, difference);
    CameraCheck& check = checks_[c];
    check.pose_px = moved_px(rig, change.bundle, c, jobs_);
    change.sigmas =
        combined_sigmas(std::isfinite(chi_square) ? as_sigmas(chi_square, 6) : 0, check.pose_px, c);
    check.pose_sigmas = change.sigmas;
    const double old_turn = old_error_px(c) / Projector(*old(c).intrinsics).axis_focal_px();
    check.turn_rad = difference.head<3>().norm();
    check.turn_std_rad =
        std::hypot(std::sqrt(covariance.diagonal().head<3>().maxCoeff()), old_turn);
    check.shift_m = (after.inverse().translation - before.inverse().translation).norm();
    check.shift_std_m = std::hypot(std::sqrt(covariance.diagonal().tail<3>().maxCoeff()),
                                   old_turn * board_distance(change.bundle, c));
  }

  // The mean distance of the boards that the camera sees.
  static double board_distance(const Bundle& bundle, std::size_t c) {
    double sum = 0;
    int count = 0;
    for (const BundleView& view : bundle.views) {
      if (view.camera != static_cast<int>(c)) continue;
      const Pose& board = bundle.board_poses[static_cast<std::size_t>(view.board_pose)];
      sum += (bundle.cameras[c].T_cam_rig * board.translation).norm();
      ++count;
    }
    return count > 0 ? sum / count : 0;
  }

  // The changes of single cameras that are possible beside those that were found.
  std::vector<Change> possible_changes(const Bundle& rig) {
    std::vector<Change> changes;
    for (CameraCheck& check : checks_) {
      if (check.moved) continue;  // Its numbers are those of its motion.
      check.pose_sigmas = check.pose_px = 0;
      check.turn_rad = check.turn_std_rad = check.shift_m = check.shift_std_m = 0;
    }
    // At least one camera must remain as the reference for the motions of the others.
    int standing = 0;
    for (std::size_t c = 0; c < checks_.size(); ++c) standing += is_testable(c) ? 1 : 0;
    for (std::size_t c = 0; c < checks_.size(); ++c) {
      if (is_testable(c) && standing > 1) {
        if (auto change = free_pose(rig, c)) changes.push_back(std::move(*change));
      }
      if (checks_[c].shared_frames > 0 && !checks_[c].lens_changed) {
        if (auto change = free_lens(rig, c)) changes.push_back(std::move(*change));
      }
    }
    for (Change& change : changes)
      change.is_lens ? measure_lens(rig, change) : measure_pose(rig, change);
    return changes;
  }

  // The change that explains most. Of cameras that may have moved as well, the reference camera is
  // not the one: it keeps the frame of the rig in its place.
  const Change* best_change(const std::vector<Change>& changes) {
    if (changes.empty()) return nullptr;
    const auto best = std::max_element(changes.begin(), changes.end(), less_score);
    if (best->is_lens) return &*best;
    const Change* chosen = &*best;
    for (const Change& other : changes) {
      if (!could_be_instead(*best, other)) continue;
      if (is_reference(chosen->camera)) chosen = &other;
    }
    return chosen;
  }

  static bool could_be_instead(const Change& best, const Change& other) {
    constexpr double kSameGain = 0.98;
    return !other.is_lens && other.camera != best.camera && other.gain > kSameGain * best.gain;
  }

  std::vector<std::string> moved_instead(const std::vector<Change>& changes,
                                         const Change& chosen) const {
    std::vector<std::string> names;
    for (const Change& other : changes)
      if (could_be_instead(chosen, other)) names.push_back(checks_[other.camera].name);
    return names;
  }

  // Finds the changes, the one that explains most first.
  void find_changes(Bundle& rig) {
    while (true) {
      const std::vector<Change> changes = possible_changes(rig);
      const Change* best = best_change(changes);
      if (!best) return;
      CameraCheck& check = checks_[best->camera];
      const double px = best->is_lens ? check.lens_px : check.pose_px;
      if (best->sigmas < kLeastSigmas || px < (best->is_lens ? kLeastLensPx : kLeastPosePx)) return;
      if (best->is_lens) {
        judge_lens(best->bundle, best->camera, check.shared_frames);
        if (check.unexplained > 0) return;
      } else {
        check.moved = true;
        check.or_cameras = moved_instead(changes, *best);
      }
      rig = best->bundle;
    }
  }

  void store(const Bundle& rig, const std::vector<CameraStd>& stds, std::size_t c,
             Calibration& repaired) const {
    Camera& camera = *find_camera(repaired, checks_[c].name);
    const CameraCheck& check = checks_[c];
    if (check.moved) {
      camera.T_cam_rig = rig.cameras[c].T_cam_rig;
      camera.std.rotation_rad = stds[c].rotation_rad;
      camera.std.translation_m = stds[c].translation_m;
      camera.std.center_m = stds[c].center_m;
    }
    if (check.lens_changed) {
      camera.intrinsics = rig.cameras[c].intrinsics;
      camera.std.parameters = stds[c].parameters;
      camera.uncertainty.reset();
      camera.model_trials.clear();
    }
    camera.views = check.views;
    const auto errors = reprojection_errors(rig, rig.views, jobs_);
    double sum = 0;
    std::size_t count = 0;
    for (std::size_t v = 0; v < errors.size(); ++v) {
      if (rig.views[v].camera != static_cast<int>(c)) continue;
      for (const Eigen::Vector2d& error : errors[v]) sum += error.squaredNorm();
      count += errors[v].size();
    }
    if (count > 0) camera.reprojection_rms_px = std::sqrt(sum / static_cast<double>(count));
  }

  RigCheck unchanged() const {
    RigCheck result{checks_, frames_, calibration_};
    result.board_off_m = board_off_m_;
    return result;
  }

  RigCheck result(const Bundle& rig) const {
    RigCheck result = unchanged();
    if (std::none_of(checks_.begin(), checks_.end(), is_changed)) return result;
    const auto covariances = stated_covariances(rig, CovarianceKind::kClustered, false, jobs_);
    const std::vector<CameraStd> stds = standard_deviations(rig, covariances);
    for (std::size_t c = 0; c < checks_.size(); ++c) {
      if (checks_[c].moved || checks_[c].lens_changed) store(rig, stds, c, result.repaired);
    }
    forget_covariance(result.repaired);
    reset_rig_frame(result.repaired);
    if (Camera* reference = find_camera(result.repaired, result.repaired.reference_camera)) {
      reference->std.rotation_rad.reset();
      reference->std.translation_m.reset();
      reference->std.center_m.reset();
    }
    return result;
  }

  const Observations& observations_;
  const Calibration& calibration_;
  int jobs_;
  Bundle single_;  // each view has a board pose of its own
  int frames_ = 0;
  double variance_ = 1;
  double board_off_m_ = 0;
  std::vector<CameraCheck> checks_;
};

}  // namespace

bool RigCheck::holds() const {
  return std::none_of(cameras.begin(), cameras.end(), [](const CameraCheck& check) {
    return check.moved || check.lens_changed || check.unexplained > 0;
  });
}

bool RigCheck::fails_for_certain() const {
  return fault || std::any_of(cameras.begin(), cameras.end(), [](const CameraCheck& check) {
           return (check.moved && check.pose_is_certain()) ||
                  (check.lens_changed && check.lens_is_certain()) ||
                  check.unexplained >= kFewestCertain;
         });
}

RigCheck check_rig(const Observations& observations, const Calibration& calibration, int jobs) {
  require_fitting(observations, calibration);
  require(std::any_of(calibration.cameras.begin(), calibration.cameras.end(),
                      [](const Camera& camera) { return camera.T_cam_rig.has_value(); }),
          "no camera of the calibration has a pose: solve the rig with `calib extrinsics` first");
  RigCheck result = Checker(observations, calibration, jobs).run();
  if (!result.holds()) result.fault = fault_against(observations, calibration, jobs);
  if (!result.fault) return result;
  for (CameraCheck& check : result.cameras) {
    check.moved = check.lens_changed = false;
    check.unexplained = result.fault->is_of(check.name) ? check.views : 0;
  }
  return result;
}

}  // namespace calib
