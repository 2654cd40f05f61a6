#include "solve/first_intrinsics.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/errors.hpp"
#include "solve/board_pose.hpp"
#include "solve/homography.hpp"

namespace calib {
namespace {

constexpr std::size_t kMostViewsTried = 12;

// Evenly spread over all views.
std::vector<const View*> spread(std::span<const View* const> views) {
  const std::size_t count = std::min(views.size(), kMostViewsTried);
  std::vector<const View*> chosen;
  for (std::size_t i = 0; i < count; ++i) chosen.push_back(views[i * views.size() / count]);
  return chosen;
}

double median_rms(const Intrinsics& intrinsics, const Board& board,
                  const std::vector<const View*>& views) {
  const Projector camera(intrinsics);
  std::vector<double> errors;
  for (const View* view : views) {
    const auto pose = estimate_board_pose(camera, board, view->corners);
    errors.push_back(pose ? pose->rms_px : std::numeric_limits<double>::infinity());
  }
  std::nth_element(errors.begin(), errors.begin() + static_cast<std::ptrdiff_t>(errors.size() / 2),
                   errors.end());
  return errors[errors.size() / 2];
}

}  // namespace

std::optional<double> closed_form_focal(const Board& board, ImageSize size,
                                        std::span<const View* const> views) {
  const double cx = (size.width - 1) / 2.0, cy = (size.height - 1) / 2.0;
  // a * (1/f^2) = b, summed as least squares over all views.
  double ab = 0, aa = 0;
  const auto add = [&](double a, double b) {
    ab += a * b;
    aa += a * a;
  };
  for (const View* view : views) {
    const auto homography = board_homography(board, view->corners);
    if (!homography) continue;
    Eigen::Matrix3d to_centre = Eigen::Matrix3d::Identity();
    // Coordinates around the centre in units of the width, so that all equations weigh alike.
    to_centre << 1, 0, -cx, 0, 1, -cy, 0, 0, static_cast<double>(size.width);
    Eigen::Matrix3d h = to_centre * *homography;
    h /= (h.col(0).norm() + h.col(1).norm()) / 2;
    add(h(0, 0) * h(0, 1) + h(1, 0) * h(1, 1), -h(2, 0) * h(2, 1));
    add(h(0, 0) * h(0, 0) + h(1, 0) * h(1, 0) - h(0, 1) * h(0, 1) - h(1, 1) * h(1, 1),
        h(2, 1) * h(2, 1) - h(2, 0) * h(2, 0));
  }
  if (aa == 0) return std::nullopt;
  const double inverse_square = ab / aa;
  if (!(inverse_square > 0)) return std::nullopt;
  const double focal = size.width / std::sqrt(inverse_square);
  return std::isfinite(focal) ? std::optional(focal) : std::nullopt;
}

FirstIntrinsics first_intrinsics(const std::string& model, const Board& board,
                                 const ObservedCamera& camera, std::span<const View* const> views) {
  const ImageSize size = camera.image_size;
  const std::vector<const View*> tried = spread(views);
  std::vector<double> focals;
  if (const auto focal = closed_form_focal(board, size, views)) focals.push_back(*focal);
  for (double ratio = 0.2; ratio < 6; ratio *= 1.25) focals.push_back(ratio * size.width);

  FirstIntrinsics best{{}, std::numeric_limits<double>::infinity()};
  for (const double focal : focals) {
    const Intrinsics intrinsics =
        make_intrinsics(model, size, focal, focal, (size.width - 1) / 2.0, (size.height - 1) / 2.0);
    const double error = median_rms(intrinsics, board, tried);
    if (error < best.median_rms_px) best = {intrinsics, error};
  }
  if (!std::isfinite(best.median_rms_px)) {
    throw UndeterminedError(
        fmt::format("{}: no focal length from {} to {} px explains the {} views of the board: "
                    "check the board's size and --model",
                    camera.name, 0.2 * size.width, 6.0 * size.width, views.size()));
  }
  return best;
}

}  // namespace calib
