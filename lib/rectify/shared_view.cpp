#include "rectify/shared_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "base/errors.hpp"

namespace calib {
namespace {

// The largest side of an image whose size alpha determines, as a multiple of the sources' sides.
constexpr double kLargestGrowth = 2;

// A SharedView without its size.
struct PlaneView {
  double focal = 0;
  Eigen::Vector2d center{0, 0};
};

PlaneView mix(const PlaneView& a, const PlaneView& b, double alpha) {
  return {(1 - alpha) * a.focal + alpha * b.focal, (1 - alpha) * a.center + alpha * b.center};
}

PlaneRect mix(const PlaneRect& a, const PlaneRect& b, double alpha) {
  return {(1 - alpha) * a.min() + alpha * b.min(), (1 - alpha) * a.max() + alpha * b.max()};
}

bool has_axis_inside(const PlaneRect& rect) {
  return (rect.min().array() < 0).all() && (rect.max().array() > 0).all();
}

Eigen::Vector2d last_pixel(ImageSize size) { return {size.width - 1, size.height - 1}; }

PlaneView centered(const PlaneRect& rect, double focal, const Eigen::Vector2d& last) {
  return {focal, last / 2 - focal * rect.center()};
}

// The views at alpha 0 and at alpha 1.
struct Ends {
  PlaneView covering, fitting;
};

// The focal lengths with which each side of `rect` falls on the border of the image, for a given
// principal point.
std::array<double, 4> focal_of_sides(const PlaneRect& rect, const Eigen::Vector2d& center,
                                     const Eigen::Vector2d& last) {
  const Eigen::Vector2d low = -center.cwiseQuotient(rect.min());
  const Eigen::Vector2d high = (last - center).cwiseQuotient(rect.max());
  return {low.x(), low.y(), high.x(), high.y()};
}

// The rule of cv::stereoRectify.
Ends zoomed(const SetOfViews& set, const Eigen::Vector2d& center, const Eigen::Vector2d& last) {
  Ends ends{{0, center}, {std::numeric_limits<double>::infinity(), center}};
  for (const VisibleArea& area : set.areas) {
    for (const double f : focal_of_sides(area.inner, center, last))
      ends.covering.focal = std::max(ends.covering.focal, f);
    for (const double f : focal_of_sides(area.outer, center, last))
      ends.fitting.focal = std::min(ends.fitting.focal, f);
  }
  return ends;
}

// Centers the image on the visible areas, wherever the axis is.
Ends fitted(const SetOfViews& set, const Eigen::Vector2d& last) {
  const PlaneRect all = hull(set.areas);
  const double covering = last.cwiseQuotient(set.common.sizes()).maxCoeff();
  const double fitting = last.cwiseQuotient(all.sizes()).minCoeff();
  return {centered(set.common, covering, last), centered(all, fitting, last)};
}

// Zooming about an axis near the border of an image would show only a corner of it, or shrink it
// too much.
bool zooms_too_far(const Ends& zoom, const Ends& fit) {
  constexpr double kTooFar = 2;
  return zoom.covering.focal > kTooFar * fit.covering.focal ||
         zoom.fitting.focal * kTooFar < fit.fitting.focal;
}

SharedView of_size(const SetOfViews& set, double alpha, ImageSize size) {
  const Eigen::Vector2d last = last_pixel(size);
  const Ends fit = fitted(set, last);
  Ends ends = fit;
  // The mean of the centers of the visible areas becomes the center of the image.
  Eigen::Vector2d middle = Eigen::Vector2d::Zero();
  bool axis_inside = true;
  for (const VisibleArea& area : set.areas) {
    middle += area.center / static_cast<double>(set.areas.size());
    axis_inside = axis_inside && has_axis_inside(area.inner);
  }
  const Eigen::Vector2d center = last / 2 - set.focal * middle;
  const bool center_inside = (center.array() > 0).all() && (center.array() < last.array()).all();
  if (center_inside && axis_inside) {
    const Ends zoom = zoomed(set, center, last);
    if (!zooms_too_far(zoom, fit)) ends = zoom;
  }
  const PlaneView view = mix(ends.covering, ends.fitting, alpha);
  return {view.focal, view.center, size};
}

// Makes the sides even, because most video encoders need even sides.
SharedView at_scale(const PlaneRect& rect, double focal, bool all_pixels) {
  const Eigen::Vector2d pixels = focal * rect.sizes() + Eigen::Vector2d::Ones();
  const auto side = [&](double exact) {
    const double half = all_pixels ? std::ceil(exact / 2 - 1e-9) : std::floor(exact / 2 + 1e-9);
    return 2 * static_cast<int>(std::min(half, kLargestSide / 2.0));
  };
  const ImageSize size{side(pixels.x()), side(pixels.y())};
  const PlaneView view = centered(rect, focal, last_pixel(size));
  return {view.focal, view.center, size};
}

SharedView of_alpha(const SetOfViews& set, double alpha) {
  const PlaneRect rect = mix(set.common, hull(set.areas), alpha);
  const Eigen::Vector2d most = kLargestGrowth * last_pixel(set.largest).cwiseQuotient(rect.sizes());
  return at_scale(rect, std::min(set.focal, most.minCoeff()), alpha == 1);
}

// The rectangle that `rules.fov_rad` shows, symmetric about the axis. If there is no vertical
// angle, its height is that of `otherwise`.
PlaneRect rect_of_angles(const PlaneRect& otherwise, const ViewRules& rules) {
  const auto half = [&](double angle) {
    return rules.projection == RectifiedProjection::kPinhole ? std::tan(angle / 2) : angle / 2;
  };
  PlaneRect rect = otherwise;
  for (const int axis : {0, 1}) {
    if (axis == 1 && !(rules.fov_rad->y() > 0)) continue;
    rect.max()[axis] = half((*rules.fov_rad)[axis]);
    rect.min()[axis] = -rect.max()[axis];
  }
  return rect;
}

// Latlon has no rays beyond its poles, which are in the direction of the baseline.
void require_between_poles(const SetOfViews& set, const ViewRules& rules) {
  if (rules.projection != RectifiedProjection::kLatlon) return;
  const double along = set.plane.vertical ? rules.fov_rad->y() : rules.fov_rad->x();
  const double widest_deg = 2 * kWidestLatitudeDeg;
  require(along <= widest_deg * std::numbers::pi / 180 * (1 + 1e-12),
          fmt::format("fov: along the baseline latlon shows up to {} degrees, found {:.0f}",
                      widest_deg, along * 180 / std::numbers::pi));
}

SharedView of_angles(const SetOfViews& set, const ViewRules& rules) {
  require_between_poles(set, rules);
  const PlaneRect rect = rect_of_angles(mix(set.common, hull(set.areas), rules.alpha), rules);
  if (rules.size) {
    const Eigen::Vector2d last = last_pixel(*rules.size);
    const Eigen::Vector2d scales = last.cwiseQuotient(rect.sizes());
    const double focal = rules.fov_rad->y() > 0 ? scales.minCoeff() : scales.x();
    const PlaneView view = centered(rect, focal, last);
    return {view.focal, view.center, *rules.size};
  }
  const Eigen::Vector2d pixels = set.focal * rect.sizes();
  require(pixels.maxCoeff() < kLargestSide,
          fmt::format("fov: at the cameras' own scale the image would be {:.0f}x{:.0f}; give "
                      "--size too",
                      pixels.x(), pixels.y()));
  return at_scale(rect, set.focal, false);
}

}  // namespace

PlaneRect hull(const std::vector<VisibleArea>& areas) {
  PlaneRect all;
  for (const VisibleArea& area : areas) all.extend(area.outer);
  return all;
}

std::optional<SharedView> shared_view(const SetOfViews& set, const ViewRules& rules) {
  const SharedView view = rules.fov_rad ? of_angles(set, rules)
                          : rules.size  ? of_size(set, rules.alpha, *rules.size)
                                        : of_alpha(set, rules.alpha);
  if (std::min(view.size.width, view.size.height) < kSmallestSide) return std::nullopt;
  return view;
}

}  // namespace calib
