#include "rectify/pixel_maps.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "base/errors.hpp"
#include "base/parallel.hpp"
#include "rectify/view_rules.hpp"

namespace calib {
namespace {

constexpr int kRowsAtATime = 16;

// Fills in the rays of one row of rectified pixels, in the frame of the source camera.
void fill_rays(const RectifiedCamera& camera, const ViewPlane& plane, int row,
               Eigen::Matrix3Xd& rays) {
  const Eigen::Matrix3d R_cam_rect = camera.R_rect_cam.transpose();
  const Eigen::Matrix3d K_inverse = camera.P.leftCols<3>().inverse();
  const Eigen::Matrix3d ray_of_pixel = R_cam_rect * K_inverse;
  for (int column = 0; column < rays.cols(); ++column) {
    const Eigen::Vector3d pixel(column, row, 1);
    if (plane.projection == RectifiedProjection::kPinhole) {
      rays.col(column) = ray_of_pixel * pixel;
    } else {
      rays.col(column) = R_cam_rect * plane.ray((K_inverse * pixel).head<2>());
    }
  }
}

void fill_row(const Eigen::Matrix2Xd& pixels, int row, PixelMaps& maps) {
  float* x = maps.x.ptr<float>(row);
  float* y = maps.y.ptr<float>(row);
  for (int column = 0; column < maps.x.cols; ++column) {
    const bool seen = std::isfinite(pixels(0, column));
    x[column] = seen ? static_cast<float>(pixels(0, column)) : -1.0F;
    y[column] = seen ? static_cast<float>(pixels(1, column)) : -1.0F;
  }
}

}  // namespace

PixelMaps pixel_maps(const Intrinsics& intrinsics, const RectifiedCamera& camera,
                     const ViewPlane& plane, ImageSize size, int jobs) {
  const Projector source(intrinsics);
  PixelMaps maps{cv::Mat(size.height, size.width, CV_32FC1),
                 cv::Mat(size.height, size.width, CV_32FC1)};
  const int blocks = (size.height + kRowsAtATime - 1) / kRowsAtATime;
  parallel_for(static_cast<std::size_t>(blocks), jobs, [&](std::size_t block) {
    Eigen::Matrix3Xd rays(3, size.width);
    Eigen::Matrix2Xd pixels(2, size.width);
    const int first = static_cast<int>(block) * kRowsAtATime;
    const int end = std::min(size.height, first + kRowsAtATime);
    for (int row = first; row < end; ++row) {
      fill_rays(camera, plane, row, rays);
      source.project(rays, pixels);
      fill_row(pixels, row, maps);
    }
  });
  return maps;
}

FixedMaps fixed_maps(const PixelMaps& maps) {
  double x = 0, y = 0;
  cv::minMaxLoc(maps.x, nullptr, &x);
  cv::minMaxLoc(maps.y, nullptr, &y);
  require(std::max(x, y) <= kLargestSide,
          fmt::format("fixed-point maps reach pixels up to {}, but the source's {:.0f} is needed; "
                      "use --map-type float",
                      kLargestSide, std::max(x, y)));
  FixedMaps fixed;
  cv::convertMaps(maps.x, maps.y, fixed.xy, fixed.weights, CV_16SC2);
  return fixed;
}

void measure_scale(const PixelMaps& maps, RectifiedCamera& camera) {
  const int x = std::clamp(camera.valid.x + camera.valid.width / 2, 1, maps.x.cols - 2);
  const int y = std::clamp(camera.valid.y + camera.valid.height / 2, 1, maps.x.rows - 2);
  const auto source = [&](int column, int row) {
    return Eigen::Vector2d(maps.x.at<float>(row, column), maps.y.at<float>(row, column));
  };
  const Eigen::Vector2d along_row = (source(x + 1, y) - source(x - 1, y)) / 2;
  const Eigen::Vector2d along_column = (source(x, y + 1) - source(x, y - 1)) / 2;
  const double area = along_row.x() * along_column.y() - along_row.y() * along_column.x();
  camera.scale = 1 / std::sqrt(std::abs(area));
  camera.roll_deg = std::atan2(along_row.y(), along_row.x()) * 180 / std::numbers::pi;
}

}  // namespace calib
