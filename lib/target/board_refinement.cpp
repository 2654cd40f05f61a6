#include "target/board_refinement.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace calib {
namespace {

constexpr float kLargestRadius = 20;
constexpr float kSmallestRadius = 3;
// A corner nearer to the picture's border, pixels, may as well lie outside.
constexpr float kLeastRoomToBorder = 4;
constexpr float kShrink = 0.75f;
constexpr int kIterations = 4;
// A disc stays this many blurs away from the next lines.
constexpr float kBlursClear = 2.5f;
// What the residuals may be, as multiples of the noise and of the corner's contrast.
// On OpenCV's stereo pictures shares of 0.06, 0.12 and 0.2 of half the contrast give a reprojection
// RMS of 0.243, 0.163 and 0.157 px: real edges are not quite erf-shaped, and small discs are worse.
constexpr float kNoises = 2, kShareOfContrast = 0.2f;

SaddleModel start_of(const Grid& grid, int column, int row, float blur) {
  const auto angle = [&](int along_row, int along_column) {
    const cv::Point2d d = direction_at(grid, column, row, along_row, along_column);
    return static_cast<float>(std::atan2(d.y, d.x));
  };
  SaddleModel start;
  start.x = static_cast<float>(grid.at(column, row).x);
  start.y = static_cast<float>(grid.at(column, row).y);
  start.angle = {angle(1, 0), angle(0, 1)};
  start.blur = blur;
  return start;
}

bool is_explained(const SaddleFit& fit, float noise) {
  const float allowed = std::hypot(kNoises * noise, kShareOfContrast * fit.model.contrast);
  return fit.residual_rms <= allowed;
}

// The largest disc whose content the model explains; the smallest one as it is.
bool fit_corner(const GreyView& picture, const SaddleModel& start, float radius, float noise,
                FitScratch& scratch, SaddleFit& fit) {
  bool any = false;
  for (;; radius = std::max(kSmallestRadius, radius * kShrink)) {
    if (fit_saddle(picture, start, radius, kIterations, scratch, fit)) {
      any = true;
      if (is_explained(fit, noise)) return true;
    }
    if (radius <= kSmallestRadius) return any;
  }
}

float median_blur(const std::vector<SaddleFit>& fits) {
  std::vector<float> blurs;
  for (const SaddleFit& fit : fits) blurs.push_back(fit.model.blur);
  const auto middle = blurs.begin() + static_cast<std::ptrdiff_t>(blurs.size() / 2);
  std::nth_element(blurs.begin(), middle, blurs.end());
  return *middle;
}

// Curvature of the line through three neighbouring corners in the middle one, and its normal.
struct Bend {
  double curvature = 0;
  cv::Point2d normal;
};

Bend bend_of(const cv::Point2d& before, const cv::Point2d& middle, const cv::Point2d& after) {
  const cv::Point2d chord = (after - before) / cv::norm(after - before);
  const cv::Point2d normal(-chord.y, chord.x);
  const double t1 = (after - middle).dot(chord), t2 = (before - middle).dot(chord);
  const double d1 = (after - middle).dot(normal), d2 = (before - middle).dot(normal);
  return {2 * (d1 / t1 - d2 / t2) / (t1 - t2), normal};
}

// The bend of the line in the corner, or in the next one when the line ends there.
std::optional<Bend> bend_at(const Grid& grid, int column, int row, int along_row,
                            int along_column) {
  for (const int shift : {0, 1, -1}) {
    const int c = column + shift * along_row, r = row + shift * along_column;
    if (grid.has(c, r) && grid.has(c - along_row, r - along_column) &&
        grid.has(c + along_row, r + along_column))
      return bend_of(grid.at(c - along_row, r - along_column), grid.at(c, r),
                     grid.at(c + along_row, r + along_column));
  }
  return std::nullopt;
}

float room_to_border(const GreyView& picture, const cv::Point2d& p) {
  return static_cast<float>(
      std::min(std::min(p.x, p.y), std::min(picture.width - 1 - p.x, picture.height - 1 - p.y)));
}

// Lines bent by the lens pull the fit of straight ones by curvature * radius^2 / 6 along each
// normal: the mean of curvature * t^2 / 2 along the line. Taken from the fitted neighbours.
cv::Point2d pull_of_curvature(const Grid& grid, int column, int row, double radius) {
  const auto along = bend_at(grid, column, row, 1, 0), down = bend_at(grid, column, row, 0, 1);
  if (!along || !down) return {};
  const double determinant = along->normal.cross(down->normal);
  if (std::abs(determinant) < 0.1) return {};
  const double pull = radius * radius / 6;
  const double b1 = along->curvature * pull, b2 = down->curvature * pull;
  return {(b1 * down->normal.y - b2 * along->normal.y) / determinant,
          (along->normal.x * b2 - down->normal.x * b1) / determinant};
}

// Fits every corner of the grid; those that cannot be fitted become holes. Returns the grid of the
// fitted corners.
Grid fit_corners(const GreyView& picture, const Grid& grid, RefinementScratch& scratch) {
  const float noise = estimate_noise(picture);
  scratch.fits.resize(grid.points.size());
  Grid fitted = grid;
  // The first few corners tell the blur of the others.
  constexpr std::size_t kFirst = 9;
  std::vector<SaddleFit> first_fits;
  float blur = 1;
  for (int row = 0; row < grid.rows; ++row)
    for (int column = 0; column < grid.columns; ++column) {
      if (!grid.has(column, row)) continue;
      const int id = row * grid.columns + column;
      const auto room = static_cast<float>(line_spacing(grid, column, row));
      const float radius = std::clamp(
          std::min(room - kBlursClear * blur - 0.5f, room_to_border(picture, grid.points[id])),
          kSmallestRadius, kLargestRadius);
      SaddleFit& fit = scratch.fits[id];
      const bool fits =
          room > 0 &&
          fit_corner(picture, start_of(grid, column, row, blur), radius, noise, scratch.fit, fit) &&
          room_to_border(picture, {fit.model.x, fit.model.y}) >= kLeastRoomToBorder;
      if (!fits) {
        fitted.points[id] = kHole;
        continue;
      }
      fitted.points[id] = {fit.model.x, fit.model.y};
      if (first_fits.size() < kFirst) {
        first_fits.push_back(fit);
        blur = median_blur(first_fits);
      }
    }
  return fitted;
}

}  // namespace

std::vector<Corner> refine_board(const GreyView& picture, const Grid& grid,
                                 RefinementScratch& scratch) {
  const Grid fitted = fit_corners(picture, grid, scratch);
  Grid refined = fitted;
  std::vector<Corner> corners;
  for (int row = 0; row < grid.rows; ++row)
    for (int column = 0; column < grid.columns; ++column) {
      if (!fitted.has(column, row)) continue;
      const int id = row * grid.columns + column;
      const SaddleFit& fit = scratch.fits[id];
      refined.points[id] -= pull_of_curvature(fitted, column, row, fit.radius);
      corners.push_back({id, refined.points[id].x, refined.points[id].y, fit.sigma_px});
    }
  if (!is_unfolded(refined)) return {};
  return corners;
}

}  // namespace calib
