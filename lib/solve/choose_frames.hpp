#pragma once
// Chooses the frames of a long recording that determine the lenses and poses of its cameras best.
//
// Each frame has information about the shared parameters (lenses and camera poses): the Schur
// complement of its normal equations after its board pose is eliminated. Frames are taken greedily:
// each time the one that lowers the sum of the variances most, each variance as a multiple of what
// all frames would give (A-optimal design: Pukelsheim, "Optimal Design of Experiments", 1993). The
// gain of a frame nearly always falls as others are taken, so that few need to be evaluated again
// (Minoux, "Accelerated greedy algorithms for maximizing submodular set functions", 1978).

#include <vector>

#include "base/option.hpp"
#include "base/progress.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

struct ChooseOptions {
  int max_frames = 100;
  /// No more frames are taken when the last five have reduced the standard deviations by less.
  double least_gain = 0.02;
};
std::vector<Option> describe(ChooseOptions& options);

/// `lenses` are approximate lenses of the cameras, such as those of a few frames. A frame counts
/// less where the board moves fast, since its corners suffer from motion blur, rolling shutters and
/// cameras that are not exactly synchronized; frames near a chosen one in a dense recording are not
/// taken, since their errors are alike; and views that do not fit the others count nothing. Cameras
/// that are not connected to the rig get frames that are spread evenly. Uses at most `jobs`
/// threads; the choice does not depend on them. Throws UndeterminedError if no poses can be found.
FrameChoice choose_frames(const Observations& observations, const Calibration& lenses,
                          const ChooseOptions& options, int jobs, Progress& progress);

/// The observations of these frames alone, with the choice.
Observations select_frames(const Observations& observations, const FrameChoice& choice);

}  // namespace calib
