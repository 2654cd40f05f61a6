#include "solve/reprojection.hpp"

#include <gtest/gtest.h>

#include "camera/model_list.hpp"
#include "solve/board_pose.hpp"

namespace calib {
namespace {

const Board kBoard{"chessboard", 4, 3, 0.05};

std::vector<Corner> some_corners() {
  std::vector<Corner> corners;
  for (int id = 0; id < corner_count(kBoard); ++id)
    corners.push_back({id, 300.0 + 7 * id, 200.0 - 3 * id, 0.5});
  return corners;
}

Intrinsics example(const std::string& model, const std::vector<double>& distortion) {
  Intrinsics intrinsics = make_intrinsics(model, {640, 480}, 500, 510, 320, 240);
  std::copy(distortion.begin(), distortion.end(), intrinsics.parameters.begin() + kLinearCount);
  return intrinsics;
}

const Pose kCamRig{exp_so3({0.1, -0.2, 0.05}), {0.1, 0.02, -0.03}};
const Pose kRigBoard{exp_so3({-0.3, 0.25, 1.2}), {-0.05, 0.04, 0.6}};

template <class Model>
class ReprojectionOf : public ::testing::Test {};
template <class List>
struct AsTestTypes;
template <class... Ts>
struct AsTestTypes<TypeList<Ts...>> {
  using Types = ::testing::Types<Ts...>;
};
TYPED_TEST_SUITE(ReprojectionOf, AsTestTypes<ModelList>::Types);

TYPED_TEST(ReprojectionOf, JacobiansAgreeWithFiniteDifferences) {
  for (const auto& distortion : TypeParam::examples()) {
    const auto corners = some_corners();
    const auto cost = reprojection_cost(std::string(TypeParam::name), kBoard, corners);
    std::vector<double> intrinsics = example(std::string(TypeParam::name), distortion).parameters;
    PoseBlock cam = to_block(kCamRig), board = to_block(kRigBoard);
    double* blocks[3] = {intrinsics.data(), cam.data(), board.data()};
    const int rows = cost->num_residuals();
    std::vector<double> residual(rows), moved(rows), back(rows);
    std::vector<std::vector<double>> jacobian;
    std::vector<double*> pointers;
    for (const int size : cost->parameter_block_sizes()) jacobian.emplace_back(rows * size);
    for (auto& block : jacobian) pointers.push_back(block.data());
    ASSERT_TRUE(cost->Evaluate(blocks, residual.data(), pointers.data()));
    for (int b = 0; b < 3; ++b) {
      const int size = cost->parameter_block_sizes()[b];
      for (int k = 0; k < size; ++k) {
        const double step = 1e-6 * std::max(1.0, std::abs(blocks[b][k])), kept = blocks[b][k];
        blocks[b][k] = kept + step;
        ASSERT_TRUE(cost->Evaluate(blocks, moved.data(), nullptr));
        blocks[b][k] = kept - step;
        ASSERT_TRUE(cost->Evaluate(blocks, back.data(), nullptr));
        blocks[b][k] = kept;
        for (int r = 0; r < rows; ++r) {
          const double expected = (moved[r] - back[r]) / (2 * step),
                       found = jacobian[b][r * size + k];
          // Central differences of values of some 500 px lose about 1e-7 of a derivative of some
          // 1000.
          ASSERT_NEAR(found, expected, 1e-5 * std::max(1.0, std::abs(expected)))
              << TypeParam::name << " block " << b << " parameter " << k << " residual " << r;
        }
      }
    }
  }
}

TYPED_TEST(ReprojectionOf, IsTheProjectorsErrorOverSigma) {
  const Intrinsics intrinsics =
      example(std::string(TypeParam::name), TypeParam::examples().front());
  const auto corners = some_corners();
  const auto cost = reprojection_cost(intrinsics.model, kBoard, corners);
  const PoseBlock cam = to_block(kCamRig), board = to_block(kRigBoard);
  const double* blocks[3] = {intrinsics.parameters.data(), cam.data(), board.data()};
  std::vector<double> residual(cost->num_residuals());
  ASSERT_TRUE(cost->Evaluate(blocks, residual.data(), nullptr));
  const auto errors =
      reprojection_errors(Projector(intrinsics), kBoard, kCamRig * kRigBoard, corners);
  for (std::size_t i = 0; i < corners.size(); ++i) {
    EXPECT_NEAR(residual[2 * i] * corners[i].sigma_px, errors[i].x(), 1e-9);
    EXPECT_NEAR(residual[2 * i + 1] * corners[i].sigma_px, errors[i].y(), 1e-9);
  }
}

TEST(Reprojection, IsNotEvaluableBehindTheCamera) {
  const Intrinsics intrinsics = example("opencv5", {0, 0, 0, 0, 0});
  const auto cost = reprojection_cost("opencv5", kBoard, some_corners());
  const PoseBlock cam = to_block(Pose{}),
                  board = to_block({Eigen::Quaterniond::Identity(), {0, 0, -1}});
  const double* blocks[3] = {intrinsics.parameters.data(), cam.data(), board.data()};
  std::vector<double> residual(cost->num_residuals());
  EXPECT_FALSE(cost->Evaluate(blocks, residual.data(), nullptr));
}

}  // namespace
}  // namespace calib
