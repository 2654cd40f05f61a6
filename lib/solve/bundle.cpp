#include "solve/bundle.hpp"

#include <ceres/manifold.h>
#include <ceres/problem.h>
#include <ceres/solver.h>
#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <memory>

#include "base/errors.hpp"
#include "base/interrupt.hpp"
#include "solve/board_pose.hpp"
#include "solve/reprojection.hpp"

namespace calib {
namespace {

// The values of a bundle as the solver and the Jacobians want them: blocks in one piece of memory,
// in a fixed order, since the solver orders blocks by address and its rounding follows the order.
class Blocks {
 public:
  explicit Blocks(const Bundle& bundle) {
    for (const BundleCamera& camera : bundle.cameras) {
      intrinsics_.push_back(append(camera.intrinsics.parameters));
      camera_poses_.push_back(append(to_block(camera.T_cam_rig)));
    }
    for (const Pose& pose : bundle.board_poses) board_poses_.push_back(append(to_block(pose)));
  }

  std::array<double*, 3> of(const BundleView& view) {
    return {values_.data() + intrinsics_[view.camera], values_.data() + camera_poses_[view.camera],
            values_.data() + board_poses_[view.board_pose]};
  }

  void store(Bundle& bundle) const {
    for (std::size_t i = 0; i < bundle.cameras.size(); ++i) {
      BundleCamera& camera = bundle.cameras[i];
      std::copy_n(values_.data() + intrinsics_[i], camera.intrinsics.parameters.size(),
                  camera.intrinsics.parameters.begin());
      if (camera.pose_free) camera.T_cam_rig = to_pose(values_.data() + camera_poses_[i]);
    }
    for (std::size_t i = 0; i < board_poses_.size(); ++i) {
      bundle.board_poses[i] = to_pose(values_.data() + board_poses_[i]);
    }
  }

 private:
  template <class Block>
  std::size_t append(const Block& block) {
    values_.insert(values_.end(), block.begin(), block.end());
    return values_.size() - block.size();
  }

  std::vector<double> values_;
  std::vector<std::size_t> intrinsics_, camera_poses_, board_poses_;  // where each block starts
};

std::unique_ptr<ceres::CostFunction> cost_of(const Bundle& bundle, const BundleView& view) {
  return reprojection_cost(bundle.cameras[view.camera].intrinsics.model, bundle.board,
                           view.corners);
}

// The indices of intrinsics that a partial stage holds: all but fx, fy and the first distortion
// coefficient.
std::vector<int> held_parameters(const BundleCamera& camera) {
  std::vector<int> held = {2, 3};
  for (int i = 5; i < static_cast<int>(camera.intrinsics.parameters.size()); ++i) held.push_back(i);
  return held;
}

void add_intrinsics(ceres::Problem& problem, const BundleCamera& camera, double* block) {
  const int size = static_cast<int>(camera.intrinsics.parameters.size());
  problem.AddParameterBlock(block, size);
  if (camera.free == FreeIntrinsics::kNone) problem.SetParameterBlockConstant(block);
  if (camera.free == FreeIntrinsics::kFocalAndFirstRadial) {
    problem.SetManifold(block, new ceres::SubsetManifold(size, held_parameters(camera)));
  }
}

// Lets Ctrl-C end a long solve between iterations.
class InterruptCallback final : public ceres::IterationCallback {
 public:
  ceres::CallbackReturnType operator()(const ceres::IterationSummary&) override {
    return interrupt_requested() ? ceres::SOLVER_ABORT : ceres::SOLVER_CONTINUE;
  }
};

ceres::Solver::Options solver_options(std::size_t cameras) {
  ceres::Solver::Options options;
  // The reduced system is small and full for a few cameras, large and sparse for many.
  options.linear_solver_type = cameras <= 16 ? ceres::DENSE_SCHUR : ceres::SPARSE_SCHUR;
  options.max_num_iterations = 200;
  options.function_tolerance = 1e-12;
  options.parameter_tolerance = 1e-12;
  options.gradient_tolerance = 1e-12;
  options.max_num_consecutive_invalid_steps = 50;
  options.num_threads = 1;
  options.logging_type = ceres::SILENT;
  return options;
}

}  // namespace

void adjust(Bundle& bundle) {
  if (bundle.views.empty()) return;
  Blocks blocks(bundle);
  ceres::Problem problem;
  auto ordering = std::make_shared<ceres::ParameterBlockOrdering>();
  std::vector<bool> camera_seen(bundle.cameras.size()), pose_seen(bundle.board_poses.size());
  for (const BundleView& view : bundle.views) {
    const BundleCamera& camera = bundle.cameras[view.camera];
    const auto [intrinsics, camera_pose, board_pose] = blocks.of(view);
    if (!camera_seen[view.camera]) {
      camera_seen[view.camera] = true;
      add_intrinsics(problem, camera, intrinsics);
      problem.AddParameterBlock(camera_pose, 6);
      if (!camera.pose_free) problem.SetParameterBlockConstant(camera_pose);
      ordering->AddElementToGroup(intrinsics, 1);
      ordering->AddElementToGroup(camera_pose, 1);
    }
    if (!pose_seen[view.board_pose]) {
      pose_seen[view.board_pose] = true;
      problem.AddParameterBlock(board_pose, 6);
      ordering->AddElementToGroup(board_pose, 0);
    }
    problem.AddResidualBlock(cost_of(bundle, view).release(), nullptr, intrinsics, camera_pose,
                             board_pose);
  }
  ceres::Solver::Options options = solver_options(bundle.cameras.size());
  options.linear_solver_ordering = ordering;
  InterruptCallback interrupt;
  options.callbacks.push_back(&interrupt);
  ceres::Solver::Summary summary;
  ceres::Solve(options, &problem, &summary);
  throw_if_interrupted();
  if (!summary.IsSolutionUsable()) {
    throw UndeterminedError(fmt::format("the bundle adjustment failed: {}", summary.message));
  }
  blocks.store(bundle);
}

std::vector<Eigen::Vector2d> view_errors(const Bundle& bundle, const BundleView& view) {
  const BundleCamera& camera = bundle.cameras[view.camera];
  return reprojection_errors(Projector(camera.intrinsics), bundle.board,
                             camera.T_cam_rig * bundle.board_poses[view.board_pose], view.corners);
}

namespace {

// Where each camera's free parameters stand among the shared ones: offset and count of intrinsics
// and of the pose.
struct SharedLayout {
  struct Place {
    int intrinsics = 0, intrinsics_count = 0, pose = 0, pose_count = 0;
  };
  std::vector<Place> cameras;
  int size = 0;

  explicit SharedLayout(const Bundle& bundle) {
    for (const BundleCamera& camera : bundle.cameras) {
      Place place;
      place.intrinsics = size;
      place.intrinsics_count = camera.free == FreeIntrinsics::kNone
                                   ? 0
                                   : static_cast<int>(camera.intrinsics.parameters.size());
      place.pose = size + place.intrinsics_count;
      place.pose_count = camera.pose_free ? 6 : 0;
      size = place.pose + place.pose_count;
      cameras.push_back(place);
    }
  }
};

// J'J with the board poses eliminated, and the residuals' variance.
struct ReducedSystem {
  Eigen::MatrixXd information;
  double variance = 1;
};

ReducedSystem reduce(const Bundle& bundle, const SharedLayout& layout) {
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Blocks blocks(bundle);
  ReducedSystem reduced{Eigen::MatrixXd::Zero(layout.size, layout.size)};
  std::vector<std::vector<const BundleView*>> by_pose(bundle.board_poses.size());
  for (const BundleView& view : bundle.views) by_pose[view.board_pose].push_back(&view);
  double squares = 0;
  long equations = 0, unknowns = layout.size;
  for (const auto& views : by_pose) {
    if (views.empty()) continue;
    unknowns += 6;
    Eigen::Matrix<double, 6, 6> pose_block = Eigen::Matrix<double, 6, 6>::Zero();
    Eigen::MatrixXd cross = Eigen::MatrixXd::Zero(layout.size, 6);
    for (const BundleView* view : views) {
      const auto cost = cost_of(bundle, *view);
      const SharedLayout::Place& place = layout.cameras[view->camera];
      const int rows = cost->num_residuals(), columns = cost->parameter_block_sizes()[0];
      Eigen::VectorXd residual(rows);
      RowMajor by_intrinsics(rows, columns), by_camera(rows, 6), by_board(rows, 6);
      double* jacobians[3] = {by_intrinsics.data(), by_camera.data(), by_board.data()};
      const std::array<double*, 3> parameters = blocks.of(*view);
      if (!cost->Evaluate(parameters.data(), residual.data(), jacobians)) continue;
      squares += residual.squaredNorm();
      equations += rows;
      const auto i = by_intrinsics.leftCols(place.intrinsics_count);
      const auto c = by_camera.leftCols(place.pose_count);
      auto& h = reduced.information;
      h.block(place.intrinsics, place.intrinsics, i.cols(), i.cols()) += i.transpose() * i;
      h.block(place.pose, place.pose, c.cols(), c.cols()) += c.transpose() * c;
      const Eigen::MatrixXd ic = i.transpose() * c;
      h.block(place.intrinsics, place.pose, i.cols(), c.cols()) += ic;
      h.block(place.pose, place.intrinsics, c.cols(), i.cols()) += ic.transpose();
      cross.middleRows(place.intrinsics, i.cols()) += i.transpose() * by_board;
      cross.middleRows(place.pose, c.cols()) += c.transpose() * by_board;
      pose_block += by_board.transpose() * by_board;
    }
    reduced.information -= cross * pose_block.ldlt().solve(cross.transpose());
  }
  if (equations > unknowns) reduced.variance = squares / static_cast<double>(equations - unknowns);
  return reduced;
}

std::string parameter_at(const Bundle& bundle, const SharedLayout& layout, int index) {
  static constexpr const char* kPoseNames[6] = {"rotation about x", "rotation about y",
                                                "rotation about z", "position in x",
                                                "position in y",    "position in z"};
  for (std::size_t i = 0; i < bundle.cameras.size(); ++i) {
    const SharedLayout::Place& place = layout.cameras[i];
    const BundleCamera& camera = bundle.cameras[i];
    if (index < place.pose) {
      return fmt::format("{} of {}",
                         parameter_names(camera.intrinsics.model)[index - place.intrinsics],
                         camera.name);
    }
    if (index < place.pose + place.pose_count)
      return fmt::format("{} of {}", kPoseNames[index - place.pose], camera.name);
  }
  return "a parameter";
}

// The inverse of the information, scaled to unit diagonal first so that units do not matter.
Eigen::MatrixXd invert(const Bundle& bundle, const SharedLayout& layout,
                       const Eigen::MatrixXd& information) {
  const Eigen::VectorXd scale = information.diagonal().cwiseMax(1e-300).cwiseSqrt().cwiseInverse();
  const Eigen::MatrixXd scaled = scale.asDiagonal() * information * scale.asDiagonal();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(scaled);
  // Rounding of the Schur complement is about 1e-16 times the condition of the full system.
  if (!(eigen.eigenvalues()[0] > 1e-13)) {
    Eigen::Index worst = 0;
    eigen.eigenvectors().col(0).cwiseAbs().maxCoeff(&worst);
    throw UndeterminedError(
        fmt::format("the views do not determine the {}: film the board tilted in several "
                    "directions, near and far, all over the picture",
                    parameter_at(bundle, layout, static_cast<int>(worst))));
  }
  const Eigen::MatrixXd inverse = eigen.eigenvectors() *
                                  eigen.eigenvalues().cwiseInverse().asDiagonal() *
                                  eigen.eigenvectors().transpose();
  return scale.asDiagonal() * inverse * scale.asDiagonal();
}

Eigen::Vector3d root_diagonal(const Eigen::Matrix3d& covariance) {
  return covariance.diagonal().cwiseMax(0).cwiseSqrt();
}

// From the covariance of the solver's rotation vector and translation to what a reader understands.
void set_pose_std(const Pose& T_cam_rig, const Eigen::Matrix<double, 6, 6>& covariance,
                  CameraStd& std) {
  // exp(w + dw) = exp(d) exp(w) with d = right_jacobian(-w) dw: a turn about the camera's axes.
  const Eigen::Vector3d w = log_so3(T_cam_rig.rotation);
  Eigen::Matrix<double, 6, 6> to_turn = Eigen::Matrix<double, 6, 6>::Identity();
  to_turn.topLeftCorner<3, 3>() = right_jacobian(-w);
  const Eigen::Matrix<double, 6, 6> turned = to_turn * covariance * to_turn.transpose();
  // The centre -R't moves by -R'(dt + [t]x d).
  Eigen::Matrix<double, 3, 6> to_centre;
  const Eigen::Vector3d& t = T_cam_rig.translation;
  to_centre.leftCols<3>() << 0, -t.z(), t.y(), t.z(), 0, -t.x(), -t.y(), t.x(), 0;
  to_centre.rightCols<3>().setIdentity();
  to_centre = T_cam_rig.rotation.conjugate().toRotationMatrix() * to_centre;
  std.rotation_rad = root_diagonal(turned.topLeftCorner<3, 3>());
  std.translation_m = root_diagonal(turned.bottomRightCorner<3, 3>());
  std.centre_m = root_diagonal(to_centre * turned * to_centre.transpose());
}

}  // namespace

std::vector<CameraStd> standard_deviations(const Bundle& bundle) {
  std::vector<CameraStd> result(bundle.cameras.size());
  const SharedLayout layout(bundle);
  if (layout.size == 0) return result;
  const ReducedSystem reduced = reduce(bundle, layout);
  const Eigen::MatrixXd covariance = invert(bundle, layout, reduced.information) * reduced.variance;
  for (std::size_t i = 0; i < bundle.cameras.size(); ++i) {
    const SharedLayout::Place& place = layout.cameras[i];
    for (int k = 0; k < place.intrinsics_count; ++k) {
      result[i].parameters.push_back(
          std::sqrt(std::max(0.0, covariance(place.intrinsics + k, place.intrinsics + k))));
    }
    if (place.pose_count > 0) {
      set_pose_std(bundle.cameras[i].T_cam_rig, covariance.block<6, 6>(place.pose, place.pose),
                   result[i]);
    }
  }
  return result;
}

}  // namespace calib
