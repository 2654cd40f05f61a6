#pragma once
// Checks whether a calibration still holds: compares new observations with its lenses and poses,
// and finds which camera has moved and which lens has changed, by how much, and with what
// significance.

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "evaluate/file_faults.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// Fewer frames do not show for certain that a camera has changed.
inline constexpr int kFewestCertain = 3;
/// A focal length that changes by more than this factor, or a larger standard deviation of the
/// relative change, is no measurement: something else is wrong.
inline constexpr double kMostZoomFactor = 2, kMostZoomStd = 1.0 / 3;

/// How a camera differs from its calibration now. Numbers of a pose are of the new T_cam_rig
/// against the old one; they are absent if the views do not tell.
struct CameraCheck {
  std::string name;
  int views = 0;          ///< the views that could be used
  int shared_frames = 0;  ///< of them, in frames that another camera sees too; 0: no pose is tested
  bool moved = false;
  bool lens_changed = false;
  /// The number of its views that do not fit together, or with those of other cameras, where
  /// neither a motion nor a possible change of the lens explains this. 0: there are none.
  int unexplained = 0;
  double pose_sigmas = 0;  ///< how far the pose is off: as unlikely as this many standard
                           ///< deviations of one number, the old pose's own included
  double pose_px = 0;      ///< RMS of what the motion moves in the picture
  double turn_rad = 0, turn_std_rad = 0;
  double shift_m = 0, shift_std_m = 0;  ///< of the center of the camera
  double lens_sigmas = 0;
  double lens_px = 0;   ///< RMS of what the change of the lens moves in the picture
  double zoom = 0;      ///< relative change of the focal length
  double zoom_std = 0;  ///< known of lenses that seem to have changed
  /// Cameras whose motion would explain the views as well: in a rig of two only their relative pose
  /// is known.
  std::vector<std::string> or_cameras = {};

  bool pose_is_certain() const { return shared_frames >= kFewestCertain; }
  bool lens_is_certain() const { return views >= kFewestCertain; }
  bool has_possible_zoom() const {
    return std::abs(std::log1p(zoom)) <= std::log(kMostZoomFactor) && zoom_std <= kMostZoomStd;
  }
};

struct RigCheck {
  std::vector<CameraCheck> cameras;  ///< those of the observations
  int frames = 0;                    ///< the frames with a board that could be used
  /// The calibration in which only the changed poses and lenses are solved again.
  Calibration repaired;
  /// Swapped names or turned pictures. The views of their cameras are unexplained then, and nothing
  /// is said of the other cameras.
  std::optional<FileFault> fault = {};
  /// How far the board of these observations is bent or stretched against that of the calibration,
  /// which the check takes into account. 0: not beyond chance.
  double board_off_m = 0;

  bool holds() const;
  /// Whether enough frames show that it does not hold.
  bool fails_for_certain() const;
};

/// Each lens is tested with the camera's own views, each of which has a board pose of its own, so
/// that motions of cameras play no part. Then the poses: one camera after the other is given a free
/// pose, and the one that explains most is the one that moved, if this is beyond chance, as long as
/// there are any. A lens that explains more than any motion has changed, if its new focal length is
/// possible; otherwise the views of its camera are unexplained. The tests allow for what
/// the calibration says of its own accuracy, and for errors that are alike within a frame.
/// `observations` are those of in_step() (moving_boards.hpp). Throws Error if observations and
/// calibration do not fit (require_fitting()) or no camera has a pose, and UndeterminedError if no
/// view can be used.
RigCheck check_rig(const Observations& observations, const Calibration& calibration, int jobs);

}  // namespace calib
