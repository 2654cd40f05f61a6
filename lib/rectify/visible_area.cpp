#include "rectify/visible_area.hpp"

#include <algorithm>
#include <limits>

namespace calib {
namespace {

// A side that bulges by b pixels deviates from its chords between samples by b / kSamples^2, which
// is far below a pixel for any lens.
constexpr int kSamples = 256;

// The border of the source image on the rectified plane.
class Border {
 public:
  Border(const Projector& source, const Eigen::Matrix3d& R_turned_cam, const ViewPlane& plane)
      : source_(source), R_turned_cam_(R_turned_cam), plane_(plane) {
    const ImageSize size = source.intrinsics().image_size;
    last_ = Eigen::Vector2d(size.width - 1, size.height - 1);
  }

  // Returns nullopt where the lens model or the projection is not valid.
  std::optional<Eigen::Vector2d> at_pixel(const Eigen::Vector2d& pixel) const {
    const std::optional<Eigen::Vector3d> ray = source_.unproject(pixel);
    return ray ? plane_.shown(R_turned_cam_ * *ray) : std::nullopt;
  }

  std::optional<Eigen::Vector2d> center() const { return at_pixel(last_ / 2); }

  // The border point at (x, y), each from 0 to 1, or the last visible point on the line from the
  // center to it. The center must be visible.
  Eigen::Vector2d at(double x, double y) const {
    const Eigen::Vector2d middle = last_ / 2;
    const Eigen::Vector2d way = Eigen::Vector2d(x, y).cwiseProduct(last_) - middle;
    if (const auto end = at_pixel(middle + way)) return *end;
    double seen = 0, unseen = 1;
    Eigen::Vector2d found = *at_pixel(middle);
    for (int halving = 0; halving < 24; ++halving) {
      const double trial = (seen + unseen) / 2;
      const auto point = at_pixel(middle + trial * way);
      (point ? seen : unseen) = trial;
      if (point) found = *point;
    }
    return found;
  }

 private:
  const Projector& source_;
  const Eigen::Matrix3d& R_turned_cam_;
  const ViewPlane& plane_;
  Eigen::Vector2d last_;
};

}  // namespace

std::optional<VisibleArea> visible_area(const Projector& source,
                                        const Eigen::Matrix3d& R_turned_cam,
                                        const ViewPlane& plane) {
  const Border border(source, R_turned_cam, plane);
  if (!border.center()) return std::nullopt;

  VisibleArea area;
  area.inner.max().setConstant(std::numeric_limits<double>::infinity());
  area.inner.min() = -area.inner.max();
  for (int i = 0; i <= kSamples; ++i) {
    const double along = static_cast<double>(i) / kSamples;
    const Eigen::Vector2d left = border.at(0, along), right = border.at(1, along);
    const Eigen::Vector2d top = border.at(along, 0), bottom = border.at(along, 1);
    for (const Eigen::Vector2d& p : {left, right, top, bottom}) area.outer.extend(p);
    area.inner.min() = area.inner.min().cwiseMax(Eigen::Vector2d(left.x(), top.y()));
    area.inner.max() = area.inner.max().cwiseMin(Eigen::Vector2d(right.x(), bottom.y()));
  }
  area.center = (border.at(0, 0) + border.at(1, 0) + border.at(0, 1) + border.at(1, 1)) / 4;
  return area;
}

}  // namespace calib
