#pragma once
// Everything that can be said of a calibration against observations, with views left out in turn.

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

/// Observations numbered as the calibration has them, and the calibration with the boards of their
/// frames, which may be others than those it was solved from.
struct Located {
  Observations observations;
  Calibration calibration;
};
/// Throws Error when calibration and observations do not fit.
Located locate(const Observations& observations, const Calibration& calibration);

/// The metrics of a calibration by the observations that it was solved from, and `calibration`
/// judged by them.
Evaluation judge_solved(const Observations& observations, Calibration& calibration, int jobs);

/// evaluate() plus the held-out metrics.
Evaluation measure(const Located& located, const EvaluateOptions& options, const Context& context);

/// The same of what was read from files, and `calibration` judged by it. Throws Error when
/// calibration and observations do not fit.
Evaluation evaluate_stage(const Observations& observations, Calibration& calibration,
                          const EvaluateOptions& options, const Context& context);

}  // namespace calib
