#include "solve/first_intrinsics.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <vector>

#include "base/errors.hpp"
#include "base/median.hpp"
#include "base/subsample.hpp"
#include "solve/board_pose.hpp"
#include "solve/homography.hpp"

namespace calib {
namespace {

// All candidates are tried on a few corners of a few views, the best of them on all corners of more
// views.
constexpr std::size_t kFewViews = 4, kFewCorners = 16, kMoreViews = 8, kFinalists = 5;

std::vector<View> spread(std::span<const View* const> views, std::size_t most) {
  std::vector<View> chosen;
  for (const std::size_t i : evenly_spread(views.size(), most)) chosen.push_back(*views[i]);
  return chosen;
}

std::vector<View> with_few_corners(std::vector<View> views) {
  for (View& view : views) view.corners = some_corners(view.corners, kFewCorners);
  return views;
}

struct Candidate {
  Intrinsics intrinsics;
  std::size_t without_pose =
      0;  // number of views without a pose if they are more than half, else 0
  double median_rms_px = std::numeric_limits<double>::infinity();  // of the views with a pose

  bool operator<(const Candidate& other) const {
    return std::tie(without_pose, median_rms_px) <
           std::tie(other.without_pose, other.median_rms_px);
  }
};

// Before its distortion is known, a wide lens may have no ray for the outermost corners. Views
// without a pose therefore count against a candidate only if most views have none.
void evaluate_candidate(Candidate& candidate, const Board& board, const std::vector<View>& views) {
  const Projector camera(candidate.intrinsics);
  std::vector<double> errors;
  for (const View& view : views) {
    if (const auto pose = estimate_board_pose(camera, board, view.corners))
      errors.push_back(pose->rms_px);
  }
  const std::size_t without_pose = views.size() - errors.size();
  candidate.without_pose = 2 * without_pose > views.size() ? without_pose : 0;
  candidate.median_rms_px =
      errors.empty() ? std::numeric_limits<double>::infinity() : median(std::move(errors));
}

// Sorts the candidates, the best first; equally good ones keep their order.
void rank(std::vector<Candidate>& candidates, const Board& board, const std::vector<View>& views) {
  for (Candidate& candidate : candidates) evaluate_candidate(candidate, board, views);
  std::stable_sort(candidates.begin(), candidates.end());
}

bool same_distortion(const Intrinsics& a, const Intrinsics& b) {
  return std::equal(a.parameters.begin() + 4, a.parameters.end(), b.parameters.begin() + 4,
                    b.parameters.end());
}

// For each starting distortion the first of the ranked candidates, as a lens of `model`.
std::vector<FirstIntrinsics> best_of_each_start(const std::vector<Candidate>& candidates,
                                                const std::string& model) {
  std::vector<Candidate> chosen;
  for (const Candidate& candidate : candidates) {
    const bool is_known = std::any_of(chosen.begin(), chosen.end(), [&](const Candidate& other) {
      return same_distortion(candidate.intrinsics, other.intrinsics);
    });
    if (!is_known && std::isfinite(candidate.median_rms_px)) chosen.push_back(candidate);
  }
  std::vector<FirstIntrinsics> result;
  result.reserve(chosen.size());
  for (const Candidate& candidate : chosen)
    result.push_back({as_model(candidate.intrinsics, model), candidate.median_rms_px});
  return result;
}

}  // namespace

std::vector<Corner> some_corners(const std::vector<Corner>& corners, std::size_t most) {
  constexpr double kGolden = 0.6180339887498949;
  if (corners.size() <= most) return corners;
  std::vector<Corner> some;
  some.reserve(most);
  for (std::size_t i = 0; i < most; ++i) {
    const double place = std::fmod(kGolden * static_cast<double>(i), 1.0);
    some.push_back(corners[static_cast<std::size_t>(place * static_cast<double>(corners.size()))]);
  }
  return some;
}

std::optional<double> closed_form_focal(const Board& board, ImageSize size,
                                        std::span<const View* const> views) {
  const double cx = (size.width - 1) / 2.0, cy = (size.height - 1) / 2.0;
  // Least squares for 1/f^2 from the equations a * (1/f^2) = b of all views.
  double ab = 0, aa = 0;
  const auto add = [&](double a, double b) {
    ab += a * b;
    aa += a * a;
  };
  for (const View* view : views) {
    const auto homography = board_homography(board, view->corners);
    if (!homography) continue;
    Eigen::Matrix3d to_center = Eigen::Matrix3d::Identity();
    // Coordinates relative to the image center in units of its width, so that all equations have
    // the same weight.
    to_center << 1, 0, -cx, 0, 1, -cy, 0, 0, static_cast<double>(size.width);
    Eigen::Matrix3d h = to_center * *homography;
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

std::optional<Eigen::Vector4d> closed_form_linear(const Board& board, ImageSize size,
                                                  std::span<const View* const> views) {
  // Coordinates relative to the image center in units of its width.
  const double width = size.width;
  Eigen::Matrix3d to_center = Eigen::Matrix3d::Identity();
  to_center << 1 / width, 0, -(width - 1) / 2 / width, 0, 1 / width,
      -(size.height - 1) / 2.0 / width, 0, 0, 1;
  Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(5, 5);
  for (const View* view : views) {
    const auto homography = board_homography(board, view->corners);
    if (!homography) continue;
    Eigen::Matrix3d h = to_center * *homography;
    h /= (h.col(0).norm() + h.col(1).norm()) / 2;
    // h_i' B h_j with B = [b0 0 b2; 0 b1 b3; b2 b3 b4].
    const auto row_of = [&](int i, int j) {
      Eigen::Matrix<double, 5, 1> row;
      row << h(0, i) * h(0, j), h(1, i) * h(1, j), h(2, i) * h(0, j) + h(0, i) * h(2, j),
          h(2, i) * h(1, j) + h(1, i) * h(2, j), h(2, i) * h(2, j);
      return row;
    };
    const Eigen::Matrix<double, 5, 1> right_angle = row_of(0, 1);
    const Eigen::Matrix<double, 5, 1> same_length = row_of(0, 0) - row_of(1, 1);
    normal += right_angle * right_angle.transpose() + same_length * same_length.transpose();
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(normal);
  const Eigen::VectorXd b = solver.eigenvectors().col(0);
  if (!(b[0] * b[1] > 0)) return std::nullopt;
  const double cx = -b[2] / b[0], cy = -b[3] / b[1];
  const double scale = b[4] + b[2] * cx + b[3] * cy;
  if (!(scale / b[0] > 0)) return std::nullopt;
  const Eigen::Vector4d found(width * std::sqrt(scale / b[0]), width * std::sqrt(scale / b[1]),
                              width * cx + (width - 1) / 2, width * cy + (size.height - 1) / 2.0);
  const double aspect = found[0] / found[1];
  const bool is_likely = found.allFinite() && aspect > 0.3 && aspect < 3.5 &&
                         found[0] > 0.05 * width && found[0] < 20 * width && std::abs(cx) < 1.5 &&
                         std::abs(cy) < 1.5;
  return is_likely ? std::optional(found) : std::nullopt;
}

std::vector<FirstIntrinsics> first_intrinsics(const std::string& model, const Board& board,
                                              const ObservedCamera& camera,
                                              std::span<const View* const> views) {
  const ImageSize size = camera.image_size;
  std::vector<double> focals;
  if (const auto focal = closed_form_focal(board, size, views)) focals.push_back(*focal);
  double ratio = 0.2;
  while (ratio < 6) {
    focals.push_back(ratio * size.width);
    ratio *= 1.25;
  }
  std::vector<Candidate> candidates;
  for (const double focal : focals) {
    for (Intrinsics& start : starting_intrinsics(model, size, focal))
      candidates.push_back({std::move(start)});
  }
  if (const auto linear = closed_form_linear(board, size, views)) {
    for (Intrinsics& start : starting_intrinsics(model, size, (*linear)[0])) {
      start.parameters[1] *= (*linear)[1] / (*linear)[0];
      start.parameters[2] = (*linear)[2];
      start.parameters[3] = (*linear)[3];
      candidates.push_back({std::move(start)});
    }
  }

  rank(candidates, board, with_few_corners(spread(views, kFewViews)));
  candidates.resize(std::min(candidates.size(), kFinalists));
  rank(candidates, board, spread(views, kMoreViews));
  if (!std::isfinite(candidates.front().median_rms_px)) {
    throw UndeterminedError(
        fmt::format("{}: no focal length from {} to {} px explains the {} views of the board: "
                    "check the board's size and --model",
                    camera.name, 0.2 * size.width, 6.0 * size.width, views.size()));
  }
  return best_of_each_start(candidates, model);
}

}  // namespace calib
