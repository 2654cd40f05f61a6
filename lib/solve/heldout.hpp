#pragma once
// Errors of views that a calibration was not fitted to: k-fold cross-validation, in which every
// k-th view (or frame) is held out in turn.

#include <map>
#include <span>
#include <vector>

#include "scene/calibration.hpp"
#include "scene/observations.hpp"
#include "solve/bundle.hpp"

namespace calib {

/// One corner of a held-out view.
struct HeldOutCorner : ViewRef {
  int corner = 0;
  Eigen::Vector2d error;  ///< predicted minus observed, pixels; NaN if it cannot be predicted
};

/// Cross-validates one lens. It is fitted to the views of the other folds (from `start`, with
/// rejection of outliers) and then held fixed while the board pose of each held-out view is fitted
/// to that view (X. Hu, "Automatic reproducible camera intrinsic calibration", section IV). The
/// result has all corners of all `views`.
std::vector<HeldOutCorner> heldout_lens(const Observations& observations,
                                        std::span<const View* const> views, const Intrinsics& start,
                                        double reject, int folds);

/// The same errors to first order, without another solve, of the lens of a bundle of one camera
/// that is (nearly) fitted: the Gauss-Newton step of the lens without the views of a fold is
/// -(S - S_fold)^-1 (g - g_fold), where S and g are the Schur complement of the lens and its
/// gradient, after eliminating the board poses, of all views and of those of the fold. Views that
/// cannot be predicted have NaN. Empty if a fold does not determine the lens.
std::vector<HeldOutCorner> heldout_step(const Observations& observations, const Bundle& lens,
                                        int folds);

/// The same with a solve of each fold, from the values of the bundle: for lenses that the views
/// hardly determine, for which a single step is no good approximation.
std::vector<HeldOutCorner> heldout_refit(const Observations& observations, const Bundle& lens,
                                         int folds, const AdjustOptions& options);

/// Cross-validates the whole rig. It is solved from the frames of the other folds (from
/// `calibration`). In each held-out frame every view is then predicted with the board pose that is
/// fitted to the other views of the frame. Rejected views and corners, and frames that only one
/// camera saw, are not in the result. Uses at most `jobs` threads (0: all cores).
std::vector<HeldOutCorner> heldout_rig(const Observations& observations,
                                       const Calibration& calibration, int folds, int jobs);

/// The same errors for the lens and the rig as they are: only board poses are fitted. For
/// observations that the calibration was not made from.
std::vector<HeldOutCorner> predict_lens(const Observations& observations,
                                        std::span<const View* const> views, const Intrinsics& lens);
std::vector<HeldOutCorner> predict_rig(const Observations& observations,
                                       const Calibration& calibration);

/// T_rig_board of every frame that a posed camera sees, fitted to these observations through the
/// rig as it is. They may be observations that the calibration was not made from; a board pose of
/// the calibration that fits them stays exactly as it is.
std::map<std::int64_t, Pose> locate_frames(const Observations& observations,
                                           const Calibration& calibration);

/// The mean length of the errors (pixels). Infinity if one is NaN or there are none.
double mean_length(std::span<const HeldOutCorner> corners);

}  // namespace calib
