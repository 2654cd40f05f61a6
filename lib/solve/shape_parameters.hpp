#pragma once
// The parameters of a board that a solve can estimate. For a single board: the fields of
// BoardShape. For several boards: a small motion (w, t) of T_board_part (see retract()) for every
// part whose pose is known except the first of these, which defines the board frame.

#include <Eigen/Core>
#include <string>

#include "scene/board.hpp"

namespace calib {

/// The parameters of a single board, in their order.
inline constexpr double BoardShape::*kShapeFields[kBoardShapeCount] = {
    &BoardShape::bow_x_m, &BoardShape::bow_y_m, &BoardShape::twist_m, &BoardShape::stretch_y};

/// The number of parameters.
int board_parameter_count(const Board& board);

/// The Jacobian of point `id` (board coordinates) by the parameters: 3 x board_parameter_count().
Eigen::Matrix<double, 3, Eigen::Dynamic> point_by_shape(const Board& board, int id);

/// The length of a distance, and its derivatives by the parameters. Its places need known poses.
struct LengthByBoard {
  double length_m = 0;
  Eigen::RowVectorXd by_board;
};
LengthByBoard length_by_board(const Board& board, const BoardDistance& distance);

/// Adds `step` to the first step.size() parameters of the board.
void change_shape(Board& board, const Eigen::VectorXd& step);

/// Names what parameter `index` belongs to: "shape of the board", "position of board 2".
std::string shape_name(const Board& board, int index);

}  // namespace calib
