#include "rectify/warp.hpp"

#include <opencv2/imgproc.hpp>

#include "rectify/warp_linear.hpp"

namespace calib {
namespace {

int opencv_flag(Interpolation interpolation) {
  if (interpolation == Interpolation::kCubic) return cv::INTER_CUBIC;
  if (interpolation == Interpolation::kLanczos4) return cv::INTER_LANCZOS4;
  return cv::INTER_LINEAR;
}

}  // namespace

Warp::Warp(const PixelMaps& maps, Interpolation interpolation)
    : maps_(fixed_maps(maps)), interpolation_(interpolation) {}

cv::Mat Warp::operator()(const cv::Mat& source) const {
  cv::Mat result;
  if (interpolation_ == Interpolation::kLinear && warp_linear(source, maps_, result)) return result;
  cv::remap(source, result, maps_.xy, maps_.weights, opencv_flag(interpolation_),
            cv::BORDER_CONSTANT, cv::Scalar::all(0));
  return result;
}

}  // namespace calib
