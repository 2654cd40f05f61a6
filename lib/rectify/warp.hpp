#pragma once
// Pictures drawn anew through pixel maps.

#include <opencv2/core/mat.hpp>

#include "base/named.hpp"
#include "rectify/pixel_maps.hpp"

namespace calib {

enum class Interpolation { kLinear, kCubic, kLanczos4 };
inline constexpr Named<Interpolation> kInterpolations[] = {{"linear", Interpolation::kLinear},
                                                           {"cubic", Interpolation::kCubic},
                                                           {"lanczos4", Interpolation::kLanczos4}};

/// Black outside the source. Source pixels are taken in 32nds of a pixel, as cv::remap does.
/// Thread-safe; one call works on one thread.
class Warp {
 public:
  Warp(const PixelMaps& maps, Interpolation interpolation);

  /// Any number of channels, 8 or 16 bit (or float). Linear pictures of 8 bit give the bytes that
  /// cv::remap gives with the same fixed-point maps.
  cv::Mat operator()(const cv::Mat& source) const;

 private:
  FixedMaps maps_;
  Interpolation interpolation_;
};

}  // namespace calib
