#pragma once
// The rays of all pixels of a picture at once.

#include <opencv2/core/mat.hpp>

#include "camera/intrinsics.hpp"

namespace calib {

/// CV_64FC3: for each pixel's center a vector along its ray in camera coordinates, of length 1
/// within 1e-6; NaN where the lens sees nothing. Exact rays (Newton) stand on a grid of 4 px; in
/// between they are interpolated by cubics, which is exact to 2e-5 px even for a strong distortion,
/// and next to rays that do not exist every pixel is exact.
cv::Mat pixel_rays(const Projector& projector);

}  // namespace calib
