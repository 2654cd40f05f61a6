#pragma once
// Warps images through pixel maps.

#include <opencv2/core/mat.hpp>

#include "base/named.hpp"
#include "rectify/pixel_maps.hpp"

namespace calib {

enum class Interpolation { kLinear, kCubic, kLanczos4 };
inline constexpr Named<Interpolation> kInterpolations[] = {{"linear", Interpolation::kLinear},
                                                           {"cubic", Interpolation::kCubic},
                                                           {"lanczos4", Interpolation::kLanczos4}};

/// Pixels from outside the source are black. Source positions are rounded to 1/32 pixel, as in
/// cv::remap. Thread-safe; a call runs on one thread.
class Warp {
 public:
  Warp(const PixelMaps& maps, Interpolation interpolation);

  /// Takes images of 8 bits, 16 bits or float with any number of channels. With linear
  /// interpolation of 8-bit images, the bytes are those of cv::remap with the same fixed-point
  /// maps.
  cv::Mat operator()(const cv::Mat& source) const;

 private:
  FixedMaps maps_;
  Interpolation interpolation_;
};

}  // namespace calib
