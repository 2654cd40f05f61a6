#include "pipeline/evaluate_stage.hpp"

#include <algorithm>

#include "base/errors.hpp"
#include "base/parallel.hpp"
#include "scene/rejected_set.hpp"
#include "solve/heldout.hpp"
#include "solve/moving_boards.hpp"
#include "solve/select_cameras.hpp"

namespace calib {
namespace {

// The rejection threshold when the views that are not left out are fitted: the default of the
// solving stages.
constexpr double kReject = 5;

// The observations without what the calibration has rejected, and with its board, whose shape may
// have been estimated.
Observations used_observations(const Observations& observations, const Calibration& calibration) {
  Observations used = observations;
  used.board = calibration.board;
  const RejectedSet rejected(calibration);
  for (View& view : used.views) {
    const std::string& name = camera_name(used, view);
    std::erase_if(view.corners, [&](const Corner& corner) {
      return rejected.view(name, view.frame) || rejected.corner(name, view.frame, corner.id);
    });
  }
  std::erase_if(used.views, [](const View& view) { return view.corners.size() < 4; });
  return used;
}

struct Predicted {
  std::vector<ErrorStatistics> cameras;
  std::size_t lost = 0;  // corners that could not be predicted
};

Predicted summarize(const std::vector<HeldOutCorner>& corners, std::size_t cameras) {
  Predicted result{std::vector<ErrorStatistics>(cameras), 0};
  std::vector<std::vector<double>> lengths(cameras);
  for (const HeldOutCorner& corner : corners) {
    if (corner.error.allFinite()) {
      lengths[static_cast<std::size_t>(corner.camera)].push_back(corner.error.norm());
    } else {
      ++result.lost;
    }
  }
  for (std::size_t i = 0; i < cameras; ++i) result.cameras[i] = statistics(std::move(lengths[i]));
  return result;
}

// For each camera the worse of two errors: after fitting anew without the view, and of the
// calibration as it is. The second one is greater when the calibration was not made from these
// observations, or a part of it was held fixed.
Predicted worse(const Predicted& refitted, const Predicted& as_given) {
  Predicted result = refitted;
  result.lost = std::max(refitted.lost, as_given.lost);
  for (std::size_t i = 0; i < result.cameras.size(); ++i) {
    if (as_given.cameras[i].mean > refitted.cameras[i].mean)
      result.cameras[i] = as_given.cameras[i];
  }
  return result;
}

Predicted measure_lenses(const Observations& used, const Calibration& calibration, int folds,
                         int jobs) {
  const std::size_t cameras = used.cameras.size();
  std::vector<std::vector<HeldOutCorner>> refitted(cameras), as_given(cameras);
  parallel_for(cameras, jobs, [&](std::size_t i) {
    const Camera* camera = find_camera(calibration, used.cameras[i].name);
    if (!camera->intrinsics) return;
    std::vector<const View*> views;
    for (const View& view : used.views) {
      if (view.camera == static_cast<int>(i)) views.push_back(&view);
    }
    as_given[i] = predict_lens(used, views, *camera->intrinsics);
    if (views.size() >= 4) {
      refitted[i] = heldout_lens(used, views, *camera->intrinsics, kReject,
                                 std::min(folds, static_cast<int>(views.size())));
    }
  });
  const auto joined = [](const std::vector<std::vector<HeldOutCorner>>& parts) {
    std::vector<HeldOutCorner> all;
    for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
  };
  return worse(summarize(joined(refitted), cameras), summarize(joined(as_given), cameras));
}

HeldOutMetrics measure_heldout(const Observations& observations, const Calibration& calibration,
                               int folds, int jobs) {
  const Observations used = used_observations(observations, calibration);
  const std::size_t cameras = used.cameras.size();
  const Predicted lens = measure_lenses(used, calibration, folds, jobs);
  const int frames = static_cast<int>(calibration.frames.size());
  const Predicted rig =
      worse(summarize(heldout_rig(used, calibration, std::min(folds, std::max(2, frames)), jobs),
                      cameras),
            summarize(predict_rig(used, calibration), cameras));
  return {folds, lens.cameras, rig.cameras, lens.lost, rig.lost};
}

}  // namespace

std::vector<Option> describe(EvaluateOptions& o) {
  return {
      Option::number("folds", o.folds,
                     "leave out every Nth view in turn and predict it from the others; 0: do not")
          .at_least(0)
          .at_most(1000)};
}

void check(const EvaluateOptions& options) {
  require(
      options.folds != 1,
      "folds: found 1, expected 0 (leave nothing out) or at least 2: with one fold nothing would "
      "be left to fit to");
}

Located locate(const Observations& observations, const Calibration& calibration) {
  require_fitting(observations, calibration);
  Located located{in_step(observations, calibration), calibration};
  if (corner_count(calibration.board) == 0) located.calibration.board = observations.board;
  located.calibration.frames = locate_frames(located.observations, located.calibration);
  located.has_solved_frames = located.calibration.frames == calibration.frames;
  return located;
}

Evaluation judge_solved(const Observations& observations, Calibration& calibration, int jobs) {
  const Observations as_solved = in_step(observations, calibration);
  Evaluation evaluation = evaluate(as_solved, calibration, jobs);
  evaluation.checks = judge(as_solved, evaluation, calibration);
  return evaluation;
}

Evaluation measure(const Located& located, const EvaluateOptions& options, const Context& context,
                   const Evaluation* solved) {
  check(options);
  Evaluation evaluation = solved && located.has_solved_frames
                              ? *solved
                              : evaluate(located.observations, located.calibration, context.jobs);
  if (options.folds >= 2)
    evaluation.heldout =
        measure_heldout(located.observations, located.calibration, options.folds, context.jobs);
  return evaluation;
}

Evaluation evaluate_stage(const Observations& observations, Calibration& calibration,
                          const EvaluateOptions& options, const Context& context) {
  const Located located = locate(observations, calibration);
  Evaluation evaluation = measure(located, options, context);
  evaluation.checks = judge(located.observations, evaluation, calibration);
  return evaluation;
}

}  // namespace calib
