#include "measure/fit_floor.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace calib {
namespace {

// The sums over corners from which their plane follows.
struct PlaneSums {
  double count = 0;
  Eigen::Vector3d sum = Eigen::Vector3d::Zero(), down = Eigen::Vector3d::Zero();
  Eigen::Matrix3d products = Eigen::Matrix3d::Zero();

  void add(const PlaneSums& other, double sign) {
    count += sign * other.count;
    sum += sign * other.sum;
    down += sign * other.down;
    products += sign * other.products;
  }
};

PlaneSums sums_of(const LyingBoard& board, const Eigen::Vector3d& origin) {
  PlaneSums sums;
  for (const Eigen::Vector3d& corner : board.corners) {
    const Eigen::Vector3d at = corner - origin;
    ++sums.count;
    sums.sum += at;
    sums.products += at * at.transpose();
  }
  sums.down = board.T_rig_board.rotation * Eigen::Vector3d::UnitZ();
  return sums;
}

Floor floor_of(const PlaneSums& sums, const Eigen::Vector3d& origin) {
  const Eigen::Vector3d middle = sums.sum / sums.count;
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> eigen(
      Eigen::Matrix3d(sums.products - sums.count * middle * middle.transpose()));
  Floor floor{origin + middle, eigen.eigenvectors().col(0),
              std::sqrt(std::max(0.0, eigen.eigenvalues()[0]) / sums.count)};
  if (floor.normal.dot(sums.down) > 0) floor.normal = -floor.normal;
  return floor;
}

}  // namespace

double worst_off(const Floor& floor, const LyingBoard& board) {
  double worst = 0;
  for (const Eigen::Vector3d& corner : board.corners) {
    const double off = floor.normal.dot(corner - floor.middle);
    if (std::abs(off) > std::abs(worst)) worst = off;
  }
  return worst;
}

double tilt_deg(const Floor& floor, const LyingBoard& board) {
  const double cosine = -floor.normal.dot(board.T_rig_board.rotation * Eigen::Vector3d::UnitZ());
  return kDegrees * std::acos(std::clamp(cosine, -1.0, 1.0));
}

FloorFit fit_floor(const std::vector<LyingBoard>& boards) {
  const Eigen::Vector3d origin = boards.front().T_rig_board.translation;
  PlaneSums all;
  std::vector<PlaneSums> each;
  each.reserve(boards.size());
  for (const LyingBoard& board : boards) {
    each.push_back(sums_of(board, origin));
    all.add(each.back(), 1);
  }
  FloorFit fit{floor_of(all, origin)};
  if (boards.size() < 2) return fit;
  std::vector<double> misfits;
  misfits.reserve(boards.size());
  for (const PlaneSums& own : each) {
    PlaneSums rest = all;
    rest.add(own, -1);
    fit.without.push_back(floor_of(rest, origin));
    misfits.push_back(fit.without.back().rms_m);
  }
  fit.odd = odd_one_out(fit.floor.rms_m, misfits);
  return fit;
}

std::optional<std::size_t> odd_one_out(double misfit, const std::vector<double>& without) {
  constexpr double kSmaller = 0.5;
  if (without.size() < 3) return std::nullopt;
  // The fewer there are, the more the misfit falls by chance without one of them.
  const double much_smaller = without.size() < 5 ? 0.25 : 0.4;
  std::vector<double> sorted = without;
  std::partial_sort(sorted.begin(), sorted.begin() + 2, sorted.end());
  if (!(sorted[0] < much_smaller * misfit && sorted[0] < kSmaller * sorted[1])) return std::nullopt;
  return static_cast<std::size_t>(std::find(without.begin(), without.end(), sorted[0]) -
                                  without.begin());
}

}  // namespace calib
