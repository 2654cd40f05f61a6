#pragma once
// The smooth path of a board that a hand moves: a uniform cubic B-spline in position and rotation,
// which stays between its control poses and has a continuous acceleration.

#include <vector>

#include "scene/board.hpp"

namespace calib {

class BoardPath {
 public:
  /// The board goes from one of the poses `stops` to the next, rounding the corners, so that its
  /// center moves at about `speed_m_s`, or more slowly while it turns. It is at the first at
  /// `start_s`. Lasts as long as the stops are apart; later the board rests. `stops` are not empty.
  BoardPath(const std::vector<Pose>& stops, const Board& board, double speed_m_s, double start_s);

  /// T_world_board at a time.
  Pose at(double time_s) const;
  /// When the board comes to rest.
  double end_s() const;

 private:
  struct Control {
    Eigen::Vector3d center;  // of the board
    Eigen::Quaterniond rotation;
  };
  Pose pose_of(const Control& control) const;

  Eigen::Vector3d board_center_;
  double start_s_ = 0;
  std::vector<Control> controls_;  // at least 4
};

/// How long a board takes from one pose to the next, seconds.
double travel_time_s(const Pose& from, const Pose& to, const Board& board, double speed_m_s);

}  // namespace calib
