#pragma once
// The largest rectangle of a rectified image without invented pixels.

#include "rectify/rectify.hpp"

namespace calib {

/// The largest axis-aligned rectangle of pixels whose source lies inside the source image, [0,
/// width-1] x [0, height-1]; empty (width 0) when there is none. A thousandth of a pixel outside
/// still counts as inside: cv::remap rounds to 1/32.
PixelRect valid_rectangle(const PixelMaps& maps, ImageSize source);

}  // namespace calib
