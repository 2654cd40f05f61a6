#include "rectify/rectified_set.hpp"

#include <algorithm>

#include "base/errors.hpp"
#include "base/named.hpp"
#include "base/text.hpp"

namespace calib {

PixelRect common_part(const PixelRect& a, const PixelRect& b) {
  const int x = std::max(a.x, b.x), y = std::max(a.y, b.y);
  const int width = std::min(a.x + a.width, b.x + b.width) - x;
  const int height = std::min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? PixelRect{x, y, width, height} : PixelRect{};
}

std::vector<std::string> camera_names(const RectifiedSet& set) { return names_of(set.cameras); }

std::string set_name(const RectifiedSet& set) {
  constexpr std::size_t kLongest = 100;
  const std::vector<std::string> names = camera_names(set);
  const std::string all = join(names, "_");
  return all.size() <= kLongest ? all : names.front() + "_to_" + names.back();
}

const RectifiedCamera& camera_of(const RectifiedSet& set, const std::string& name) {
  const RectifiedCamera* camera = find_named(set.cameras, name);
  require(camera, "the rectified set has no camera '" + name + "'");
  return *camera;
}

ViewPlane view_plane(const RectifiedSet& set) {
  return {set.projection, !set.pairs.empty() && set.pairs.front().vertical};
}

std::optional<Eigen::Vector2d> rectified_pixel(const Projector& source,
                                               const RectifiedCamera& camera,
                                               const ViewPlane& plane,
                                               const Eigen::Vector2d& pixel) {
  const std::optional<Eigen::Vector3d> ray = source.unproject(pixel);
  if (!ray) return std::nullopt;
  const std::optional<Eigen::Vector2d> point = plane.of_ray(camera.R_rect_cam * *ray);
  if (!point) return std::nullopt;
  return Eigen::Vector2d(camera.P(0, 0) * point->x() + camera.P(0, 2),
                         camera.P(1, 1) * point->y() + camera.P(1, 2));
}

}  // namespace calib
