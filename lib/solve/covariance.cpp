#include "solve/covariance.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "base/append.hpp"
#include "base/errors.hpp"
#include "base/parallel.hpp"
#include "solve/frame_blocks.hpp"
#include "solve/shape_parameters.hpp"

namespace calib {
namespace {

using Matrix6 = Eigen::Matrix<double, 6, 6>;

// The smallest eigenvalue (of the Schur complement scaled to unit diagonal) that is certainly not
// rounding error, which is about 1e-16 times the condition number of the full system.
constexpr double kMinEigenvalue = 1e-13;
// If eliminating the board poses leaves less than this fraction of a parameter's information, that
// remainder is rounding error and the parameter is not determined.
constexpr double kMinInformation = 1e-11;

std::string parameter_at(const Bundle& bundle, const SharedLayout& layout, int column) {
  static constexpr const char* kPoseNames[6] = {"rotation about x", "rotation about y",
                                                "rotation about z", "position in x",
                                                "position in y",    "position in z"};
  static constexpr const char* kClockNames[kClockParameters] = {"time offset", "clock rate",
                                                                "line delay"};
  for (std::size_t i = 0; i < bundle.cameras.size(); ++i) {
    const SharedLayout::Place& place = layout.cameras[i];
    const BundleCamera& camera = bundle.cameras[i];
    const auto found = std::find(place.intrinsics.begin(), place.intrinsics.end(), column);
    if (found != place.intrinsics.end()) {
      return fmt::format(
          "{} of {}",
          parameter_names(
              camera.intrinsics.model)[static_cast<std::size_t>(found - place.intrinsics.begin())],
          camera.name);
    }
    if (place.pose >= 0 && column >= place.pose && column < place.pose + 6)
      return fmt::format("{} of {}", kPoseNames[column - place.pose], camera.name);
    const auto clock = std::find(place.clock.begin(), place.clock.end(), column);
    if (clock != place.clock.end())
      return fmt::format("{} of {}", kClockNames[clock - place.clock.begin()], camera.name);
  }
  return shape_name(bundle.board, column - layout.shape);
}

// Throws UndeterminedError, which names the largest component of an undetermined direction.
[[noreturn]] void refuse(const Bundle& bundle, const SharedLayout& layout,
                         const Eigen::VectorXd& direction) {
  Eigen::Index worst = 0;
  direction.cwiseAbs().maxCoeff(&worst);
  throw UndeterminedError(
      fmt::format("the views do not determine the {}: film the board tilted in several "
                  "directions, near and far, all over the picture",
                  parameter_at(bundle, layout, static_cast<int>(worst))));
}

// The eigenvector of the smallest eigenvalue of a positive definite matrix, and that eigenvalue, by
// inverse iteration.
std::pair<Eigen::VectorXd, double> weakest_direction(const Eigen::LLT<Eigen::MatrixXd>& factor) {
  Eigen::VectorXd x = Eigen::VectorXd::Ones(factor.rows()).normalized();
  double growth = 1;
  for (int i = 0; i < 20; ++i) {
    const Eigen::VectorXd y = factor.solve(x);
    growth = y.norm();
    x = y / growth;
  }
  return {x, 1 / growth};
}

// The inverse of the information matrix (lower triangle), which is scaled to unit diagonal first so
// that units do not matter. `alone` is its diagonal if all board poses were known.
Eigen::MatrixXd invert(const Bundle& bundle, const SharedLayout& layout,
                       const Eigen::MatrixXd& information, const Eigen::VectorXd& alone) {
  for (Eigen::Index i = 0; i < alone.size(); ++i) {
    if (!(information(i, i) > kMinInformation * alone[i]))
      refuse(bundle, layout, Eigen::VectorXd::Unit(alone.size(), i));
  }
  const Eigen::VectorXd scale = information.diagonal().cwiseMax(1e-300).cwiseSqrt().cwiseInverse();
  Eigen::MatrixXd scaled = scale.asDiagonal() * information * scale.asDiagonal();
  scaled.triangularView<Eigen::StrictlyUpper>() = scaled.transpose();
  const Eigen::LLT<Eigen::MatrixXd> factor(scaled);
  if (factor.info() != Eigen::Success) {
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(scaled);
    refuse(bundle, layout, eigen.eigenvectors().col(0));
  }
  const auto [direction, eigenvalue] = weakest_direction(factor);
  if (!(eigenvalue > kMinEigenvalue)) refuse(bundle, layout, direction);
  const Eigen::MatrixXd inverse =
      factor.solve(Eigen::MatrixXd::Identity(scaled.rows(), scaled.cols()));
  return scale.asDiagonal() * inverse * scale.asDiagonal();
}

// The Jacobian from the small motion (w, t) of T_rig_board to the same motion of the board's points
// in the rig frame: p -> p + w x p + t.
Matrix6 to_rig_motion(const Pose& T_rig_board) {
  Matrix6 to_rig = Matrix6::Identity();
  to_rig.bottomLeftCorner<3, 3>() = cross_matrix(T_rig_board.translation);
  return to_rig;
}

// The prior of the shape of a printed board: standard deviations of its bow and twist, in units of
// its larger side, and of the height of its squares.
constexpr double kBowPrior = 0.01, kStretchPrior = 0.003;
constexpr std::size_t kMostBlocks = 32;
// How many standard deviations of chance, of the variance of one parameter that independent errors
// show, make blocks of frames suspicious: 1.4 times the variance with 32 equal blocks.
constexpr double kMinChances = 1.6;
constexpr double kMinCorrelatedFrames = 1.5;  // from this number on there is a finding
// A block counts with a little less than its weight where it is left out, so that the rest always
// determines what all blocks determine.
constexpr double kLeftOutWeight = 0.98;
constexpr const char* kNotProjected = "covariance: a lens cannot project a corner of the bundle";
constexpr Eigen::Index kInvertedColumns = 64;               // at a time
constexpr std::size_t kMostDoubles = std::size_t{1} << 25;  // 256 MB

// The covariance of the mean motion of the boards over all frames, and its cross-covariance with
// the shared parameters. With V = board_block and W = shared_board_block of a frame, the motion of
// its board is -V^-1 W' s plus noise of covariance V^-1, where s is the step of the shared
// parameters.
void add_motion(const Bundle& bundle, const NormalEquations& equations, Covariance& result) {
  const double count = static_cast<double>(equations.frames.size());
  Eigen::MatrixXd mean_response = Eigen::MatrixXd::Zero(result.shared.rows(), 6);
  result.motion.setZero();
  for (const FrameEquations& frame : equations.frames) {
    const Matrix6 to_rig = to_rig_motion(bundle.board_poses[frame.board_pose]) / count;
    const Eigen::LDLT<Matrix6> board_block(frame.board_block);
    result.motion += to_rig * board_block.solve(to_rig.transpose());
    const Eigen::MatrixXd part = frame.shared_board_block * board_block.solve(to_rig.transpose());
    for (const ColumnRun& run : frame.runs)
      mean_response.middleRows(run.column, run.count) += part.middleRows(run.row, run.count);
  }
  result.motion *= result.variance;
  result.shared_motion = -result.shared * mean_response;
  result.motion -= mean_response.transpose() * result.shared_motion;
}

Eigen::Vector3d root_diagonal(const Eigen::Matrix3d& covariance) {
  return covariance.diagonal().cwiseMax(0).cwiseSqrt();
}

// The largest of the values that `of` gives for the covariances.
template <class Value, class Of>
Value largest(const std::vector<Covariance>& covariances, const Of& of) {
  Value result = of(covariances.front());
  for (const Covariance& each : covariances) result = result.cwiseMax(of(each));
  return result;
}

void set_pose_std(const Pose& T_cam_rig, int column, const std::vector<Covariance>& covariances,
                  CameraStd& std) {
  // The camera center -R't moves by -R'(dt + [t]x w).
  Eigen::Matrix<double, 3, 6> to_center;
  to_center.leftCols<3>() = cross_matrix(T_cam_rig.translation);
  to_center.rightCols<3>().setIdentity();
  to_center = T_cam_rig.rotation.conjugate().toRotationMatrix() * to_center;
  const auto of_pose = [&](const auto& part) {
    return largest<Eigen::Vector3d>(covariances, [&](const Covariance& each) {
      return root_diagonal(part(Matrix6(each.shared.block<6, 6>(column, column))));
    });
  };
  std.rotation_rad =
      of_pose([](const Matrix6& pose) -> Eigen::Matrix3d { return pose.topLeftCorner<3, 3>(); });
  std.translation_m = of_pose(
      [](const Matrix6& pose) -> Eigen::Matrix3d { return pose.bottomRightCorner<3, 3>(); });
  std.center_m = of_pose([&](const Matrix6& pose) -> Eigen::Matrix3d {
    return to_center * pose * to_center.transpose();
  });
}

// Adds the prior of the shape of a single board.
void add_shape_prior(const Board& board, const Covariance& result, Eigen::MatrixXd& information) {
  const double side = flat_extent(board).maxCoeff();
  for (int k = 0; k < result.layout.board_parameter_count; ++k) {
    const double prior =
        kShapeFields[k] == &BoardShape::stretch_y ? kStretchPrior : kBowPrior * side;
    const int column = result.layout.shape + k;
    information(column, column) += result.variance / (prior * prior);
  }
}

// Adds the uncertainty that remains if the squares of a board are not square: it is not known
// whether their width or their height is right, and so the scale of the rig is uncertain.
void add_scale(const Bundle& bundle, Covariance& result) {
  const double scale = bundle.board.shape.stretch_y / 2;
  Eigen::VectorXd change = Eigen::VectorXd::Zero(result.layout.size);
  for (std::size_t i = 0; i < bundle.cameras.size(); ++i) {
    const int pose = result.layout.cameras[i].pose;
    if (pose >= 0) change.segment<3>(pose + 3) = scale * bundle.cameras[i].T_cam_rig.translation;
  }
  result.shared += change * change.transpose();
  result.scale_std = std::abs(scale);
}

// The bundle with the shape of a single board free, unless the board is exact.
Bundle with_free_shape(const Bundle& bundle, bool exact_board) {
  Bundle free = bundle;
  if (free.board.parts.empty()) free.free_board_parameters = exact_board ? 0 : kBoardShapeCount;
  return free;
}

// Fills in the covariance of independent errors with the variance of `result`, and returns the
// information of the shared parameters.
Eigen::MatrixXd set_independent(const Bundle& free, const NormalEquations& equations,
                                bool exact_board, int jobs, Covariance& result) {
  result.frames = static_cast<double>(equations.frames.size());
  Eigen::MatrixXd information = schur_complement(equations, 0, jobs).information;
  if (free.board.parts.empty() && !exact_board) add_shape_prior(free.board, result, information);
  result.shared =
      result.variance * invert(free, result.layout, information, equations.shared.diagonal());
  add_motion(free, equations, result);
  return information;
}

// The normal equations of each block, without priors. Returns nullopt if a corner cannot be
// projected.
std::optional<std::vector<NormalEquations>> linearize_blocks(const Bundle& bundle,
                                                             const SharedLayout& layout,
                                                             const std::vector<FrameBlock>& blocks,
                                                             int jobs) {
  std::vector<std::optional<NormalEquations>> found(blocks.size());
  parallel_for(blocks.size(), jobs, [&](std::size_t b) {
    found[b] = linearize_views(bundle, blocks[b].views, layout, {});
  });
  std::vector<NormalEquations> result;
  for (auto& each : found) {
    if (!each) return std::nullopt;
    result.push_back(std::move(*each));
  }
  return result;
}

// The sum of the blocks, with the priors of the lenses.
NormalEquations joined(const Bundle& bundle, const SharedLayout& layout,
                       const std::vector<NormalEquations>& blocks) {
  NormalEquations sum = blocks.front();
  for (std::size_t b = 1; b < blocks.size(); ++b) {
    sum.shared += blocks[b].shared;
    sum.gradient += blocks[b].gradient;
    sum.cost += blocks[b].cost;
    sum.residuals += blocks[b].residuals;
    append(sum.frames, blocks[b].frames);
  }
  add_priors(bundle, layout, sum);
  return sum;
}

// The diagonal of the inverse of L L': column k of the inverse of L is 0 above row k.
Eigen::VectorXd diagonal_of_inverse(const Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>>& factor) {
  const Eigen::Index size = factor.rows();
  Eigen::VectorXd result(size);
  for (Eigen::Index begin = 0; begin < size; begin += kInvertedColumns) {
    const Eigen::Index rest = size - begin, count = std::min(kInvertedColumns, rest);
    Eigen::MatrixXd columns = Eigen::MatrixXd::Identity(rest, count);
    factor.matrixLLT()
        .bottomRightCorner(rest, rest)
        .triangularView<Eigen::Lower>()
        .solveInPlace(columns);
    result.segment(begin, count) = columns.colwise().squaredNorm().transpose();
  }
  return result;
}

// The change of the result if a block is left out, and the diagonal of the inverse of the
// information that is left. Returns nullopt if that is not positive definite.
struct LeftOut {
  Eigen::VectorXd change, inverse_diagonal;
};
std::optional<LeftOut> leave_out(const Eigen::MatrixXd& information, SchurComplement own) {
  Eigen::MatrixXd& rest = own.information;  // large systems are slow to allocate
  rest = information - kLeftOutWeight * rest;
  const Eigen::VectorXd scale = rest.diagonal().cwiseMax(1e-300).cwiseSqrt().cwiseInverse();
  rest = scale.asDiagonal() * rest * scale.asDiagonal();
  const Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>> factor(rest);  // of the lower triangle
  if (factor.info() != Eigen::Success) return std::nullopt;
  LeftOut result;
  result.change = scale.asDiagonal() * factor.solve(scale.asDiagonal() * own.gradient);
  result.inverse_diagonal = scale.cwiseAbs2().cwiseProduct(diagonal_of_inverse(factor));
  if (!result.change.allFinite() || !result.inverse_diagonal.allFinite()) return std::nullopt;
  return result;
}

// The jackknife covariance of the shared parameters, and what each block adds to its diagonal on
// average if errors are independent (parameters x blocks). With C = S^-1, the gradient of a block
// at the solution then has the covariance S_b - S_b C S_b, and d_b that of (S - S_b)^-1 - C.
struct Jackknife {
  Eigen::MatrixXd covariance, by_chance;
};
Jackknife jackknife(const std::vector<NormalEquations>& blocks, const Eigen::MatrixXd& information,
                    const Covariance& independent, int jobs) {
  const auto count = static_cast<double>(blocks.size());
  const Eigen::VectorXd all = independent.shared.diagonal() / independent.variance;
  std::vector<Eigen::VectorXd> changes(blocks.size());
  Jackknife result{
      Eigen::MatrixXd::Zero(information.rows(), information.cols()),
      Eigen::MatrixXd::Zero(information.rows(), static_cast<Eigen::Index>(blocks.size()))};
  parallel_for(blocks.size(), jobs, [&](std::size_t b) {
    SchurComplement own = schur_complement(blocks[b], 0, 1);
    const Eigen::VectorXd gradient = own.gradient;
    if (auto left_out = leave_out(information, std::move(own))) {
      changes[b] = std::move(left_out->change);
      result.by_chance.col(static_cast<Eigen::Index>(b)) =
          (left_out->inverse_diagonal - all).cwiseMax(0);
    } else {
      changes[b] = solve_information(information, gradient)
                       .value_or(Eigen::VectorXd::Zero(information.rows()));
    }
  });
  for (const Eigen::VectorXd& change : changes) result.covariance += change * change.transpose();
  result.covariance *= (count - 1) / count;
  result.by_chance *= independent.variance * (count - 1) / count;
  return result;
}

}  // namespace

Covariance covariance(const Bundle& bundle, int jobs) {
  Covariance result{SharedLayout(bundle, Clocks::kFree)};
  AdjustOptions options;
  options.jobs = jobs;
  const std::optional<NormalEquations> equations = linearize(bundle, result.layout, options);
  require(equations.has_value(), kNotProjected);
  result.variance = 2 * equations->cost / equations->degrees_of_freedom();
  const SchurComplement schur = schur_complement(*equations, 0, jobs);
  result.shared = result.variance *
                  invert(bundle, result.layout, schur.information, equations->shared.diagonal());
  add_motion(bundle, *equations, result);
  return result;
}

namespace {

// Whether blocks of frames show more variance than chance gives for independent errors: for any
// camera the mean over its parameters of the one over the other. Few blocks, or blocks that differ
// much in what they tell, leave more to chance.
bool exceeds_chance(const SharedLayout& layout, const Jackknife& found) {
  for (const SharedLayout::Place& place : layout.cameras) {
    std::vector<int> columns;
    for (const int column : place.intrinsics) {
      if (column >= 0) columns.push_back(column);
    }
    for (int k = 0; place.pose >= 0 && k < 6; ++k) columns.push_back(place.pose + k);
    double ratio = 0, deviation = 0, count = 0;
    for (const int column : columns) {
      const auto parts = found.by_chance.row(column);
      const double expected = parts.sum();
      if (!(expected > 0)) continue;
      ratio += found.covariance(column, column) / expected;
      deviation += std::sqrt(2 * parts.squaredNorm()) / expected;
      ++count;
    }
    if (ratio > count + kMinChances * deviation) return true;
  }
  return false;
}

}  // namespace

std::vector<Covariance> stated_covariances(const Bundle& bundle, CovarianceKind kind,
                                           bool exact_board, int jobs) {
  if (kind == CovarianceKind::kIndependent) return {covariance(bundle, jobs)};
  const Bundle free = with_free_shape(bundle, exact_board);
  Covariance independent{SharedLayout(free, Clocks::kFree)};
  const SharedLayout& layout = independent.layout;
  const std::size_t most = std::clamp<std::size_t>(
      kMostDoubles / static_cast<std::size_t>(std::max(1, layout.size * layout.size)), 8,
      kMostBlocks);
  independent.correlated_frames = correlated_frames(free, jobs);
  const auto blocks =
      linearize_blocks(free, layout, frame_blocks(free, independent.correlated_frames, most), jobs);
  require(blocks.has_value() && !blocks->empty(), kNotProjected);
  const NormalEquations equations = joined(free, layout, *blocks);
  independent.variance = 2 * equations.cost / equations.degrees_of_freedom();
  const Eigen::MatrixXd information =
      set_independent(free, equations, exact_board, jobs, independent);
  Covariance by_block{independent.layout, independent.variance};
  const Jackknife found = jackknife(*blocks, information, independent, jobs);
  by_block.shared = found.covariance;
  add_motion(free, equations, by_block);
  const bool is_clustered = exceeds_chance(layout, found);
  if (independent.correlated_frames > kMinCorrelatedFrames) {
    for (Eigen::MatrixXd* each : {&independent.shared, &independent.shared_motion})
      *each *= independent.correlated_frames;
    independent.motion *= independent.correlated_frames;
  }
  for (Covariance* each : {&independent, &by_block}) add_scale(bundle, *each);
  if (!is_clustered) return {std::move(independent)};
  return {std::move(independent), std::move(by_block)};
}

Covariance expected_covariance(const Bundle& bundle, bool exact_board, int jobs) {
  const Bundle free = with_free_shape(bundle, exact_board);
  Covariance result{SharedLayout(free, Clocks::kFree)};
  const auto equations = linearize(free, result.layout, {.jobs = jobs});
  require(equations.has_value(), kNotProjected);
  set_independent(free, *equations, exact_board, jobs, result);
  add_scale(bundle, result);
  return result;
}

void add_repeat_finding(const std::vector<Covariance>& covariances,
                        std::vector<Finding>& findings) {
  const Covariance& first = covariances.front();
  if (first.correlated_frames < kMinCorrelatedFrames) return;
  findings.push_back({.code = FindingCode::kErrorsRepeat,
                      .numbers = {{"frames", first.frames},
                                  {"independent", first.frames / first.correlated_frames}}});
}

std::vector<CameraStd> standard_deviations(const Bundle& bundle,
                                           const std::vector<Covariance>& covariances) {
  std::vector<CameraStd> result(bundle.cameras.size());
  const Eigen::VectorXd variances = largest<Eigen::VectorXd>(
      covariances,
      [](const Covariance& each) -> Eigen::VectorXd { return each.shared.diagonal(); });
  for (std::size_t i = 0; i < bundle.cameras.size(); ++i) {
    const SharedLayout::Place& place = covariances.front().layout.cameras[i];
    const bool any_free = std::any_of(place.intrinsics.begin(), place.intrinsics.end(),
                                      [](int column) { return column >= 0; });
    for (const int column : place.intrinsics) {
      if (!any_free) break;
      result[i].parameters.push_back(column < 0 ? 0 : std::sqrt(std::max(0.0, variances[column])));
    }
    if (place.pose >= 0)
      set_pose_std(bundle.cameras[i].T_cam_rig, place.pose, covariances, result[i]);
  }
  return result;
}

}  // namespace calib
