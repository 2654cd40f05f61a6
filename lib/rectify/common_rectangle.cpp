#include <algorithm>
#include <opencv2/core.hpp>

#include "rectify/pixel_maps.hpp"
#include "rectify/visible_area.hpp"

namespace calib {
namespace {

constexpr double kGrid = 600;  // points along the longer side

// A grid of points laid over a rectangle of the plane, as a rectified picture.
struct GridView {
  double scale = 0;
  Eigen::Vector2d low;
  ImageSize size;

  PlaneRect on_plane(const PixelRect& rect) const {
    const auto x = [&](int pixel) { return low.x() + pixel / scale; };
    const auto y = [&](int pixel) { return low.y() + pixel / scale; };
    return {x(rect.x), y(rect.y), x(rect.x + rect.width - 1), y(rect.y + rect.height - 1)};
  }
};

GridView grid_over(const PlaneRect& rect) {
  const Eigen::Vector2d extent(rect.right - rect.left, rect.bottom - rect.top);
  const double scale = kGrid / extent.maxCoeff();
  return {scale,
          {rect.left, rect.top},
          {static_cast<int>(scale * extent.x()) + 2, static_cast<int>(scale * extent.y()) + 2}};
}

std::optional<PlaneRect> largest_within(const std::vector<TurnedCamera>& cameras,
                                        const ViewPlane& plane, const PlaneRect& around) {
  const GridView grid = grid_over(around);
  cv::Mat common;
  for (const TurnedCamera& camera : cameras) {
    RectifiedCamera view;
    view.R_rect_cam = camera.R_turned_cam;
    view.P.leftCols<3>() << grid.scale, 0, -grid.scale * grid.low.x(), 0, grid.scale,
        -grid.scale * grid.low.y(), 0, 0, 1;
    const cv::Mat mask = valid_mask(pixel_maps(*camera.intrinsics, view, plane, grid.size),
                                    camera.intrinsics->image_size);
    common = common.empty() ? mask : cv::Mat(common & mask);
  }
  const PixelRect rect = largest_rectangle(common);
  if (rect.width < 2 || rect.height < 2) return std::nullopt;
  return grid.on_plane(rect);
}

}  // namespace

std::optional<PlaneRect> common_rectangle(const std::vector<TurnedCamera>& cameras,
                                          const ViewPlane& plane, const PlaneRect& around) {
  const std::optional<PlaneRect> coarse = largest_within(cameras, plane, around);
  if (!coarse) return std::nullopt;
  // Once more, closer: the first grid's step may be much of a small rectangle.
  const double step = std::max(around.right - around.left, around.bottom - around.top) / kGrid;
  const PlaneRect near{coarse->left - step, coarse->top - step, coarse->right + step,
                       coarse->bottom + step};
  return largest_within(cameras, plane, near);
}

}  // namespace calib
