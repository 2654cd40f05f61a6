#include "scene/board_types.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "scene/board_counts.hpp"

namespace calib {
namespace {

Eigen::Vector2d on_square_grid(const Board& board, int column, int row) {
  return {board.square_m * column, board.square_m * row};
}

// Each tag has two points in a row, whose distance is the side of the tag.
Eigen::Vector2d on_tag_corners(const Board& board, int column, int row) {
  const double s = board.square_m;
  return {s * (column / 2) + board.marker_m * (column % 2),
          s * (row / 2) + board.marker_m * (row % 2)};
}

// Every other row is moved to the right by half the distance between its points.
Eigen::Vector2d on_staggered_grid(const Board& board, int column, int row) {
  return {board.square_m * (2 * column + row % 2), board.square_m * row};
}

// Every white square has one marker.
int charuco_marker_count(const Board& board) {
  return (board.corners_x + 1) * (board.corners_y + 1) / 2;
}

int tag_count(const Board& board) { return corner_count(board) / 4; }

}  // namespace

constinit const BoardType kChessboard = {
    .name = "chessboard",
    .counts = "inner corners",
    .counts_note = " (one less than squares)",
    .least = 3,
    .square = "squares",
    .turn = TurnToldBy::kColors,
    .flat_position = on_square_grid,
};

constinit const BoardType kCharuco = {
    .name = "charuco",
    .counts = "squares",
    .points_more = -1,
    .square = "squares",
    .markers = BoardMarkers{"marker", nullptr, charuco_marker_count},
    .turn = TurnToldBy::kNumbers,
    .flat_position = on_square_grid,
};

constinit const BoardType kAprilgrid = {
    .name = "aprilgrid",
    .counts = "tags",
    .least = 1,
    .points_a_count = 2,
    .square = "tag to tag",
    .markers = BoardMarkers{"tag", "APRILTAG_36h11", tag_count},
    .turn = TurnToldBy::kNumbers,
    .flat_position = on_tag_corners,
};

constinit const BoardType kPuzzleboard = {
    .name = "puzzleboard",
    .counts = "inner corners",
    .counts_note = " (one less than squares)",
    .least = 3,
    .square = "squares",
    .is_part_of_pattern = true,
    .turn = TurnToldBy::kNumbers,
    .flat_position = on_square_grid,
};

constinit const BoardType kCircles = {
    .name = "circles",
    .counts = "circles",
    .square = "circle to circle",
    .turn = TurnToldBy::kNothing,
    .flat_position = on_square_grid,
};

constinit const BoardType kAcircles = {
    .name = "acircles",
    .counts = "circles",
    .square = "row to row",
    .turn = TurnToldBy::kNothing,
    .flat_position = on_staggered_grid,
};

constinit const BoardType kTag = {
    .name = "tag",
    .counts = "tags",
    .least = 1,
    .points_a_count = 2,
    .has_counts = false,
    .square = "side of the tag",
    .markers = BoardMarkers{"tag", "APRILTAG_36h11", tag_count},
    .turn = TurnToldBy::kNumbers,
    .flat_position = on_square_grid,
};

constinit const BoardType kSeveralBoards = {
    .name = "boards",
    .counts = "",
    .square = "",
    .turn = TurnToldBy::kNumbers,
    .flat_position = nullptr,
};

const std::vector<Named<const BoardType*>>& board_types() {
  static const std::vector<Named<const BoardType*>> list = [] {
    std::vector<Named<const BoardType*>> rows;
    for (const BoardType* type :
         {&kChessboard, &kCharuco, &kAprilgrid, &kPuzzleboard, &kCircles, &kAcircles, &kTag})
      rows.push_back({type->name, type});
    return rows;
  }();
  return list;
}

std::string counted_size(const Board& board) {
  const BoardType& type = *board.type;
  return std::to_string(count_of(type, board.corners_x)) + "x" +
         std::to_string(count_of(type, board.corners_y));
}

bool is_single_tag(const Board& board) {
  return board.type == &kTag || (board.type == &kAprilgrid && corner_count(board) == 4);
}

namespace {

// Boards of type tag that follow each other, or one other board.
using Alike = std::vector<const Board*>;

// "3", "0, 1, 5-9"
std::string numbers_text(const Alike& tags) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < tags.size();) {
    std::size_t last = i;
    while (last + 1 < tags.size() && tags[last + 1]->first_marker == tags[last]->first_marker + 1)
      ++last;
    const std::string from = std::to_string(tags[i]->first_marker);
    const std::string to = std::to_string(tags[last]->first_marker);
    if (last == i) {
      texts.push_back(from);
    } else {
      texts.push_back(from + (last == i + 1 ? ", " : "-") + to);
    }
    i = last + 1;
  }
  return join(texts, ", ");
}

std::string name_of_alike(const Alike& boards) {
  const Board& first = *boards.front();
  if (first.type != &kTag) return counted_size(first) + " " + first.type->name;
  return (boards.size() == 1 ? "tag " : "tags ") + numbers_text(boards);
}

std::vector<Alike> alike_boards(const Board& board) {
  std::vector<Alike> groups;
  for (const auto& [single, first_id] : single_boards(board)) {
    const bool joins = !groups.empty() && single->type == &kTag &&
                       groups.back().front()->type == &kTag &&
                       groups.back().front()->marker_m == single->marker_m &&
                       groups.back().front()->dictionary == single->dictionary;
    if (joins) {
      groups.back().push_back(single);
    } else {
      groups.push_back({single});
    }
  }
  return groups;
}

std::string described(const Alike& boards) {
  const Board& first = *boards.front();
  const std::string side = to_text(1000 * first.marker_m, 3) + " mm";
  if (first.type == &kTag) return name_of_alike(boards) + " of " + first.dictionary + ", " + side;
  std::string text = name_of_alike(boards) + ", " + to_text(1000 * first.square_m, 3) + " mm";
  if (!first.dictionary.empty()) {
    text += ", markers " + side + " of " + first.dictionary + " from " +
            std::to_string(first.first_marker);
  }
  return text;
}

}  // namespace

std::string with_article(const std::string& name) {
  const bool has_vowel =
      name.starts_with("8") || name.starts_with("11x") || name.starts_with("18x");
  return (has_vowel ? "an " : "a ") + name;
}

std::string board_name(const Board& board) {
  std::vector<std::string> names;
  for (const Alike& boards : alike_boards(board)) names.push_back(name_of_alike(boards));
  return join(names, " + ");
}

std::string describe_board(const Board& board) {
  std::vector<std::string> texts;
  for (const Alike& boards : alike_boards(board)) texts.push_back(described(boards));
  return join(texts, "; ");
}

std::string size_text(const Board& board) {
  std::vector<std::string> sizes;
  for (const auto& [single, first_id] : single_boards(board))
    sizes.push_back(std::to_string(single->corners_x) + "x" + std::to_string(single->corners_y));
  const bool equal = std::count(sizes.begin(), sizes.end(), sizes.front()) ==
                     static_cast<std::ptrdiff_t>(sizes.size());
  if (sizes.size() > 2 && equal) return std::to_string(sizes.size()) + " of " + sizes.front();
  return join(sizes, " + ");
}

std::string part_name(const Board& board, std::size_t part) {
  const Board& single = board.parts[part];
  return is_single_tag(single) ? "tag " + std::to_string(single.first_marker)
                               : "board " + std::to_string(part + 1);
}

std::string part_names(const Board& board, const std::vector<int>& parts) {
  const bool all_tags = std::all_of(parts.begin(), parts.end(), [&](int part) {
    return is_single_tag(board.parts[static_cast<std::size_t>(part)]);
  });
  std::vector<std::string> numbers;
  numbers.reserve(parts.size());
  for (const int part : parts)
    numbers.push_back(std::to_string(
        all_tags ? board.parts[static_cast<std::size_t>(part)].first_marker : part + 1));
  return (all_tags ? "the tags " : "the boards ") + join(numbers, ", ");
}

std::string place_name(const Board& board, const std::vector<int>& ids) {
  const PartPoint first =
      board.parts.empty() ? PartPoint{0, ids.front()} : part_point(board, ids.front());
  const Board& part = board.parts.empty() ? board : board.parts[first.part];
  const bool is_tag = is_single_tag(part);
  const std::string name =
      is_tag ? "tag " + std::to_string(part.first_marker) : "the " + board_name(part);
  if (static_cast<int>(ids.size()) == corner_count(part)) return name;
  if (is_tag) return name + " " + kTagCorners[first.id];
  return "corner " + std::to_string(first.id) + " of " + name;
}

int marker_count(const Board& board) {
  return board.type->markers ? board.type->markers->count(board) : 0;
}

}  // namespace calib
