#include "solve/solve_intrinsics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/append.hpp"
#include "base/errors.hpp"
#include "base/parallel.hpp"
#include "solve/adjust_clocks.hpp"
#include "solve/board_shape.hpp"
#include "solve/camera_clocks.hpp"
#include "solve/covariance.hpp"
#include "solve/lens_fit.hpp"
#include "solve/model_choice.hpp"
#include "solve/observability.hpp"
#include "solve/opencv_calibrate.hpp"
#include "solve/part_views.hpp"
#include "solve/projection_uncertainty.hpp"
#include "solve/robust_adjust.hpp"

namespace calib {
namespace {

struct UsableViews {
  std::vector<const View*> views;
  std::vector<Rejected> rejected;
};

UsableViews usable_views(const Observations& observations, int camera) {
  UsableViews usable;
  const std::string& name = observations.cameras[static_cast<std::size_t>(camera)].name;
  for (const View& view : observations.views) {
    if (view.camera != camera) continue;
    if (const std::string problem = view_problem(observations.board, view); !problem.empty()) {
      usable.rejected.push_back({name, view.frame, std::nullopt, problem});
    } else {
      usable.views.push_back(&view);
    }
  }
  return usable;
}

void require_views(const ObservedCamera& camera, const UsableViews& usable, int expected) {
  if (usable.views.size() >= static_cast<std::size_t>(expected)) return;
  const std::string others = usable.rejected.empty()
                                 ? std::string("detect's summary says why images were not used")
                                 : fmt::format("{} more were of no use: {}", usable.rejected.size(),
                                               usable.rejected.front().reason);
  throw UndeterminedError(fmt::format(
      "{}: {} views of the board, expected at least {}: film the board with this camera "
      "from several sides ({})",
      camera.name, usable.views.size(), expected, others));
}

void require_places(const ObservedCamera& camera, const UsableViews& usable, int expected) {
  const std::size_t places = count_board_places(usable.views, static_cast<std::size_t>(expected));
  if (places >= static_cast<std::size_t>(expected)) return;
  throw UndeterminedError(fmt::format(
      "{}: the {} views show the board in {} place{} only, expected at least {}: move the board, "
      "and film it tilted in several directions, all over the picture",
      camera.name, usable.views.size(), places, places == 1 ? "" : "s", expected));
}

// The result of the solve of one camera.
struct SolvedCamera {
  std::vector<const View*> views;  // that can be used
  std::optional<LensFit> fit;      // absent: not solved, or by OpenCV
  std::vector<Rejected> unusable, rejected;
  std::string problem;  // why the camera could not be solved
};

LensFit solve_jointly(const Observations& observations, const UsableViews& usable,
                      const IntrinsicsOptions& options, const ObservedCamera& observed, int jobs,
                      Camera& camera) {
  if (options.model == kAutoModel) {
    ModelChoice choice = choose_model(observations, usable.views, observed, options, jobs);
    camera.model_trials = std::move(choice.trials);
    return std::move(choice.fit);
  }
  LensFit fit = fit_lens(observations, usable.views, observed, options.model, options.reject,
                         options.min_views);
  covariance_of_lens(fit.bundle);  // throws if the views do not determine the lens
  return fit;
}

SolvedCamera solve_camera(const Observations& observations, int index,
                          const IntrinsicsOptions& options, int jobs, Camera& camera) {
  const ObservedCamera& observed = observations.cameras[static_cast<std::size_t>(index)];
  camera.name = observed.name;
  camera.image_size = observed.image_size;
  camera.crop = observed.crop;
  const UsableViews usable = usable_views(observations, index);
  require_views(observed, usable, options.min_views);
  require_places(observed, usable, options.min_views);
  SolvedCamera solved{usable.views, {}, usable.rejected, {}, {}};
  try {
    if (options.solver == Solver::kOpencv) {
      solved.rejected =
          calibrate_with_opencv(options.model, observations.board, usable.views, camera);
      // Throws if the views do not determine the lens, which OpenCV does not check.
      covariance_of_lens(
          single_camera_bundle(observations, usable.views, camera.name, *camera.intrinsics));
    } else {
      solved.fit = solve_jointly(observations, usable, options, observed, jobs, camera);
      solved.rejected = solved.fit->rejected;
    }
  } catch (const UndeterminedError& error) {
    if (std::string_view(error.what()).starts_with(observed.name)) throw;
    throw UndeterminedError(fmt::format("{}: {}", observed.name, error.what()));
  }
  return solved;
}

// The message without the camera's name at its start.
std::string without_name(const std::string& message, const std::string& name) {
  return message.starts_with(name + ": ") ? message.substr(name.size() + 2) : message;
}

// If the camera cannot be solved, it stays without intrinsics and `problem` says why.
SolvedCamera solve_or_report(const Observations& observations, int index,
                             const IntrinsicsOptions& options, int jobs, Camera& camera) {
  try {
    return solve_camera(observations, index, options, jobs, camera);
  } catch (const UndeterminedError& error) {
    camera.intrinsics.reset();
    camera.std = {};
    camera.reprojection_rms_px.reset();
    camera.views = 0;
    return {{}, {}, {}, {}, without_name(error.what(), camera.name)};
  }
}

// All cameras that were solved in one bundle: they film the same board, each with board poses of
// its own. The poses are in the order of the frames.
struct JointLenses {
  Bundle bundle;                       // with the inliers of each camera's own solve
  std::vector<BundleView> candidates;  // all views that have a pose
  std::vector<Rejected> without_pose;  // the others
};

// A view of one camera before it gets its place in the joint bundle.
struct JointView {
  std::int64_t frame;
  BundleView all;
  Pose T_cam_board;
  std::vector<Corner> inliers;  // empty: the view was rejected
};

void append_views(const Observations& observations, const SolvedCamera& solved, int camera,
                  std::vector<JointView>& views, std::vector<Rejected>& without_pose) {
  const Bundle& fit = solved.fit->bundle;
  const BundleCamera& lens = fit.cameras[0];
  const Bundle all = single_camera_bundle(observations, solved.views, lens.name, lens.intrinsics);
  std::map<std::size_t, const BundleView*> fitted;
  for (const BundleView& view : fit.views) fitted[view.observed_view] = &view;
  for (const BundleView& view : all.views) {
    JointView joint{observations.views[view.observed_view].frame,
                    view,
                    all.board_poses[static_cast<std::size_t>(view.board_pose)],
                    {}};
    if (const auto found = fitted.find(view.observed_view); found != fitted.end()) {
      joint.T_cam_board = fit.board_poses[static_cast<std::size_t>(found->second->board_pose)];
      joint.inliers = found->second->corners;
    }
    joint.all.camera = camera;
    views.push_back(std::move(joint));
  }
  append(without_pose, views_without_pose(observations, solved.views, all.views, lens));
}

JointLenses join_lenses(const Observations& observations, const std::vector<SolvedCamera>& solved) {
  JointLenses joint;
  Bundle& bundle = joint.bundle;
  bundle.board = observations.board;
  std::vector<JointView> views;
  for (const SolvedCamera& each : solved) {
    if (!each.fit) continue;
    append_views(observations, each, static_cast<int>(bundle.cameras.size()), views,
                 joint.without_pose);
    bundle.cameras.push_back(each.fit->bundle.cameras[0]);
  }
  std::stable_sort(views.begin(), views.end(),
                   [](const JointView& a, const JointView& b) { return a.frame < b.frame; });
  for (JointView& view : views) {
    view.all.board_pose = static_cast<int>(bundle.board_poses.size());
    bundle.board_poses.push_back(view.T_cam_board);
    joint.candidates.push_back(view.all);
    if (view.inliers.empty()) continue;
    bundle.views.push_back(view.all);
    bundle.views.back().corners = std::move(view.inliers);
  }
  return joint;
}

// What the fit of all lenses leaves out, instead of what the fit of each left out by itself.
void replace_rejected(const std::vector<Rejected>& outliers,
                      const std::vector<Rejected>& without_pose,
                      std::vector<SolvedCamera>& solved) {
  for (SolvedCamera& each : solved) each.rejected.clear();
  solved.front().rejected = outliers;
  append(solved.front().rejected, without_pose);
}

// sqrt(mean |e|^2) of one camera of the bundle, and the number of its views.
void set_fit(const Bundle& bundle, int index, Camera& camera) {
  Bundle own = bundle;
  std::erase_if(own.views, [&](const BundleView& view) { return view.camera != index; });
  camera.reprojection_rms_px = overall_rms(own);
  camera.views = static_cast<int>(own.views.size());
}

Observations with_times(Observations observations) {
  for (View& view : observations.views) view.time_s = time_on_file(observations, view);
  return observations;
}

// Estimates the line delays of cameras with rolling shutters. Returns whether there are any; the
// outliers are `rejected` then.
bool adjust_line_delays(const Observations& filmed, double reject, int jobs, Bundle& bundle,
                        std::vector<BundleView>& candidates, std::vector<Rejected>& rejected) {
  const FilmedBundle film{filmed, own_pose_times(bundle, filmed),
                          ClockChoice(bundle.cameras.size(), {false, false, true})};
  if (!estimate_clocks(film, jobs, bundle, candidates)) return false;
  rejected = adjust_on_path(film, reject, jobs, bundle, candidates);
  return true;
}

void set_line_delay(const Bundle& joint, const std::vector<Covariance>& found, int index,
                    Camera& camera) {
  const BundleClock& clock = joint.cameras[static_cast<std::size_t>(index)].clock;
  if (clock.value[kClockLineDelay] == 0) return;
  camera.time = CameraTime{.line_delay_s = clock.value[kClockLineDelay]};
  camera.time->std = clock_std(joint, found, index, index);
}

// Estimates the shape of the board from all cameras together if it is significant, and fills in the
// lenses with their standard deviations.
void finish_lenses(const Observations& observations, const IntrinsicsOptions& options, int jobs,
                   std::vector<SolvedCamera>& solved, Calibration& calibration) {
  auto [joint, candidates, without_pose] = join_lenses(observations, solved);
  if (joint.cameras.empty()) return;
  std::vector<Rejected> rejected;
  if (options.shape.sync == Sync::kAuto && observations.board.parts.empty() &&
      adjust_line_delays(with_times(observations), options.reject, jobs, joint, candidates,
                         rejected)) {
    replace_rejected(rejected, without_pose, solved);
  }
  if (observations.board.parts.empty()) {
    const BoardShape before = joint.board.shape;
    adjust_board_shape(candidates, observations, options.shape, options.reject, jobs, joint,
                       rejected, calibration.findings);
    if (!(joint.board.shape == before)) replace_rejected(rejected, without_pose, solved);
  }
  const std::vector<Covariance> found =
      stated_covariances(joint, options.shape.covariance, options.shape.exact_board, jobs);
  add_repeat_finding(found, calibration.findings);
  const std::vector<CameraStd> stds = standard_deviations(joint, found);
  const auto uncertainties = projection_uncertainty(joint, found);
  int index = 0;
  for (std::size_t i = 0; i < solved.size(); ++i) {
    if (!solved[i].fit) continue;
    Camera& camera = calibration.cameras[i];
    camera.intrinsics = joint.cameras[static_cast<std::size_t>(index)].intrinsics;
    camera.std = stds[static_cast<std::size_t>(index)];
    camera.uncertainty = uncertainties[static_cast<std::size_t>(index)];
    set_line_delay(joint, found, index, camera);
    if (camera.time) {
      const double interval_s = FrameTimes(observations, static_cast<int>(i)).interval_s();
      append(calibration.findings, clock_findings(camera, camera.name, interval_s));
    }
    set_fit(joint, index++, camera);
  }
  calibration.board = joint.board;
}

}  // namespace

Calibration solve_intrinsics(const Observations& input, const IntrinsicsOptions& options, int jobs,
                             Progress& progress) {
  const PartViews parts(input);
  const Observations& observations = parts.observations();
  if (options.model != kAutoModel) require_model(options.model);
  require(options.model != kAutoModel || options.solver == Solver::kJoint,
          "--model auto compares models with the joint solver: leave out --solver opencv, or name "
          "the model");
  Calibration calibration;
  calibration.board = observations.board;
  calibration.cameras.resize(observations.cameras.size());
  std::vector<SolvedCamera> solved(observations.cameras.size());
  progress.begin("intrinsics", observations.cameras.size());
  parallel_for(observations.cameras.size(), jobs, [&](std::size_t i) {
    solved[i] =
        solve_or_report(observations, static_cast<int>(i), options, jobs, calibration.cameras[i]);
    progress.advance();
  });
  progress.end();
  if (!calibration.cameras.empty()) calibration.reference_camera = calibration.cameras.front().name;
  for (std::size_t i = 0; i < solved.size(); ++i) {
    if (solved[i].problem.empty()) continue;
    calibration.findings.push_back({.code = FindingCode::kLensUndetermined,
                                    .severity = Severity::kWarning,
                                    .cameras = {calibration.cameras[i].name},
                                    .words = {{"problem", solved[i].problem}}});
  }
  if (!solved.empty() && calibration.findings.size() == solved.size())
    throw UndeterminedError(finding_text(calibration.findings.front()));
  finish_lenses(observations, options, jobs, solved, calibration);
  for (const SolvedCamera& each : solved) {
    append(calibration.rejected, parts.merged(each.unusable));
    append(calibration.rejected, parts.merged(each.rejected));
  }
  return calibration;
}

}  // namespace calib
