#include "target/marked_size.hpp"

#include <algorithm>
#include <map>

#include "target/detection.hpp"

namespace calib {
namespace {

// The new size must put at least so many codes, and this share of them, where they belong.
constexpr int kLeastAtPlace = 4;
constexpr double kLeastShare = 0.6;

// The codes that agree on where the board lies.
struct Agreement {
  int codes = 0;
  int first = 0, last = 0;  // the lowest and the highest id among them
};

Agreement agreement(const std::vector<ReadCode>& read, const std::vector<MarkerCell>& cells) {
  std::map<int, MarkerCell> by_id;
  for (const MarkerCell& cell : cells) by_id[cell.id] = cell;
  std::map<std::pair<int, int>, Agreement> shifts;
  Agreement best;
  for (const ReadCode& code : read) {
    const auto cell = by_id.find(code.id);
    if (cell == by_id.end()) continue;
    Agreement& here = shifts[{code.column - cell->second.column, code.row - cell->second.row}];
    here.first = here.codes == 0 ? code.id : std::min(here.first, code.id);
    here.last = std::max(here.last, code.id);
    ++here.codes;
    if (here.codes > best.codes) best = here;
  }
  return best;
}

int most_agreeing(const std::vector<ReadCode>& read, const MarkerLayouts& layouts) {
  int most = 0;
  for (const std::vector<MarkerCell>& cells : layouts)
    most = std::max(most, agreement(read, cells).codes);
  return most;
}

int points(const Board& board, int count) {
  return count * board.type->points_a_count + board.type->points_more;
}

int highest_id(const std::vector<ReadCode>& read) {
  int highest = 0;
  for (const ReadCode& code : read) highest = std::max(highest, code.id);
  return highest;
}

}  // namespace

std::optional<Board> size_by_codes(const std::vector<ReadCode>& read, const Board& board,
                                   MarkerLayouts (*layouts_of)(const Board&)) {
  const int all = static_cast<int>(read.size());
  int most = most_agreeing(read, layouts_of(board)) + kLeastMoreMarkers - 1;
  if (most >= all) return std::nullopt;
  most = std::max({most, kLeastAtPlace - 1, static_cast<int>(kLeastShare * all)});
  const int end = board.first_marker + marker_count(board);
  std::optional<Board> best;
  for (int columns = board.type->least; columns <= kMostMarkedColumns; ++columns) {
    // Markers are arranged in one way in an odd number of rows, and in two ways in an even number.
    for (const int more : {0, 1}) {
      const Board other = size_with_marker(board, columns, highest_id(read), more);
      const MarkerLayouts layouts = layouts_of(other);
      for (std::size_t k = 0; k < layouts.size(); ++k) {
        const Agreement here = agreement(read, layouts[k]);
        if (here.codes <= most || here.first >= end) continue;
        most = here.codes;
        best = size_with_marker(board, columns, here.last);
        if (k >= layouts_of(*best).size()) best = size_with_marker(board, columns, here.last, 1);
      }
    }
  }
  return best;
}

Board size_with_marker(Board board, int columns, int id, int more_rows) {
  board.corners_x = points(board, columns);
  int rows = board.type->least;
  const auto has_it = [&] {
    board.corners_y = points(board, rows);
    return board.first_marker + marker_count(board) > id;
  };
  while (!has_it()) ++rows;
  board.corners_y = points(board, rows + more_rows);
  return board;
}

std::string wrong_size_reason(const Board& size) {
  return std::string(kWrongSize) + " " + counted_size(size);
}

}  // namespace calib
