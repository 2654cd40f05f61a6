#pragma once
// Places boards in front of a synthetic rig so that their corners cover the images.

#include <optional>
#include <vector>

#include "camera/intrinsics.hpp"
#include "scene/board.hpp"
#include "synth/arrangement.hpp"
#include "synth/random.hpp"

namespace calib {

/// Places one board after the other, each where the corners so far cover the images least.
class BoardPlacer {
 public:
  BoardPlacer(const std::vector<Projector>& projectors, const Arrangement& arrangement,
              const Board& board, std::uint64_t seed);

  struct Placed {
    Pose T_world_board;
    int cut = 0;  ///< number of views in which the image's border cuts the board
  };
  /// The wanted number of cut views, from `least` to `most`.
  struct Cuts {
    int least = 0, most = 0;
  };
  /// Places board number `index`. All cameras of its group see the whole board, except for the
  /// wanted number of cut views. Returns nullopt if no such pose was found.
  std::optional<Placed> place(int index, Cuts wanted);

  /// The number of cameras in the group of board `index`.
  int group_size(int index) const;

 private:
  struct Draft;     // the pose of a board, and the path along which it slides
  struct RigViews;  // what the cameras see of a board
  struct Stop;      // a place along the path
  Draft draft(int index, int candidate, double variation);
  Pose pose_at(const Draft& draft, double right, double down) const;
  RigViews rig_views(const Draft& draft, const Pose& T_world_board) const;
  std::vector<Stop> stops(const Draft& draft, bool along_x, double other, Cuts wanted) const;
  std::optional<Placed> slide(const Draft& draft, Cuts wanted);
  const std::vector<int>& group(int index) const;
  template <class Visit>
  void visit_cells(const Pose& T_world_board, const Visit& visit) const;
  double added_coverage(const Pose& T_world_board) const;

  const std::vector<Projector>& projectors_;
  const Arrangement& arrangement_;
  Board board_;
  Random random_;
  double first_distance_ = 0, first_tilt_ = 0;
  std::vector<int> seen_;  // number of corners so far in each cell of each camera's image
};

}  // namespace calib
