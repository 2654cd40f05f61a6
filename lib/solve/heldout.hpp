#pragma once
// How well a calibration predicts views that it has not seen: k-fold, every k-th view (or frame)
// left out in turn.

#include <map>
#include <span>
#include <vector>

#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// One corner of a left-out view; `error` is NaN where the lens or the rig could not predict it.
struct HeldOutCorner : ViewRef {
  int corner = 0;
  Eigen::Vector2d error;  ///< predicted minus observed, pixels
};

/// One lens: fitted to the views of the other folds (starting from `start`, with rejection), then
/// held while the pose of each left-out view is fitted to that view's corners: X. Hu, "Automatic
/// reproducible camera intrinsic calibration", section IV. All corners of all `views` are in the
/// result.
std::vector<HeldOutCorner> heldout_lens(const Observations& observations,
                                        std::span<const View* const> views, const Intrinsics& start,
                                        double reject, int folds);

/// The whole rig: solved from the frames of the other folds (starting from `calibration`), then in
/// each left-out frame the board's pose is found from all cameras but one and predicted into that
/// one. Nothing of a view helps to predict it. Rejected views and corners are left out, frames that
/// only one camera saw as well.
std::vector<HeldOutCorner> heldout_rig(const Observations& observations,
                                       const Calibration& calibration, int folds, int jobs);

/// What the lens and the rig predict as they are, nothing fitted but the poses of the boards: for
/// observations that they were not made from.
std::vector<HeldOutCorner> predict_lens(const Observations& observations,
                                        std::span<const View* const> views, const Intrinsics& lens);
std::vector<HeldOutCorner> predict_rig(const Observations& observations,
                                       const Calibration& calibration);

/// T_rig_board of every frame that a posed camera sees, fitted to these observations through the
/// rig as it is. They may be observations that the calibration was not made from; a board pose of
/// the calibration that fits them stays exactly as it is.
std::map<std::int64_t, Pose> locate_frames(const Observations& observations,
                                           const Calibration& calibration);

/// The mean length of the errors; infinite when one is NaN or there is none.
double mean_length(std::span<const HeldOutCorner> corners);

}  // namespace calib
