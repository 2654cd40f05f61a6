#pragma once
// Measures a calibration on observations, including a cross-validation with held-out views.

#include "base/option.hpp"
#include "evaluate/verdict.hpp"
#include "pipeline/context.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

struct EvaluateOptions {
  int folds = 4;
};
std::vector<Option> describe(EvaluateOptions& options);

/// Throws Error when a value makes no sense.
void check(const EvaluateOptions& options);

/// The observations with the corner numbers of with_resolved_ambiguity(), and the calibration with
/// the board poses of their frames. They may be observations that it was not solved from.
struct Located {
  Observations observations;
  Calibration calibration;
  bool has_solved_frames = false;  ///< all frames of the calibration, and no others
};
/// Throws Error when calibration and observations do not fit.
Located locate(const Observations& observations, const Calibration& calibration);

/// Evaluates a calibration on the observations that it was solved from, and judges it.
Evaluation judge_solved(const Observations& observations, Calibration& calibration, int jobs);

/// evaluate() and the held-out metrics. `solved` is what judge_solved() gave for the same
/// calibration and observations, if that is known: nothing is evaluated a second time then, unless
/// locate() has changed the frames.
Evaluation measure(const Located& located, const EvaluateOptions& options, const Context& context,
                   const Evaluation* solved = nullptr);

/// locate(), measure(), and `calibration` judged by the result. Throws Error when calibration and
/// observations do not fit.
Evaluation evaluate_stage(const Observations& observations, Calibration& calibration,
                          const EvaluateOptions& options, const Context& context);

}  // namespace calib
