#include "rectify/warp.hpp"

#include <fmt/format.h>

#include <opencv2/imgproc.hpp>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "rectify/warp_linear.hpp"

namespace calib {
namespace {

struct Named {
  const char* name;
  Interpolation interpolation;
  int opencv;
};
constexpr Named kInterpolations[] = {
    {"linear", Interpolation::kLinear, cv::INTER_LINEAR},
    {"cubic", Interpolation::kCubic, cv::INTER_CUBIC},
    {"lanczos4", Interpolation::kLanczos4, cv::INTER_LANCZOS4},
};

int opencv_flag(Interpolation interpolation) {
  return kInterpolations[static_cast<int>(interpolation)].opencv;
}

}  // namespace

std::vector<std::string> interpolation_names() {
  std::vector<std::string> names;
  for (const Named& known : kInterpolations) names.emplace_back(known.name);
  return names;
}

Interpolation parse_interpolation(const std::string& name) {
  for (const Named& known : kInterpolations)
    if (name == known.name) return known.interpolation;
  throw Error(fmt::format("interpolation: found '{}', expected one of {}{}", name,
                          join(interpolation_names(), ", "),
                          did_you_mean(name, interpolation_names())));
}

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
