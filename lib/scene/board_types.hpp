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
  const char* name;              ///< the value of --board-type, and `type` in files
  const char* counts;            ///< what --board counts: "inner corners", "tags"
  const char* counts_note = "";  ///< " (one less than squares)"
  int least = 2;                 ///< the smallest count in each direction
  int points_a_count = 1;        ///< points in a row = count * points_a_count
  int points_more = 0;           ///<   + points_more
  /// Whether the user gives the counts and the spacing. One tag needs only the side of its marker,
  /// which is also its spacing.
  bool has_counts = true;
  const char* square;                        ///< what Board::square_m is: "squares", "tag to tag"
  std::optional<BoardMarkers> markers = {};  ///< absent: the board has no markers
  /// Whether the board is a part of a larger pattern, in which --first-marker gives its place.
  bool is_part_of_pattern = false;
  TurnToldBy turn;
  /// The position of the point in this column and row of points on the flat board, meters.
  Eigen::Vector2d (*flat_position)(const Board& board, int column, int row);
};

extern const BoardType kChessboard, kCharuco, kAprilgrid, kPuzzleboard, kCircles, kAcircles, kTag;
/// The type of a board with parts. It is not in the list, because --board-type names single boards.
extern const BoardType kSeveralBoards;

/// The first is the default.
const std::vector<Named<const BoardType*>>& board_types();

/// The size of one board as --board counts it: "6x6" tags for an aprilgrid of 12x12 points.
std::string counted_size(const Board& board);

/// The size or name of a board with its article: "a 10x7", "an 8x7 chessboard"
std::string with_article(const std::string& name);

/// Whether the board is one tag alone: of type tag, or an aprilgrid of 1x1.
bool is_single_tag(const Board& board);

/// "9x6 chessboard", "6x6 aprilgrid + 5x7 charuco", "tag 3", "tags 0, 1, 5-9"
std::string board_name(const Board& board);

/// The full description of a board: "5x7 charuco, 30 mm, markers 22 mm of 4X4_250 from 0". Several
/// boards are described one after the other.
std::string describe_board(const Board& board);

/// How users call one of several boards: "tag 7", or "board 2" for the second in the target file.
std::string part_name(const Board& board, std::size_t part);

/// "the tags 0, 7", "the boards 1, 2"
std::string part_names(const Board& board, const std::vector<int>& parts);

/// Where some points of a board are: "tag 3", "tag 3 top-left", "corner 5 of the 5x7 charuco".
std::string place_name(const Board& board, const std::vector<int>& ids);

/// The words for the four corners of a tag, in the order of their ids.
inline constexpr const char* kTagCorners[] = {"top-left", "top-right", "bottom-left",
                                              "bottom-right"};

/// The number of markers of a single board.
int marker_count(const Board& board);

}  // namespace calib
