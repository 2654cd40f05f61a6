#pragma once
// What a rectified picture shows, at which scale and in which size.

#include <Eigen/Core>
#include <optional>
#include <string>
#include <vector>

#include "base/option.hpp"
#include "camera/intrinsics.hpp"
#include "rectify/view_plane.hpp"

namespace calib {

/// Sides of rectified pictures: fixed-point maps hold 15 bits, and cv::remap takes no more.
inline constexpr int kSmallestSide = 16, kLargestSide = 32766;

struct ViewOptions {
  RectifiedProjection projection = RectifiedProjection::kPinhole;
  double alpha = 0;
  std::string size;  // "WxH"; empty: follows from what is shown, at the cameras' own scale
  std::string fov;   // degrees, "H" or "HxV"; empty: follows from alpha
};
std::vector<Option> describe(ViewOptions& options);

/// The same, read. What is shown follows from `fov_rad` or alpha. Without `size` the scale in the
/// middle is the cameras' own, and the size follows; with it, the scale does.
struct ViewRules {
  RectifiedProjection projection = RectifiedProjection::kPinhole;
  double alpha = 0;  ///< 0: only pixels that all exist, 1: every source pixel
  std::optional<ImageSize> size = std::nullopt;
  /// Full angles, horizontal and vertical; a vertical one of 0 follows from alpha.
  std::optional<Eigen::Vector2d> fov_rad = std::nullopt;
  double distance_m = 0;  ///< for RectifiedSet::distance_m; 0: that of the boards
};
/// Throws Error "KEY: found ..., expected ...".
ViewRules parse_view(const ViewOptions& options);

}  // namespace calib
