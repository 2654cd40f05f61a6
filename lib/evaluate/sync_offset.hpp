#pragma once
// Detects streams whose frame numbers are some frames behind or ahead of those of the other
// cameras.

#include <optional>
#include <string>
#include <vector>

#include "evaluate/view_pose.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

struct SyncOffset {
  std::string name;
  /// In frame numbers: frame f of the others belongs to frame f + offset of this camera, so that a
  /// positive offset means that this camera is late. Absent: not known (see `why_not`).
  std::optional<std::int64_t> offset_frames;
  std::string why_not;
  // From the pair of this camera with the largest sureness, if possible one whose other camera has
  // the offset 0:
  double error_at_zero_px = 0;    ///< median error at the offset 0
  double error_at_offset_px = 0;  ///< median error at the best offset
  std::string against;            ///< the other camera of the pair
  double sureness =
      0;  ///< the error at the second-best offset over that at the best one: 1 is a guess
};

/// By index of Observations::cameras, for all cameras with intrinsics, with or without a pose. Uses
/// at most `jobs` threads (0: all cores).
///
/// Tries each offset from -10 to 10 strides for each pair of cameras, where a stride is the most
/// common difference of consecutive frame numbers. The relative pose of the two cameras is the
/// median over the matched views. The error is the distance between the observed corners of the
/// second camera and their prediction from the board pose in the first camera and this relative
/// pose (median over the frames; in rigs of many cameras over evenly spaced frames). If the board
/// moves, the error is small only at the right offset. Only the lenses of the calibration are used,
/// so that a late stream is also found if the rig was solved with it or its views were rejected.
/// The offsets of the pairs are chained along the maximum spanning tree by sureness. The most
/// common offset is set to zero; if there are several, that of the reference camera.
std::vector<SyncOffset> sync_offsets(const Observations& observations, const Rays& rays,
                                     const ViewPoses& poses, const std::string& reference,
                                     int jobs);

}  // namespace calib
