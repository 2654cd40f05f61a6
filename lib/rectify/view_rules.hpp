#pragma once
// Which part of the scene a rectified image shows, its scale and its size.

#include <Eigen/Core>
#include <optional>
#include <string>
#include <vector>

#include "base/option.hpp"
#include "camera/intrinsics.hpp"
#include "rectify/view_plane.hpp"

namespace calib {

/// Limits of the sides of rectified images, pixels. Fixed-point maps have 15 bits, and cv::remap
/// does not take larger images.
inline constexpr int kSmallestSide = 16, kLargestSide = 32766;

struct ViewOptions {
  RectifiedProjection projection = RectifiedProjection::kPinhole;
  double alpha = 0;
  std::string size;  ///< "WxH"; empty: what alpha or fov shows, at the scale of the cameras
  std::string fov;   ///< degrees, "H" or "HxV"; empty: determined by alpha
};
std::vector<Option> describe(ViewOptions& options);

/// The parsed options. `fov_rad` or alpha determines what is shown. With `size`, the scale follows
/// from it; without, the scale in the middle is that of the cameras, and the size follows.
struct ViewRules {
  RectifiedProjection projection = RectifiedProjection::kPinhole;
  double alpha = 0;  ///< 0: only valid pixels, 1: every source pixel
  std::optional<ImageSize> size = std::nullopt;
  /// Full horizontal and vertical angle. If the vertical angle is 0, alpha determines it.
  std::optional<Eigen::Vector2d> fov_rad = std::nullopt;
  double distance_m = 0;  ///< sets RectifiedSet::distance_m unless it is 0
};
/// Throws Error "KEY: found ..., expected ...".
ViewRules parse_view(const ViewOptions& options);

}  // namespace calib
