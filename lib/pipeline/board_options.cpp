#include "pipeline/board_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "io/config.hpp"
#include "io/target_yaml.hpp"
#include "scene/board_symmetry.hpp"
#include "scene/board_types.hpp"
#include "target/markers.hpp"

namespace calib {
namespace {

// Squares beyond these are rare, and mostly a wrong unit.
constexpr double kLargeSquare_m = 0.2, kSmallSquare_m = 0.003;

// "chessboard: inner corners; charuco: squares; ..." or another column of the table.
std::string of_each_type(const char* BoardType::*column) {
  std::vector<std::string> texts;
  for (const auto& [name, type] : board_types())
    texts.push_back(fmt::format("{}: {}", name, type->*column));
  return join(texts, "; ");
}

}  // namespace

std::vector<Option> describe(BoardOptions& o) {
  return {
      Option::text(
          "board", o.board,
          "COLUMNSxROWS of what is counted on the board; " + of_each_type(&BoardType::counts),
          "11x8"),
      Option::length(
          "square", o.square_m,
          "the board's spacing, with its unit: 30mm; " + of_each_type(&BoardType::square)),
      Option::choice("board_type", o.type, "what the board is", board_types(), "TYPE"),
      Option::length("marker", o.marker_m,
                     "side of the markers of a charuco board or the tags of an aprilgrid"),
      Option::text("dictionary", o.dictionary,
                   "of the markers, such as 4X4_50; default of an aprilgrid: APRILTAG_36h11"),
      Option::number("first_marker", o.first_marker, "the lowest number of the board's markers")
          .at_least(0),
      Option::text(
          "target", o.target,
          "the board as a file instead: a list of several boards, Kalibr's target YAML, or "
          "a file that calib wrote",
          "FILE"),
  };
}

namespace {

void set_markers(const BoardOptions& options, const BoardMarkers& markers, Board& board) {
  require(options.marker_m > 0,
          fmt::format("marker: missing: give the side of one {} of the {}, such as --marker 20mm",
                      markers.word, board.type->name));
  require(options.marker_m < board.square_m,
          fmt::format("marker: found {} mm, expected less than the {} mm of --square",
                      to_text(1000 * options.marker_m), to_text(1000 * board.square_m)));
  require(markers.usual_dictionary || !options.dictionary.empty(),
          "dictionary: missing: give the markers' dictionary, such as --dictionary 4X4_50");
  board.marker_m = options.marker_m;
  board.dictionary =
      find_dictionary(options.dictionary.empty() ? markers.usual_dictionary : options.dictionary);
  board.first_marker = options.first_marker;
}

// Throws Error when the dictionary has too few markers.
void require_enough_markers(const Board& board) {
  if (!board.type->markers) return;
  const int markers = marker_count(board);
  const int there = dictionary_size(board.dictionary);
  require(board.first_marker + markers <= there,
          fmt::format("dictionary: {} holds {} markers, but the {} from {} on needs {}",
                      board.dictionary, there, board_name(board), board.first_marker, markers));
}

// Boards are told apart by their markers only.
void require_apart(const std::vector<Board>& parts, const Board& board) {
  require(
      board.type->markers.has_value(),
      fmt::format("a {} has no markers: several boards are told apart by their markers, so each "
                  "must be a charuco board or an aprilgrid",
                  board_name(board)));
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Board& other = parts[i];
    const int end = board.first_marker + marker_count(board);
    const int other_end = other.first_marker + marker_count(other);
    if (marker_family(board.dictionary) != marker_family(other.dictionary) ||
        board.first_marker >= other_end || other.first_marker >= end)
      continue;
    throw Error(fmt::format(
        "boards {} and {} share the markers {} to {} of {}: print one of them with other markers "
        "(first_marker: {} or more, or another dictionary)",
        i + 1, parts.size() + 1, std::max(board.first_marker, other.first_marker),
        std::min(end, other_end) - 1, board.dictionary, other_end));
  }
}

// A file that lists several boards, each with the keys of BoardOptions; nothing when it is not.
std::optional<Board> read_several(const std::filesystem::path& file) {
  Board boards;
  boards.type = &kSeveralBoards;
  BoardOptions entry;
  const auto next = [&] {
    entry = {};
    return describe(entry);
  };
  const auto done = [&] {
    if (!entry.target.empty()) entry.target = file.parent_path() / entry.target;
    Board board = make_board(entry);
    require(board.parts.empty(), "target: this file lists several boards itself");
    require_apart(boards.parts, board);
    boards.parts.push_back(std::move(board));
    require(corner_count(boards) <= kMostCorners,
            fmt::format("target: found more than {} corners on all boards", kMostCorners));
  };
  if (!read_option_list(file, "boards", next, done)) return std::nullopt;
  require(!boards.parts.empty(),
          file.string() + ": found no board in 'boards', expected at least 1");
  return boards.parts.size() == 1 ? boards.parts.front() : boards;
}

// "a 10x7 chessboard or ": a board one column or row larger that looks different after a half turn,
// if there is one.
std::string larger_told_apart(const Board& board) {
  for (int Board::*side : {&Board::corners_x, &Board::corners_y}) {
    Board larger = board;
    larger.*side += board.type->points_a_count;
    if (ambiguous_relabelings(larger).size() == 1)
      return fmt::format("a {} or ", board_name(larger));
  }
  return "";
}

}  // namespace

Board make_board(const BoardOptions& options) {
  if (!options.target.empty()) {
    require(options.board.empty() || options.board == BoardOptions{}.board,
            "target: the board is given twice: leave out --board and --square, or --target");
    if (auto several = read_several(options.target)) return *std::move(several);
    Board board = read_target(options.target);
    require_enough_markers(board);
    return board;
  }
  const BoardType& type = *options.type;
  require(!options.board.empty(),
          fmt::format("board: missing: give the {} of the {}, such as --board 11x8", type.counts,
                      type.name));
  require(options.square_m > 0,
          "square: missing: give the side of one square, such as --square 30mm");
  const auto [x, y] = parse_size(options.board, "board size");
  require(x >= type.least && y >= type.least,
          fmt::format("board: found '{}', expected at least {} {} each way{}", options.board,
                      type.least, type.counts, type.counts_note));
  if (options.square_m > 1) {
    throw Error(fmt::format(
        "square: found {} meters, expected less than 1 m: was {}mm meant? Write the unit: --square "
        "{}mm",
        to_text(options.square_m), to_text(options.square_m), to_text(options.square_m)));
  }
  const auto points = [&](int count) { return count * type.points_a_count + type.points_more; };
  Board board{&type, points(x), points(y), options.square_m};
  require(
      board.corners_x <= kMostCorners / board.corners_y,
      fmt::format("board: found '{}', expected at most {} corners", options.board, kMostCorners));
  if (type.markers) {
    set_markers(options, *type.markers, board);
    require_enough_markers(board);
  } else {
    require(
        options.dictionary.empty() && (options.first_marker == 0 || type.is_part_of_pattern),
        fmt::format("dictionary: a {} has no markers; was --board-type charuco meant?", type.name));
    board.first_marker = options.first_marker;
    board.marker_m = options.marker_m;
  }
  return board;
}

Board make_single_board(const BoardOptions& options) {
  Board board = make_board(options);
  require(board.parts.empty(),
          fmt::format("target: {} lists several boards, expected one: name one by --board-type and "
                      "--board, or in a file of its own",
                      options.target));
  return board;
}

std::vector<std::string> board_warnings(const Board& board) {
  std::vector<std::string> warnings;
  for (const Board& part : board.parts) {
    for (const std::string& warning : board_warnings(part)) warnings.push_back(warning);
  }
  if (!board.parts.empty()) return warnings;
  if (ambiguous_relabelings(board).size() > 1) {
    warnings.push_back(fmt::format(
        "a {} board looks the same after a half turn: corner numbers may differ between pictures; "
        "{}a board with markers avoids the question",
        counted_size(board), larger_told_apart(board)));
  }
  if (board.square_m > kLargeSquare_m || board.square_m < kSmallSquare_m) {
    warnings.push_back(fmt::format(
        "the squares are {} mm wide, if --square is right; a number without a unit is in meters",
        to_text(1000 * board.square_m)));
  }
  return warnings;
}

}  // namespace calib
