#include "solve/splined_start.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <vector>

#include "base/errors.hpp"
#include "camera/model_list.hpp"
#include "solve/reprojection.hpp"
#include "solve/sample_lens.hpp"

namespace calib {
namespace {

constexpr int kRaysX = 64, kRaysY = 48;
// The grid of control points extends this much beyond the rays of the image.
constexpr double kGridMargin = 1.05;
// The standard deviation (pixels) with which the surface follows the lens, relative to the prior of
// lens_priors() on the third differences of its control points.
constexpr double kFollowSigmaPx = 0.01;

Eigen::Vector2d stereographic(const Eigen::Vector3d& ray) {
  return 2 * ray.head<2>() / (1 + ray.z());
}

}  // namespace

Intrinsics splined_like(const Intrinsics& lens) {
  const std::vector<LensSample> samples = sample_lens(lens, kRaysX, kRaysY);
  if (2 * samples.size() < static_cast<std::size_t>(kRaysX * kRaysY)) {
    throw UndeterminedError(
        "the lens that the splined model starts from has rays for less than half of the image: try "
        "another --model");
  }
  const auto on_axis = lens_derivatives(lens, {1e-6, 0, 1});
  const double focal = on_axis ? on_axis->by_point(0, 0) : lens.parameters[0];
  Intrinsics result = make_intrinsics("splined", lens.image_size, focal, focal, lens.parameters[2],
                                      lens.parameters[3]);
  double* const k = result.parameters.data() + kLinearCount;
  for (const LensSample& sample : samples) {
    const Eigen::Vector2d u = stereographic(sample.ray);
    for (int axis = 0; axis < 2; ++axis)
      k[axis] = std::max(k[axis], kGridMargin * std::abs(u[axis]));
  }
  // The normal equations for the control points. Both axes have the same matrix and different right
  // sides.
  Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(Splined::kPoints, Splined::kPoints);
  Eigen::MatrixXd right = Eigen::MatrixXd::Zero(Splined::kPoints, 2);
  const double follow = focal * focal / (kFollowSigmaPx * kFollowSigmaPx);
  for (const LensSample& sample : samples) {
    Splined::Local local;
    if (!Splined::local(k, sample.ray.data(), local)) continue;
    const Eigen::Vector2d wanted =
        Eigen::Vector2d((sample.pixel.x() - lens.parameters[2]) / focal,
                        (sample.pixel.y() - lens.parameters[3]) / focal) -
        stereographic(sample.ray);
    for (std::size_t a = 0; a < Splined::kSupport; ++a) {
      const int row = local.index[a] - Splined::kHeld;
      right.row(row) += follow * local.weight[a] * wanted.transpose();
      for (std::size_t b = 0; b < Splined::kSupport; ++b)
        normal(row, local.index[b] - Splined::kHeld) += follow * local.weight[a] * local.weight[b];
    }
  }
  Splined::visit_third_differences([&](const std::array<int, 4>& at) {
    constexpr double kDifference[4] = {-1, 3, -3, 1};
    if (at[0] >= Splined::kHeld + Splined::kPoints)
      return;  // the differences of the other axis are the same
    for (std::size_t a = 0; a < 4; ++a) {
      for (std::size_t b = 0; b < 4; ++b) {
        normal(at[a] - Splined::kHeld, at[b] - Splined::kHeld) +=
            focal * focal * kDifference[a] * kDifference[b];
      }
    }
  });
  const Eigen::MatrixXd points = normal.ldlt().solve(right);
  for (int i = 0; i < Splined::kPoints; ++i) {
    k[Splined::kHeld + i] = points(i, 0);
    k[Splined::kHeld + Splined::kPoints + i] = points(i, 1);
  }
  return result;
}

}  // namespace calib
