#include "evaluate/regions.hpp"

#include <cmath>

#include "evaluate/coverage.hpp"

namespace calib {
namespace {

constexpr int kMinViewsOfCell = 3;  // fewer do not give a useful standard deviation of the mean

// The sums of one cell, view by view.
struct Sums {
  std::int64_t frame = 0;
  int in_view = 0;
  Eigen::Vector2d of_view = Eigen::Vector2d::Zero();
  std::vector<Eigen::Vector2d> view_means;
  std::size_t corners = 0;
  double squares = 0;

  void close() {
    if (in_view > 0) view_means.push_back(of_view / in_view);
    in_view = 0;
    of_view.setZero();
  }
  void add(const Residual& residual) {
    if (residual.frame != frame) close();
    frame = residual.frame;
    ++in_view;
    of_view += residual.error;
    ++corners;
    squares += residual.error.squaredNorm();
  }
};

RegionError finish(Sums& sums) {
  sums.close();
  RegionError cell;
  cell.corners = sums.corners;
  cell.views = static_cast<int>(sums.view_means.size());
  if (cell.views == 0) return cell;
  const double count = cell.views;
  cell.rms_px = std::sqrt(sums.squares / static_cast<double>(sums.corners));
  for (const Eigen::Vector2d& mean : sums.view_means) cell.mean_px += mean / count;
  double scatter = 0;
  for (const Eigen::Vector2d& mean : sums.view_means)
    scatter += (mean - cell.mean_px).squaredNorm();
  if (cell.views > 1) cell.chance_px = std::sqrt(scatter / (count * (count - 1)));
  return cell;
}

void summarize(CameraRegions& camera) {
  double weights = 0, squares = 0, chance = 0, most = 0;
  for (std::size_t i = 0; i < camera.cells.size(); ++i) {
    const RegionError& cell = camera.cells[i];
    if (cell.views < kMinViewsOfCell) continue;
    const double weight = static_cast<double>(cell.corners);
    weights += weight;
    squares += weight * cell.mean_px.squaredNorm();
    chance += weight * cell.chance_px * cell.chance_px;
    const double excess = cell.mean_px.squaredNorm() - cell.chance_px * cell.chance_px;
    if (excess > most) {
      most = excess;
      camera.worst = region_name(static_cast<int>(i));
    }
  }
  if (weights == 0) return;
  camera.systematic_px = std::sqrt(std::max(0.0, squares - chance) / weights);
  camera.ratio_to_chance = chance > 0 ? std::sqrt(squares / chance) : 0;
}

}  // namespace

CameraRegions region_errors(const ObservedCamera& observed,
                            const std::vector<Residual>& residuals) {
  std::vector<Sums> sums(kCoverageColumns * kCoverageRows);
  for (const Residual& residual : residuals)
    sums[coverage_cell(residual.pixel, observed.image_size)].add(residual);
  CameraRegions camera{observed.name, {}, 0, 0, ""};
  for (Sums& cell : sums) camera.cells.push_back(finish(cell));
  summarize(camera);
  return camera;
}

}  // namespace calib
