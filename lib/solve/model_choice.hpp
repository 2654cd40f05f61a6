#pragma once
// --model auto: chooses the lens model with the smallest error on views that it was not fitted to.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scene/calibration.hpp"
#include "scene/observations.hpp"
#include "solve/lens_fit.hpp"
#include "solve/options.hpp"

namespace calib {

inline constexpr std::string_view kAutoModel = "auto";

struct ModelChoice {
  LensFit fit;                     ///< of the chosen model to all views
  std::vector<ModelTrial> trials;  ///< every model of the list, in its order
};

/// Fits all models to the corners of at most 48 evenly spread views of one camera that a reference
/// explains: opencv5 or, where it explains less, fisheye. Each fit starts from the rays of the
/// reference. Each is cross-validated with 4 folds with one step of each fold (heldout_step()), or,
/// if its errors are smaller but it predicts worse, with a solve of each; without a penalty for
/// parameters. A view that a model predicts badly, or cannot predict, counts as ten
/// times the median error of the best model, so that one view does not decide. Among the models
/// that are worse than the best one by at most 0.5 % and one standard error of the difference (over
/// the views), it chooses the one with the fewest parameters (Breiman et al., "Classification and
/// regression trees", 1984, section 3.4.3). Models whose fit alone shows that they cannot be the
/// best are skipped, and the splined model where the errors of the others show no pattern. A chosen
/// model that explains more corners becomes the reference of another choice. With fewer than 4
/// views it takes opencv4. Throws UndeterminedError if no model can be fitted and predicts most
/// held-out views. Uses at most `jobs` threads (0: all cores).
ModelChoice choose_model(const Observations& observations, std::span<const View* const> views,
                         const ObservedCamera& camera, const IntrinsicsOptions& options, int jobs);

}  // namespace calib
