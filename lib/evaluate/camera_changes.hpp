#pragma once
// Looks for a camera whose lens or pose changes during a recording: suddenly at some frame, or
// evenly from the first frame to the last. Small changes, which no corner shows as an outlier.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "evaluate/view_scores.hpp"

namespace calib {

struct CameraChange {
  enum class Kind { kZoom, kPrincipalPoint, kPose };
  std::string camera;
  Kind kind = Kind::kZoom;
  bool gradual = false;                    ///< evenly over all frames, instead of at `frame`
  std::int64_t frame = 0;                  ///< the first frame after a sudden change
  std::optional<std::int64_t> until = {};  ///< the frame from which on it is as before, if any is
  double zoom = 0;                         ///< relative change of the focal length
  Eigen::Vector2d shift_px = Eigen::Vector2d::Zero();  ///< of the principal point
  double angle_rad = 0;                                ///< of the turn of the camera
  double chi_square = 0;  ///< how much of the residuals it explains, in units of their variance
  bool visible = false;   ///< it is too large for the views to be used, or for an eye to miss
};

/// The changes that the residuals show, the strongest first. The gradient of each frame's
/// residuals, with the board pose free, gives the change of the camera that would reduce them; for
/// every frame of a sudden change, and for an even drift, the test asks how much of the residuals a
/// change of focal length, principal point or pose would explain (a score test). A change counts if
/// that is far beyond what the scatter between blocks of frames gives by chance. What it explains
/// in the other cameras, through the board poses, is taken out before the next one is looked for.
/// `frames` are those of the board poses. With one camera, only its lens can change.
std::vector<CameraChange> camera_changes(const Bundle& bundle,
                                         const std::vector<std::int64_t>& frames,
                                         const std::vector<ViewScore>& scores, double correlated);

}  // namespace calib
