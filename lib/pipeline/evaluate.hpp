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

/// evaluate() plus the held-out figures, and `calibration` judged. Throws Error when calibration
/// and observations do not fit.
Evaluation evaluate_stage(const Observations& observations, Calibration& calibration,
                          const EvaluateOptions& options, const Context& context);

}  // namespace calib
