#include "rectify/view_rules.hpp"

#include <fmt/format.h>

#include <numbers>

#include "base/errors.hpp"
#include "base/text.hpp"

namespace calib {
namespace {

ImageSize parse_image_size(const std::string& text) {
  const auto [width, height] = parse_size(text, "--size (such as 1920x1080)");
  for (const int side : {width, height}) {
    require(side >= kSmallestSide && side <= kLargestSide,
            fmt::format("size: found {}, expected sides of {} to {} pixels", text, kSmallestSide,
                        kLargestSide));
  }
  return {width, height};
}

double parse_angle(const std::string& text, const std::string& whole,
                   RectifiedProjection projection) {
  const bool pinhole = projection == RectifiedProjection::kPinhole;
  const double widest = 2 * (pinhole ? kWidestRayDeg : kWidestLongitudeDeg);
  const std::optional<double> angle = parse_number(text);
  require(
      angle && *angle >= 1 && *angle <= widest,
      fmt::format(
          "fov: found '{}', expected degrees from 1 to {} for the projection {}, as 90 "
          "or 90x60{}",
          whole, widest, name_of(kProjections, projection),
          pinhole && angle && *angle > widest ? "; wider lenses need --projection latlon" : ""));
  return *angle * std::numbers::pi / 180;
}

}  // namespace

std::vector<Option> describe(ViewOptions& o) {
  return {
      Option::choice("projection", o.projection,
                     "projection of the rectified images: pinhole, or latlon for lenses of more "
                     "than about 120 degrees",
                     kProjections),
      Option::number("alpha", o.alpha, "0 shows only valid pixels, 1 shows every source pixel")
          .at_least(0)
          .at_most(1),
      Option::text("size", o.size,
                   "size of the rectified images; default: what alpha or fov shows, at the scale "
                   "of the cameras in the middle of the image",
                   "WxH"),
      Option::text("fov", o.fov,
                   "field of view about the middle instead of alpha: horizontal, or horizontal and "
                   "vertical angle in degrees",
                   "HxV"),
  };
}

ViewRules parse_view(const ViewOptions& options) {
  ViewRules rules;
  rules.projection = options.projection;
  require(options.alpha >= 0 && options.alpha <= 1,
          fmt::format("alpha: found {}, expected a number from 0 to 1", options.alpha));
  rules.alpha = options.alpha;
  if (!options.size.empty()) rules.size = parse_image_size(options.size);
  if (!options.fov.empty()) {
    const std::vector<std::string> parts = split(options.fov, 'x');
    require(parts.size() <= 2,
            fmt::format("fov: found '{}', expected degrees as 90 or 90x60", options.fov));
    rules.fov_rad = Eigen::Vector2d(parse_angle(parts[0], options.fov, rules.projection), 0);
    if (parts.size() == 2)
      rules.fov_rad->y() = parse_angle(parts[1], options.fov, rules.projection);
  }
  return rules;
}

}  // namespace calib
