#pragma once
// Looks for faults in the files of a recording: names that two cameras have swapped in a part of
// it, pictures that a recorder has mirrored or turned in a part of it, pictures of other moments,
// and two recordings in one folder. To test a hypothesis, the fault is undone, or the frames are
// solved separately. A fault is reported only if the frames that did not fit then fit.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "evaluate/error_structure.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

struct FileFault {
  enum class Kind {
    kNamesSwapped,    ///< of two cameras
    kPicturesTurned,  ///< of one camera: mirrored, or turned by a half turn
    kOtherMoments,    ///< of one camera, or of either of two
    kMixed            ///< of all cameras: another rig, other lenses, or another board
  };
  Kind kind = Kind::kMixed;
  std::vector<std::string> cameras = {};
  std::vector<std::int64_t> frames = {};  ///< that do not fit with the others, in rising order
  std::int64_t from = 0;                  ///< the first frame after the first change
  std::string how = {};                   ///< kPicturesTurned: "mirrored left-right"

  bool is_of(const std::string& camera) const {
    return std::find(cameras.begin(), cameras.end(), camera) != cameras.end();
  }
};

/// At most one fault: the one that explains the frames that do not fit. Looks for it only where
/// many views were rejected or cameras disagree widely; then it takes about as long as the solve.
/// Uses at most `jobs` threads (0: all cores).
std::vector<FileFault> file_faults(const Observations& observations, const Calibration& calibration,
                                   const std::vector<PoseDisagreement>& disagreements, int jobs);

/// Swapped names, or pictures that are mirrored or turned, in views of a rig that is known: with
/// them undone, most frames that do not fit it do. nullopt if fewer than 4 frames do not fit, or
/// the reason is another one.
std::optional<FileFault> fault_against(const Observations& observations, const Calibration& known,
                                       int jobs);

}  // namespace calib
