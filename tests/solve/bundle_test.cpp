#include "solve/bundle.hpp"

#include <ceres/ceres.h>
#include <ceres/rotation.h>
#include <gtest/gtest.h>

#include "camera/model_list.hpp"
#include "solve/restore_bundle.hpp"
#include "solve/solve_intrinsics.hpp"
#include "solve/solve_rig.hpp"
#include "support/synthetic_world.hpp"

namespace calib {
namespace {

Bundle solved_bundle(const testing::World& world) {
  const Calibration lenses = solve_intrinsics(world.observations, {}, 1, no_progress());
  return restore_bundle(world.observations,
                        solve_rig(world.observations, lenses, {}, 1, no_progress()));
}

// An independent implementation of the residual for opencv5, differentiated by Ceres.
struct CeresResidual {
  Eigen::Vector3d point;
  Corner corner;

  template <class T>
  bool operator()(const T* lens, const T* cam_rig, const T* rig_board, T* residual) const {
    const T on_board[3] = {T(point.x()), T(point.y()), T(point.z())};
    T in_rig[3], in_cam[3];
    ceres::AngleAxisRotatePoint(rig_board, on_board, in_rig);
    for (int k = 0; k < 3; ++k) in_rig[k] += rig_board[3 + k];
    ceres::AngleAxisRotatePoint(cam_rig, in_rig, in_cam);
    for (int k = 0; k < 3; ++k) in_cam[k] += cam_rig[3 + k];
    const T x = in_cam[0] / in_cam[2], y = in_cam[1] / in_cam[2], r2 = x * x + y * y;
    const T radial = T(1) + r2 * (lens[4] + r2 * (lens[5] + r2 * lens[8]));
    const T u = x * radial + T(2) * lens[6] * x * y + lens[7] * (r2 + T(2) * x * x);
    const T v = y * radial + lens[6] * (r2 + T(2) * y * y) + T(2) * lens[7] * x * y;
    residual[0] = (lens[0] * u + lens[2] - T(corner.x)) / T(corner.sigma_px);
    residual[1] = (lens[1] * v + lens[3] - T(corner.y)) / T(corner.sigma_px);
    return true;
  }
};

std::array<double, 6> as_block(const Pose& pose) {
  const Eigen::Vector3d w = log_so3(pose.rotation);
  return {w.x(), w.y(), w.z(), pose.translation.x(), pose.translation.y(), pose.translation.z()};
}

TEST(Bundle, AnotherSolverFindsTheSameMinimum) {
  const Bundle bundle =
      solved_bundle(testing::make_world(testing::small_rig(3, 12), testing::kBoard, 0.1));
  std::vector<std::vector<double>> lenses;
  std::vector<std::array<double, 6>> cameras, boards;
  for (const BundleCamera& camera : bundle.cameras) {
    lenses.push_back(camera.intrinsics.parameters);
    // Start away from the result of our solver.
    lenses.back()[0] += 2;
    lenses.back()[4] += 0.01;
    cameras.push_back(as_block(camera.T_cam_rig));
  }
  for (const Pose& pose : bundle.board_poses) boards.push_back(as_block(pose));
  ceres::Problem problem;
  for (const BundleView& view : bundle.views) {
    for (const Corner& corner : view.corners) {
      problem.AddResidualBlock(
          new ceres::AutoDiffCostFunction<CeresResidual, 2, 9, 6, 6>(
              new CeresResidual{corner_position(bundle.board, corner.id), corner}),
          nullptr, lenses[view.camera].data(), cameras[view.camera].data(),
          boards[view.board_pose].data());
    }
  }
  problem.SetParameterBlockConstant(cameras[0].data());
  ceres::Solver::Options options;
  options.linear_solver_type = ceres::DENSE_SCHUR;
  options.max_num_iterations = 100;
  options.function_tolerance = options.parameter_tolerance = options.gradient_tolerance = 1e-14;
  options.logging_type = ceres::SILENT;
  ceres::Solver::Summary summary;
  ceres::Solve(options, &problem, &summary);
  for (std::size_t i = 0; i < lenses.size(); ++i) {
    const std::vector<double>& ours = bundle.cameras[i].intrinsics.parameters;
    // A thousandth of their standard deviations (0.3 px and 1e-3).
    for (int k = 0; k < 4; ++k) EXPECT_NEAR(ours[k], lenses[i][k], 3e-4) << "camera " << i;
    for (int k = 4; k < 9; ++k) EXPECT_NEAR(ours[k], lenses[i][k], 1e-6) << "camera " << i;
    const auto pose = as_block(bundle.cameras[i].T_cam_rig);
    for (int k = 0; k < 6; ++k) EXPECT_NEAR(pose[k], cameras[i][k], 1e-7) << "camera " << i;
  }
}

TEST(Bundle, ThreadsDoNotChangeABit) {
  const auto world = testing::make_world(testing::small_rig(3, 25), testing::kBoard, 0.1);
  const Bundle start = solved_bundle(world);
  std::vector<Bundle> results;
  for (const int jobs : {1, 2, 5}) {
    Bundle bundle = start;
    bundle.cameras[1].intrinsics.parameters[0] *= 1.01;
    adjust(bundle, {.jobs = jobs});
    results.push_back(std::move(bundle));
  }
  for (const Bundle& other : results) {
    for (std::size_t i = 0; i < other.cameras.size(); ++i) {
      EXPECT_EQ(other.cameras[i].intrinsics.parameters,
                results[0].cameras[i].intrinsics.parameters);
      EXPECT_EQ(other.cameras[i].T_cam_rig.translation,
                results[0].cameras[i].T_cam_rig.translation);
    }
  }
}

TEST(Bundle, AFarStartEndsAtTheSameMinimum) {
  const auto world = testing::make_world(testing::small_rig(2, 15), testing::kBoard, 0.1);
  const Bundle solved = solved_bundle(world);
  Bundle bundle = solved;
  bundle.cameras[0].intrinsics.parameters[0] *= 1.15;
  bundle.cameras[1].T_cam_rig.translation.x() += 0.03;
  for (Pose& pose : bundle.board_poses) pose.translation.z() *= 1.1;
  adjust(bundle);
  // A thousandth of the standard deviation of fx.
  EXPECT_NEAR(bundle.cameras[0].intrinsics.parameters[0],
              solved.cameras[0].intrinsics.parameters[0], 3e-4);
}

}  // namespace
}  // namespace calib
