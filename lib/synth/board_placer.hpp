#pragma once
// Where a board is held in front of a synthetic rig, so that the pictures are covered.

#include <optional>
#include <vector>

#include "camera/intrinsics.hpp"
#include "scene/board.hpp"
#include "synth/arrangement.hpp"
#include "synth/random.hpp"

namespace calib {

/// How much of a board a camera sees.
enum class Sight {
  kNone,   ///< the board's back, or fewer than a quarter of its corners
  kCut,    ///< not all corners
  kTight,  ///< all corners, but not half a square around the board
  kWhole
};
Sight sight_of(const Projector& projector, const Board& board, const Pose& T_cam_board);

/// Places board after board, each where the pictures have been covered least so far.
class BoardPlacer {
 public:
  BoardPlacer(const std::vector<Projector>& projectors, const Arrangement& arrangement,
              const Board& board, std::uint64_t seed);

  struct Placed {
    Pose T_world_board;
    int cut = 0;  ///< views of the rig in which the board is cut
  };
  /// How many views may be cut, both ends included.
  struct Cuts {
    int least = 0, most = 0;
  };
  /// Board number `index`, seen whole by its audience except that a `wanted` number of the rig's
  /// views are cut. Nothing when no such pose was found.
  std::optional<Placed> place(int index, Cuts wanted);

  /// How many cameras the audience of board `index` has.
  int audience_size(int index) const;

 private:
  struct Draft;   // a board's pose, and the path along which it slides
  struct Sights;  // what the rig sees of a board
  struct Stop;    // a place along the path
  Draft draft(int index, int candidate, double boldness);
  Pose pose_at(const Draft& draft, double right, double down) const;
  Sights sights(const Draft& draft, const Pose& T_world_board) const;
  std::vector<Stop> stops(const Draft& draft, bool along_x, double other, Cuts wanted) const;
  std::optional<Placed> slide(const Draft& draft, Cuts wanted);
  const std::vector<int>& audience(int index) const;
  template <class Visit>
  void visit_cells(const Pose& T_world_board, const Visit& visit) const;
  double news(const Pose& T_world_board) const;

  const std::vector<Projector>& projectors_;
  const Arrangement& arrangement_;
  Board board_;
  Random random_;
  double first_distance_ = 0, first_tilt_ = 0;
  std::vector<int> seen_;  // corners so far in each cell of each camera's picture
};

}  // namespace calib
