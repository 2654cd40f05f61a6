#include "pipeline/evaluate.hpp"

#include <cmath>

#include "base/parallel.hpp"
#include "scene/rejected_set.hpp"
#include "solve/heldout.hpp"
#include "solve/rig.hpp"

namespace calib {
namespace {

// The rule by which the left-in views are fitted; that of the solving stages' default.
constexpr double kReject = 5;

std::vector<const View*> used_views(const Observations& observations,
                                    const Calibration& calibration, int camera) {
  const RejectedSet rejected(calibration);
  const std::string& name = observations.cameras[static_cast<std::size_t>(camera)].name;
  std::vector<const View*> views;
  for (const View& view : observations.views) {
    if (view.camera == camera && view.corners.size() >= 4 && !rejected.view(name, view.frame))
      views.push_back(&view);
  }
  return views;
}

// Statistics by camera; returns how many corners could not be predicted.
std::size_t fill(const std::vector<HeldOutCorner>& corners, std::vector<ErrorStatistics>& figures) {
  std::vector<std::vector<double>> lengths(figures.size());
  std::size_t lost = 0;
  for (const HeldOutCorner& corner : corners) {
    if (corner.error.allFinite()) {
      lengths[static_cast<std::size_t>(corner.camera)].push_back(corner.error.norm());
    } else {
      ++lost;
    }
  }
  for (std::size_t i = 0; i < figures.size(); ++i) figures[i] = statistics(std::move(lengths[i]));
  return lost;
}

HeldOutFigures measure_heldout(const Observations& observations, const Calibration& calibration,
                               int folds, int jobs) {
  const std::size_t cameras = observations.cameras.size();
  HeldOutFigures figures{folds, std::vector<ErrorStatistics>(cameras),
                         std::vector<ErrorStatistics>(cameras)};
  std::vector<std::vector<HeldOutCorner>> parts(cameras);
  parallel_for(cameras, jobs, [&](std::size_t i) {
    const Camera* camera = find_camera(calibration, observations.cameras[i].name);
    const auto views = used_views(observations, calibration, static_cast<int>(i));
    if (!camera->intrinsics || views.size() < static_cast<std::size_t>(folds)) return;
    parts[i] = heldout_lens(observations, views, *camera->intrinsics, kReject, folds);
  });
  std::vector<HeldOutCorner> corners;
  for (const auto& part : parts) corners.insert(corners.end(), part.begin(), part.end());
  figures.lens_lost = fill(corners, figures.lens);
  figures.rig_lost = fill(heldout_rig(observations, calibration, folds, jobs), figures.rig);
  return figures;
}

}  // namespace

std::vector<Option> describe(EvaluateOptions& o) {
  return {
      Option::number("folds", o.folds,
                     "leave out every Nth view in turn and predict it from the others; 0: do not")
          .at_least(0)
          .at_most(1000)};
}

Evaluation evaluate_stage(const Observations& observations, Calibration& calibration,
                          const EvaluateOptions& options, const Context& context) {
  require_fitting(observations, calibration);
  Evaluation evaluation = evaluate(observations, calibration);
  if (options.folds >= 2)
    evaluation.heldout = measure_heldout(observations, calibration, options.folds, context.jobs);
  judge(observations, evaluation, calibration);
  return evaluation;
}

}  // namespace calib
