#include "rectify/visible_area.hpp"

#include <algorithm>
#include <limits>

namespace calib {
namespace {

// Between samples a side that bulges by b pixels deviates from its chord by b / kSamples^2: far
// below a pixel for any lens.
constexpr int kSamples = 256;

class Border {
 public:
  Border(const Projector& source, const Eigen::Matrix3d& R_turned_cam, const ViewPlane& plane)
      : source_(source), R_turned_cam_(R_turned_cam), plane_(plane) {
    const ImageSize size = source.intrinsics().image_size;
    last_ = Eigen::Vector2d(size.width - 1, size.height - 1);
  }

  // On the plane, or nothing beyond the lens or what the projection shows.
  std::optional<Eigen::Vector2d> at_pixel(const Eigen::Vector2d& pixel) const {
    const std::optional<Eigen::Vector3d> ray = source_.unproject(pixel);
    return ray ? plane_.shown(R_turned_cam_ * *ray) : std::nullopt;
  }

  std::optional<Eigen::Vector2d> center() const { return at_pixel(last_ / 2); }

  // The border point at (x, y), each from 0 to 1, or the last visible one on the way there.
  // The center must be visible.
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

  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  VisibleArea area;
  area.inner = {-kInfinity, -kInfinity, kInfinity, kInfinity};
  area.outer = {kInfinity, kInfinity, -kInfinity, -kInfinity};
  const auto widen_outer = [&](const Eigen::Vector2d& p) {
    area.outer.left = std::min(area.outer.left, p.x());
    area.outer.right = std::max(area.outer.right, p.x());
    area.outer.top = std::min(area.outer.top, p.y());
    area.outer.bottom = std::max(area.outer.bottom, p.y());
  };
  for (int i = 0; i <= kSamples; ++i) {
    const double along = static_cast<double>(i) / kSamples;
    const Eigen::Vector2d left = border.at(0, along), right = border.at(1, along);
    const Eigen::Vector2d top = border.at(along, 0), bottom = border.at(along, 1);
    for (const Eigen::Vector2d& p : {left, right, top, bottom}) widen_outer(p);
    area.inner.left = std::max(area.inner.left, left.x());
    area.inner.right = std::min(area.inner.right, right.x());
    area.inner.top = std::max(area.inner.top, top.y());
    area.inner.bottom = std::min(area.inner.bottom, bottom.y());
  }
  area.center = (border.at(0, 0) + border.at(1, 0) + border.at(0, 1) + border.at(1, 1)) / 4;
  return area;
}

}  // namespace calib
