#pragma once
// Places boards in front of a synthetic rig so that their corners cover the images.

#include <Eigen/Geometry>
#include <numbers>
#include <optional>
#include <utility>
#include <vector>

#include "camera/intrinsics.hpp"
#include "scene/board.hpp"
#include "synth/arrangement.hpp"
#include "synth/random.hpp"

namespace calib {

/// Where boards may be, and how much they may be tilted.
struct BoardRange {
  /// The distances of the board's center from a camera, as multiples of Arrangement::distance. At
  /// 1 the width of the board is about 41 % of the image's width (see typical_lens.hpp): the board
  /// then takes 70 % to 25 %.
  double near = 0.41 / 0.70, far = 0.41 / 0.25;
  double max_tilt = std::numbers::pi / 4;
  std::optional<Eigen::AlignedBox3d> box = std::nullopt;  ///< of the centers, in the world
  /// For each group of cameras the middle of what they see together, in the world, where boards
  /// begin to slide. Empty: in the middle of the pictures.
  std::vector<Eigen::Vector3d> middles = {};
};

/// The cameras that see the whole board from its printed side, at an angle of at most
/// `max_incidence` between its normal and the ray to the camera.
std::vector<int> cameras_that_see(const std::vector<Projector>& projectors,
                                  const std::vector<Pose>& T_world_cam, const Board& board,
                                  const Pose& T_world_board, double max_incidence);

/// Places one board after the other, each where the corners so far cover the images least.
class BoardPlacer {
 public:
  BoardPlacer(const std::vector<Projector>& projectors, const Arrangement& arrangement,
              const Board& board, std::uint64_t seed, const BoardRange& range = {});

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
  std::pair<double, double> distances(int camera) const;
  Eigen::Vector2d start_of(int index, int camera) const;
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
  BoardRange range_;
  Random random_;
  double first_distance_ = 0, first_tilt_ = 0;
  std::vector<int> seen_;  // number of corners so far in each cell of each camera's image
};

}  // namespace calib
