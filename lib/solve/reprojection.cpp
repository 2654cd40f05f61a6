#include "solve/reprojection.hpp"

#include <cmath>
#include <numeric>

#include "base/errors.hpp"
#include "camera/distorted.hpp"
#include "solve/shape_parameters.hpp"

namespace calib {
namespace {

template <class Model>
bool evaluate_point(const double* distortion, const Eigen::Vector3d& point, Derivatives wanted,
                    Distorted<Model>& distorted) {
  if (wanted == Derivatives::kNone) return distorted.evaluate(distortion, point);
  // Poses move only the point.
  return wanted >= Derivatives::kCamera ? distorted.by_all(distortion, point)
                                        : distorted.by_point_only(distortion, point);
}

// The Jacobian of coordinate `r` of a pixel by fx fy cx cy and the distortion.
template <class Model, class Row>
void write_intrinsics_row(const double* intrinsics, const Distorted<Model>& distorted, int r,
                          double weight, Row row) {
  row.setZero();
  for_each_parameter(intrinsics, distorted, r,
                     [&](int parameter, double value) { row[parameter] = weight * value; });
}

// The Jacobian by the motion (w, t) of a pose, given the one by the point: p = exp(w) arm + t,
// where `arm` is the rotated point before the translation.
template <class Row>
void write_pose_row(const Eigen::RowVector3d& by_point, const Eigen::Vector3d& arm, Row row) {
  row.template head<3>() = arm.cross(by_point.transpose()).transpose();
  row.template tail<3>() = by_point;
}

// The Jacobian of coordinate `r` by the local parameters; `column_of` has the column of each.
template <class Model, class Row>
void write_local_row(const double* intrinsics, const Distorted<Model>& distorted, int r,
                     double weight, const std::vector<int>& column_of, Row row) {
  row.setZero();
  for_each_parameter(intrinsics, distorted, r, [&](int parameter, double value) {
    const int column = column_of[static_cast<std::size_t>(parameter)];
    if (column >= 0) row[column] = weight * value;
  });
}

// Sets `parameters` to those on which any corner of the view depends, in ascending order. Returns
// the column of each parameter, or -1.
template <class Model, class PointOf>
std::vector<int> local_columns(const double* distortion, std::size_t corners,
                               const PointOf& point_of, std::vector<int>& parameters) {
  std::vector<int> column_of(kParameterCount<Model>, -1);
  typename Model::Local local;
  for (std::size_t i = 0; i < corners; ++i) {
    if (!Model::local(distortion, point_of(i).data(), local)) continue;
    for (const int index : local.index) {
      for (const int axis : {0, Model::kPoints})
        column_of[static_cast<std::size_t>(kLinearCount + index + axis)] = 0;
    }
  }
  parameters.clear();
  for (std::size_t k = 0; k < column_of.size(); ++k) {
    if (column_of[k] < 0) continue;
    column_of[k] = static_cast<int>(parameters.size());
    parameters.push_back(static_cast<int>(k));
  }
  return column_of;
}

// `intrinsics` is 0 for models with local support, whose columns are set later.
void resize(ViewRows& rows, Eigen::Index count, int intrinsics, int shape_numbers,
            Derivatives wanted) {
  rows.residual.resize(count);
  if (wanted == Derivatives::kNone) return;
  rows.by_board.resize(count, 6);
  if (wanted < Derivatives::kCamera) return;
  rows.by_camera.resize(count, 6);
  if (wanted == Derivatives::kAll) rows.by_shape.resize(count, shape_numbers);
  if (intrinsics == 0) return;
  rows.by_intrinsics.resize(count, intrinsics);
  rows.parameters.resize(static_cast<std::size_t>(intrinsics));
  std::iota(rows.parameters.begin(), rows.parameters.end(), 0);
}

template <class Model>
bool evaluate(const double* intrinsics, const Board& board, const Pose& T_cam_rig,
              const Pose& T_rig_board, std::span<const Corner> corners, Derivatives wanted,
              ViewRows& rows) {
  resize(rows, 2 * static_cast<Eigen::Index>(corners.size()),
         kIsLocal<Model> ? 0 : kParameterCount<Model>, board_parameter_count(board), wanted);
  const Eigen::Matrix3d R_cam_rig = T_cam_rig.rotation.toRotationMatrix();
  const Eigen::Matrix3d R_rig_board = T_rig_board.rotation.toRotationMatrix();
  const Eigen::Matrix3d R_cam_board = R_cam_rig * R_rig_board;
  Distorted<Model> distorted;
  std::vector<int> column_of;
  if constexpr (kIsLocal<Model>) {
    if (wanted >= Derivatives::kCamera) {
      column_of = local_columns<Model>(
          intrinsics + kLinearCount, corners.size(),
          [&](std::size_t i) -> Eigen::Vector3d {
            // The same sequence of operations as in the loop below, so that rounding cannot put
            // the point into another cell of the spline.
            const Eigen::Vector3d board_arm = R_rig_board * corner_position(board, corners[i].id);
            const Eigen::Vector3d camera_arm = R_cam_rig * (board_arm + T_rig_board.translation);
            return camera_arm + T_cam_rig.translation;
          },
          rows.parameters);
      rows.by_intrinsics.resize(rows.residual.size(),
                                static_cast<Eigen::Index>(rows.parameters.size()));
    }
  }
  for (std::size_t i = 0; i < corners.size(); ++i) {
    const Corner& corner = corners[i];
    const double weight = corner.sigma_px > 0 ? 1 / corner.sigma_px : 1;
    const Eigen::Vector3d board_arm = R_rig_board * corner_position(board, corner.id);
    const Eigen::Vector3d camera_arm = R_cam_rig * (board_arm + T_rig_board.translation);
    if (!evaluate_point(intrinsics + kLinearCount, camera_arm + T_cam_rig.translation, wanted,
                        distorted))
      return false;
    const double observed[2] = {corner.x, corner.y};
    for (int r = 0; r < 2; ++r) {
      const Eigen::Index row = static_cast<Eigen::Index>(2 * i) + r;
      rows.residual[row] =
          weight * (intrinsics[r] * distorted.value[r] + intrinsics[2 + r] - observed[r]);
      if (wanted == Derivatives::kNone) continue;
      const Eigen::RowVector3d by_point = weight * intrinsics[r] * distorted.by_point[r];
      write_pose_row(by_point * R_cam_rig, board_arm, rows.by_board.row(row));
      if (wanted < Derivatives::kCamera) continue;
      if constexpr (kIsLocal<Model>) {
        write_local_row(intrinsics, distorted, r, weight, column_of, rows.by_intrinsics.row(row));
      } else {
        write_intrinsics_row(intrinsics, distorted, r, weight, rows.by_intrinsics.row(row));
      }
      write_pose_row(by_point, camera_arm, rows.by_camera.row(row));
      if (wanted < Derivatives::kAll) continue;
      if (board.parts.empty()) {  // without the allocation of point_by_shape()
        rows.by_shape.row(row) = (by_point * R_cam_board) * shape_basis(board, corner.id);
      } else {
        rows.by_shape.row(row) = (by_point * R_cam_board) * point_by_shape(board, corner.id);
      }
    }
  }
  return true;
}

}  // namespace

bool evaluate_view(const Intrinsics& intrinsics, const Board& board, const Pose& T_cam_rig,
                   const Pose& T_rig_board, std::span<const Corner> corners, Derivatives wanted,
                   ViewRows& rows) {
  bool known = false, valid = false;
  for_each_type(ModelList{}, [&]<class Model>() {
    if (Model::name != intrinsics.model) return;
    known = true;
    valid = evaluate<Model>(intrinsics.parameters.data(), board, T_cam_rig, T_rig_board, corners,
                            wanted, rows);
  });
  require(known, "unknown camera model '" + intrinsics.model + "'");
  return valid;
}

std::optional<LensDerivatives> lens_derivatives(const Intrinsics& intrinsics,
                                                const Eigen::Vector3d& p_cam) {
  // A board with a single corner at its origin: its translation is the position of the point.
  const Corner corner{0, 0, 0, 1};
  const Board board{&kChessboard, 1, 1, 0};
  ViewRows rows;
  if (!evaluate_view(intrinsics, board, Pose{}, {Eigen::Quaterniond::Identity(), p_cam},
                     {&corner, 1}, Derivatives::kCamera, rows))
    return std::nullopt;
  return LensDerivatives{rows.by_board.rightCols<3>(), rows.parameters, rows.by_intrinsics};
}

}  // namespace calib
