#pragma once
// Computes the rays of all pixels of an image.

#include <opencv2/core/mat.hpp>

#include "camera/intrinsics.hpp"

namespace calib {

/// CV_64FC3: the ray of each pixel center in camera coordinates, with length 1 to within 1e-6, and
/// NaN for pixels without a ray. Exact rays are computed on a grid of 4 px and interpolated by
/// cubics, with errors below 2e-5 px even for strong distortion. Near pixels without a ray, all
/// rays are exact.
cv::Mat pixel_rays(const Projector& projector);

}  // namespace calib
