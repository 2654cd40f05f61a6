#pragma once
// A calibration for pictures that were cut, resized, turned or mirrored after it was made.

#include <map>
#include <optional>
#include <string>

#include "camera/rescale_lens.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// By camera; the other cameras stay as they are.
using PictureChanges = std::map<std::string, PictureChange>;

/// Changes lenses, poses, clocks and what is known of their accuracy. Cameras turn with their
/// pictures, and the frame of the rig with the reference camera. The verdict and what belongs to
/// the evaluation are removed, because they are of the old pictures. Throws Error, with the camera
/// and the reason, for what has no exact counterpart: a splined lens or a rolling shutter turned by
/// 90 degrees, and a rig of which only some cameras are mirrored. Pictures that are all mirrored
/// show a mirrored world: the poses are those in that world, and board poses are removed.
void rescale_calibration(const PictureChanges& changes, Calibration& calibration);

/// What to do about pictures of another size than the calibration's: the command that brings it to
/// theirs, without "and" before it. `camera` is empty if it holds for all cameras.
std::string rescale_advice(const std::string& camera, ImageSize calibrated, ImageSize found);

/// The same for observations whose place in the pictures of the calibration is known, because both
/// say from which part of the source they were cut: nullopt if it is not.
std::optional<std::string> crop_advice(const Camera& calibrated, const ObservedCamera& observed);

}  // namespace calib
