#pragma once
// Numbers the corners of boards with equal faces, once the poses of cameras and faces are known so
// well that the reprojection errors decide.

#include "scene/observations.hpp"
#include "solve/bundle.hpp"

namespace calib {

/// Numbers the corners of each frame in the way that leaves the smallest errors at the best pose of
/// the board. Where several ways leave the same errors, the board stays as near as possible to
/// where it was in the frame before. Changes the views of the bundle and of the observations, and
/// the board poses. Returns whether any number has changed. Uses at most `jobs` threads.
bool renumber_frames(Observations& observations, Bundle& bundle, int jobs);

}  // namespace calib
