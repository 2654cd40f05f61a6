#pragma once
// --model auto: chooses the lens model with the smallest error on views that it was not fitted to.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scene/calibration.hpp"
#include "scene/observations.hpp"
#include "solve/options.hpp"

namespace calib {

inline constexpr std::string_view kAutoModel = "auto";

struct ModelChoice {
  std::string model;
  std::vector<ModelTrial> trials;  ///< every model of the list, in its order
};

/// Fits every model to at most 48 evenly spread views of one camera and cross-validates each on the
/// same views (those kept by the model that kept the most): mean error of heldout_lens() with 4
/// folds, without a penalty for parameters. A view that a model predicts badly, or cannot predict,
/// counts as ten times the median error of the best model, so that one view does not decide. Among
/// the models that are worse than the best one by at most 0.5 % and one standard error of the
/// difference (over the views), it chooses the one with the fewest parameters (Breiman et al.,
/// "Classification and regression trees", 1984, section 3.4.3). Models whose RMS alone shows that
/// they cannot be the best are skipped. With fewer than 4 views it chooses opencv4. Throws
/// UndeterminedError if no model can be fitted and predicts most held-out views.
ModelChoice choose_model(const Observations& observations, std::span<const View* const> views,
                         const ObservedCamera& camera, const IntrinsicsOptions& options);

}  // namespace calib
