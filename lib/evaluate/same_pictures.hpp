#pragma once
// Detects one camera that was recorded twice: two streams that show the same pictures, also if one
// of them was coded again, resized, or numbered some frames later.

#include <cstdint>
#include <string>
#include <vector>

#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

struct SamePictures {
  std::string first, second;
  long count = 0, frames = 0;  ///< frames in which both show the same corners, of those compared
  /// The picture f of the first is the picture f + offset of the second.
  std::int64_t offset_frames = 0;
  double distance_px = 0;  ///< median between their corners, in pixels of the smaller picture
};

/// All pairs that do, with offsets from -10 to 10 strides. The corners of two cameras lie at the
/// same pixels only if their lenses and poses are the same: a beam splitter does not put two real
/// cameras at the same place to half a pixel. Cameras whose focal lengths differ by more than their
/// standard deviations allow are two, too. Uses at most `jobs` threads (0: all cores).
std::vector<SamePictures> same_pictures(const Observations& observations,
                                        const Calibration& calibration, int jobs);

}  // namespace calib
