#include "solve/solve_rig.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/append.hpp"
#include "base/errors.hpp"
#include "camera/models/splined.hpp"
#include "geometry/pose_average.hpp"
#include "scene/board_faces.hpp"
#include "scene/board_types.hpp"
#include "solve/adjust_clocks.hpp"
#include "solve/board_distances.hpp"
#include "solve/board_findings.hpp"
#include "solve/board_pose.hpp"
#include "solve/board_shape.hpp"
#include "solve/bundle.hpp"
#include "solve/camera_graph.hpp"
#include "solve/clock_search.hpp"
#include "solve/covariance.hpp"
#include "solve/held_cameras.hpp"
#include "solve/initial_rig.hpp"
#include "solve/joint_covariance.hpp"
#include "solve/lens_agreement.hpp"
#include "solve/normal_equations.hpp"
#include "solve/projection_uncertainty.hpp"
#include "solve/renumber_frames.hpp"
#include "solve/resection.hpp"
#include "solve/rig_bundle.hpp"
#include "solve/robust_adjust.hpp"
#include "solve/select_cameras.hpp"
#include "solve/shape_parameters.hpp"
#include "solve/weak_links.hpp"

namespace calib {
namespace {

constexpr const char* kNoBoard =
    "the board was found in none of its pictures: look at them with `calib detect --overlay`, and "
    "film the board where {} and another camera see it";
constexpr const char* kNoLens =
    "its own views do not determine its lens, and it sees the board in no frame that another "
    "camera has located: film the board where {} and another camera see it";

std::string no_lens_text(const std::string& camera, bool has_views) {
  return has_views ? fmt::format(kNoLens, camera) : fmt::format(kNoBoard, camera);
}

// Finds the lens and the pose of cameras without a lens by resection from the boards that the other
// cameras have located.
void resect_cameras(InitialRig& rig, bool allow_partial, Bundle& bundle) {
  const Observations& observations = rig.observations;
  const std::vector<std::optional<Projector>>& lenses = rig.lenses;
  std::map<std::int64_t, int> pose_of_frame;
  for (const BundleView& view : bundle.views)
    pose_of_frame[observations.views[view.observed_view].frame] = view.board_pose;
  const auto any_lens =
      std::find_if(lenses.begin(), lenses.end(), [](const auto& lens) { return lens.has_value(); });
  std::string model = (*any_lens)->intrinsics().model;
  if (model == Splined::name)
    model = "opencv8";  // splined lenses have no initial values of their own
  for (std::size_t i = 0; i < lenses.size(); ++i) {
    if (lenses[i]) continue;
    std::vector<KnownBoardView> known;
    std::vector<BundleView> views;
    bool has_views = false;
    for (std::size_t v = 0; v < observations.views.size(); ++v) {
      const View& view = observations.views[v];
      const auto pose = pose_of_frame.find(view.frame);
      if (view.camera != static_cast<int>(i)) continue;
      has_views = true;
      if (pose == pose_of_frame.end()) continue;
      known.push_back({bundle.board_poses[pose->second], &view.corners});
      views.push_back({view.camera, pose->second, v, view.corners});
    }
    const ObservedCamera& observed = observations.cameras[i];
    const auto found = resect_camera(model, bundle.board, observed.image_size, known);
    if (!found) {
      rig.findings.push_back({.code = FindingCode::kLensUndetermined,
                              .severity = Severity::kWarning,
                              .cameras = {observed.name},
                              .words = {{"problem", no_lens_text(observed.name, has_views)}}});
      if (!allow_partial) {
        throw UndeterminedError(finding_text(rig.findings.back()) +
                                ", or pass --allow-partial to solve the other cameras");
      }
      continue;
    }
    rig.T_cam_rig[i] = found->T_cam_rig;
    bundle.cameras[i] = {observed.name, found->intrinsics, found->T_cam_rig, FreeIntrinsics::kAll,
                         true};
    bundle.views.insert(bundle.views.end(), views.begin(), views.end());
    rig.findings.push_back({.code = FindingCode::kLensFromResection,
                            .cameras = {observed.name},
                            .numbers = {{"boards", static_cast<double>(views.size())}}});
  }
}

// Adjusts only the poses, with the lenses held fixed, so that errors of the initial poses do not
// distort the lenses.
void adjust_poses_only(Bundle& bundle, int jobs) {
  const std::vector<BundleView> views = bundle.views;
  std::vector<FreeIntrinsics> wanted;
  for (BundleCamera& camera : bundle.cameras)
    wanted.push_back(std::exchange(camera.free, FreeIntrinsics::kNone));
  adjust_with_cauchy_loss(bundle, jobs);
  for (std::size_t i = 0; i < wanted.size(); ++i) bundle.cameras[i].free = wanted[i];
  bundle.views = views;
}

// Adjusts the poses, and numbers the corners of boards with equal faces again by the better poses,
// until no number changes.
void adjust_numbers_and_poses(InitialRig& rig, int jobs, Bundle& bundle) {
  constexpr int kMostRounds = 5;
  adjust_poses_only(bundle, jobs);
  if (!has_equal_faces(bundle.board)) return;
  for (int round = 0; round < kMostRounds; ++round) {
    if (!renumber_frames(rig.observations, bundle, jobs)) return;
    adjust_poses_only(bundle, jobs);
  }
}

// Adds a finding about a board with the same print on both faces.
void report_two_faces(const Bundle& bundle, std::vector<Finding>& findings) {
  const Board &front = bundle.board.parts[0], &back = bundle.board.parts[1];
  const auto is_of_back = [&](const BundleView& view) {
    return part_point(bundle.board, view.corners.front().id).part == 1;
  };
  const Pose& T_front_back = *back.T_board_part;
  const Pose level = back_pose(front, back, {}).inverse() * T_front_back;
  // Of thin panels the estimate may be a little less than 0.
  const double thickness_m = (T_front_back * board_middle(back)).z();
  const auto back_views = std::count_if(bundle.views.begin(), bundle.views.end(), is_of_back);
  findings.push_back({.code = FindingCode::kBoardTwoFaces,
                      .numbers = {{"back_views", static_cast<double>(back_views)},
                                  {"views", static_cast<double>(bundle.views.size())},
                                  {"thickness_mm", 1000 * std::max(0.0, thickness_m)},
                                  {"turn_deg", kDegrees * log_so3(level.rotation).norm()}}});
}

// Adds a finding about the pose of each board relative to the first one that has a pose.
void report_board_positions(const Board& board, bool shape_asked, std::vector<Finding>& findings) {
  std::optional<std::size_t> first;
  for (std::size_t i = 0; i < board.parts.size(); ++i) {
    const auto& pose = board.parts[i].T_board_part;
    if (!pose) continue;
    if (!first) {
      first = i;
      continue;
    }
    const double turn = angle_between(pose->rotation, Eigen::Quaterniond::Identity());
    findings.push_back(
        {.code = FindingCode::kBoardPosition,
         .numbers = {{"board", static_cast<double>(i + 1)},
                     {"from_board", static_cast<double>(*first + 1)},
                     {"distance_mm", 1000 * pose->translation.norm()},
                     {"turn_deg", kDegrees * turn}},
         .words = {{"name", part_name(board, i)}, {"from", part_name(board, *first)}}});
  }
  if (shape_asked) findings.push_back({.code = FindingCode::kBoardShapesNotEstimated});
}

// Which clocks may be estimated: offsets and rates beside the reference camera, and all line
// delays. None where boards or times are not known well enough.
ClockChoice possible_clocks(const Bundle& bundle, const InitialRig& rig, Sync sync) {
  ClockChoice possible(bundle.cameras.size());
  if (sync != Sync::kAuto) return possible;
  for (std::size_t i = 0; i < possible.size(); ++i) {
    const bool beside = static_cast<int>(i) != rig.reference && rig.T_cam_rig[i].has_value();
    possible[i] = {beside, beside, beside || static_cast<int>(i) == rig.reference};
  }
  return possible;
}

double reference_delay(const InitialRig& rig) {
  const auto first = static_cast<std::size_t>(rig.reference);
  return rig.times[first].value_or(CameraTime{}).line_delay_s *
         middle_row(rig.observations.cameras[first].image_size);
}

// Gives the cameras of the bundle the clocks of the initial rig.
void set_clocks(const InitialRig& rig, Sync sync, Bundle& bundle) {
  if (sync == Sync::kOff || rig.observations.views.empty()) return;
  const auto [first, last] =
      std::minmax_element(rig.observations.views.begin(), rig.observations.views.end(),
                          [](const View& a, const View& b) { return a.time_s < b.time_s; });
  const double middle = (*first->time_s + *last->time_s) / 2;
  for (std::size_t i = 0; i < bundle.cameras.size(); ++i) {
    BundleClock& clock = bundle.cameras[i].clock;
    clock =
        to_bundle_clock(rig.times[i].value_or(CameraTime{}), middle,
                        middle_row(rig.observations.cameras[i].image_size), reference_delay(rig));
    for (std::size_t k = 0; k < kClockParameters; ++k) clock.free[k] = clock.value[k] != 0;
  }
}

// Throws UndeterminedError unless the inlier views connect every camera with a pose to the
// reference camera.
void require_supported(const Bundle& bundle, const InitialRig& rig) {
  std::vector<std::vector<int>> cameras_at(bundle.board_poses.size());
  for (const BundleView& view : bundle.views) cameras_at[view.board_pose].push_back(view.camera);
  std::vector<CameraEdge> edges;
  for (const std::vector<int>& cameras : cameras_at) {
    for (std::size_t i = 1; i < cameras.size(); ++i)
      edges.push_back({cameras[0], cameras[i], 1, Pose{}});
  }
  for (const auto& group : connected_groups(static_cast<int>(bundle.cameras.size()), edges)) {
    if (std::find(group.begin(), group.end(), rig.reference) != group.end()) continue;
    for (const int camera : group) {
      if (!bundle.cameras[camera].pose_free) continue;
      throw UndeterminedError(
          fmt::format("{}: no view fits together with those of the other cameras: check that frame "
                      "numbers mean the same time in every camera, and that all saw the same "
                      "board ({})",
                      bundle.cameras[camera].name, size_text(rig.observations.board)));
    }
  }
}

// Holds each lens that the camera's own views have determined, and the board's shape as they have
// it.
void hold_own_lenses(const Calibration& own, Bundle& bundle) {
  bundle.board.shape = own.board.shape;
  bundle.free_board_parameters = 0;
  for (BundleCamera& camera : bundle.cameras) {
    const Camera* alone = find_camera(own, camera.name);
    if (!alone || !alone->intrinsics || alone->std.parameters.empty()) continue;
    camera.intrinsics = *alone->intrinsics;
    camera.free = FreeIntrinsics::kNone;
  }
}

// robust_adjust() of all candidates, after the clocks of cameras that are not synchronized are
// found. The corners of the candidates are moved by them.
std::vector<Rejected> adjust_with_clocks(const FilmedBundle& film, const ExtrinsicsOptions& options,
                                         int jobs, Bundle& bundle,
                                         std::vector<BundleView>& candidates) {
  bool moves = options.shape.sync != Sync::kOff && any_moves(film, bundle);
  if (moves) move_to_poses(film, jobs, bundle, candidates);
  if (options.shape.sync == Sync::kAuto) {
    bool found = estimate_clocks(film, jobs, bundle, candidates);
    if (!found) {  // small differences of clocks show only beside the best fit
      adjust_with_cauchy_loss(bundle, jobs);
      found = estimate_clocks(film, jobs, bundle, candidates);
    }
    moves = found || moves;
  }
  if (moves) return adjust_on_path(film, options.reject, jobs, bundle, candidates);
  bundle.views = candidates;
  return robust_adjust(bundle, film.filmed, options.reject, jobs);
}

// Gives the bundle the values and standard deviations of lenses that other observations have
// determined. The classic recipe has no sigmas to weigh them by.
void give_lenses(const Calibration& lenses, const ExtrinsicsOptions& options, Bundle& bundle) {
  if (!options.lenses_are_given || options.reject >= kBelieveAll) return;
  for (BundleCamera& camera : bundle.cameras) {
    const Camera* given = find_camera(lenses, camera.name);
    if (!given || !given->intrinsics || given->intrinsics->model != camera.intrinsics.model ||
        given->std.parameters.size() != given->intrinsics->parameters.size())
      continue;
    camera.given = {given->intrinsics->parameters, given->std.parameters};
  }
}

// Divides the standard deviations of the priors by the scale of the corners' errors, whose sigmas
// may be 1 px for want of better ones: all covariances are multiplied by its square.
void weigh_given_lenses(Bundle& bundle, int jobs) {
  const auto equations = linearize(bundle, SharedLayout(bundle), {.jobs = jobs});
  if (!equations) return;
  const double scale =
      std::sqrt(std::max(1e-12, 2 * equations->cost / equations->degrees_of_freedom()));
  for (BundleCamera& camera : bundle.cameras) {
    if (!camera.given) continue;
    for (double& sigma : camera.given->std) sigma /= scale;
  }
}

// By how many standard deviations the parameter of a lens that differs most is from the given one.
double most_sigmas(const Intrinsics& lens, const Camera& given) {
  double most = 0;
  for (std::size_t k = 0; k < given.std.parameters.size(); ++k) {
    const double sigma = given.std.parameters[k];
    const double change = lens.parameters[k] - given.intrinsics->parameters[k];
    if (sigma > 0) most = std::max(most, std::abs(change) / sigma);
  }
  return most;
}

// A given lens that differs by more than this is contradicted: it has changed since.
constexpr double kMostGivenSigmas = 5;

// Removes the priors that the observations contradict. Returns their cameras.
std::set<std::string> drop_contradicted_lenses(const Calibration& lenses, Bundle& bundle) {
  std::set<std::string> dropped;
  for (BundleCamera& camera : bundle.cameras) {
    if (!camera.given) continue;
    if (most_sigmas(camera.intrinsics, *find_camera(lenses, camera.name)) <= kMostGivenSigmas)
      continue;
    camera.given.reset();
    dropped.insert(camera.name);
  }
  return dropped;
}

// Adds findings about the dropped priors that the camera's own views contradict too: a wrong lens
// also distorts those of the other cameras. A change within the limit of a good lens is only a
// note.
void report_dropped_lenses(const std::set<std::string>& dropped, const Calibration& lenses,
                           const Bundle& bundle, std::vector<Finding>& findings) {
  constexpr double kMostGoodChange = 1e-3;
  for (const BundleCamera& camera : bundle.cameras) {
    if (!dropped.contains(camera.name)) continue;
    const double sigmas = most_sigmas(camera.intrinsics, *find_camera(lenses, camera.name));
    if (sigmas <= kMostGivenSigmas) continue;
    const std::vector<double>& now = camera.intrinsics.parameters;
    const std::vector<double>& given = find_camera(lenses, camera.name)->intrinsics->parameters;
    const double zoom = now[0] / given[0] - 1;
    const double shift_px = std::hypot(now[2] - given[2], now[3] - given[3]);
    const bool is_small = std::max(std::abs(zoom), shift_px / given[0]) < kMostGoodChange;
    findings.push_back(
        {.code = FindingCode::kGivenLensDisagrees,
         .severity = is_small ? Severity::kNote : Severity::kWarning,
         .cameras = {camera.name},
         .numbers = {{"change_percent", 100 * zoom}, {"shift_px", shift_px}, {"sigmas", sigmas}}});
  }
}

// Adjusts again with the correct weights of the priors, and without those that are contradicted.
void adjust_with_given_lenses(const std::vector<BundleView>& candidates, const Calibration& lenses,
                              InitialRig& rig, double reject, int jobs, Bundle& bundle,
                              std::vector<Rejected>& left_out) {
  const auto again = [&] {
    bundle.views = candidates;
    left_out = robust_adjust(bundle, rig.observations, reject, jobs);
  };
  if (std::none_of(bundle.cameras.begin(), bundle.cameras.end(),
                   [](const BundleCamera& camera) { return camera.given.has_value(); }))
    return;
  weigh_given_lenses(bundle, jobs);
  again();
  const std::set<std::string> dropped = drop_contradicted_lenses(lenses, bundle);
  if (dropped.empty()) return;
  again();
  report_dropped_lenses(dropped, lenses, bundle, rig.findings);
}

// The second step: adjusts lenses, poses and boards together and rejects outliers. Cameras without
// a lens get one by resection.
Bundle adjust_rig(InitialRig& rig, const Calibration& calibration, const HeldCameras& held,
                  const ExtrinsicsOptions& options, int jobs) {
  const bool several_boards = !rig.observations.board.parts.empty();
  Bundle bundle = make_bundle(rig, calibration, held, options);
  set_clocks(rig, options.shape.sync, bundle);
  if (several_boards) bundle.free_board_parameters = board_parameter_count(bundle.board);
  reject_impossible_views(bundle, rig, jobs);
  adjust_numbers_and_poses(rig, jobs, bundle);
  resect_cameras(rig, options.allow_partial, bundle);
  give_lenses(calibration, options, bundle);
  std::vector<BundleView> candidates = bundle.views;
  const FilmedBundle film{rig.observations,
                          frame_pose_times(bundle, rig.observations, rig.reference),
                          possible_clocks(bundle, rig, options.shape.sync)};
  std::vector<Rejected> left_out = adjust_with_clocks(film, options, jobs, bundle, candidates);
  adjust_with_given_lenses(candidates, calibration, rig, options.reject, jobs, bundle, left_out);
  if (has_equal_faces(bundle.board)) {
    report_two_faces(bundle, rig.findings);
  } else if (several_boards) {
    append(rig.findings, take_distances(bundle, jobs));
    if (!bundle.distances.empty()) {
      bundle.views = candidates;
      left_out = robust_adjust(bundle, rig.observations, options.reject, jobs);
      append(rig.findings, distance_findings(bundle));
    }
    report_board_positions(bundle.board, options.shape.estimate_board_shape, rig.findings);
  } else {
    adjust_board_shape(candidates, rig.observations, options.shape, options.reject, jobs, bundle,
                       left_out, rig.findings);
  }
  if (std::vector<Finding> found = lens_disagreements(bundle, calibration, jobs); !found.empty()) {
    append(rig.findings, found);
    hold_own_lenses(calibration, bundle);
    bundle.views = candidates;
    left_out = robust_adjust(bundle, rig.observations, options.reject, jobs);
  }
  append(rig.findings, inconsistent_boards(rig.observations, left_out));
  append(rig.findings, repeated_findings(rig.observations.board, rig.observations.repeated));
  append(rig.rejected, left_out);
  append(rig.findings, held_disagreements(bundle, held, jobs));
  append(rig.findings, weak_links(bundle, rig, held));
  require_supported(bundle, rig);
  return bundle;
}

// Copies the clocks. If all cameras are synchronized, none of them gets a clock, unless its images
// are paired by their times.
void store_times(const Bundle& bundle, const std::vector<Covariance>& found, const InitialRig& rig,
                 Calibration& calibration) {
  const auto in_step = [](const BundleCamera& camera) {
    return std::all_of(camera.clock.value.begin(), camera.clock.value.end(),
                       [](double value) { return value == 0; });
  };
  const auto no_jumps = [](const auto& time) { return !time || time->jumps.empty(); };
  const bool none = std::all_of(bundle.cameras.begin(), bundle.cameras.end(), in_step) &&
                    std::all_of(rig.times.begin(), rig.times.end(), no_jumps) &&
                    !rig.is_paired_by_time;
  const auto first = static_cast<std::size_t>(rig.reference);
  const double delay = bundle.cameras[first].clock.value[kClockLineDelay] *
                       middle_row(bundle.cameras[first].intrinsics.image_size);
  for (std::size_t i = 0; i < bundle.cameras.size(); ++i) {
    Camera& camera = *find_camera(calibration, bundle.cameras[i].name);
    camera.time.reset();
    if (none || !rig.T_cam_rig[i]) continue;
    camera.time = to_camera_time(bundle.cameras[i].clock,
                                 middle_row(bundle.cameras[i].intrinsics.image_size), delay);
    if (static_cast<int>(i) == rig.reference) camera.time->offset_s = 0;  // without rounding errors
    if (rig.times[i]) camera.time->jumps = rig.times[i]->jumps;
    camera.time->std = clock_std(bundle, found, static_cast<int>(i), rig.reference);
    append(calibration.findings,
           clock_findings(camera, bundle.cameras[first].name,
                          FrameTimes(rig.observations, static_cast<int>(i)).interval_s()));
  }
}

// Copies lenses and poses with their standard deviations, uncertainties and RMS to the calibration.
void store_cameras(const Bundle& bundle, const InitialRig& rig, const ExtrinsicsOptions& options,
                   int jobs, Calibration& calibration) {
  const std::vector<Covariance> found =
      stated_covariances(bundle, options.shape.covariance, options.shape.exact_board, jobs);
  add_repeat_finding(found, calibration.findings);
  const std::vector<CameraStd> stds = standard_deviations(bundle, found);
  const auto uncertainties = projection_uncertainty(bundle, found);
  calibration.covariance = joint_covariance(bundle, found);
  store_times(bundle, found, rig, calibration);
  const auto errors = reprojection_errors(bundle, bundle.views, jobs);
  for (std::size_t i = 0; i < bundle.cameras.size(); ++i) {
    Camera& camera = *find_camera(calibration, bundle.cameras[i].name);
    camera.T_cam_rig.reset();
    if (!rig.T_cam_rig[i]) continue;
    camera.T_cam_rig = bundle.cameras[i].T_cam_rig;
    camera.intrinsics = bundle.cameras[i].intrinsics;
    const std::vector<double> kept = camera.std.parameters;
    camera.std = stds[i];
    if (bundle.cameras[i].free == FreeIntrinsics::kNone) {
      camera.std.parameters = kept;
    } else {
      camera.uncertainty = uncertainties[i];
    }
    double sum = 0;
    std::size_t corners = 0;
    camera.views = 0;
    for (std::size_t v = 0; v < errors.size(); ++v) {
      if (bundle.views[v].camera != static_cast<int>(i)) continue;
      for (const Eigen::Vector2d& error : errors[v]) {
        if (!error.allFinite()) continue;  // outside the valid region of the lens
        sum += error.squaredNorm();
        ++corners;
      }
      ++camera.views;
    }
    if (corners > 0) camera.reprojection_rms_px = std::sqrt(sum / static_cast<double>(corners));
  }
}

// The third step: the adjusted rig as a calibration.
Calibration to_calibration(const Bundle& bundle, const InitialRig& rig, const Calibration& lenses,
                           const ExtrinsicsOptions& options, int jobs) {
  const Observations& observations = rig.observations;
  Calibration result = lenses;
  for (Camera& camera : result.cameras) {  // poses of an earlier solve have another rig frame
    camera.T_cam_rig.reset();
    camera.std.rotation_rad.reset();
    camera.std.translation_m.reset();
    camera.std.center_m.reset();
  }
  result.world.reset();
  result.findings = rig.findings;
  store_cameras(bundle, rig, options, jobs, result);
  result.board = bundle.board;
  result.reference_camera = observations.cameras[static_cast<std::size_t>(rig.reference)].name;
  result.rejected = rig.rejected;
  result.frames.clear();
  for (const BundleView& view : bundle.views) {
    result.frames[observations.views[view.observed_view].frame] =
        bundle.board_poses[static_cast<std::size_t>(view.board_pose)];
  }
  return result;
}

}  // namespace

Calibration solve_rig(const Observations& observations, const Calibration& lenses,
                      const ExtrinsicsOptions& options, int jobs, Progress& progress) {
  require(observations.cameras.size() >= 2,
          "a rig needs at least two cameras; use `calib intrinsics` for a single one");
  require_fitting(observations, lenses);
  if (options.shape.sync != Sync::kOff) require_possible_times(observations);
  progress.begin("extrinsics", 0);
  const HeldCameras held = find_held_cameras(observations, lenses, options);
  ExtrinsicsOptions in_frame = options;
  in_frame.reference = held_reference(observations, held, options.reference);
  InitialRig rig = find_initial_rig(observations, lenses, in_frame, jobs);
  move_to_old_frame(lenses, held, rig);
  const Bundle bundle = adjust_rig(rig, lenses, held, in_frame, jobs);
  Calibration solved = to_calibration(bundle, rig, lenses, in_frame, jobs);
  keep_old_cameras(observations, lenses, held, solved);
  progress.end();
  return solved;
}

}  // namespace calib
