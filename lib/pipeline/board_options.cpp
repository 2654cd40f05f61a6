#include "pipeline/board_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "io/artifact_parts.hpp"
#include "io/config.hpp"
#include "io/pose_yaml.hpp"
#include "io/target_yaml.hpp"
#include "pipeline/measured_distances.hpp"
#include "scene/board_counts.hpp"
#include "scene/board_faces.hpp"
#include "scene/board_symmetry.hpp"
#include "scene/board_types.hpp"
#include "target/markers.hpp"
#include "target/puzzleboard.hpp"

namespace calib {
namespace {

// Squares beyond these are rare, and mostly a wrong unit.
constexpr double kLargeSquare_m = 0.2, kSmallSquare_m = 0.003;

// "chessboard: inner corners; charuco: squares; ..." or another column of the table.
std::string of_each_type(const char* BoardType::*column) {
  std::vector<std::string> texts;
  for (const auto& [name, type] : board_types())
    if (type->has_counts) texts.push_back(fmt::format("{}: {}", name, type->*column));
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
                     "side of the markers of a charuco board, of the tags of an aprilgrid or of "
                     "loose tags"),
      Option::text("dictionary", o.dictionary,
                   "of the markers, such as 4X4_50; default of tags: APRILTAG_36h11"),
      Option::number("first_marker", o.first_marker, "the lowest number of the board's markers")
          .at_least(0),
      Option::list("ids", o.ids,
                   "the numbers of loose tags (--board-type tag), such as 0-4,7; each may stand "
                   "anywhere",
                   "NUMBERS"),
      Option::text(
          "target", o.target,
          "the board as a file instead: a list of several boards, Kalibr's target YAML, or "
          "a file that calib wrote",
          "FILE"),
      Option::text("back", o.back,
                   "what is printed on the back of the board's panel: same (the same print), the "
                   "first marker of a board like that of the front, or a target file",
                   "same|N|FILE"),
      Option::length("thickness", o.thickness_m, "thickness of a panel with a back; 0 if not given")
          .at_least(0),
      Option::number("back_turn", o.back_turn_deg,
                     "degrees by which the back is turned clockwise, as seen by one who looks at "
                     "it, after the panel was turned over like a page")
          .at_least(-360)
          .at_most(360),
  };
}

namespace {

void set_markers(const BoardOptions& options, const BoardMarkers& markers, Board& board) {
  require(
      options.marker_m > 0,
      fmt::format("marker: missing: give the side of one {}, such as --marker 20mm", markers.word));
  require(!board.type->has_counts || options.marker_m < board.square_m,
          fmt::format("marker: found {} mm, expected less than the {} mm of --square",
                      to_text(1000 * options.marker_m), to_text(1000 * board.square_m)));
  require(markers.usual_dictionary || !options.dictionary.empty(),
          "dictionary: missing: give the markers' dictionary, such as --dictionary 4X4_50");
  board.marker_m = options.marker_m;
  board.dictionary =
      find_dictionary(options.dictionary.empty() ? markers.usual_dictionary : options.dictionary);
  board.first_marker = options.first_marker;
}

// A number without a unit is in meters.
void require_below_meter(const char* option, double length_m) {
  if (length_m <= 1) return;
  throw Error(fmt::format(
      "{}: found {} meters, expected less than 1 m: was {}mm meant? Write the unit: --{} {}mm",
      option, to_text(length_m), to_text(length_m), option, to_text(length_m)));
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
  require(board.type->markers.has_value(),
          fmt::format("{} has no markers: several boards are told apart by their markers, so each "
                      "must be a charuco board or an aprilgrid",
                      with_article(board_name(board))));
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

constexpr const char* kSameBack = "same";

bool is_file(const std::string& back) {
  return !back.empty() && back != kSameBack && !parse_integer(back);
}

// Whether the two puzzleboards show parts of the pattern that have nothing in common.
bool are_apart_in_pattern(const Board& a, const Board& b) {
  const auto apart = [](int first, int count, int other, int other_count) {
    return first + count <= other || other + other_count <= first;
  };
  return apart(a.first_marker % kPuzzlePeriod, a.corners_x, b.first_marker % kPuzzlePeriod,
               b.corners_x) ||
         apart(a.first_marker / kPuzzlePeriod, a.corners_y, b.first_marker / kPuzzlePeriod,
               b.corners_y);
}

// Two faces with different prints are distinguished by their codes.
void require_faces_apart(const Board& front, const Board& back) {
  if (front.type == &kPuzzleboard && back.type == &kPuzzleboard) {
    require(are_apart_in_pattern(front, back),
            fmt::format("back: the two puzzleboards share a part of their pattern: give the back a "
                        "--first-marker from {} on",
                        front.first_marker + front.corners_x));
    return;
  }
  for (const Board& face : {front, back}) {
    require(face.type->markers.has_value(),
            fmt::format("back: {} has no markers that would tell the faces apart, expected "
                        "--back same, or markers on both faces",
                        with_article(board_name(face))));
  }
  require_apart({front}, back);
}

// The numbers of "0", "3,4" and "5-9". Throws Error for a number that is there twice.
std::vector<int> parse_ids(const std::vector<std::string>& texts) {
  constexpr std::int64_t kMost = 100'000;
  std::vector<int> ids;
  const auto refuse = [](const std::string& text) {
    throw Error(fmt::format("ids: found '{}', expected numbers of tags such as 0-4,7", text));
  };
  for (const std::string& text : texts) {
    for (const std::string& range : split(text, ',')) {
      const std::vector<std::string> ends = split(range, '-');
      const auto first = parse_integer(trim(ends.front())), last = parse_integer(trim(ends.back()));
      if (!first || !last || ends.size() > 2 || *first < 0 || *last < *first || *last >= kMost)
        refuse(range);
      for (std::int64_t id = *first; id <= *last; ++id) {
        require(std::find(ids.begin(), ids.end(), id) == ids.end(),
                fmt::format("ids: the tag {} is there twice", id));
        ids.push_back(static_cast<int>(id));
      }
    }
  }
  return ids;
}

// One tag, or several that may stand anywhere.
Board make_tags(const BoardOptions& options) {
  require(options.board.empty() || options.board == BoardOptions{}.board,
          "board: a tag has no counts; leave it out, and give the numbers of the tags as --ids");
  require(options.square_m == 0 || options.square_m == options.marker_m,
          "square: the size of a tag is the side of its black square: give it as --marker");
  require(options.ids.empty() || options.first_marker == 0,
          "first_marker: the numbers of the tags are given twice: leave out --first-marker");
  Board tag{&kTag, kTag.points_a_count, kTag.points_a_count, options.marker_m};
  set_markers(options, *kTag.markers, tag);
  require_below_meter("marker", options.marker_m);
  if (options.ids.empty()) {
    require_enough_markers(tag);
    return tag;
  }
  Board tags{.type = &kSeveralBoards};
  for (const int id : parse_ids(options.ids)) {
    tag.first_marker = id;
    require_enough_markers(tag);
    tags.parts.push_back(tag);
  }
  return tags.parts.size() == 1 ? tags.parts.front() : tags;
}

// Adds the board, both faces of the panel, or all tags of one entry of a target file. A panel
// stands alone in its file.
void append_entry(const YamlNode& item, const std::filesystem::path& file, Board& boards) {
  BoardOptions entry;
  entry.square_m = 0;
  read_config(item, {{"", describe(entry)}}, {}, {"distances", "T_board_part"});
  try {
    if (!entry.target.empty()) entry.target = file.parent_path() / entry.target;
    if (is_file(entry.back)) entry.back = file.parent_path() / entry.back;
    require(boards.parts.empty() || (entry.back.empty() && !is_panel(boards)),
            "back: a panel with a back must be the only board of the list");
    Board made = make_board(entry);
    require(made.parts.empty() || !entry.ids.empty() || !entry.back.empty(),
            "target: this file lists several boards itself");
    if (is_panel(made)) {
      boards = std::move(made);
      return;
    }
    std::vector<Board> parts = made.parts.empty() ? std::vector{made} : std::move(made.parts);
    if (const auto pose = item.find("T_board_part")) {
      require(parts.size() == 1,
              "T_board_part: is of one board; give each tag an entry of its own");
      parts.front().T_board_part = read_pose(*pose);
    }
    for (Board& part : parts) {
      require_apart(boards.parts, part);
      boards.parts.push_back(std::move(part));
      require(corner_count(boards) <= kMostCorners,
              fmt::format("target: found more than {} corners on all boards", kMostCorners));
    }
  } catch (const Error& error) {
    if (std::string_view(error.what()).starts_with(file.string())) throw;
    item.fail(error.what());
  }
}

// A file that lists several boards, each with the keys of BoardOptions, or that holds such keys
// itself; nothing when it does neither.
std::optional<Board> read_several(const std::filesystem::path& file) {
  const YamlNode root = YamlNode::load(file, kMaxConfigBytes);
  const auto list = root.is_map() ? root.find("boards") : std::nullopt;
  if (!list && !(root.is_map() && root.find("board_type"))) return std::nullopt;
  Board boards;
  boards.type = &kSeveralBoards;
  if (list) {
    root.expect_keys({"boards"}, {"distances"});
    for (const YamlNode& item : list->items()) append_entry(item, file, boards);
  } else {
    append_entry(root, file, boards);
  }
  require(!boards.parts.empty(),
          file.string() + ": found no board in 'boards', expected at least 1");
  if (const auto distances = root.find("distances"))
    boards.distances = read_distances(*distances, boards);
  return boards.parts.size() == 1 ? boards.parts.front() : boards;
}

// "a 10x7 chessboard or ": a board one column or row larger that looks different after a half turn,
// if there is one.
std::string larger_told_apart(const Board& board) {
  for (int Board::*side : {&Board::corners_x, &Board::corners_y}) {
    Board larger = board;
    larger.*side += board.type->points_a_count;
    if (ambiguous_relabelings(larger).size() == 1)
      return fmt::format("{} or ", with_article(board_name(larger)));
  }
  return "";
}

Board make_front(const BoardOptions& options) {
  if (!options.target.empty()) {
    require(options.board.empty() || options.board == BoardOptions{}.board,
            "target: the board is given twice: leave out --board and --square, or --target");
    if (auto several = read_several(options.target)) return *std::move(several);
    Board board = read_target(options.target);
    require_enough_markers(board);
    return board;
  }
  const BoardType& type = *options.type;
  if (!type.has_counts) return make_tags(options);
  require(options.ids.empty(),
          fmt::format("ids: a {} has no loose tags; was --board-type tag meant?", type.name));
  require(!options.board.empty(),
          fmt::format("board: missing: give the {} of the {}, such as --board 11x8", type.counts,
                      type.name));
  require(options.square_m > 0,
          "square: missing: give the side of one square, such as --square 30mm");
  const auto [x, y] = parse_size(options.board, "--board (columns x rows, such as 11x8)");
  require(x >= type.least && y >= type.least,
          fmt::format("board: found '{}', expected at least {} {} each way{}", options.board,
                      type.least, type.counts, type.counts_note));
  require_below_meter("square", options.square_m);
  Board board = with_counts({&type, 0, 0, options.square_m}, x, y);
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

// A board like that of the front whose markers count from `number`.
Board numbered_back(std::int64_t number, const Board& front) {
  constexpr std::int64_t kMostNumber = 1000000;
  require(number >= 0 && number <= kMostNumber,
          fmt::format("back: found {}, expected a first marker from 0 to {}", number, kMostNumber));
  Board back = front;
  back.first_marker = static_cast<int>(number);
  require_faces_apart(front, back);
  require_enough_markers(back);
  return back;
}

// The board on the back, which its numbers distinguish from the front unless both carry the same
// print.
Board make_back(const std::string& back, const Board& front) {
  if (back == kSameBack) return front;
  if (const auto number = parse_integer(back)) return numbered_back(*number, front);
  require(
      std::filesystem::exists(back),
      fmt::format("back: found '{}', expected same, the first marker of a board, or a file that "
                  "exists",
                  back));
  BoardOptions options;
  options.target = back;
  Board board = make_board(options);
  require(board.parts.empty(), fmt::format("back: {} lists several boards, expected one", back));
  if (board != front) require_faces_apart(front, board);
  return board;
}

}  // namespace

Board make_board(const BoardOptions& options) {
  Board front = make_front(options);
  if (options.back.empty()) {
    require(options.thickness_m == 0 && options.back_turn_deg == 0,
            "back: missing: say what is printed on the back, such as --back same");
    return front;
  }
  require(front.parts.empty(), "back: the target lists several boards, expected one");
  require_below_meter("thickness", options.thickness_m);
  const Board back = make_back(options.back, front);
  return two_faced(front, back,
                   back_pose(front, back, {options.thickness_m, options.back_turn_deg / kDegrees}));
}

Board make_single_board(const BoardOptions& options) {
  Board board = make_board(options);
  require(!is_panel(board), "back: found a panel with two faces, expected a board with one");
  require(board.parts.empty() || options.ids.empty(),
          fmt::format("ids: found {} tags, expected one", board.parts.size()));
  require(board.parts.empty(),
          fmt::format("target: {} lists several boards, expected one: name one by --board-type and "
                      "--board, or in a file of its own",
                      options.target));
  return board;
}

std::vector<std::string> board_warnings(const Board& board) {
  std::vector<std::string> warnings;
  if (has_equal_faces(board)) return board_warnings(board.parts.front());
  for (const Board& part : board.parts) {
    for (const std::string& warning : board_warnings(part))
      if (std::find(warnings.begin(), warnings.end(), warning) == warnings.end())
        warnings.push_back(warning);
  }
  if (!board.parts.empty()) return warnings;
  if (ambiguous_relabelings(board).size() > 1) {
    warnings.push_back(
        fmt::format("{} board looks the same after a half turn{}: corner numbers may differ "
                    "between pictures; {}a board with markers avoids the question",
                    with_article(counted_size(board)),
                    ambiguous_relabelings(board).size() > 2 ? ", and after a quarter turn" : "",
                    larger_told_apart(board)));
  }
  if (board.square_m > kLargeSquare_m || board.square_m < kSmallSquare_m) {
    const bool is_tag = !board.type->has_counts;
    warnings.push_back(
        fmt::format("the {} are {} mm wide, if {} is right; a number without a unit is in meters",
                    is_tag ? "tags" : "squares", to_text(1000 * board.square_m),
                    is_tag ? "--marker" : "--square"));
  }
  return warnings;
}

}  // namespace calib
