#include "solve/solve_intrinsics.hpp"

#include <fmt/format.h>

#include "base/append.hpp"
#include "base/errors.hpp"
#include "base/parallel.hpp"
#include "solve/covariance.hpp"
#include "solve/lens_fit.hpp"
#include "solve/model_choice.hpp"
#include "solve/observability.hpp"
#include "solve/opencv_calibrate.hpp"
#include "solve/part_views.hpp"
#include "solve/projection_uncertainty.hpp"

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
  const std::size_t places = count_places(usable.views, static_cast<std::size_t>(expected));
  if (places >= static_cast<std::size_t>(expected)) return;
  throw UndeterminedError(fmt::format(
      "{}: the {} views show the board in {} place{} only, expected at least {}: move the board, "
      "and film it tilted in several directions, all over the picture",
      camera.name, usable.views.size(), places, places == 1 ? "" : "s", expected));
}

std::vector<Rejected> solve_jointly(const Observations& observations, const UsableViews& usable,
                                    const IntrinsicsOptions& options,
                                    const ObservedCamera& observed, Camera& camera) {
  std::string model = options.model;
  if (model == kAutoModel) {
    ModelChoice choice = choose_model(observations, usable.views, observed, options);
    model = choice.model;
    camera.model_trials = std::move(choice.trials);
  }
  LensFit fit =
      fit_lens(observations, usable.views, observed, model, options.reject, options.min_views);
  const Covariance found = covariance_of_lens(fit.bundle);
  camera.intrinsics = fit.bundle.cameras[0].intrinsics;
  camera.std = standard_deviations(fit.bundle, found)[0];
  camera.uncertainty = projection_uncertainty(fit.bundle, found)[0];
  camera.reprojection_rms_px = overall_rms(fit.bundle);
  camera.views = static_cast<int>(fit.bundle.views.size());
  return std::move(fit.rejected);
}

std::vector<Rejected> solve_camera(const Observations& observations, int index,
                                   const IntrinsicsOptions& options, Camera& camera) {
  const ObservedCamera& observed = observations.cameras[static_cast<std::size_t>(index)];
  camera.name = observed.name;
  camera.image_size = observed.image_size;
  camera.crop = observed.crop;
  const UsableViews usable = usable_views(observations, index);
  require_views(observed, usable, options.min_views);
  require_places(observed, usable, options.min_views);
  std::vector<Rejected> rejected;
  try {
    if (options.solver == Solver::kOpencv) {
      rejected = calibrate_with_opencv(options.model, observations.board, usable.views, camera);
      // Throws if the views do not determine the lens, which OpenCV does not check.
      covariance_of_lens(
          single_camera_bundle(observations, usable.views, camera.name, *camera.intrinsics));
    } else {
      rejected = solve_jointly(observations, usable, options, observed, camera);
    }
  } catch (const UndeterminedError& error) {
    if (std::string_view(error.what()).starts_with(observed.name)) throw;
    throw UndeterminedError(fmt::format("{}: {}", observed.name, error.what()));
  }
  rejected.insert(rejected.begin(), usable.rejected.begin(), usable.rejected.end());
  return rejected;
}

// The message without the camera's name at its start.
std::string without_name(const std::string& message, const std::string& name) {
  return message.starts_with(name + ": ") ? message.substr(name.size() + 2) : message;
}

// If the camera cannot be solved, it stays without intrinsics and `problem` says why.
std::vector<Rejected> solve_or_report(const Observations& observations, int index,
                                      const IntrinsicsOptions& options, Camera& camera,
                                      std::string& problem) {
  try {
    return solve_camera(observations, index, options, camera);
  } catch (const UndeterminedError& error) {
    problem = without_name(error.what(), camera.name);
    camera.intrinsics.reset();
    camera.std = {};
    camera.reprojection_rms_px.reset();
    camera.views = 0;
    return {};
  }
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
  std::vector<std::vector<Rejected>> rejected(observations.cameras.size());
  std::vector<std::string> problems(observations.cameras.size());
  progress.begin("intrinsics", observations.cameras.size());
  parallel_for(observations.cameras.size(), jobs, [&](std::size_t i) {
    rejected[i] = solve_or_report(observations, static_cast<int>(i), options,
                                  calibration.cameras[i], problems[i]);
    progress.advance();
  });
  progress.end();
  for (const auto& list : rejected) append(calibration.rejected, parts.merged(list));
  if (!calibration.cameras.empty()) calibration.reference_camera = calibration.cameras.front().name;
  for (std::size_t i = 0; i < problems.size(); ++i) {
    if (problems[i].empty()) continue;
    calibration.findings.push_back({.code = FindingCode::kLensUndetermined,
                                    .severity = Severity::kWarning,
                                    .cameras = {calibration.cameras[i].name},
                                    .words = {{"problem", problems[i]}}});
  }
  if (!problems.empty() && calibration.findings.size() == problems.size())
    throw UndeterminedError(finding_text(calibration.findings.front()));
  return calibration;
}

}  // namespace calib
