#include "target/puzzleboard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "scene/board_counts.hpp"
#include "target/board_refinement.hpp"
#include "target/coded_board.hpp"
#include "target/marked_size.hpp"
#include "target/outlying_corners.hpp"

namespace calib {
namespace {

// Both tables are cyclic; 1 is a white dot.
constexpr int kLong = 167, kShort = 3;

// Dots on the edges down a column: row y, column x of the pattern is [y % 3][x % 167].
constexpr std::array<std::string_view, kShort> kDotsDown = {
    "000010111000011101010101001000110101101100001110111000101001000100011111100000101011"
    "11110100110010010101110101110000111111011011010110011011111011100111101001111010001",
    "011000011111101111111101000100100000111100010011000001000100011000011000000111000110"
    "10100011101110101101110110010010000110100110001110101000111000100110001111010100100",
    "010000010100001110100001111010111110100000100100100001011101001101100111010110101100"
    "10110010010010110011001011110111001110000000101011011111010110110011000011110100011"};

// Dots on the edges along a row: [x % 3][y % 167].
constexpr std::array<std::string_view, kShort> kDotsToRight = {
    "111110101001111110000101001101111001000001001100100111111000110100011101101001000010"
    "00111001111010000000100111000000010111110010110101111101110100101101011001001110010",
    "101100110001001101011001110110000110101000100101010110000010110000001110000010110110"
    "00011111010101101101100011001111001001001010111011011001110011001011100011100011001",
    "001100000101010001111010100101100001100100100000001100001111010001111011001010101001"
    "00101001011111101000000010110101101011111110001000111101011101100101000011011111111"};

// The radius of a dot, and the height of the strips of which it is drawn, in squares.
constexpr double kDotRadius = 1.0 / 6;
constexpr int kStripsASquare = 96;
// So many columns and rows beyond the board are looked for, to know whether it is larger.
constexpr int kLookBeyond = 40;
// A refined corner that moved further than this share of line_spacing() is another corner.
constexpr double kFurthestMoveOfCorner = 0.3;

char white_down(int x, int y) {
  return kDotsDown[static_cast<std::size_t>(y % kShort)][static_cast<std::size_t>(x % kLong)] ==
         '1';
}

char white_to_right(int x, int y) {
  return kDotsToRight[static_cast<std::size_t>(x % kShort)][static_cast<std::size_t>(y % kLong)] ==
         '1';
}

// Where corner 0 is in the pattern.
struct PatternPlace {
  explicit PatternPlace(const Board& board)
      : x(board.first_marker % kPuzzlePeriod),
        y(board.first_marker / kPuzzlePeriod % kPuzzlePeriod) {}
  bool first_is_dark() const { return (x + y) % 2 == 0; }
  int x, y;
};

std::vector<CodedBoard> puzzleboard_prints(const Board& board) {
  const PatternPlace place(board);
  CodedBoard coded;
  coded.corners_x = board.corners_x;
  coded.corners_y = board.corners_y;
  coded.dots.radius = kDotRadius;
  coded.dots.first_is_dark = place.first_is_dark();
  coded.dots.before = kLookBeyond;
  coded.dots.columns = board.corners_x + 2 * kLookBeyond;
  coded.dots.rows = board.corners_y + 2 * kLookBeyond;
  // A period more, so that no place is negative.
  const int left = place.x - kLookBeyond + kPuzzlePeriod;
  const int top = place.y - kLookBeyond + kPuzzlePeriod;
  for (int row = 0; row < coded.dots.rows; ++row)
    for (int column = 0; column < coded.dots.columns; ++column) {
      coded.dots.down.push_back(white_down(left + column, top + row));
      coded.dots.to_right.push_back(white_to_right(left + column, top + row));
    }
  return {coded};
}

// The board of the same size that starts where the picture shows it to start.
int first_marker_seen(const Board& board, const SeenPattern& seen) {
  const PatternPlace place(board);
  const int column = (place.x + seen.first_column + kPuzzlePeriod) % kPuzzlePeriod;
  const int row = (place.y + seen.first_row + kPuzzlePeriod) % kPuzzlePeriod;
  return row * kPuzzlePeriod + column;
}

// Returns "" if the pattern is seen on the board only, or else the reason.
std::string misread_pattern(const Board& board, const SeenPattern& seen) {
  const bool on_board = seen.first_column >= 0 && seen.first_row >= 0 &&
                        seen.end_column <= board.corners_x && seen.end_row <= board.corners_y;
  if (on_board) return "";
  const bool is_larger = seen.columns() > board.corners_x || seen.rows() > board.corners_y;
  if (!is_larger) return wrong_first_marker_reason(first_marker_seen(board, seen));
  return wrong_size_reason(with_counts(board, seen.end_column - std::min(0, seen.first_column),
                                       seen.end_row - std::min(0, seen.first_row)));
}

// The part of a horizontal line, from low to high.
struct Interval {
  double low, high;
  bool operator==(const Interval&) const = default;
};

// Draws the dark parts of one square as strips, whose edges follow the dots.
class SquareDrawer {
 public:
  SquareDrawer(const Board& board, BoardPattern& pattern)
      : board_(board), place_(board), pattern_(pattern) {}

  // The square between the corners (column, row) and (column + 1, row + 1).
  void draw(int column, int row) {
    const bool dark = ((column + row) % 2 == 0) == place_.first_is_dark();
    std::vector<Interval> open;
    double from = row;
    for (int strip = 0; strip <= kStripsASquare; ++strip) {
      const double y = row + static_cast<double>(strip) / kStripsASquare;
      std::vector<Interval> now;
      if (strip < kStripsASquare) now = dark_at(column, row, dark, y + 0.5 / kStripsASquare);
      if (strip > 0 && now == open) continue;
      for (const Interval& interval : open) add(interval, from, y);
      open = std::move(now);
      from = y;
    }
  }

 private:
  // The dots at the left, right, top and bottom of the square that cross the line at y.
  std::vector<Interval> dark_at(int column, int row, bool dark, double y) const {
    std::vector<Interval> intervals;
    if (dark) intervals.push_back({column + 0.0, column + 1.0});
    const auto dot = [&](double x, double center_y, bool exists, char white) {
      const double off = y - center_y;
      if (!exists || (white != 0) != dark || std::abs(off) >= kDotRadius) return;
      const double reach = std::sqrt(kDotRadius * kDotRadius - off * off);
      const Interval cut{std::max<double>(column, x - reach), std::min(column + 1.0, x + reach)};
      if (!dark) {
        intervals.push_back(cut);
        return;
      }
      std::vector<Interval> left;
      for (const Interval& i : intervals) {
        if (cut.low > i.low) left.push_back({i.low, std::min(i.high, cut.low)});
        if (cut.high < i.high) left.push_back({std::max(i.low, cut.high), i.high});
      }
      intervals = std::move(left);
    };
    const auto has = [&](int c, int r) {
      return c >= 0 && r >= 0 && c < board_.corners_x && r < board_.corners_y;
    };
    const auto down = [&](int c) {
      dot(c, row + 0.5, has(c, row) && has(c, row + 1), at_down(c, row));
    };
    const auto to_right = [&](int r) {
      dot(column + 0.5, r, has(column, r) && has(column + 1, r), at_right(column, r));
    };
    down(column);
    down(column + 1);
    to_right(row);
    to_right(row + 1);
    return intervals;
  }

  char at_down(int c, int r) const {
    return c < 0 || r < 0 ? 0 : white_down(place_.x + c, place_.y + r);
  }
  char at_right(int c, int r) const {
    return c < 0 || r < 0 ? 0 : white_to_right(place_.x + c, place_.y + r);
  }

  void add(const Interval& interval, double from, double to) {
    const double s = board_.square_m;
    pattern_.rects.push_back({{s * interval.low, s * from}, {s * interval.high, s * to}});
  }

  const Board& board_;
  PatternPlace place_;
  BoardPattern& pattern_;
};

// The whole pattern as one board.
std::vector<CodedBoard> whole_pattern(const Board& board) {
  Board whole = with_counts(board, kPuzzlePeriod, kPuzzlePeriod);
  whole.first_marker = 0;
  return puzzleboard_prints(whole);
}

}  // namespace

BoardPattern draw_puzzleboard(const Board& board, const PrintChoice&) {
  BoardPattern pattern;
  SquareDrawer drawer(board, pattern);
  for (int row = -1; row < board.corners_y; ++row)
    for (int column = -1; column < board.corners_x; ++column) drawer.draw(column, row);
  return pattern;
}

Detection detect_puzzleboard(const cv::Mat& gray, const Board& board) {
  const std::vector<CodedBoard>& prints = kept_for<puzzleboard_prints>(board);
  const CodedMatch match = find_coded_board(gray, prints);
  if (match.grid.points.empty()) return {{}, "no_board"};
  if (const std::string reason = match.seen ? misread_pattern(board, *match.seen) : "";
      !reason.empty())
    return {{}, reason};
  Detection detection;
  detection.corners = refine_board(gray, match.grid);
  erase_far_corners(detection.corners, match.grid, kFurthestMoveOfCorner);
  erase_outlying(detection.corners, board);
  if (!spans_a_plane(board, detection.corners)) return {{}, "too_few_corners"};
  return detection;
}

std::string diagnose_puzzleboard(const std::vector<cv::Mat>& images, const Board& asked) {
  std::optional<SeenPattern> seen;
  int count = 0;
  for (const cv::Mat& image : images) {
    const CodedMatch match = find_coded_board(image, kept_for<whole_pattern>(asked));
    if (!match.seen) continue;
    ++count;
    if (seen)
      seen->add(*match.seen);
    else
      seen = match.seen;
  }
  if (!seen) return "";
  const int first = seen->first_row * kPuzzlePeriod + seen->first_column;
  const bool fits = seen->columns() <= asked.corners_x && seen->rows() <= asked.corners_y;
  const Board size = with_counts(asked, seen->columns(), seen->rows());
  return fmt::format(
      "found corners of the pattern from {} on in {} of {} images, but a board from {} on was "
      "asked "
      "for: use --first-marker {}{}, if that is the top left corner of the board",
      first, count, images.size(), asked.first_marker, first,
      fits ? "" : " --board " + counted_size(size));
}

}  // namespace calib
