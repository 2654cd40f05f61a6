#include "target/coded_board.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "target/board_refinement.hpp"
#include "target/lattice_search.hpp"
#include "target/markers.hpp"

namespace calib {
namespace {

constexpr std::size_t kMostCodedLattices = 16;
// No lattice in a picture reaches farther, however large its board is.
constexpr int kMostReach = 256;
// How far a corner may be from where those around it are continued: pixels of the level, and a
// share of the distance to the nearest of them.
constexpr float kLeastLimit = 1.5f, kShareOfSpacing = 0.3f;
// A single code can be clutter; this many cannot.
constexpr int kLeastOthers = 2;

// Codes of small cells may need the finest level, blurred pictures a coarser one.
std::vector<int> coded_levels(const GrayView& picture) {
  const int level = first_level(picture);
  std::vector<int> levels;
  for (int finer = level; finer >= 0; --finer) levels.push_back(finer);
  if (is_large_enough(picture, level + 1)) levels.push_back(level + 1);
  return levels;
}

// How far around a corner nothing but its four squares is printed: up to the dots, or a little into
// the corner of the nearest code.
double clear_share(const CodedBoard& board) {
  if (!board.dots.down.empty()) return 0.5 - board.dots.radius;
  return board.format.margin > 0 ? 2 * board.format.margin : 1;
}

class CodedSearch {
 public:
  CodedSearch(const GrayView& picture, const std::vector<CodedBoard>& prints,
              LatticeWorkspace& work)
      : picture_(picture), prints_(prints), work_(work) {
    work_.pyramid.reset(picture);
    match_.grid = {prints[0].corners_x, prints[0].corners_y, {}, prints[0].format.next_line};
    match_.grid.clear = clear_share(prints[0]);
    match_.grid.points.assign(static_cast<std::size_t>(prints[0].corners_x) * prints[0].corners_y,
                              kHole);
  }

  CodedMatch run() {
    for (const int level : coded_levels(picture_)) {
      search_level(level);
      if (found_ && missing_ == 0) break;
    }
    if (found_)
      erase_irregular(match_.grid);
    else
      match_.grid.points.clear();
    match_.other_codes = !found_ && seen_.others >= kLeastOthers;
    return match_;
  }

 private:
  void search_level(int level) {
    compute_response(work_.pyramid.level(level), work_.map);
    const CodedBoard& board = prints_[0];
    SaddleSearch search;
    search.expected = board.corners_x * board.corners_y;
    search.most_saddles = std::clamp(20 * search.expected, 1000, 4000);
    search.most_candidates = 3 * search.most_saddles;
    find_saddles(work_.map, search, work_.saddle_scratch, work_.saddles);
    const int reach = std::min(2 * std::max(board.corners_x, board.corners_y) + 6, kMostReach);
    const bool dots = !board.dots.down.empty();
    std::vector<Lattice> lattices =
        link_saddles(work_.map, work_.saddles, reach, kMostCodedLattices, dots);
    for (Lattice& lattice : lattices) search_lattice(level, lattice);
  }

  void search_lattice(int level, Lattice& lattice) {
    std::optional<Numbering> best;
    std::vector<ReadCode> read;
    for (std::size_t print = 0; print < prints_.size(); ++print) {
      if (found_ && print != match_.print) continue;
      auto numbering = number_lattice(picture_, work_.map, level, lattice, prints_[print], seen_);
      if (seen_.read.size() > read.size()) read = std::move(seen_.read);
      if (!numbering || (best && best->evidence >= numbering->evidence)) continue;
      best = std::move(numbering);
      if (!found_) match_.print = print;
    }
    keep_read(std::move(read), best.has_value());
    if (!best) return;
    found_ = true;
    if (match_.seen && best->seen)
      match_.seen->add(*best->seen);
    else if (best->seen)
      match_.seen = best->seen;
    const LatticePrint print = lattice_print(best->placement, prints_[match_.print]);
    Lattice numbered = keep_numbered(*best, lattice, print);
    complete(best->placement, print, numbered);
    take(best->placement, numbered, level);
  }

  void keep_read(std::vector<ReadCode> read, bool is_board) {
    if (std::pair(is_board, read.size()) <= std::pair(read_on_board_, match_.read.size())) return;
    match_.read = std::move(read);
    read_on_board_ = is_board;
  }

  // The corners of the lattice around cells that show the right code, and those that continue them
  // in regular steps: a lattice can have a wrong link where something covers the board.
  static Lattice keep_numbered(const Numbering& numbering, const Lattice& lattice,
                               const LatticePrint& print) {
    Lattice kept(lattice.reach());
    for (const Cell cell : numbering.corners)
      if (const Saddle* saddle = lattice.find(cell); saddle && !kept.find(cell))
        kept.add(cell, *saddle);
    for (int before = -1; before != kept.size();) {
      before = kept.size();
      for (const Cell cell : lattice.cells()) {
        Prediction at;
        if (kept.find(cell) || !predict(kept, cell, at, print)) continue;
        const Saddle& saddle = *lattice.find(cell);
        const float limit = std::max(kLeastLimit, kShareOfSpacing * at.spacing);
        if (std::hypot(saddle.x - at.x, saddle.y - at.y) <= limit) kept.add(cell, saddle);
      }
    }
    return kept;
  }

  template <class Visit>
  void for_each_corner(const Visit& visit) const {
    for (int row = 0; row < match_.grid.rows; ++row)
      for (int column = 0; column < match_.grid.columns; ++column) visit(column, row);
  }

  // Adds the corners of the board that are seen less clearly.
  void complete(const Placement& placement, const LatticePrint& print, Lattice& lattice) {
    bool any = true;
    while (any) {
      any = false;
      missing_ = 0;
      for_each_corner([&](int column, int row) {
        const Cell cell = cell_of(placement, column, row);
        Saddle saddle;
        Prediction at;
        if (!lattice.holds(cell) || lattice.find(cell) || !predict(lattice, cell, at, print))
          return;
        if (find_corner(work_.map, lattice, cell, saddle, print)) {
          lattice.add(cell, saddle);
          any = true;
        } else if (at.x > 0 && at.y > 0 && at.x < static_cast<float>(work_.map.width) &&
                   at.y < static_cast<float>(work_.map.height)) {
          ++missing_;
        }
      });
    }
  }

  void take(const Placement& placement, const Lattice& lattice, int level) {
    for_each_corner([&](int column, int row) {
      if (match_.grid.has(column, row)) return;
      const Cell cell = cell_of(placement, column, row);
      const Saddle* saddle = lattice.find(cell);
      if (!saddle) return;
      match_.grid.points[static_cast<std::size_t>(row) * match_.grid.columns + column] = {
          to_picture(saddle->x, level), to_picture(saddle->y, level)};
    });
  }

  const GrayView& picture_;
  const std::vector<CodedBoard>& prints_;
  LatticeWorkspace& work_;
  CodedMatch match_;
  bool found_ = false;
  bool read_on_board_ = false;  // whether match_.read are of a lattice that was numbered
  int missing_ = 0;
  SeenCodes seen_;
};

}  // namespace

CodedBoard coded_board(const Board& board, const std::vector<MarkerCell>& markers,
                       const CodeFormat& format) {
  CodedBoard coded;
  coded.corners_x = board.corners_x;
  coded.corners_y = board.corners_y;
  coded.format = format;
  coded.known = marker_bits(board.dictionary);
  for (const MarkerCell& marker : markers)
    if (const auto id = static_cast<std::size_t>(marker.id); id < coded.known.size())
      coded.codes.push_back(
          {marker.column, marker.row, all_turns(coded.known[id], format.bits_a_side())});
  return coded;
}

bool spans_a_plane(const Board& board, const std::vector<Corner>& corners) {
  std::set<int> columns, rows, sums, differences;
  for (const Corner& corner : corners) {
    const int column = corner.id % board.corners_x, row = corner.id / board.corners_x;
    columns.insert(column);
    rows.insert(row);
    sums.insert(column + row);
    differences.insert(column - row);
  }
  return corners.size() >= 4 &&
         std::min({columns.size(), rows.size(), sums.size(), differences.size()}) > 1;
}

CodedMatch find_coded_board(const cv::Mat& gray, const std::vector<CodedBoard>& prints) {
  thread_local LatticeWorkspace work;
  const GrayView picture = to_gray_view(gray);
  return CodedSearch(picture, prints, work).run();
}

}  // namespace calib
