#include "solve/frame_information.hpp"

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <utility>

namespace calib {

FrameInformation frame_information(const Bundle& bundle, const SharedLayout& layout,
                                   std::span<const BundleView> views) {
  FrameInformation result;
  const auto equations = linearize_views(bundle, views, layout, {});
  if (!equations) return result;
  const Eigen::MatrixXd full = schur_complement(*equations, 0, 1).information;
  for (const FrameEquations& frame : equations->frames) {
    for (const ColumnRun& run : frame.runs)
      for (int i = 0; i < run.count; ++i) result.columns.push_back(run.column + i);
  }
  const Eigen::MatrixXd whole = full.selfadjointView<Eigen::Lower>();
  result.values = whole(result.columns, result.columns);
  if (!result.values.allFinite()) result.columns.clear();
  return result;
}

FrameInformation scaled(FrameInformation frame, const Eigen::VectorXd& scale, double weight) {
  if (frame.columns.empty()) return frame;
  const Eigen::VectorXd own = scale(frame.columns);
  frame.values = weight * (own.asDiagonal() * frame.values * own.asDiagonal());
  return frame;
}

InformationSum::InformationSum(Eigen::MatrixXd information, Eigen::VectorXd weights)
    : information_(std::move(information)), weights_(std::move(weights)) {
  update();
}

double InformationSum::gain(const FrameInformation& frame) const {
  if (frame.columns.empty()) return 0;
  const Eigen::MatrixXd covariance = covariance_(frame.columns, frame.columns);
  const Eigen::MatrixXd product = product_(frame.columns, frame.columns);
  const auto size = static_cast<Eigen::Index>(frame.columns.size());
  const Eigen::PartialPivLU<Eigen::MatrixXd> lu(Eigen::MatrixXd::Identity(size, size) +
                                                covariance * frame.values);
  return (frame.values * lu.solve(product)).trace();
}

void InformationSum::add(const FrameInformation& frame) {
  information_(frame.columns, frame.columns) += frame.values;
  update();
}

void InformationSum::update() {
  const Eigen::LLT<Eigen::MatrixXd> llt(information_);
  covariance_ = llt.solve(Eigen::MatrixXd::Identity(information_.rows(), information_.cols()));
  product_ = covariance_ * weights_.asDiagonal() * covariance_;
}

}  // namespace calib
