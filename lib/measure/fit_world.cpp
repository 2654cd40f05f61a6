#include "measure/fit_world.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "base/errors.hpp"
#include "geometry/small_systems.hpp"
#include "measure/chi_square.hpp"
#include "measure/fit_floor.hpp"

namespace calib {
namespace {

struct Centered {
  Eigen::Vector3d rig = Eigen::Vector3d::Zero(), world = Eigen::Vector3d::Zero();
};

// The weighted middle of the pairs.
Centered middle_of(const std::vector<WorldPair>& pairs, const std::vector<double>& weights) {
  Centered middle;
  double sum = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    middle.rig += weights[i] * pairs[i].in_rig;
    middle.world += weights[i] * pairs[i].in_world;
    sum += weights[i];
  }
  return {middle.rig / sum, middle.world / sum};
}

std::vector<double> weights_of(const std::vector<WorldPair>& pairs, double sigma_m) {
  constexpr double kLeastVariance = 1e-12;  // (1 um)^2
  std::vector<double> weights;
  weights.reserve(pairs.size());
  for (const WorldPair& pair : pairs) {
    const double sigma = pair.sigma_m > 0 ? pair.sigma_m : sigma_m;
    weights.push_back(1 / (kLeastVariance + sigma * sigma + pair.noise.trace() / 3));
  }
  return weights;
}

// Umeyama's solution: rotation, then scale, then translation.
struct SimilarityStart {
  Pose pose;
  double scale = 1;
};
SimilarityStart start_of(const std::vector<WorldPair>& pairs, bool with_scale) {
  const std::vector<double> weights = weights_of(pairs, 0);
  const Centered middle = middle_of(pairs, weights);
  Eigen::Matrix3d product = Eigen::Matrix3d::Zero();
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    product += weights[i] * (pairs[i].in_world - middle.world) *
               (pairs[i].in_rig - middle.rig).transpose();
  }
  SimilarityStart start;
  start.pose.rotation = Eigen::Quaterniond(nearest_rotation(product / product.norm()));
  if (with_scale) start.scale = best_scale(pairs);
  start.pose.translation = middle.world - start.pose.rotation * (start.scale * middle.rig);
  return start;
}

// The derivatives of the pairs' positions in the world by the motion (w, t) and, if `count` is 7,
// the relative scale; 3 rows per pair.
Eigen::MatrixXd world_jacobian(const std::vector<WorldPair>& pairs, const Pose& pose, double scale,
                               int count) {
  Eigen::MatrixXd jacobian(3 * static_cast<Eigen::Index>(pairs.size()), count);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const Eigen::Vector3d arm = pose.rotation * (scale * pairs[i].in_rig);
    auto rows = jacobian.middleRows<3>(3 * static_cast<Eigen::Index>(i));
    rows.leftCols<3>() = -cross_matrix(arm);
    rows.middleCols<3>(3).setIdentity();
    if (count > 6) rows.col(6) = arm;
  }
  return jacobian;
}

// The spread of the pairs in the world.
Eigen::MatrixXd turned_spread(const Eigen::MatrixXd& spread, const Eigen::Matrix3d& turn) {
  Eigen::MatrixXd turned = spread;
  for (Eigen::Index at = 0; at + 3 <= spread.cols(); at += 3)
    turned.middleCols<3>(at) = spread.middleCols<3>(at) * turn.transpose();
  return turned;
}

Eigen::MatrixXd joint_of_pairs(const WorldPairs& pairs, const Pose& pose, double scale,
                               double sigma_m) {
  constexpr double kLeastVariance = 1e-14;  // (0.1 um)^2
  const Eigen::Matrix3d turn = scale * pose.rotation.toRotationMatrix();
  const auto size = 3 * static_cast<Eigen::Index>(pairs.pairs.size());
  Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(size, size);
  if (!pairs.spreads.empty()) {
    const Eigen::MatrixXd spread = turned_spread(pairs.spreads.front(), turn);
    covariance = spread.transpose() * spread;
  }
  for (std::size_t i = 0; i < pairs.pairs.size(); ++i) {
    const WorldPair& pair = pairs.pairs[i];
    const double sigma = pair.sigma_m > 0 ? pair.sigma_m : sigma_m;
    covariance.block<3, 3>(3 * static_cast<Eigen::Index>(i), 3 * static_cast<Eigen::Index>(i)) +=
        turn * pair.noise * turn.transpose() +
        (sigma * sigma + kLeastVariance) * Eigen::Matrix3d::Identity();
  }
  return covariance;
}

// The gain of a generalized least-squares fit: the derivatives of the world pose by the errors of
// the pairs.
Eigen::MatrixXd gain_of(const Eigen::MatrixXd& jacobian, const Eigen::MatrixXd& covariance,
                        Eigen::MatrixXd& inverse) {
  const Eigen::LLT<Eigen::MatrixXd> factor(covariance);
  require(factor.info() == Eigen::Success,
          "the positions of the points are not known well enough to place the rig: measure more of "
          "them");
  const Eigen::MatrixXd weighted = factor.solve(jacobian);
  inverse = (jacobian.transpose() * weighted).inverse();
  return inverse * weighted.transpose();
}

// The errors of the world for this fit.
void set_errors(const WorldPairs& pairs, double scale, const Eigen::MatrixXd& gain,
                const Eigen::MatrixXd& inverse, WorldFrame& world) {
  const Eigen::Index count = gain.rows();
  const Eigen::Matrix3d turn = scale * world.T_world_rig.rotation.toRotationMatrix();
  world.covariance.setZero();
  world.covariance.topLeftCorner(count, count) = inverse;
  world.by_calibration.clear();
  for (std::size_t f = 0; f < pairs.spreads.size(); ++f) {
    Eigen::Matrix<double, WorldFrame::kCount, Eigen::Dynamic> link(WorldFrame::kCount,
                                                                   pairs.spreads[f].rows());
    link.setZero();
    link.topRows(count) = -gain * turned_spread(pairs.spreads[f], turn).transpose();
    if (f == 0) world.covariance -= link * link.transpose();
    world.by_calibration.push_back(std::move(link));
  }
  world.covariance = ((world.covariance + world.covariance.transpose()) / 2).eval();
  world.covariance.diagonal() = world.covariance.diagonal().cwiseMax(0).eval();
}

Eigen::VectorXd residuals_of(const std::vector<WorldPair>& pairs, const Pose& pose, double scale) {
  Eigen::VectorXd residuals(3 * static_cast<Eigen::Index>(pairs.size()));
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    residuals.segment<3>(3 * static_cast<Eigen::Index>(i)) =
        pairs[i].in_world - pose * (scale * pairs[i].in_rig);
  }
  return residuals;
}

// The noise of the measured positions that explains the residuals beyond what the pixels explain.
double sigma_from(const WorldPairs& pairs, const Eigen::VectorXd& residuals, int count) {
  constexpr double kLeastSigma_m = 1e-5, kUnknownSigma_m = 1e-3;
  const double freedom = static_cast<double>(residuals.size() - count);
  if (freedom < 3) return kUnknownSigma_m;
  double explained = 0;
  for (const WorldPair& pair : pairs.pairs) explained += pair.noise.trace();
  const double share = freedom / static_cast<double>(residuals.size());
  const double variance = (residuals.squaredNorm() - share * explained) / freedom;
  return std::sqrt(std::max(kLeastSigma_m * kLeastSigma_m, variance));
}

// The chi-square of the residuals over its redundancy; 1 if chance explains it.
double misfit_of(const Eigen::VectorXd& residuals, const Eigen::MatrixXd& covariance, int count) {
  constexpr double kSigmas = 4.5;
  const auto redundancy = static_cast<int>(residuals.size()) - count;
  if (redundancy < 1) return 1;
  const double chi_square = residuals.dot(covariance.llt().solve(residuals));
  return chi_square > chi_square_quantile(redundancy, kSigmas) ? chi_square / redundancy : 1;
}

std::vector<WorldPair> pairs_without(const std::vector<WorldPair>& pairs, std::size_t left_out) {
  std::vector<WorldPair> others = pairs;
  others.erase(others.begin() + static_cast<std::ptrdiff_t>(left_out));
  return others;
}

double start_rms_m(const std::vector<WorldPair>& pairs, bool with_scale) {
  const SimilarityStart start = start_of(pairs, with_scale);
  return std::sqrt(residuals_of(pairs, start.pose, start.scale).squaredNorm() /
                   static_cast<double>(pairs.size()));
}

}  // namespace

double flatness_of_line(const std::vector<Eigen::Vector3d>& points) {
  Eigen::Vector3d middle = Eigen::Vector3d::Zero();
  for (const Eigen::Vector3d& point : points) middle += point / static_cast<double>(points.size());
  Eigen::Matrix3d scatter = Eigen::Matrix3d::Zero();
  for (const Eigen::Vector3d& point : points)
    scatter += (point - middle) * (point - middle).transpose();
  const Eigen::Vector3d values =
      Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d>(scatter).eigenvalues().cwiseMax(0);
  return values[2] > 0 ? std::sqrt(values[1] / values[2]) : 0;
}

double best_scale(const std::vector<WorldPair>& pairs) {
  const Centered middle = middle_of(pairs, std::vector<double>(pairs.size(), 1));
  double rig = 0, world = 0;
  for (const WorldPair& pair : pairs) {
    rig += (pair.in_rig - middle.rig).squaredNorm();
    world += (pair.in_world - middle.world).squaredNorm();
  }
  return std::sqrt(world / rig);
}

WorldFit fit_world(const WorldPairs& pairs, bool with_scale) {
  const std::vector<WorldPair>& all = pairs.pairs;
  require(all.size() >= 3,
          fmt::format("found {} measured points that could be placed, expected at least three that "
                      "are not on one line",
                      all.size()));
  std::vector<Eigen::Vector3d> positions;
  positions.reserve(all.size());
  for (const WorldPair& pair : all) positions.push_back(pair.in_world);
  require(flatness_of_line(positions) > kLeastFlatness,
          "the measured points lie on one line, so that the rig could turn about it: add a point "
          "beside the line");
  const int count = with_scale ? 7 : 6;
  const SimilarityStart start = start_of(all, with_scale);
  WorldFit fit;
  fit.world.T_world_rig = start.pose;
  fit.scale = start.scale;
  fit.sigma_m = sigma_from(pairs, residuals_of(all, start.pose, start.scale), count);
  Eigen::MatrixXd inverse, gain;
  constexpr int kSteps = 4;  // the start is good, and the problem almost linear
  for (int step = 0; step <= kSteps; ++step) {
    const Pose& pose = fit.world.T_world_rig;
    const Eigen::VectorXd residuals = residuals_of(all, pose, fit.scale);
    gain = gain_of(world_jacobian(all, pose, fit.scale, count),
                   joint_of_pairs(pairs, pose, fit.scale, fit.sigma_m), inverse);
    if (step == kSteps) break;
    const Eigen::VectorXd change = gain * residuals;
    const Eigen::Matrix<double, 6, 1> motion = change.head<6>();
    fit.world.T_world_rig = retract(pose, motion);
    if (with_scale) fit.scale *= 1 + change[6];
  }
  const Eigen::VectorXd residuals = residuals_of(all, fit.world.T_world_rig, fit.scale);
  fit.misfit = misfit_of(
      residuals, joint_of_pairs(pairs, fit.world.T_world_rig, fit.scale, fit.sigma_m), count);
  set_errors(pairs, fit.scale, gain, fit.misfit * inverse, fit.world);
  for (std::size_t i = 0; i < all.size(); ++i)
    fit.residuals_m.emplace_back(residuals.segment<3>(3 * static_cast<Eigen::Index>(i)));
  fit.rms_m = std::sqrt(residuals.squaredNorm() / static_cast<double>(all.size()));
  return fit;
}

std::optional<std::size_t> odd_pair(const std::vector<WorldPair>& pairs, bool with_scale) {
  constexpr std::size_t kFewest = 4;
  if (pairs.size() < kFewest) return std::nullopt;
  std::vector<double> without;
  without.reserve(pairs.size());
  for (std::size_t i = 0; i < pairs.size(); ++i)
    without.push_back(start_rms_m(pairs_without(pairs, i), with_scale));
  return odd_one_out(start_rms_m(pairs, with_scale), without);
}

double distance_from_others(const std::vector<WorldPair>& pairs, std::size_t odd, bool with_scale) {
  const SimilarityStart start = start_of(pairs_without(pairs, odd), with_scale);
  return (pairs[odd].in_world - start.pose * (start.scale * pairs[odd].in_rig)).norm();
}

WorldFrame errors_of_world(const WorldPairs& pairs, const Pose& T_world_rig) {
  WorldFrame world{T_world_rig};
  Eigen::MatrixXd inverse;
  const Eigen::MatrixXd gain = gain_of(world_jacobian(pairs.pairs, T_world_rig, 1, 6),
                                       joint_of_pairs(pairs, T_world_rig, 1, 0), inverse);
  set_errors(pairs, 1, gain, inverse, world);
  return world;
}

namespace {

void scale_board(Board& board, double scale) {
  board.square_m *= scale;
  board.marker_m *= scale;
  for (double* length : {&board.shape.bow_x_m, &board.shape.bow_y_m, &board.shape.twist_m})
    *length *= scale;
  if (board.T_board_part) board.T_board_part->translation *= scale;
  for (Board& part : board.parts) scale_board(part, scale);
}

}  // namespace

void scale_rig(Calibration& calibration, double scale) {
  for (Camera& camera : calibration.cameras) {
    if (camera.T_cam_rig) camera.T_cam_rig->translation *= scale;
    if (camera.std.translation_m) *camera.std.translation_m *= scale;
    if (camera.std.center_m) *camera.std.center_m *= scale;
    if (camera.uncertainty) camera.uncertainty->distance_m *= scale;
  }
  for (auto& [frame, T_rig_board] : calibration.frames) T_rig_board.translation *= scale;
  scale_board(calibration.board, scale);
  if (!calibration.covariance) return;
  Eigen::Index at = 0;
  for (const JointCovariance::Columns& columns : calibration.covariance->columns) {
    at += columns.count();
    if (!columns.pose) continue;
    for (JointCovariance::Factor& factor : calibration.covariance->factors)
      factor.std.segment<3>(at - 3) *= scale;
  }
}

}  // namespace calib
