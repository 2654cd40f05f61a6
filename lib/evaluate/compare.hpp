#pragma once
// Two calibrations of one rig, in pixels, millidegrees and millimeters.

#include <optional>
#include <string>
#include <vector>

#include "evaluate/residuals.hpp"
#include "scene/calibration.hpp"

namespace calib {

struct CameraDifference {
  std::string name;
  ErrorStatistics projection_px;  ///< over a 40x30 grid of pixels, after the best implied rotation
  double unseen = 0;              ///< share of the pixels that only one of the lenses sees
  bool posed = false;             ///< whether the next two are known
  double center_m =
      0;  ///< distance of the camera centers, in the rig frame of the common reference
  double rotation_rad = 0;  ///< angle between the rotations T_cam_rig
  // The same in units of the predicted standard deviations (of both calibrations together, where
  // both have them); absent without, those of the poses also where the reference cameras differ.
  std::optional<ErrorStatistics> projection_sigmas;
  std::optional<double> center_sigmas;    ///< of the axis that is furthest off
  std::optional<double> rotation_sigmas;  ///< likewise
  std::optional<double> worst_sigmas;     ///< the largest of the intrinsics' and the pose's
};

/// Compares camera by camera, both rigs expressed in the frame of `truth`'s reference camera. As in
/// a projection diff, a small rotation of the camera that its principal point undoes is not counted
/// as an error of projection: rays of `truth` are turned by the rotation that makes `estimate`
/// agree best (weighted alike over the picture), then compared at infinity. Cameras that only one
/// of them has are left out; Error when none is common, or
/// when the pictures of one differ in size.
std::vector<CameraDifference> compare(const Calibration& estimate, const Calibration& truth);

/// What no bound on the differences vouches for, a line each: cameras that only one of the two has,
/// by the name of its file,
std::vector<std::string> cameras_of_one(const Calibration& estimate, const Calibration& truth,
                                        const std::string& estimate_file,
                                        const std::string& truth_file);
/// lenses of which one does not see all that the other sees,
std::vector<std::string> lenses_seen_apart(const std::vector<CameraDifference>& differences);
/// and cameras that have a pose in one of the two only, or in none.
std::vector<std::string> poses_unknown(const std::vector<CameraDifference>& differences);

}  // namespace calib
