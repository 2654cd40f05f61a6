#include "solve/shape_parameters.hpp"

#include <algorithm>

namespace calib {
namespace {

// All parts whose pose is known except the first of them, which defines the board frame.
std::vector<std::size_t> movable_parts(const Board& board) {
  std::vector<std::size_t> parts;
  for (std::size_t i = 0; i < board.parts.size(); ++i) {
    if (board.parts[i].T_board_part) parts.push_back(i);
  }
  if (!parts.empty()) parts.erase(parts.begin());
  return parts;
}

}  // namespace

int board_parameter_count(const Board& board) {
  if (board.parts.empty()) return kBoardShapeCount;
  return 6 * static_cast<int>(movable_parts(board).size());
}

Eigen::Matrix<double, 3, Eigen::Dynamic> point_by_shape(const Board& board, int id) {
  if (board.parts.empty()) return shape_basis(board, id);
  const std::vector<std::size_t> movable = movable_parts(board);
  Eigen::Matrix<double, 3, Eigen::Dynamic> result =
      Eigen::Matrix<double, 3, Eigen::Dynamic>::Zero(3, 6 * static_cast<long>(movable.size()));
  const PartPoint point = part_point(board, id);
  for (std::size_t k = 0; k < movable.size(); ++k) {
    if (movable[k] != point.part) continue;
    const Board& part = board.parts[point.part];
    const Eigen::Vector3d arm = part.T_board_part->rotation * corner_position(part, point.id);
    const auto column = 6 * static_cast<Eigen::Index>(k);
    result.middleCols<3>(column) = -cross_matrix(arm);
    result.middleCols<3>(column + 3).setIdentity();
  }
  return result;
}

LengthByBoard length_by_board(const Board& board, const BoardDistance& distance) {
  const auto mean_by_shape = [&](const std::vector<int>& ids) {
    Eigen::Matrix<double, 3, Eigen::Dynamic> sum = point_by_shape(board, ids.front());
    for (std::size_t i = 1; i < ids.size(); ++i) sum += point_by_shape(board, ids[i]);
    return Eigen::Matrix<double, 3, Eigen::Dynamic>(sum / static_cast<double>(ids.size()));
  };
  const Eigen::Vector3d across =
      mean_position(board, distance.to) - mean_position(board, distance.from);
  const double length = across.norm();
  const Eigen::Vector3d direction = across / std::max(length, 1e-12);
  return {length,
          direction.transpose() * (mean_by_shape(distance.to) - mean_by_shape(distance.from))};
}

void change_shape(Board& board, const Eigen::VectorXd& step) {
  if (board.parts.empty()) {
    for (Eigen::Index k = 0; k < step.size(); ++k) board.shape.*kShapeFields[k] += step[k];
    return;
  }
  const std::vector<std::size_t> movable = movable_parts(board);
  for (Eigen::Index k = 0; k + 6 <= step.size(); k += 6) {
    Pose& pose = *board.parts[movable[static_cast<std::size_t>(k / 6)]].T_board_part;
    pose = retract(pose, step.segment<6>(k));
  }
}

std::string shape_name(const Board& board, int index) {
  if (board.parts.empty()) return "shape of the board";
  return "position of board " +
         std::to_string(movable_parts(board)[static_cast<std::size_t>(index / 6)] + 1);
}

}  // namespace calib
