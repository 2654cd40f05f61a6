#pragma once
// --model auto: the lens model with the least error on views that it was not fitted to.

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

/// Fits every model, then measures each by the same protocol on the same views (those that the
/// model which fits most views has kept): heldout_lens() with 4 folds, mean error, no penalty for
/// parameters. Of models that no more than one standard error of the difference (over views) sets
/// apart from the best, the one with the fewest parameters is taken (Breiman et al.,
/// "Classification and regression trees", 1984, section 3.4.3). A model whose fit is more than
/// twice as bad as the best one's is not measured. With fewer than 4 views there is nothing to
/// leave out, and opencv4 is taken. Throws UndeterminedError when no model fits.
ModelChoice choose_model(const Observations& observations, std::span<const View* const> views,
                         const ObservedCamera& camera, const IntrinsicsOptions& options);

}  // namespace calib
