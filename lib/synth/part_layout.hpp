#pragma once
// Places several boards that are fixed to each other, and simulates how a hand holds them.

#include <cstdint>

#include "base/named.hpp"
#include "scene/board.hpp"
#include "synth/random.hpp"

namespace calib {

/// Side by side in one plane, each a little moved and turned; or on the faces of a cube, of which
/// the first board is the front.
enum class PartLayout { kWall, kCube };
inline constexpr Named<PartLayout> kPartLayouts[] = {{"wall", PartLayout::kWall},
                                                     {"cube", PartLayout::kCube}};

/// The board with T_board_part for all parts: as given, or by the layout if none has one. Throws
/// Error if only some have one, and for more than six boards on a cube.
Board with_places(const Board& board, PartLayout layout, std::uint64_t seed);

/// The object that is moved in front of the cameras: one flat board in place of all parts. Parts
/// that face one side are held by the rectangle around them. Other parts are turned at random
/// within a square that is as large as they are, so that all sides are seen.
class HeldBoard {
 public:
  /// The parts of `board` need their poses.
  HeldBoard(const Board& board, std::uint64_t seed);
  const Board& flat() const { return flat_; }
  /// T_flat_board, which changes from one call to the next if the parts face several sides.
  Pose next_turn();

 private:
  Board flat_;
  Pose T_flat_board_;
  bool is_solid_ = false;
  Eigen::Vector3d center_ = Eigen::Vector3d::Zero();  // of the parts, in the board frame
  Random random_;
};

}  // namespace calib
