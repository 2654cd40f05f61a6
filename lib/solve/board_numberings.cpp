#include "solve/board_numberings.hpp"

#include <algorithm>

#include "scene/board_faces.hpp"
#include "solve/camera_graph.hpp"

namespace calib {
namespace {

// Motions that differ by less (rad, and widths of the board) count as one: the consensus of cameras
// does not tell them apart.
constexpr double kSameAngle = 0.03, kSameShift = 0.03;

std::vector<BoardNumbering> numberings_of_face(const Board& face) {
  const std::vector<Relabeling> maps = ambiguous_relabelings(face);
  const std::vector<Pose> symmetries = board_symmetries(face);
  std::vector<BoardNumbering> numberings;
  numberings.reserve(maps.size());
  for (std::size_t k = 0; k < maps.size(); ++k) numberings.push_back({maps[k], symmetries[k]});
  return numberings;
}

}  // namespace

std::vector<BoardNumbering> board_numberings(const Board& board) {
  if (!has_equal_faces(board)) return numberings_of_face(board);
  const Board& front = board.parts.front();
  std::vector<BoardNumbering> numberings = numberings_of_face(front);
  if (!has_one_frame(board)) return numberings;
  const Pose T_back_front = board.parts[1].T_board_part->inverse();
  const std::size_t count = numberings.size();
  numberings.reserve(2 * count);
  for (std::size_t k = 0; k < count; ++k) {
    BoardNumbering back = numberings[k];
    for (int& id : back.map) id += corner_count(front);
    back.T_old_new = back.T_old_new * T_back_front;
    numberings.push_back(std::move(back));
  }
  return numberings;
}

std::vector<Pose> relative_motions(const Board& board) {
  std::vector<Pose> motions;
  const std::vector<BoardNumbering> numberings = board_numberings(board);
  for (const BoardNumbering& each : numberings) motions.push_back(each.T_old_new);
  if (!has_equal_faces(board)) return motions;
  const double shift = kSameShift * flat_extent(board.parts.front()).norm();
  std::vector<Pose> apart;
  for (const Pose& first : motions) {
    for (const Pose& second : motions) {
      const Pose motion = first * second.inverse();
      const bool is_new = std::none_of(apart.begin(), apart.end(), [&](const Pose& other) {
        return angle_between(motion.rotation, other.rotation) < kSameAngle &&
               (motion.translation - other.translation).norm() < shift;
      });
      if (is_new) apart.push_back(motion);
    }
  }
  return apart;
}

double pose_difference(const Board& board, const Pose& a, const Pose& b) {
  return angle_between(a.rotation, b.rotation) +
         (a * board_middle(board) - b * board_middle(board)).norm() / flat_extent(board).norm();
}

}  // namespace calib
