#pragma once
// The boards of a bundle on their paths: each corner is moved to where it would have been at the
// time of its board pose, so that cameras that are not synchronized, or that expose row by row, are
// solved like others.

#include <optional>
#include <vector>

#include "scene/calibration.hpp"
#include "scene/observations.hpp"
#include "solve/board_motion.hpp"
#include "solve/bundle.hpp"

namespace calib {

/// The times of the board poses of a bundle. Poses with the same path follow each other in time;
/// -1: a pose that no view has.
struct PoseTimes {
  std::vector<double> time_s;
  std::vector<int> path;
};

/// One path for all frames of a rig. The times of the frames are those of the reference camera.
PoseTimes frame_pose_times(const Bundle& bundle, const Observations& filmed, int reference);

/// A path for each camera, whose views have poses of their own.
PoseTimes own_pose_times(const Bundle& bundle, const Observations& filmed);

using BoardMotions = std::vector<std::optional<BoardMotion>>;  ///< by board pose

/// The motion at each board pose, from the poses near it, weighted by the information of their
/// views.
BoardMotions motions_of(const Bundle& bundle, const PoseTimes& times, int jobs,
                        PathChoice choice = PathChoice::kBest);

/// Replaces the corners of `views` by the same corners of the `filmed` views, moved to the time of
/// their board pose by the clocks of the bundle, and sets how they depend on the clocks. Views
/// whose board has no known motion stay as they were filmed.
void move_corners(const Bundle& bundle, const PoseTimes& times, const BoardMotions& motions,
                  const Observations& filmed, int jobs, std::vector<BundleView>& views);

/// Removes and returns the views whose board has no certain motion, if they were moved so far that
/// this matters, or were not taken at the time of a board pose that has no motion. Returns none if
/// no motion is known.
std::vector<BundleView> take_uncertain(const Bundle& bundle, const PoseTimes& times,
                                       const BoardMotions& motions, const Observations& filmed,
                                       std::vector<BundleView>& views);

/// Whether move_corners() would move any corner.
bool any_moves(const Bundle& bundle, const PoseTimes& times, const Observations& filmed);

/// The clock of a bundle's camera as a CameraTime, and back. `reference_delay_s` is how much later
/// than its first row the reference camera exposes its middle row.
CameraTime to_camera_time(const BundleClock& clock, double middle_row, double reference_delay_s);
BundleClock to_bundle_clock(const CameraTime& time, double origin_s, double middle_row,
                            double reference_delay_s);

/// The observations that the rig of the calibration would have made with global shutters that open
/// together, when the reference camera exposes its middle row: the corner numbers are those of
/// with_resolved_ambiguity(), the frames those of assign_frames(), and the corners are moved along
/// the path of the board. Without a time in the calibration, only the numbers change. Uses at most
/// `jobs` threads (0: all cores).
Observations in_step(const Observations& observations, const Calibration& calibration,
                     int jobs = 0);

}  // namespace calib
