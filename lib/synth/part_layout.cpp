#include "synth/part_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/errors.hpp"
#include "geometry/small_systems.hpp"
#include "target/board_pattern.hpp"

namespace calib {
namespace {

// A sheet of paper around each board, as it is printed.
double sheet_side(const Board& board) {
  return flat_extent(board).maxCoeff() + 2 * quiet_zone_m(board);
}

double largest_sheet(const Board& board) {
  double largest = 0;
  for (const Board& part : board.parts) largest = std::max(largest, sheet_side(part));
  return largest;
}

// The pose of a part whose middle is at `place`, with its axes turned by `rotation`.
Pose placed(const Board& part, const Eigen::Quaterniond& rotation, const Eigen::Vector3d& place) {
  return {rotation, place - rotation * board_middle(part)};
}

void place_on_wall(Random& random, Board& board) {
  constexpr double kPitch = 1.9, kShift = 0.25, kTurn = 0.3;  // of sheets, and radians
  const double pitch = kPitch * largest_sheet(board);
  const auto count = static_cast<int>(board.parts.size());
  const int columns = static_cast<int>(std::ceil(std::sqrt(4.0 * count / 3)));
  for (int i = 0; i < count; ++i) {
    const auto shift = [&] { return pitch * kShift * random.uniform(-1, 1); };
    const double x = pitch * (i % columns) + shift(), y = pitch * (i / columns) + shift();
    const Eigen::Vector3d turn(0, 0, random.uniform(-kTurn, kTurn));
    Board& part = board.parts[static_cast<std::size_t>(i)];
    part.T_board_part = placed(part, exp_so3(turn), {x, y, 0});
  }
}

// The z axis of a board points into the cube.
void place_on_cube(Board& board) {
  constexpr double kQuarter = std::numbers::pi / 2;
  const Eigen::Vector3d turns[] = {{0, 0, 0},         {0, kQuarter, 0}, {0, 2 * kQuarter, 0},
                                   {0, -kQuarter, 0}, {kQuarter, 0, 0}, {-kQuarter, 0, 0}};
  require(
      board.parts.size() <= std::size(turns),
      fmt::format("boards_on: found {} boards, expected at most 6 on a cube", board.parts.size()));
  const double half = largest_sheet(board) / 2;
  for (std::size_t i = 0; i < board.parts.size(); ++i) {
    const Eigen::Quaterniond rotation = exp_so3(turns[i]);
    board.parts[i].T_board_part =
        placed(board.parts[i], rotation, rotation * Eigen::Vector3d(0, 0, -half));
  }
}

std::vector<Eigen::Vector3d> all_corners(const Board& board) {
  std::vector<Eigen::Vector3d> corners;
  corners.reserve(static_cast<std::size_t>(corner_count(board)));
  for (int id = 0; id < corner_count(board); ++id) corners.push_back(corner_position(board, id));
  return corners;
}

// A flat board of about this size, whose middle is the middle of the rectangle.
Board flat_board(double width, double height) {
  constexpr int kSquares = 6;
  const double square = std::min(width, height) / kSquares;
  const auto corners = [&](double side) {
    return std::max(2, static_cast<int>(std::lround(side / square)) + 1);
  };
  return {&kChessboard, corners(width), corners(height), square};
}

Eigen::Quaterniond random_turn(Random& random) {
  const double w = random.normal(), x = random.normal(), y = random.normal(), z = random.normal();
  return Eigen::Quaterniond(w, x, y, z).normalized();
}

}  // namespace

Board with_places(const Board& board, PartLayout layout, std::uint64_t seed) {
  Board result = board;
  if (board.parts.empty()) return result;
  const auto given = std::count_if(board.parts.begin(), board.parts.end(),
                                   [](const Board& part) { return part.T_board_part.has_value(); });
  if (given == 0) {
    Random random(seed);
    if (layout == PartLayout::kWall) place_on_wall(random, result);
    if (layout == PartLayout::kCube) place_on_cube(result);
  }
  require(given == 0 || given == static_cast<std::ptrdiff_t>(board.parts.size()),
          "T_board_part: only some boards have one; give it to all, or to none");
  // The frame of the first part is that of all.
  const Pose T_first_board = result.parts.front().T_board_part->inverse();
  for (Board& part : result.parts) part.T_board_part = T_first_board * *part.T_board_part;
  return result;
}

HeldBoard::HeldBoard(const Board& board, std::uint64_t seed) : flat_(board), random_(seed) {
  if (board.parts.empty()) return;
  Eigen::Vector3d normal = Eigen::Vector3d::Zero();
  for (const Board& part : board.parts)
    normal += part.T_board_part->rotation * Eigen::Vector3d::UnitZ();
  constexpr double kOneSide = 0.5;  // the cosine of 60 degrees
  is_solid_ = std::any_of(board.parts.begin(), board.parts.end(), [&](const Board& part) {
    return normal.normalized().dot(part.T_board_part->rotation * Eigen::Vector3d::UnitZ()) <
           kOneSide;
  });
  // Turns the mean normal to z.
  const Eigen::Quaterniond facing =
      is_solid_ ? Eigen::Quaterniond::Identity() : turn_between(normal, Eigen::Vector3d::UnitZ());
  Eigen::Vector3d low = Eigen::Vector3d::Constant(1e9), high = -low;
  for (const Eigen::Vector3d& corner : all_corners(board)) {
    low = low.cwiseMin(facing * corner);
    high = high.cwiseMax(facing * corner);
  }
  const Eigen::Vector3d size = high - low;
  center_ = facing.conjugate() * ((low + high) / 2);
  flat_ = is_solid_ ? flat_board(size.maxCoeff(), size.maxCoeff()) : flat_board(size.x(), size.y());
  T_flat_board_ = {facing, board_middle(flat_) - facing * center_};
}

Pose HeldBoard::next_turn() {
  if (!is_solid_) return T_flat_board_;
  const Eigen::Quaterniond turn = random_turn(random_);
  return {turn, board_middle(flat_) - turn * center_};
}

}  // namespace calib
