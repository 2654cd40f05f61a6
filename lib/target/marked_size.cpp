#include "target/marked_size.hpp"

#include <algorithm>
#include <map>

#include "scene/board_counts.hpp"
#include "target/detection.hpp"

namespace calib {
namespace {

// Another board must have at least so many codes, and this share of them, where they are.
constexpr int kLeastAtPlace = 4;
constexpr double kLeastShare = 0.6;

// The codes that agree on where the board lies.
struct Agreement {
  int codes = 0;
  int first = 0, last = 0;  // the lowest and the highest id among them
};

// `cells` are those of the markers from `first_marker` on.
Agreement agreement(const std::vector<ReadCode>& read, const std::vector<MarkerCell>& cells,
                    int first_marker) {
  std::map<std::pair<int, int>, Agreement> shifts;
  Agreement best;
  for (const ReadCode& code : read) {
    const int index = code.id - first_marker;
    if (index < 0 || index >= static_cast<int>(cells.size())) continue;
    const MarkerCell& cell = cells[static_cast<std::size_t>(index)];
    Agreement& here = shifts[{code.column - cell.column, code.row - cell.row}];
    here.first = here.codes == 0 ? code.id : std::min(here.first, code.id);
    here.last = std::max(here.last, code.id);
    ++here.codes;
    if (here.codes > best.codes) best = here;
  }
  return best;
}

std::pair<int, int> lowest_and_highest_id(const std::vector<ReadCode>& read) {
  const auto [lowest, highest] = std::minmax_element(
      read.begin(), read.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return {lowest->id, highest->id};
}

using LayoutsOf = MarkerLayouts (*)(const Board&);

// The layouts of boards with this number of columns.
struct ColumnLayouts {
  int columns = 0;
  MarkerLayouts layouts;
};

// The layouts of a board, and of boards of all sizes like it. A thread keeps them, because most
// pictures are of the same board.
class LayoutTable {
 public:
  void set_board(const Board& board, LayoutsOf layouts_of) {
    if (board == board_ && layouts_of == layouts_of_) return;
    board_ = board;
    layouts_of_ = layouts_of;
    own_ = layouts_of(board);
    highest_ = -1;
    all_sizes_.clear();
  }

  const MarkerLayouts& own() const { return own_; }

  // Of boards whose rows hold the markers up to this id.
  const std::vector<ColumnLayouts>& all_sizes(int id) {
    if (id <= highest_) return all_sizes_;
    highest_ = id;
    all_sizes_.clear();
    for (int columns = board_.type->least; columns <= kMostMarkedColumns; ++columns) {
      // Markers are arranged in one way in an odd number of rows, and in two in an even number.
      const int odd = count_of(*board_.type, size_with_marker(board_, columns, id).corners_y) % 2;
      for (const int more : {odd, odd + 1})
        all_sizes_.push_back({columns, layouts_of_(size_with_marker(board_, columns, id, more))});
    }
    return all_sizes_;
  }

 private:
  Board board_;
  LayoutsOf layouts_of_ = nullptr;
  MarkerLayouts own_;
  int highest_ = -1;
  std::vector<ColumnLayouts> all_sizes_;
};

// So many codes agree with the board as it is described.
int most_agreeing(const std::vector<ReadCode>& read, const Board& board,
                  const MarkerLayouts& layouts) {
  int most = 0;
  for (const std::vector<MarkerCell>& cells : layouts)
    most = std::max(most, agreement(read, cells, board.first_marker).codes);
  return most;
}

// A board of another size with more than `most` of the codes where they are.
std::optional<Board> size_by_codes(const std::vector<ReadCode>& read, const Board& board, int most,
                                   LayoutsOf layouts_of, LayoutTable& table) {
  const int end = board.first_marker + marker_count(board);
  std::optional<Board> best;
  const int highest = lowest_and_highest_id(read).second;
  for (const auto& [columns, layouts] : table.all_sizes(highest)) {
    for (std::size_t k = 0; k < layouts.size(); ++k) {
      const Agreement here = agreement(read, layouts[k], board.first_marker);
      if (here.codes <= most || here.first >= end) continue;
      most = here.codes;
      best = size_with_marker(board, columns, here.last);
      if (k >= layouts_of(*best).size()) best = size_with_marker(board, columns, here.last, 1);
    }
  }
  return best;
}

// A board of the same size whose markers start elsewhere, with more than `most` of the codes where
// they are: the one whose first row is the first that is seen.
std::optional<int> first_marker_by_codes(const std::vector<ReadCode>& read, const Board& board,
                                         int most, const MarkerLayouts& layouts) {
  const auto [lowest, highest] = lowest_and_highest_id(read);
  const int count = marker_count(board);
  std::optional<int> best;
  for (int first = std::max(0, lowest - count + 1); first <= highest; ++first) {
    for (const std::vector<MarkerCell>& cells : layouts) {
      const Agreement here = agreement(read, cells, first);
      const bool has_own =
          here.first < board.first_marker + count && here.last >= board.first_marker;
      if (!has_own || here.codes <= most - (best ? 1 : 0)) continue;
      most = here.codes;
      best = first;
    }
  }
  return best;
}

}  // namespace

std::string misread_reason(const std::vector<ReadCode>& read, const Board& board,
                           MarkerLayouts (*layouts_of)(const Board&)) {
  thread_local LayoutTable table;
  table.set_board(board, layouts_of);
  const int all = static_cast<int>(read.size());
  int most = most_agreeing(read, board, table.own()) + kLeastMoreMarkers - 1;
  if (most >= all) return "";
  most = std::max({most, kLeastAtPlace - 1, static_cast<int>(kLeastShare * all)});
  if (const auto size = size_by_codes(read, board, most, layouts_of, table))
    return wrong_size_reason(*size);
  const auto first = first_marker_by_codes(read, board, most, table.own());
  return first ? wrong_first_marker_reason(*first) : "";
}

std::string wrong_first_marker_reason(int first_marker) {
  return std::string(kWrongFirstMarker) + " " + std::to_string(first_marker);
}

Board size_with_marker(const Board& board, int columns, int id, int more_rows) {
  const auto has_it = [&](const Board& size) {
    return board.first_marker + marker_count(size) > id;
  };
  int rows = board.type->least;
  while (!has_it(with_counts(board, columns, rows))) ++rows;
  return with_counts(board, columns, rows + more_rows);
}

std::string wrong_size_reason(const Board& size) {
  return std::string(kWrongSize) + " " + counted_size(size);
}

}  // namespace calib
