#include "solve/reprojection.hpp"

#include <gtest/gtest.h>

#include "camera/model_list.hpp"
#include "solve/board_pose.hpp"

namespace calib {
namespace {

const Board kSmallBoard{&kChessboard, 4, 3, 0.05};

std::vector<Corner> some_corners() {
  std::vector<Corner> corners;
  for (int id = 0; id < corner_count(kSmallBoard); ++id)
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

// All arguments of the residuals.
struct World {
  Intrinsics intrinsics;
  Board board = kSmallBoard;
  Pose T_cam_rig = kCamRig, T_rig_board = kRigBoard;

  ViewRows rows(Derivatives wanted) const {
    ViewRows result;
    EXPECT_TRUE(
        evaluate_view(intrinsics, board, T_cam_rig, T_rig_board, some_corners(), wanted, result));
    return result;
  }
};

// Compares a column of a Jacobian with the central difference of the residuals along `move`.
template <class Move>
void expect_column(const World& world, const Eigen::VectorXd& column, double step,
                   const std::string& what, const Move& move) {
  World forth = world, back = world;
  move(forth, step);
  move(back, -step);
  const Eigen::VectorXd expected =
      (forth.rows(Derivatives::kNone).residual - back.rows(Derivatives::kNone).residual) /
      (2 * step);
  for (Eigen::Index r = 0; r < column.size(); ++r) {
    // Central differences of values of about 500 px have errors of about 1e-7 of a derivative of
    // 1000.
    ASSERT_NEAR(column[r], expected[r], 1e-5 * std::max(1.0, std::abs(expected[r])))
        << what << " residual " << r;
  }
}

TYPED_TEST(ReprojectionOf, JacobiansAgreeWithFiniteDifferences) {
  const std::string model(TypeParam::name);
  for (const auto& distortion : TypeParam::examples()) {
    World world{example(model, distortion)};
    world.board.shape = {0.002, -0.001, 0.0015, 0.01};
    const ViewRows rows = world.rows(Derivatives::kAll);
    for (std::size_t i = 0; i < rows.parameters.size(); ++i) {
      const auto k = static_cast<std::size_t>(rows.parameters[i]);
      const double step = 1e-6 * std::max(1.0, std::abs(world.intrinsics.parameters[k]));
      expect_column(world, rows.by_intrinsics.col(static_cast<Eigen::Index>(i)), step,
                    model + " " + parameter_names(model)[k],
                    [k](World& w, double by) { w.intrinsics.parameters[k] += by; });
    }
    for (int k = 0; k < 6; ++k) {
      const Eigen::Matrix<double, 6, 1> unit = Eigen::Matrix<double, 6, 1>::Unit(k);
      expect_column(world, rows.by_camera.col(k), 1e-6, model + " camera " + std::to_string(k),
                    [&](World& w, double by) { w.T_cam_rig = retract(w.T_cam_rig, by * unit); });
      expect_column(
          world, rows.by_board.col(k), 1e-6, model + " board " + std::to_string(k),
          [&](World& w, double by) { w.T_rig_board = retract(w.T_rig_board, by * unit); });
    }
    double BoardShape::*const shape[] = {&BoardShape::bow_x_m, &BoardShape::bow_y_m,
                                         &BoardShape::twist_m, &BoardShape::stretch_y};
    for (int k = 0; k < kBoardShapeCount; ++k) {
      expect_column(world, rows.by_shape.col(k), 1e-6, model + " shape " + std::to_string(k),
                    [&](World& w, double by) { w.board.shape.*shape[k] += by; });
    }
  }
}

TYPED_TEST(ReprojectionOf, IsTheProjectorsErrorOverSigma) {
  const World world{example(std::string(TypeParam::name), TypeParam::examples().front())};
  const auto corners = some_corners();
  const Eigen::VectorXd residual = world.rows(Derivatives::kNone).residual;
  const auto errors =
      reprojection_errors(Projector(world.intrinsics), kSmallBoard, kCamRig * kRigBoard, corners);
  for (std::size_t i = 0; i < corners.size(); ++i) {
    const auto row = static_cast<Eigen::Index>(2 * i);
    EXPECT_NEAR(residual[row] * corners[i].sigma_px, errors[i].x(), 1e-9);
    EXPECT_NEAR(residual[row + 1] * corners[i].sigma_px, errors[i].y(), 1e-9);
  }
}

TYPED_TEST(ReprojectionOf, LensDerivativesAreThoseOfTheProjection) {
  const Intrinsics intrinsics =
      example(std::string(TypeParam::name), TypeParam::examples().front());
  const Eigen::Vector3d point(0.1, -0.05, 0.7);
  const auto derivatives = lens_derivatives(intrinsics, point);
  ASSERT_TRUE(derivatives);
  const Projector lens(intrinsics);
  for (int k = 0; k < 3; ++k) {
    const Eigen::Vector3d nudge = 1e-6 * Eigen::Vector3d::Unit(k);
    const Eigen::Vector2d expected =
        (*lens.project(point + nudge) - *lens.project(point - nudge)) / 2e-6;
    // The error of central differences, as above.
    EXPECT_LT((derivatives->by_point.col(k) - expected).norm(), 1e-3);
  }
}

TEST(Reprojection, IsNotEvaluableBehindTheCamera) {
  ViewRows rows;
  EXPECT_FALSE(evaluate_view(example("opencv5", {0, 0, 0, 0, 0}), kSmallBoard, Pose{},
                             {Eigen::Quaterniond::Identity(), {0, 0, -1}}, some_corners(),
                             Derivatives::kNone, rows));
}

}  // namespace
}  // namespace calib
