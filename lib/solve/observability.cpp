#include "solve/observability.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string_view>
#include <vector>

#include "base/errors.hpp"
#include "base/median.hpp"
#include "solve/reprojection.hpp"

namespace calib {
namespace {

constexpr double kWorstFocal = 0.1, kWorstCenter = 0.25;
// In widths of the picture. A board through such a lens (half a degree wide) shows no perspective.
constexpr double kLongestFocal = 100;
constexpr double kBestCornerPx = 0.01;
constexpr double kFlatDeg = 6;

// The angle between a board's normal and the line of sight to its middle, degrees.
double tilt_deg(const Pose& T_cam_board, const Board& board) {
  const Eigen::Vector3d middle =
      (corner_position(board, 0) + corner_position(board, corner_count(board) - 1)) / 2;
  const Eigen::Vector3d normal = T_cam_board.rotation * Eigen::Vector3d::UnitZ();
  const double cosine = std::abs(normal.dot((T_cam_board * middle).normalized()));
  return 180 / std::numbers::pi * std::acos(std::min(1.0, cosine));
}

// The same between the normal and the optical axis: what a focal length is seen by.
double slant_deg(const Pose& T_cam_board) {
  const double cosine = std::abs((T_cam_board.rotation * Eigen::Vector3d::UnitZ()).z());
  return 180 / std::numbers::pi * std::acos(std::min(1.0, cosine));
}

std::string what_is_missing(const Bundle& bundle) {
  double most_slant = 0, most_tilt = 0;
  for (const BundleView& view : bundle.views) {
    const Pose& T_cam_board = bundle.board_poses[view.board_pose];
    most_slant = std::max(most_slant, slant_deg(T_cam_board));
    most_tilt = std::max(most_tilt, tilt_deg(T_cam_board, bundle.board));
  }
  if (most_slant < kFlatDeg) {
    return fmt::format(
        "every board was parallel to the sensor (tilted by {:.1f} degrees at most): film it tilted "
        "by 30 to 45 degrees, to the left and right, up and down",
        most_slant);
  }
  if (bundle.views.size() < 5) {
    return fmt::format(
        "there are only {} views: film the board tilted by 30 to 45 degrees in "
        "different directions, near and far, all over the picture",
        bundle.views.size());
  }
  return fmt::format(
      "film the board tilted by 30 to 45 degrees in different directions (now {:.0f} "
      "degrees at most), near and far, all over the picture",
      most_tilt);
}

// The variance that corners of kBestCornerPx would give, in units of their sigmas.
double least_variance(const Bundle& bundle) {
  std::vector<double> sigmas;
  for (const BundleView& view : bundle.views) {
    for (const Corner& corner : view.corners)
      sigmas.push_back(corner.sigma_px > 0 ? corner.sigma_px : 1);
  }
  if (sigmas.empty()) return 0;
  return std::pow(kBestCornerPx / median(std::move(sigmas)), 2);
}

// Pixels a radian on the optical axis; fx itself means something else in models with a mirror.
double focal_on_axis(const Intrinsics& intrinsics) {
  const auto lens = lens_derivatives(intrinsics, {1e-6, 0, 1});
  return lens ? lens->by_point(0, 0) : 0;
}

// The standard deviation of a function of the (only) camera's intrinsics.
template <class Function>
double sigma_of(const Function& function, const Bundle& bundle, const Covariance& covariance) {
  const Intrinsics& lens = bundle.cameras.front().intrinsics;
  const std::vector<int>& columns = covariance.layout.cameras.front().intrinsics;
  Eigen::VectorXd slope = Eigen::VectorXd::Zero(covariance.layout.size);
  for (std::size_t k = 0; k < columns.size(); ++k) {
    if (columns[k] < 0) continue;
    const double step = 1e-6 * std::max(1.0, std::abs(lens.parameters[k]));
    Intrinsics more = lens;
    more.parameters[k] += step;
    slope[columns[k]] = (function(more) - function(lens)) / step;
  }
  return std::sqrt(std::max(0.0, slope.dot(covariance.shared * slope)));
}

[[noreturn]] void refuse(const Bundle& bundle, const std::string& what) {
  throw UndeterminedError(fmt::format("{}: the views do not determine {}: {}",
                                      bundle.cameras.front().name, what, what_is_missing(bundle)));
}

Covariance covariance_or_advice(const Bundle& bundle) {
  try {
    return covariance(bundle);
  } catch (const UndeterminedError& error) {
    // "the views do not determine the k1 of cam0: ...": what it names, with our own advice.
    const std::string_view text = error.what();
    const std::size_t from = text.find("the views do not determine the ");
    const std::size_t to = text.find(" of " + bundle.cameras.front().name);
    if (from == std::string_view::npos || to == std::string_view::npos) throw;
    const std::size_t start = from + std::string_view("the views do not determine the ").size();
    refuse(bundle, fmt::format("the {}", text.substr(start, to - start)));
  }
}

// Corners are in order of their ids. Views without common corners show different parts of a board.
bool is_same_view(const View& a, const View& b) {
  constexpr double kApart_px = 1;
  double sum = 0;
  std::size_t common = 0;
  for (auto of_a = a.corners.begin(), of_b = b.corners.begin();
       of_a != a.corners.end() && of_b != b.corners.end();) {
    if (of_a->id < of_b->id) {
      ++of_a;
    } else if (of_b->id < of_a->id) {
      ++of_b;
    } else {
      sum += std::pow(of_a->x - of_b->x, 2) + std::pow(of_a->y - of_b->y, 2);
      ++common, ++of_a, ++of_b;
    }
  }
  return common > 0 && sum < kApart_px * kApart_px * static_cast<double>(common);
}

}  // namespace

std::string view_problem(const Board& board, const View& view) {
  if (view.corners.size() < 4) return "fewer than 4 corners";
  Eigen::Vector2d mean = Eigen::Vector2d::Zero();
  for (const Corner& corner : view.corners)
    mean += corner_position(board, corner.id).head<2>() / static_cast<double>(view.corners.size());
  Eigen::Matrix2d scatter = Eigen::Matrix2d::Zero();
  for (const Corner& corner : view.corners) {
    const Eigen::Vector2d d = corner_position(board, corner.id).head<2>() - mean;
    scatter += d * d.transpose();
  }
  const double area = scatter.determinant(), size = scatter.trace();
  // The product of the eigenvalues against the square of their sum: 0 on a line.
  return area > 1e-6 * size * size ? "" : "all corners lie on one line of the board";
}

std::size_t count_places(std::span<const View* const> views, std::size_t enough) {
  std::vector<const View*> places;
  for (const View* view : views) {
    if (places.size() >= enough) break;
    const auto stands_there = [&](const View* other) { return is_same_view(*view, *other); };
    if (std::none_of(places.begin(), places.end(), stands_there)) places.push_back(view);
  }
  return places.size();
}

Covariance covariance_of_lens(const Bundle& bundle) {
  const BundleCamera& camera = bundle.cameras.front();
  const Covariance result = covariance_or_advice(bundle);
  const double pessimism =
      std::sqrt(std::max(1.0, least_variance(bundle) / std::max(result.variance, 1e-300)));
  const ImageSize size = camera.intrinsics.image_size;
  const double focal = focal_on_axis(camera.intrinsics);
  if (focal > kLongestFocal * size.width)
    refuse(bundle, fmt::format("the focal length (found {:.0f} px: no perspective)", focal));
  const double focal_sigma = pessimism * sigma_of(focal_on_axis, bundle, result);
  if (focal_sigma > kWorstFocal * focal) {
    refuse(bundle, fmt::format("the focal length (found {:.0f} px, known to {:.0f} %)", focal,
                               std::min(999.0, 100 * focal_sigma / focal)));
  }
  for (const int axis : {0, 1}) {
    const auto center = [axis](const Intrinsics& lens) { return lens.parameters[2 + axis]; };
    const double sigma = pessimism * sigma_of(center, bundle, result);
    if (sigma > kWorstCenter * (axis == 0 ? size.width : size.height))
      refuse(bundle,
             fmt::format("the principal point (known to {:.0f} px)", std::min(9999.0, sigma)));
  }
  return result;
}

}  // namespace calib
