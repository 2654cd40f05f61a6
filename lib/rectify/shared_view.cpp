#include "rectify/shared_view.hpp"

#include <algorithm>
#include <limits>

namespace calib {
namespace {

PlaneView mix(const PlaneView& a, const PlaneView& b, double alpha) {
  return {(1 - alpha) * a.focal + alpha * b.focal, (1 - alpha) * a.centre + alpha * b.centre};
}

bool holds_axis(const PlaneRect& rect) {
  return rect.left < 0 && rect.top < 0 && rect.right > 0 && rect.bottom > 0;
}

// The focal lengths at which each side of `rect` comes to the image's edge, the principal point
// held.
std::array<double, 4> focal_of_sides(const PlaneRect& rect, const Eigen::Vector2d& centre,
                                     const Eigen::Vector2d& last) {
  return {-centre.x() / rect.left, -centre.y() / rect.top, (last.x() - centre.x()) / rect.right,
          (last.y() - centre.y()) / rect.bottom};
}

// The view at alpha 0 and at alpha 1.
struct Ends {
  PlaneView covering, fitting;
};

// cv::stereoRectify's rule: zoom about the principal point until the inner rectangles just cover
// the image, or the outer ones just fit in.
Ends zoomed(const std::array<VisibleArea, 2>& areas, const Eigen::Vector2d& centre,
            const Eigen::Vector2d& last) {
  Ends ends{{0, centre}, {std::numeric_limits<double>::infinity(), centre}};
  for (const VisibleArea& area : areas) {
    for (const double f : focal_of_sides(area.inner, centre, last))
      ends.covering.focal = std::max(ends.covering.focal, f);
    for (const double f : focal_of_sides(area.outer, centre, last))
      ends.fitting.focal = std::min(ends.fitting.focal, f);
  }
  return ends;
}

PlaneRect hull(const PlaneRect& a, const PlaneRect& b) {
  return {std::min(a.left, b.left), std::min(a.top, b.top), std::max(a.right, b.right),
          std::max(a.bottom, b.bottom)};
}

// What both see. Along the baseline the areas may lie side by side (cameras that converge meet at
// a finite distance only): then both count.
PlaneRect common(const PlaneRect& a, const PlaneRect& b, bool vertical) {
  PlaneRect rect{std::max(a.left, b.left), std::max(a.top, b.top), std::min(a.right, b.right),
                 std::min(a.bottom, b.bottom)};
  const PlaneRect both = hull(a, b);
  if (vertical && rect.top >= rect.bottom) rect.top = both.top, rect.bottom = both.bottom;
  if (!vertical && rect.left >= rect.right) rect.left = both.left, rect.right = both.right;
  return rect;
}

PlaneView centred(const PlaneRect& rect, double focal, const Eigen::Vector2d& last) {
  const Eigen::Vector2d middle((rect.left + rect.right) / 2, (rect.top + rect.bottom) / 2);
  return {focal, last / 2 - focal * middle};
}

// The image laid over the areas themselves, wherever the axis is.
std::optional<Ends> fitted(const std::array<VisibleArea, 2>& areas, bool vertical,
                           const Eigen::Vector2d& last) {
  const PlaneRect inner = common(areas[0].inner, areas[1].inner, vertical);
  if (inner.empty()) return std::nullopt;
  const PlaneRect outer = hull(areas[0].outer, areas[1].outer);
  const double covering =
      std::max(last.x() / (inner.right - inner.left), last.y() / (inner.bottom - inner.top));
  const double fitting =
      std::min(last.x() / (outer.right - outer.left), last.y() / (outer.bottom - outer.top));
  return Ends{centred(inner, covering, last), centred(outer, fitting, last)};
}

// Zooming about an axis near the edge of a picture enlarges a corner of it, or shrinks it all.
bool zooms_too_far(const Ends& zoom, const Ends& fit) {
  constexpr double kTooFar = 2;
  return zoom.covering.focal > kTooFar * fit.covering.focal ||
         zoom.fitting.focal * kTooFar < fit.fitting.focal;
}

}  // namespace

std::optional<PlaneView> shared_view(const std::array<VisibleArea, 2>& areas, ImageSize size,
                                     double focal, bool vertical, double alpha) {
  const Eigen::Vector2d last(size.width - 1, size.height - 1);
  const std::optional<Ends> fit = fitted(areas, vertical, last);
  if (!fit) return std::nullopt;
  Ends ends = *fit;
  // The pictures' middles come to the image's middle.
  const Eigen::Vector2d centre = last / 2 - focal * (areas[0].centre + areas[1].centre) / 2;
  const bool centre_inside = (centre.array() > 0).all() && (centre.array() < last.array()).all();
  if (centre_inside && holds_axis(areas[0].inner) && holds_axis(areas[1].inner)) {
    const Ends zoom = zoomed(areas, centre, last);
    if (!zooms_too_far(zoom, *fit)) ends = zoom;
  }
  return mix(ends.covering, ends.fitting, alpha);
}

}  // namespace calib
