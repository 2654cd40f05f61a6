#pragma once
// The numbers of a board that can be estimated: BoardShape's of one board; of several boards how
// they stand to each other: for each one whose place is known, but the first of these, a motion
// (w, t) of T_board_part, as in ViewRows.

#include <Eigen/Core>
#include <string>

#include "scene/board.hpp"

namespace calib {

/// How many there are.
int shape_count(const Board& board);

/// The derivatives of point `id` (board coordinates) by these numbers: 3 x shape_count.
Eigen::Matrix<double, 3, Eigen::Dynamic> point_by_shape(const Board& board, int id);

/// The board after its first numbers have changed by `step`.
void change_shape(Board& board, const Eigen::VectorXd& step);

/// "shape of the board", "place of board 2": what number `index` belongs to.
std::string shape_name(const Board& board, int index);

}  // namespace calib
