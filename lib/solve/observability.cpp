#include "solve/observability.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include "base/errors.hpp"
#include "base/median.hpp"
#include "solve/reprojection.hpp"

namespace calib {
namespace {

// Largest standard deviations: of the focal length relative to it, and of the principal point
// relative to the image size.
constexpr double kMaxFocalStd = 0.1, kMaxCenterStd = 0.25;
// In image widths. A longer lens (with half a degree of view) shows a board without perspective.
constexpr double kMaxFocalWidths = 100;
constexpr double kMinCornerStdPx = 0.01;
constexpr double kMinSlantDeg = 6;

// The angle between the board's normal and a unit direction, in degrees.
double angle_to_normal_deg(const Pose& T_cam_board, const Eigen::Vector3d& direction) {
  const Eigen::Vector3d normal = T_cam_board.rotation * Eigen::Vector3d::UnitZ();
  return kDegrees * std::acos(std::min(1.0, std::abs(normal.dot(direction))));
}

std::string what_is_missing(const Bundle& bundle) {
  // Angles of the normal to the optical axis (perspective, which shows the focal length) and to the
  // line of sight.
  double max_slant = 0, max_tilt = 0;
  for (const BundleView& view : bundle.views) {
    const Pose& T_cam_board = bundle.board_poses[view.board_pose];
    max_slant = std::max(max_slant, angle_to_normal_deg(T_cam_board, Eigen::Vector3d::UnitZ()));
    max_tilt = std::max(
        max_tilt,
        angle_to_normal_deg(T_cam_board, (T_cam_board * board_middle(bundle.board)).normalized()));
  }
  if (max_slant < kMinSlantDeg) {
    return fmt::format(
        "every board was parallel to the sensor (tilted by {:.1f} degrees at most): film it tilted "
        "by 30 to 45 degrees, to the left and right, up and down",
        max_slant);
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
      max_tilt);
}

// The variance of residuals (in units of the corners' sigmas) for corner errors of kMinCornerStdPx.
double min_variance(const Bundle& bundle) {
  std::vector<double> sigmas;
  for (const BundleView& view : bundle.views) {
    for (const Corner& corner : view.corners)
      sigmas.push_back(corner.sigma_px > 0 ? corner.sigma_px : 1);
  }
  if (sigmas.empty()) return 0;
  return std::pow(kMinCornerStdPx / median(std::move(sigmas)), 2);
}

// The focal length on the optical axis in pixels per radian. fx itself differs from it for some
// models (see Projector::axis_focal_px()).
double focal_on_axis(const Intrinsics& intrinsics) {
  const auto lens = lens_derivatives(intrinsics, {1e-6, 0, 1});
  return lens ? lens->by_point(0, 0) : 0;
}

// The standard deviation of a function of the intrinsics, to first order, for a single camera.
template <class Function>
double sigma_of(const Function& function, const Bundle& bundle, const Covariance& covariance) {
  const Intrinsics& lens = bundle.cameras.front().intrinsics;
  const std::vector<int>& columns = covariance.layout.cameras.front().intrinsics;
  Eigen::VectorXd gradient = Eigen::VectorXd::Zero(covariance.layout.size);
  for (std::size_t k = 0; k < columns.size(); ++k) {
    if (columns[k] < 0) continue;
    const double step = 1e-6 * std::max(1.0, std::abs(lens.parameters[k]));
    Intrinsics more = lens;
    more.parameters[k] += step;
    gradient[columns[k]] = (function(more) - function(lens)) / step;
  }
  return std::sqrt(std::max(0.0, gradient.dot(covariance.shared * gradient)));
}

[[noreturn]] void refuse(const Bundle& bundle, const std::string& what) {
  throw UndeterminedError(fmt::format("{}: the views do not determine {}: {}",
                                      bundle.cameras.front().name, what, what_is_missing(bundle)));
}

Covariance covariance_or_advice(const Bundle& bundle) {
  try {
    return covariance(bundle);
  } catch (const UndeterminedError& error) {
    // Takes the parameter from "the views do not determine the k1 of cam0: ..." and adds advice
    // that fits the views.
    const std::string_view text = error.what();
    const std::size_t from = text.find("the views do not determine the ");
    const std::size_t to = text.find(" of " + bundle.cameras.front().name);
    if (from == std::string_view::npos || to == std::string_view::npos) throw;
    const std::size_t start = from + std::string_view("the views do not determine the ").size();
    refuse(bundle, fmt::format("the {}", text.substr(start, to - start)));
  }
}

// Whether the common corners of two views lie less than a pixel (RMS) apart. Corners are sorted by
// id. Views without common corners show different parts of a board.
bool is_same_view(const View& a, const View& b) {
  constexpr double kMaxDistancePx = 1;
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
  return common > 0 && sum < kMaxDistancePx * kMaxDistancePx * static_cast<double>(common);
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
  // The product of the eigenvalues over the square of their sum is 0 for points on a line.
  return area > 1e-6 * size * size ? "" : "all corners lie on one line of the board";
}

std::size_t count_board_places(std::span<const View* const> views, std::size_t enough) {
  std::vector<const View*> places;
  for (const View* view : views) {
    if (places.size() >= enough) break;
    const auto is_same = [&](const View* other) { return is_same_view(*view, *other); };
    if (std::none_of(places.begin(), places.end(), is_same)) places.push_back(view);
  }
  return places.size();
}

Covariance covariance_of_lens(const Bundle& bundle) {
  const BundleCamera& camera = bundle.cameras.front();
  const Covariance result = covariance_or_advice(bundle);
  // Not below the standard deviations for corner errors of kMinCornerStdPx.
  const double std_factor =
      std::sqrt(std::max(1.0, min_variance(bundle) / std::max(result.variance, 1e-300)));
  const ImageSize size = camera.intrinsics.image_size;
  const double focal = focal_on_axis(camera.intrinsics);
  if (focal > kMaxFocalWidths * size.width)
    refuse(bundle, fmt::format("the focal length (found {:.0f} px: no perspective)", focal));
  const double focal_sigma = std_factor * sigma_of(focal_on_axis, bundle, result);
  if (focal_sigma > kMaxFocalStd * focal) {
    refuse(bundle, fmt::format("the focal length (found {:.0f} px, known to {:.0f} %)", focal,
                               std::min(999.0, 100 * focal_sigma / focal)));
  }
  for (const int axis : {0, 1}) {
    const auto center = [axis](const Intrinsics& lens) { return lens.parameters[2 + axis]; };
    const double sigma = std_factor * sigma_of(center, bundle, result);
    if (sigma > kMaxCenterStd * (axis == 0 ? size.width : size.height))
      refuse(bundle,
             fmt::format("the principal point (known to {:.0f} px)", std::min(9999.0, sigma)));
  }
  return result;
}

}  // namespace calib
