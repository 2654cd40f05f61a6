#include "solve/reprojection.hpp"

#include <ceres/jet.h>

#include <cmath>
#include <vector>

#include "base/errors.hpp"
#include "camera/model_list.hpp"

namespace calib {
namespace {

using RowMajor2x3 = Eigen::Matrix<double, 2, 3, Eigen::RowMajor>;

Eigen::Matrix3d cross_matrix(const Eigen::Vector3d& v) {
  Eigen::Matrix3d m;
  m << 0, -v.z(), v.y(), v.z(), 0, -v.x(), -v.y(), v.x(), 0;
  return m;
}

// The distorted shape of a point and its derivatives by the distortion and the point: the only part
// of the residual that differs between models, differentiated automatically.
template <class Model>
struct Shape {
  static constexpr int kDistortion = static_cast<int>(Model::distortion_names.size());
  using Jet = ceres::Jet<double, kDistortion + 3>;
  Jet out[2];

  bool evaluate(const double* distortion, const Eigen::Vector3d& point) {
    Jet k[kDistortion + 1], p[3];
    for (int i = 0; i < kDistortion; ++i) k[i] = Jet(distortion[i], i);
    for (int i = 0; i < 3; ++i) p[i] = Jet(point[i], kDistortion + i);
    return Model::distort(k, p, out) && std::isfinite(out[0].a) && std::isfinite(out[1].a);
  }
};

template <class Model>
class ReprojectionCost final : public ceres::CostFunction {
 public:
  ReprojectionCost(const Board& board, std::span<const Corner> corners)
      : corners_(corners.begin(), corners.end()) {
    for (const Corner& corner : corners) points_.push_back(corner_position(board, corner.id));
    *mutable_parameter_block_sizes() = {kParameterCount<Model>, 6, 6};
    set_num_residuals(static_cast<int>(2 * corners.size()));
  }

  bool Evaluate(const double* const* parameters, double* residuals,
                double** jacobians) const override {
    const double* intrinsics = parameters[0];
    const Motion cam_rig(parameters[1]), rig_board(parameters[2]);
    Shape<Model> shape;
    for (std::size_t i = 0; i < corners_.size(); ++i) {
      const Corner& corner = corners_[i];
      const double weight = corner.sigma_px > 0 ? 1 / corner.sigma_px : 1;
      const Eigen::Vector3d in_rig = rig_board.matrix * points_[i] + rig_board.translation;
      const Eigen::Vector3d in_cam = cam_rig.matrix * in_rig + cam_rig.translation;
      if (!shape.evaluate(intrinsics + kLinearCount, in_cam)) return false;
      residuals[2 * i] = weight * (intrinsics[0] * shape.out[0].a + intrinsics[2] - corner.x);
      residuals[2 * i + 1] = weight * (intrinsics[1] * shape.out[1].a + intrinsics[3] - corner.y);
      if (!jacobians) continue;
      if (jacobians[0])
        write_intrinsics_rows(intrinsics, shape, weight,
                              jacobians[0] + 2 * i * kParameterCount<Model>);
      RowMajor2x3 by_cam;
      for (int r = 0; r < 2; ++r) {
        by_cam.row(r) = weight * intrinsics[r] * shape.out[r].v.template tail<3>().transpose();
      }
      if (jacobians[1]) write_pose_rows(by_cam, cam_rig, in_rig, jacobians[1] + 12 * i);
      if (jacobians[2])
        write_pose_rows(by_cam * cam_rig.matrix, rig_board, points_[i], jacobians[2] + 12 * i);
    }
    return true;
  }

 private:
  // A pose block with what every corner of the view needs of it.
  struct Motion {
    Eigen::Matrix3d matrix, jacobian;
    Eigen::Vector3d translation;
    explicit Motion(const double* block) {
      const Eigen::Vector3d w(block[0], block[1], block[2]);
      matrix = exp_so3(w).toRotationMatrix();
      jacobian = right_jacobian(w);
      translation = {block[3], block[4], block[5]};
    }
  };

  static void write_intrinsics_rows(const double* intrinsics, const Shape<Model>& shape,
                                    double weight, double* rows) {
    constexpr int kColumns = kParameterCount<Model>;
    for (int r = 0; r < 2; ++r) {
      double* row = rows + r * kColumns;
      row[0] = row[1] = row[2] = row[3] = 0;
      row[r] = weight * shape.out[r].a;
      row[2 + r] = weight;
      for (int k = 0; k < Shape<Model>::kDistortion; ++k) {
        row[kLinearCount + k] = weight * intrinsics[r] * shape.out[r].v[k];
      }
    }
  }

  // d(R(w) p + t)/dw = -R [p]x Jr(w), d/dt = I, after what the result is differentiated by.
  static void write_pose_rows(const RowMajor2x3& outer, const Motion& motion,
                              const Eigen::Vector3d& point, double* rows) {
    Eigen::Map<Eigen::Matrix<double, 2, 6, Eigen::RowMajor>> block(rows);
    block.leftCols<3>() = -outer * motion.matrix * cross_matrix(point) * motion.jacobian;
    block.rightCols<3>() = outer;
  }

  std::vector<Corner> corners_;
  std::vector<Eigen::Vector3d> points_;
};

}  // namespace

PoseBlock to_block(const Pose& pose) {
  const Eigen::Vector3d w = log_so3(pose.rotation);
  return {w.x(), w.y(), w.z(), pose.translation.x(), pose.translation.y(), pose.translation.z()};
}

Pose to_pose(const double* block) {
  return {exp_so3({block[0], block[1], block[2]}), {block[3], block[4], block[5]}};
}

Eigen::Matrix3d right_jacobian(const Eigen::Vector3d& w) {
  const double angle = w.norm();
  const Eigen::Matrix3d cross = cross_matrix(w);
  if (angle < 1e-5) return Eigen::Matrix3d::Identity() - cross / 2 + cross * cross / 6;
  const double square = angle * angle;
  return Eigen::Matrix3d::Identity() - cross * ((1 - std::cos(angle)) / square) +
         cross * cross * ((angle - std::sin(angle)) / (square * angle));
}

std::unique_ptr<ceres::CostFunction> reprojection_cost(const std::string& model, const Board& board,
                                                       std::span<const Corner> corners) {
  std::unique_ptr<ceres::CostFunction> cost;
  for_each_type(ModelList{}, [&]<class Model>() {
    if (Model::name == model) cost = std::make_unique<ReprojectionCost<Model>>(board, corners);
  });
  require(cost != nullptr, "unknown camera model '" + model + "'");
  return cost;
}

}  // namespace calib
