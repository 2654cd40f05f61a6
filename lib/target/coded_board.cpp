#include "target/coded_board.hpp"

#include <algorithm>
#include <cmath>

#include "corner/find_saddles.hpp"
#include "corner/pyramid.hpp"
#include "target/board_refinement.hpp"

namespace calib {
namespace {

// The search begins at the first level of the pyramid whose longer side is at most kCodedSide.
constexpr int kCodedSide = 1000;
constexpr int kSmallestCodedSide = 100;
constexpr std::size_t kMostCodedLattices = 16;

struct CodedWorkspace {
  Pyramid pyramid;
  ResponseMap map;
  SaddleScratch saddle_scratch;
  std::vector<Saddle> saddles;
};

std::vector<int> coded_levels(const GrayView& picture) {
  int level = 0;
  while (std::max(picture.width, picture.height) >> level > kCodedSide) ++level;
  std::vector<int> levels;
  for (int finer = level; finer >= 0; --finer) levels.push_back(finer);
  if (std::min(picture.width, picture.height) >> (level + 1) >= kSmallestCodedSide)
    levels.push_back(level + 1);
  return levels;
}

class CodedSearch {
 public:
  CodedSearch(const GrayView& picture, const std::vector<CodedBoard>& prints,
              CodedWorkspace& work)
      : picture_(picture), prints_(prints), work_(work) {
    work_.pyramid.reset(picture);
    match_.grid = {prints[0].corners_x, prints[0].corners_y, {}};
    match_.grid.points.assign(
        static_cast<std::size_t>(prints[0].corners_x) * prints[0].corners_y, kHole);
  }

  CodedMatch run() {
    for (const int level : coded_levels(picture_)) {
      search_level(level);
      if (found_ && missing_ == 0) break;
    }
    if (found_)
      remove_irregular(match_.grid);
    else
      match_.grid.points.clear();
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
    const int reach = 2 * std::max(board.corners_x, board.corners_y) + 6;
    std::vector<Lattice> lattices =
        link_saddles(work_.map, work_.saddles, reach, kMostCodedLattices);
    for (Lattice& lattice : lattices) search_lattice(level, lattice);
  }

  void search_lattice(int level, Lattice& lattice) {
    std::optional<Numbering> best;
    for (std::size_t print = 0; print < prints_.size(); ++print) {
      if (found_ && print != match_.print) continue;
      auto numbering = number_lattice(picture_, work_.map, level, lattice, prints_[print]);
      if (!numbering || (best && best->evidence >= numbering->evidence)) continue;
      best = std::move(numbering);
      if (!found_) match_.print = print;
    }
    if (!best) return;
    found_ = true;
    complete(*best, lattice);
    take(*best, lattice, level);
  }

  template <class Visit>
  void for_each_corner(const Visit& visit) const {
    for (int row = 0; row < match_.grid.rows; ++row)
      for (int column = 0; column < match_.grid.columns; ++column) visit(column, row);
  }

  // Adds the corners of the board that are seen less clearly.
  void complete(const Numbering& numbering, Lattice& lattice) {
    bool any = true;
    while (any) {
      any = false;
      missing_ = 0;
      for_each_corner([&](int column, int row) {
        const Cell cell = cell_of(numbering.placement, column, row);
        Saddle saddle;
        Prediction at;
        if (!lattice.holds(cell) || lattice.find(cell) || !predict(lattice, cell, at)) return;
        if (find_corner(work_.map, lattice, cell, saddle)) {
          lattice.add(cell, saddle);
          any = true;
        } else if (at.x > 0 && at.y > 0 && at.x < static_cast<float>(work_.map.width) &&
                   at.y < static_cast<float>(work_.map.height)) {
          ++missing_;
        }
      });
    }
  }

  void take(const Numbering& numbering, const Lattice& lattice, int level) {
    for_each_corner([&](int column, int row) {
      if (match_.grid.has(column, row)) return;
      const Cell cell = cell_of(numbering.placement, column, row);
      const Saddle* saddle = lattice.find(cell);
      if (!saddle || !is_numbered(numbering, cell)) return;
      match_.grid.points[static_cast<std::size_t>(row) * match_.grid.columns + column] = {
          to_picture(saddle->x, level), to_picture(saddle->y, level)};
    });
  }

  const GrayView& picture_;
  const std::vector<CodedBoard>& prints_;
  CodedWorkspace& work_;
  CodedMatch match_;
  bool found_ = false;
  int missing_ = 0;
};

}  // namespace

CodedMatch find_coded_board(const cv::Mat& gray, const std::vector<CodedBoard>& prints) {
  thread_local CodedWorkspace work;
  const GrayView picture = to_gray_view(gray);
  return CodedSearch(picture, prints, work).run();
}

}  // namespace calib
