#pragma once
// Projects points to pixels, and removes the distortion from pixels.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "measure/tracks.hpp"
#include "scene/calibration.hpp"

namespace calib {

/// How many points of one camera were projected, and why others were not.
struct MappedCamera {
  std::string camera;
  long mapped = 0;
  long no_image =
      0;             ///< behind the camera, or beyond what the lens sees; of a pixel: without a ray
  long outside = 0;  ///< outside the picture
};

struct MappedTracks {
  PixelTracks tracks;
  std::vector<MappedCamera> cameras;
};

/// The pixels of points, which are in the world of the calibration if it has one, otherwise in the
/// rig's frame, in all cameras that have a lens and a pose. Points that are not in a picture are
/// missing there. Throws Error if there is no such camera.
MappedTracks project_points(const Calibration& calibration, const PointTracks& points, int jobs);

/// One line if the points are so much further from the rig than the boards were that their unit is
/// probably not the meter; otherwise "".
std::string unit_doubt(const Calibration& calibration, const PointTracks& points);

/// Maps a pixel of one camera; nullopt: it has no image.
using PixelMap = std::function<std::optional<Eigen::Vector2d>(const Eigen::Vector2d&)>;

/// (x / z, y / z) of the ray of a pixel, times fx and fy plus cx and cy if `in_pixels`. Rays at 90
/// degrees from the axis or more have no image.
PixelMap without_distortion(const Intrinsics& lens, bool in_pixels);

/// The pixels of each camera through its map (as tracks.cameras). Pixels outside the picture are
/// missing, and so are those that have no image. The sigmas are left out, as they are no longer the
/// same in all directions.
MappedTracks map_pixels(const Calibration& calibration, const PixelTracks& tracks,
                        const std::vector<PixelMap>& maps, int jobs);

}  // namespace calib
