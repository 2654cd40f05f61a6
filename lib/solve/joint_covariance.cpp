#include "solve/joint_covariance.hpp"

#include <Eigen/Core>
#include <cmath>

namespace calib {
namespace {

// The columns of a camera in the solve's covariance, in the order of JointCovariance::Columns.
std::vector<int> kept_columns(const SharedLayout::Place& place, JointCovariance::Columns& kept) {
  std::vector<int> columns;
  for (std::size_t k = 0; k < place.intrinsics.size(); ++k) {
    if (place.intrinsics[k] < 0) continue;
    kept.lens.push_back(static_cast<int>(k));
    columns.push_back(place.intrinsics[k]);
  }
  kept.pose = place.pose >= 0;
  for (int k = 0; kept.pose && k < 6; ++k) columns.push_back(place.pose + k);
  return columns;
}

}  // namespace

JointCovariance::Factor covariance_factor(const Eigen::MatrixXd& covariance) {
  constexpr double kStepsPerUnit = 1e7;  // of a number in `rows`
  constexpr double kLeastPivot = 1e-12;  // of a variance of 1; smaller ones are rounding errors
  const Eigen::Index size = covariance.rows();
  JointCovariance::Factor factor{covariance.diagonal().cwiseMax(0).cwiseSqrt(),
                                 Eigen::MatrixXd::Zero(size, size)};
  const Eigen::VectorXd inverse =
      factor.std.unaryExpr([](double std) { return std > 0 ? 1 / std : 0; });
  const Eigen::MatrixXd correlation = inverse.asDiagonal() * covariance * inverse.asDiagonal();
  // Cholesky's method, with zeros for parameters that follow from those before: a covariance from
  // few blocks of frames is singular.
  Eigen::MatrixXd& rows = factor.rows;
  for (Eigen::Index k = 0; k < size; ++k) {
    const Eigen::Index rest = size - k;
    const Eigen::VectorXd column = correlation.col(k).tail(rest) -
                                   rows.bottomLeftCorner(rest, k) * rows.row(k).head(k).transpose();
    if (column[0] > kLeastPivot) rows.col(k).tail(rest) = column / std::sqrt(column[0]);
  }
  rows = rows.unaryExpr(
      [](double value) { return std::round(value * kStepsPerUnit) / kStepsPerUnit + 0.0; });
  return factor;
}

std::optional<JointCovariance> joint_covariance(const Bundle& bundle,
                                                const std::vector<Covariance>& covariances) {
  JointCovariance result;
  std::vector<int> columns;
  for (std::size_t i = 0; i < bundle.cameras.size(); ++i) {
    JointCovariance::Columns kept{bundle.cameras[i].name, {}};
    const std::vector<int> own = kept_columns(covariances.front().layout.cameras[i], kept);
    columns.insert(columns.end(), own.begin(), own.end());
    if (kept.count() > 0) result.columns.push_back(std::move(kept));
  }
  if (columns.empty() || columns.size() > kMostKeptColumns) return std::nullopt;
  result.factors.reserve(covariances.size());
  for (const Covariance& each : covariances)
    result.factors.push_back(covariance_factor(each.shared(columns, columns)));
  return result;
}

}  // namespace calib
