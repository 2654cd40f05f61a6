#include "synth/pixel_rays.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "base/parallel.hpp"

namespace calib {
namespace {

constexpr int kStep = 4;  // pixels between exact rays

cv::Vec3d exact_ray(const Projector& projector, double x, double y) {
  const auto ray = projector.unproject({x, y});
  if (!ray) return cv::Vec3d::all(std::numeric_limits<double>::quiet_NaN());
  return {ray->x(), ray->y(), ray->z()};
}

// The weights of the Lagrange cubic through nodes at -1, 0, 1, 2 for `t` in [0, 1).
std::array<double, 4> cubic_weights(double t) {
  return {-t * (t - 1) * (t - 2) / 6, (t + 1) * (t - 1) * (t - 2) / 2, -(t + 1) * t * (t - 2) / 2,
          (t + 1) * t * (t - 1) / 6};
}

// Node (i, j) is the exact ray of pixel (kStep * (i - 1), kStep * (j - 1)). The grid extends beyond
// the image so that every pixel has two nodes on each side.
cv::Mat exact_grid(const Projector& projector, const ImageSize& size) {
  cv::Mat nodes((size.height - 1) / kStep + 4, (size.width - 1) / kStep + 4, CV_64FC3);
  parallel_for(static_cast<std::size_t>(nodes.rows), 0, [&](std::size_t row) {
    const int j = static_cast<int>(row);
    for (int i = 0; i < nodes.cols; ++i) {
      nodes.at<cv::Vec3d>(j, i) = exact_ray(projector, kStep * (i - 1), kStep * (j - 1));
    }
  });
  return nodes;
}

void interpolate_row(const Projector& projector, const cv::Mat& nodes, int y, cv::Mat& rays) {
  const std::array<double, 4> down = cubic_weights(static_cast<double>(y % kStep) / kStep);
  std::vector<cv::Vec3d> line(static_cast<std::size_t>(nodes.cols), cv::Vec3d::all(0));
  for (int i = 0; i < nodes.cols; ++i) {
    for (int k = 0; k < 4; ++k) {
      line[static_cast<std::size_t>(i)] +=
          down[static_cast<std::size_t>(k)] * nodes.at<cv::Vec3d>(y / kStep + k, i);
    }
  }
  std::array<std::array<double, 4>, kStep> across;
  for (int phase = 0; phase < kStep; ++phase) {
    across[static_cast<std::size_t>(phase)] = cubic_weights(static_cast<double>(phase) / kStep);
  }
  cv::Vec3d* out = rays.ptr<cv::Vec3d>(y);
  for (int x = 0; x < rays.cols; ++x) {
    const std::array<double, 4>& weight = across[static_cast<std::size_t>(x % kStep)];
    const cv::Vec3d* node = &line[static_cast<std::size_t>(x / kStep)];
    const cv::Vec3d ray =
        weight[0] * node[0] + weight[1] * node[1] + weight[2] * node[2] + weight[3] * node[3];
    out[x] = std::isnan(ray[0]) ? exact_ray(projector, x, y) : ray;
  }
}

}  // namespace

cv::Mat pixel_rays(const Projector& projector) {
  const ImageSize size = projector.intrinsics().image_size;
  const cv::Mat nodes = exact_grid(projector, size);
  cv::Mat rays(size.height, size.width, CV_64FC3);
  parallel_for(static_cast<std::size_t>(size.height), 0, [&](std::size_t row) {
    interpolate_row(projector, nodes, static_cast<int>(row), rays);
  });
  return rays;
}

}  // namespace calib
