#include "solve/covariance.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "base/errors.hpp"
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

void set_pose_std(const Pose& T_cam_rig, const Matrix6& covariance, CameraStd& std) {
  // The camera center -R't moves by -R'(dt + [t]x w).
  Eigen::Matrix<double, 3, 6> to_center;
  to_center.leftCols<3>() = cross_matrix(T_cam_rig.translation);
  to_center.rightCols<3>().setIdentity();
  to_center = T_cam_rig.rotation.conjugate().toRotationMatrix() * to_center;
  std.rotation_rad = root_diagonal(covariance.topLeftCorner<3, 3>());
  std.translation_m = root_diagonal(covariance.bottomRightCorner<3, 3>());
  std.center_m = root_diagonal(to_center * covariance * to_center.transpose());
}

}  // namespace

Covariance covariance(const Bundle& bundle, int jobs) {
  Covariance result{SharedLayout(bundle)};
  AdjustOptions options;
  options.jobs = jobs;
  const std::optional<NormalEquations> equations = linearize(bundle, result.layout, options);
  require(equations.has_value(), "covariance: a lens cannot project a corner of the bundle");
  result.variance = 2 * equations->cost / equations->degrees_of_freedom();
  const SchurComplement schur = schur_complement(*equations, 0, jobs);
  result.shared = result.variance *
                  invert(bundle, result.layout, schur.information, equations->shared.diagonal());
  add_motion(bundle, *equations, result);
  return result;
}

std::vector<CameraStd> standard_deviations(const Bundle& bundle, const Covariance& covariance) {
  std::vector<CameraStd> result(bundle.cameras.size());
  for (std::size_t i = 0; i < bundle.cameras.size(); ++i) {
    const SharedLayout::Place& place = covariance.layout.cameras[i];
    const bool any_free = std::any_of(place.intrinsics.begin(), place.intrinsics.end(),
                                      [](int column) { return column >= 0; });
    for (const int column : place.intrinsics) {
      if (!any_free) break;
      result[i].parameters.push_back(
          column < 0 ? 0 : std::sqrt(std::max(0.0, covariance.shared(column, column))));
    }
    if (place.pose >= 0) {
      set_pose_std(bundle.cameras[i].T_cam_rig,
                   covariance.shared.block<6, 6>(place.pose, place.pose), result[i]);
    }
  }
  return result;
}

}  // namespace calib
