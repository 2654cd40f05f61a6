#pragma once
// THE LIST of board types: the words for each type, the positions of its points, and how a picture
// tells its orientation. All that concerns pictures is in target/printed_boards.hpp.

#include <Eigen/Core>
#include <optional>
#include <string>
#include <vector>

#include "base/named.hpp"

namespace calib {

struct Board;

/// What shows the orientation of a board whose grid of points looks the same after a turn.
enum class TurnToldBy {
  kNumbers,  ///< the ids of the markers
  kColors,   ///< the colors of the squares between the points
  kNothing,  ///< the orientation cannot be seen
};

/// The markers of a board, which are numbered in a dictionary.
struct BoardMarkers {
  const char* word;              ///< "marker", "tag"
  const char* usual_dictionary;  ///< nullptr: the user must name one
  int (*count)(const Board& board);
};

/// One type of board.
struct BoardType {
  const char* name;                          ///< the value of --board-type, and `type` in files
  const char* counts;                        ///< what --board counts: "inner corners", "tags"
  const char* counts_note = "";              ///< " (one less than squares)"
  int least = 2;                             ///< the smallest count in each direction
  int points_a_count = 1;                    ///< points in a row = count * points_a_count
  int points_more = 0;                       ///<   + points_more
  const char* square;                        ///< what Board::square_m is: "squares", "tag to tag"
  std::optional<BoardMarkers> markers = {};  ///< absent: the board has no markers
  /// Whether the board is a part of a larger pattern, in which --first-marker gives its place.
  bool is_part_of_pattern = false;
  TurnToldBy turn;
  /// The position of the point in this column and row of points on the flat board, meters.
  Eigen::Vector2d (*flat_position)(const Board& board, int column, int row);
};

extern const BoardType kChessboard, kCharuco, kAprilgrid, kPuzzleboard, kCircles, kAcircles;
/// The type of a board with parts. It is not in the list, because --board-type names single boards.
extern const BoardType kSeveralBoards;

/// The first is the default.
const std::vector<Named<const BoardType*>>& board_types();

/// The size of one board as --board counts it: "6x6" tags for an aprilgrid of 12x12 points.
std::string counted_size(const Board& board);

/// "9x6 chessboard", "6x6 aprilgrid + 5x7 charuco"
std::string board_name(const Board& board);

/// The full description of a board: "5x7 charuco, 30 mm, markers 22 mm of 4X4_250 from 0". Several
/// boards are described one after the other.
std::string describe_board(const Board& board);

/// The number of markers of a single board.
int marker_count(const Board& board);

}  // namespace calib
