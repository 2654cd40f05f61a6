#pragma once
// Adds sensor noise to an image, faster than with one random number for each pixel.

#include <cstdint>
#include <opencv2/core/mat.hpp>

namespace calib {

/// Adds independent Gaussian noise of `sigma` gray levels to a CV_32F image. Each value is one of
/// 65536 equally likely quantiles, so that four pixels need one 64-bit random number and no
/// logarithm. The standard deviation is exact, and the largest value is 4.2 sigma.
void add_pixel_noise(cv::Mat& picture, double sigma, std::uint64_t seed);

}  // namespace calib
