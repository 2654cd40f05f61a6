#include "rectify/shared_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/errors.hpp"

namespace calib {
namespace {

constexpr double kLargestGrowth = 2;  // of a side against the sources', where alpha decides
constexpr int kLargestSide = 32767;

// Scale and principal point only.
struct PlaneView {
  double focal = 0;
  Eigen::Vector2d centre{0, 0};
};

PlaneView mix(const PlaneView& a, const PlaneView& b, double alpha) {
  return {(1 - alpha) * a.focal + alpha * b.focal, (1 - alpha) * a.centre + alpha * b.centre};
}

PlaneRect mix(const PlaneRect& a, const PlaneRect& b, double alpha) {
  const auto between = [alpha](double x, double y) { return (1 - alpha) * x + alpha * y; };
  return {between(a.left, b.left), between(a.top, b.top), between(a.right, b.right),
          between(a.bottom, b.bottom)};
}

Eigen::Vector2d extent(const PlaneRect& rect) {
  return {rect.right - rect.left, rect.bottom - rect.top};
}

bool holds_axis(const PlaneRect& rect) {
  return rect.left < 0 && rect.top < 0 && rect.right > 0 && rect.bottom > 0;
}

Eigen::Vector2d last_pixel(ImageSize size) { return {size.width - 1, size.height - 1}; }

PlaneView centred(const PlaneRect& rect, double focal, const Eigen::Vector2d& last) {
  const Eigen::Vector2d middle((rect.left + rect.right) / 2, (rect.top + rect.bottom) / 2);
  return {focal, last / 2 - focal * middle};
}

// What all see, and what any sees.
struct Bounds {
  PlaneRect common, all;
};

// Along a baseline the areas may lie side by side (cameras that converge meet at a finite distance
// only): then all of them count.
std::optional<Bounds> bounds_of(const SetOfViews& set) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  PlaneRect common{-kInfinity, -kInfinity, kInfinity, kInfinity};
  PlaneRect inner_hull{kInfinity, kInfinity, -kInfinity, -kInfinity}, all = inner_hull;
  const auto widen = [](PlaneRect& hull, const PlaneRect& rect) {
    hull = {std::min(hull.left, rect.left), std::min(hull.top, rect.top),
            std::max(hull.right, rect.right), std::max(hull.bottom, rect.bottom)};
  };
  for (const VisibleArea& area : set.areas) {
    widen(inner_hull, area.inner);
    widen(all, area.outer);
    common = {std::max(common.left, area.inner.left), std::max(common.top, area.inner.top),
              std::min(common.right, area.inner.right), std::min(common.bottom, area.inner.bottom)};
  }
  if (set.has_rows && common.left >= common.right)
    common.left = inner_hull.left, common.right = inner_hull.right;
  if (set.has_columns && common.top >= common.bottom)
    common.top = inner_hull.top, common.bottom = inner_hull.bottom;
  if (common.empty()) return std::nullopt;
  return Bounds{common, all};
}

// The view at alpha 0 and at alpha 1.
struct Ends {
  PlaneView covering, fitting;
};

// The focal lengths at which each side of `rect` comes to the image's edge, the principal point
// held.
std::array<double, 4> focal_of_sides(const PlaneRect& rect, const Eigen::Vector2d& centre,
                                     const Eigen::Vector2d& last) {
  return {-centre.x() / rect.left, -centre.y() / rect.top, (last.x() - centre.x()) / rect.right,
          (last.y() - centre.y()) / rect.bottom};
}

// cv::stereoRectify's rule.
Ends zoomed(const SetOfViews& set, const Eigen::Vector2d& centre, const Eigen::Vector2d& last) {
  Ends ends{{0, centre}, {std::numeric_limits<double>::infinity(), centre}};
  for (const VisibleArea& area : set.areas) {
    for (const double f : focal_of_sides(area.inner, centre, last))
      ends.covering.focal = std::max(ends.covering.focal, f);
    for (const double f : focal_of_sides(area.outer, centre, last))
      ends.fitting.focal = std::min(ends.fitting.focal, f);
  }
  return ends;
}

// The image laid over the areas themselves, wherever the axis is.
Ends fitted(const Bounds& bounds, const Eigen::Vector2d& last) {
  const double covering = last.cwiseQuotient(extent(bounds.common)).maxCoeff();
  const double fitting = last.cwiseQuotient(extent(bounds.all)).minCoeff();
  return {centred(bounds.common, covering, last), centred(bounds.all, fitting, last)};
}

// Zooming about an axis near the edge of a picture enlarges a corner of it, or shrinks it all.
bool zooms_too_far(const Ends& zoom, const Ends& fit) {
  constexpr double kTooFar = 2;
  return zoom.covering.focal > kTooFar * fit.covering.focal ||
         zoom.fitting.focal * kTooFar < fit.fitting.focal;
}

SharedView of_size(const SetOfViews& set, const Bounds& bounds, double alpha, ImageSize size) {
  const Eigen::Vector2d last = last_pixel(size);
  const Ends fit = fitted(bounds, last);
  Ends ends = fit;
  // The pictures' middles come to the image's middle.
  Eigen::Vector2d middle = Eigen::Vector2d::Zero();
  bool axis_inside = true;
  for (const VisibleArea& area : set.areas) {
    middle += area.centre / static_cast<double>(set.areas.size());
    axis_inside = axis_inside && holds_axis(area.inner);
  }
  const Eigen::Vector2d centre = last / 2 - set.focal * middle;
  const bool centre_inside = (centre.array() > 0).all() && (centre.array() < last.array()).all();
  if (centre_inside && axis_inside) {
    const Ends zoom = zoomed(set, centre, last);
    if (!zooms_too_far(zoom, fit)) ends = zoom;
  }
  const PlaneView view = mix(ends.covering, ends.fitting, alpha);
  return {view.focal, view.centre, size};
}

// Even sides: most video encoders take no others.
SharedView at_scale(const PlaneRect& rect, double focal, bool all_pixels) {
  const Eigen::Vector2d pixels = focal * extent(rect) + Eigen::Vector2d::Ones();
  const auto side = [&](double exact) {
    const double half = all_pixels ? std::ceil(exact / 2 - 1e-9) : std::floor(exact / 2 + 1e-9);
    return 2 * std::max(1, static_cast<int>(std::min<double>(half, kLargestSide)));
  };
  const ImageSize size{side(pixels.x()), side(pixels.y())};
  const PlaneView view = centred(rect, focal, last_pixel(size));
  return {view.focal, view.centre, size};
}

SharedView of_alpha(const SetOfViews& set, const Bounds& bounds, double alpha) {
  const PlaneRect rect = mix(bounds.common, bounds.all, alpha);
  const Eigen::Vector2d most = kLargestGrowth * last_pixel(set.largest).cwiseQuotient(extent(rect));
  return at_scale(rect, std::min(set.focal, most.minCoeff()), alpha == 1);
}

// Symmetric about the axis where angles are given.
PlaneRect rect_of_angles(const PlaneRect& otherwise, const ViewRules& rules) {
  const auto half = [&](double angle) {
    return rules.projection == RectifiedProjection::kPinhole ? std::tan(angle / 2) : angle / 2;
  };
  PlaneRect rect = otherwise;
  rect.right = half(rules.fov_rad->x());
  rect.left = -rect.right;
  if (rules.fov_rad->y() > 0) {
    rect.bottom = half(rules.fov_rad->y());
    rect.top = -rect.bottom;
  }
  return rect;
}

SharedView of_angles(const SetOfViews& set, const Bounds& bounds, const ViewRules& rules) {
  const PlaneRect rect = rect_of_angles(mix(bounds.common, bounds.all, rules.alpha), rules);
  if (rules.size) {
    const Eigen::Vector2d last = last_pixel(*rules.size);
    const double focal = last.cwiseQuotient(extent(rect)).minCoeff();
    const PlaneView view = centred(rect, focal, last);
    return {view.focal, view.centre, *rules.size};
  }
  const Eigen::Vector2d pixels = set.focal * extent(rect);
  require(
      pixels.maxCoeff() < kLargestSide,
      fmt::format("fov: at the cameras' own scale the image would be {:.0f}x{:.0f}; give --size "
                  "too",
                  pixels.x(), pixels.y()));
  return at_scale(rect, set.focal, false);
}

}  // namespace

std::optional<SharedView> shared_view(const SetOfViews& set, const ViewRules& rules) {
  const std::optional<Bounds> bounds = bounds_of(set);
  if (!bounds) return std::nullopt;
  if (rules.fov_rad) return of_angles(set, *bounds, rules);
  if (rules.size) return of_size(set, *bounds, rules.alpha, *rules.size);
  return of_alpha(set, *bounds, rules.alpha);
}

}  // namespace calib
