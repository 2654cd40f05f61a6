#pragma once
// Pictures drawn anew through pixel maps.

#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

#include "rectify/pixel_maps.hpp"

namespace calib {

enum class Interpolation { kLinear, kCubic, kLanczos4 };
/// "linear", "cubic", "lanczos4"
std::vector<std::string> interpolation_names();
/// Throws Error with the nearest name when there is none.
Interpolation parse_interpolation(const std::string& name);

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
