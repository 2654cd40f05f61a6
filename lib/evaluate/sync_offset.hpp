#pragma once
// Does a camera's stream run some frames behind or ahead of the others?

#include <optional>
#include <string>
#include <vector>

#include "evaluate/view_pose.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

struct SyncOffset {
  std::string name;
  /// In frame numbers: frame f of the others belongs to frame f + offset of this camera, so that
  /// above zero it is late. Absent: cannot tell (`why_not`).
  std::optional<std::int64_t> offset_frames;
  std::string why_not;
  double error_at_zero_px = 0;    ///< median error at no offset, of its clearest pair
  double error_at_offset_px = 0;  ///< ... and at the best offset of that pair
  std::string against;  ///< the other camera of that pair, in step itself where there is one
  double sureness = 0;  ///< error at the runner-up over that at the best offset: 1 is a guess
};

/// By index of Observations::cameras; for cameras with intrinsics, posed or not. On at most `jobs`
/// threads (0: all cores).
///
/// For each pair of cameras and each offset of -10..10 strides (a stride is the commonest step
/// between frame numbers): the pose between the cameras is the robust mean of what every matched
/// pair of views says by itself, and the error how far the second camera's corners are from where
/// the first one's board, through that mean, predicts them (median over frames; in rigs of many
/// cameras over an even choice of them). Nothing of the solution but the lenses is used, so that a
/// rig that was solved with a late stream, or rejected its views, does not hide it. Only at the
/// right offset do the pairs agree, if the board moves. The pairs' offsets are then carried along
/// the clearest ones, and the commonest offset is zero (the reference camera's when there is none).
std::vector<SyncOffset> sync_offsets(const Observations& observations, const Rays& rays,
                                     const ViewPoses& poses, const std::string& reference,
                                     int jobs);

}  // namespace calib
