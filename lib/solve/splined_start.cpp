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
// Corners are found with their surroundings, so that some lie a little outside of any margin.
constexpr double kMargin = 1.05;
// Against the third differences that lens_priors() holds down: how near the surface stays to the
// lens that it follows, pixels.
constexpr double kFollowPx = 0.01;

Eigen::Vector2d stereographic(const Eigen::Vector3d& ray) {
  return 2 * ray.head<2>() / (1 + ray.z());
}

}  // namespace

Intrinsics splined_like(const Intrinsics& lens) {
  const std::vector<LensSample> samples = sample_lens(lens, kRaysX, kRaysY);
  if (2 * samples.size() < static_cast<std::size_t>(kRaysX * kRaysY)) {
    throw UndeterminedError(
        "the lens that a splined model would start from sees less than half of "
        "the picture");
  }
  const auto on_axis = lens_derivatives(lens, {1e-6, 0, 1});
  const double focal = on_axis ? on_axis->by_point(0, 0) : lens.parameters[0];
  Intrinsics result = make_intrinsics("splined", lens.image_size, focal, focal, lens.parameters[2],
                                      lens.parameters[3]);
  double* const k = result.parameters.data() + kLinearCount;
  for (const LensSample& sample : samples) {
    const Eigen::Vector2d u = stereographic(sample.ray);
    for (int axis = 0; axis < 2; ++axis) k[axis] = std::max(k[axis], kMargin * std::abs(u[axis]));
  }
  // Least squares for the control points of both axes; they share the weights.
  Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(Splined::kPoints, Splined::kPoints);
  Eigen::MatrixXd right = Eigen::MatrixXd::Zero(Splined::kPoints, 2);
  const double follow = focal * focal / (kFollowPx * kFollowPx);
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
    if (at[0] >= Splined::kHeld + Splined::kPoints) return;  // the other axis, alike
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
