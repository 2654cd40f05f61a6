#include <algorithm>
#include <opencv2/core.hpp>

#include "rectify/pixel_maps.hpp"
#include "rectify/visible_area.hpp"

namespace calib {
namespace {

constexpr double kGrid = 600;  // points along the longer side

// A rectified image that samples a rectangle of the plane on a grid.
struct GridView {
  double scale = 0;
  Eigen::Vector2d low;
  ImageSize size;

  PlaneRect on_plane(const PixelRect& rect) const {
    const Eigen::Vector2d first(rect.x, rect.y);
    const Eigen::Vector2d last(rect.x + rect.width - 1, rect.y + rect.height - 1);
    return {low + first / scale, low + last / scale};
  }
};

GridView grid_over(const PlaneRect& rect) {
  const double scale = kGrid / rect.sizes().maxCoeff();
  const Eigen::Vector2d pixels = scale * rect.sizes();
  return {scale, rect.min(), {static_cast<int>(pixels.x()) + 2, static_cast<int>(pixels.y()) + 2}};
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
  // The second grid covers only the rectangle found, because the step of the first grid may be
  // large compared with it.
  const auto step = Eigen::Vector2d::Constant(around.sizes().maxCoeff() / kGrid);
  return largest_within(cameras, plane, {coarse->min() - step, coarse->max() + step});
}

}  // namespace calib
