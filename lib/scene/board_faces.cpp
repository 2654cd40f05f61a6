#include "scene/board_faces.hpp"

#include <algorithm>
#include <numbers>

namespace calib {

Pose back_pose(const Board& front, const Board& back, const BackPlacement& placement) {
  const Eigen::Quaterniond rotation =
      exp_so3({0, std::numbers::pi, 0}) * exp_so3({0, 0, placement.turn_rad});
  const Eigen::Vector3d behind(0, 0, placement.thickness_m);
  return {rotation, board_middle(front) + behind - rotation * board_middle(back)};
}

Board two_faced(const Board& front, const Board& back, const Pose& T_front_back) {
  Board board;
  board.type = &kSeveralBoards;
  board.parts = {front, back};
  board.parts[0].T_board_part = Pose{};
  board.parts[1].T_board_part = T_front_back;
  return board;
}

bool is_panel(const Board& board) {
  if (board.parts.size() != 2 || !has_one_frame(board)) return false;
  const auto normal = [](const Board& part) {
    return part.T_board_part->rotation * Eigen::Vector3d::UnitZ();
  };
  constexpr double kOpposite = -0.9;
  return normal(board.parts[0]).dot(normal(board.parts[1])) < kOpposite;
}

bool has_equal_faces(const Board& board) {
  if (board.parts.size() != 2) return false;
  Board front = board.parts[0], back = board.parts[1];
  front.T_board_part = back.T_board_part = std::nullopt;
  front.shape = back.shape = {};
  return front == back;
}

Board board_in_pictures(const Board& board) {
  if (!has_equal_faces(board)) return board;
  Board front = board.parts.front();
  front.T_board_part.reset();
  return front;
}

Observations as_front(Observations observations) {
  if (!has_equal_faces(observations.board)) return observations;
  Board front = board_in_pictures(observations.board);
  const int count = corner_count(front);
  for (View& view : observations.views) {
    for (Corner& corner : view.corners) corner.id %= count;
    std::sort(view.corners.begin(), view.corners.end(),
              [](const Corner& a, const Corner& b) { return a.id < b.id; });
  }
  observations.board = std::move(front);
  return observations;
}

}  // namespace calib
