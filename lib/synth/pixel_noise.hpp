#pragma once
// Sensor noise for a whole picture, fast.

#include <cstdint>
#include <opencv2/core/mat.hpp>

namespace calib {

/// Adds independent Gaussian noise of `sigma` gray levels to a CV_32F picture. Each value is one of
/// 65536 equally likely quantiles (standard deviation exact, largest 4.2 sigma), so that four
/// pixels cost one number of the generator and no logarithm.
void add_pixel_noise(cv::Mat& picture, double sigma, std::uint64_t seed);

}  // namespace calib
