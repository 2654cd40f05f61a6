#include <Eigen/Dense>
#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "base/parallel.hpp"
#include "rectify/rectify.hpp"

namespace calib {
namespace {

constexpr int kRowsAtATime = 16;

void fill_row(const Projector& source, const Eigen::Matrix3d& ray_of_pixel, int row,
              PixelMaps& maps) {
  float* x = maps.x.ptr<float>(row);
  float* y = maps.y.ptr<float>(row);
  for (int column = 0; column < maps.x.cols; ++column) {
    const Eigen::Vector3d ray = ray_of_pixel * Eigen::Vector3d(column, row, 1);
    const std::optional<Eigen::Vector2d> pixel = source.project(ray);
    x[column] = pixel ? static_cast<float>(pixel->x()) : -1.0F;
    y[column] = pixel ? static_cast<float>(pixel->y()) : -1.0F;
  }
}

}  // namespace

PixelMaps rectify_maps(const Intrinsics& intrinsics, const RectifiedCamera& camera, ImageSize size,
                       int jobs) {
  const Projector source(intrinsics);
  const Eigen::Matrix3d K = camera.P.leftCols<3>();
  const Eigen::Matrix3d ray_of_pixel = camera.R_rect_cam.transpose() * K.inverse();
  PixelMaps maps{cv::Mat(size.height, size.width, CV_32FC1),
                 cv::Mat(size.height, size.width, CV_32FC1)};
  const int blocks = (size.height + kRowsAtATime - 1) / kRowsAtATime;
  parallel_for(static_cast<std::size_t>(blocks), jobs, [&](std::size_t block) {
    const int first = static_cast<int>(block) * kRowsAtATime;
    const int end = std::min(size.height, first + kRowsAtATime);
    for (int row = first; row < end; ++row) fill_row(source, ray_of_pixel, row, maps);
  });
  return maps;
}

cv::Mat remap_image(const cv::Mat& source, const PixelMaps& maps) {
  // cv::remap does not know these two depths.
  if (source.depth() == CV_32S || source.depth() == CV_8S) {
    cv::Mat wide, result;
    source.convertTo(wide, CV_64F);
    remap_image(wide, maps).convertTo(result, source.depth());
    return result;
  }
  cv::Mat result;
  cv::remap(source, result, maps.x, maps.y, cv::INTER_LINEAR, cv::BORDER_CONSTANT,
            cv::Scalar::all(0));
  return result;
}

std::optional<Eigen::Vector2d> rectified_pixel(const Projector& source,
                                               const RectifiedCamera& camera,
                                               const Eigen::Vector2d& pixel) {
  const std::optional<Eigen::Vector3d> ray = source.unproject(pixel);
  if (!ray) return std::nullopt;
  const Eigen::Vector3d turned = camera.R_rect_cam * *ray;
  if (!(turned.z() > 0)) return std::nullopt;
  const Eigen::Vector3d image = camera.P.leftCols<3>() * turned;
  return Eigen::Vector2d(image.hnormalized());
}

}  // namespace calib
