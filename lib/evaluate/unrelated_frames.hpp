#pragma once
// Detects cameras whose pictures were not taken at the same time as those of the other cameras with
// the same frame numbers: each camera has shots of its own, or its files were numbered anew.

#include <optional>
#include <string>
#include <vector>

#include "evaluate/sync_offset.hpp"
#include "evaluate/view_pose.hpp"

namespace calib {

struct UnrelatedFrames {
  std::vector<std::string> cameras;  ///< that agree with no other camera
  bool all = false;                  ///< no two cameras agree: these are all of them
  int pairs = 0, agreeing = 0;       ///< pairs of these cameras and any other that could be tested
  double error_px = 0;               ///< how far the pairs that do not agree are apart
};

/// Returns nullopt if each camera agrees with at least one other camera, or if there are too few
/// data to decide. `streams` are those of sync_offsets(), which are undone before. Uses at most
/// `jobs` threads (0: all cores).
///
/// The views of a frame, each with a board pose of its own, say where the second camera of a pair
/// stands to the first. The error of a pair is the one that a part of the frames reaches at the
/// best of these relative poses, so that a camera that moved, or some pictures that were
/// swapped, do not matter. The pair is compared with itself when the frames of the second camera
/// are shifted against those of the first: it does not agree if its error is about as large then,
/// and far larger than what the views leave by themselves. Each view may also see the board turned
/// by a half turn, or a print like it on the board's back.
std::optional<UnrelatedFrames> unrelated_frames(const Rays& rays, const ViewPoses& poses,
                                                const std::vector<SyncOffset>& streams, int jobs);

}  // namespace calib
