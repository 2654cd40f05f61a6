// diagnose_extent(): which lines of a board with codes do not exist.

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <opencv2/imgproc.hpp>

#include "base/text.hpp"
#include "scene/board_counts.hpp"
#include "target/board_diagnosis.hpp"
#include "target/printed_boards.hpp"

namespace calib {
namespace {

// How far beyond the last line of squares the rim is looked at, in squares or tags.
constexpr double kBeyondRim = 0.15;
// The blank rim is at least so bright, between the dark and the bright of the squares before it.
constexpr double kBlank = 0.7;
constexpr std::size_t kLeastLooks = 3;
// So many images must show the rim, and this share of those that show its place.
constexpr int kLeastRims = 2;
constexpr double kLeastShareOfRims = 0.75;

// The lines of points that images show.
struct SeenLines {
  int first_column, last_column, first_row, last_row;
};

std::optional<SeenLines> seen_lines(const Board& board, const std::vector<bool>& seen) {
  std::optional<SeenLines> lines;
  for (int id = 0; id < corner_count(board); ++id) {
    if (!seen[static_cast<std::size_t>(id)]) continue;
    const int column = id % board.corners_x, row = id / board.corners_x;
    if (!lines) lines = SeenLines{column, column, row, row};
    lines->first_column = std::min(lines->first_column, column);
    lines->last_column = std::max(lines->last_column, column);
    lines->last_row = row;
  }
  return lines;
}

// A side of the part that is seen: its last line of points, and the step out of the board.
struct OpenSide {
  bool is_row;  // or a column
  int line, outwards;
};

// The points of one image by their column and row.
class SeenPoints {
 public:
  SeenPoints(const Board& board, const std::vector<Corner>& corners) : board_(board) {
    for (const Corner& corner : corners) points_[corner.id] = {corner.x, corner.y};
  }

  // The point at `along` in a line `before` lines before the last one of the side.
  const cv::Point2d* at(const OpenSide& side, int along, int before) const {
    const int line = side.line - before * side.outwards;
    const int column = side.is_row ? along : line, row = side.is_row ? line : along;
    if (column < 0 || row < 0 || column >= board_.corners_x || row >= board_.corners_y)
      return nullptr;
    const auto found = points_.find(row * board_.corners_x + column);
    return found == points_.end() ? nullptr : &found->second;
  }

 private:
  const Board& board_;
  std::map<int, cv::Point2d> points_;
};

// The dark and the bright gray of the square with these corners.
std::pair<double, double> range_of(const cv::Mat& gray, const std::array<cv::Point2d, 4>& corners) {
  const cv::Rect box = cv::boundingRect(std::vector<cv::Point2f>(corners.begin(), corners.end())) &
                       cv::Rect({}, gray.size());
  if (box.empty()) return {};
  double dark = 0, bright = 0;
  cv::minMaxLoc(gray(box), &dark, &bright);
  return {dark, bright};
}

// How bright the picture is beyond the last line, in the middle between its points, at so many
// distances from the line before: 0 as the dark and 1 as the bright of the squares there. Places
// outside the picture are left out.
std::vector<double> brightness_beyond(const cv::Mat& gray, const Board& board,
                                      const SeenPoints& points, const OpenSide& side,
                                      double reach) {
  const int count = side.is_row ? board.corners_x : board.corners_y;
  std::vector<double> brightness;
  for (int k = 0; k + 1 < count; k += board.type->points_a_count) {
    const auto *a = points.at(side, k, 0), *b = points.at(side, k + 1, 0);
    const auto *c = points.at(side, k, 1), *d = points.at(side, k + 1, 1);
    if (!a || !b || !c || !d) continue;
    const cv::Point2d last = (*a + *b) / 2, before = (*c + *d) / 2;
    const cv::Point2d place = last + reach * (last - before);
    const cv::Point pixel(static_cast<int>(std::lround(place.x)),
                          static_cast<int>(std::lround(place.y)));
    if (!cv::Rect({}, gray.size()).contains(pixel)) continue;
    const auto [dark, bright] = range_of(gray, {*a, *b, *c, *d});
    if (bright > dark) brightness.push_back((gray.at<uchar>(pixel) - dark) / (bright - dark));
  }
  return brightness;
}

// What the picture shows of the next line: its squares or tags would be dark in places.
enum class Beyond { kNotSeen, kRim, kOther };

Beyond look_beyond(const cv::Mat& gray, const Board& board, const SeenPoints& points,
                   const OpenSide& side) {
  const bool has_tags = board.type->points_a_count == 2;
  const double end = has_tags ? board.square_m / board.marker_m - 1 : 1;
  const auto rim = brightness_beyond(gray, board, points, side, end + kBeyondRim);
  if (rim.size() < kLeastLooks) return Beyond::kNotSeen;
  if (*std::min_element(rim.begin(), rim.end()) < kBlank) return Beyond::kOther;
  if (has_tags) return Beyond::kRim;
  // The last squares are seen before the rim, and are not covered too.
  const auto squares = brightness_beyond(gray, board, points, side, end - kBeyondRim);
  const auto dark = std::count_if(squares.begin(), squares.end(),
                                  [](double brightness) { return brightness < 1 - kBlank; });
  return 3 * static_cast<std::size_t>(dark) >= squares.size() ? Beyond::kRim : Beyond::kOther;
}

// The sides on which lines are missing, and on which the numbers of the codes do not tell it: those
// of a pattern do so on no side, those of other boards on all but the last rows.
std::vector<OpenSide> open_sides(const Board& board, const SeenLines& lines) {
  std::vector<OpenSide> sides;
  const bool counts_upwards = board.type->points_a_count == 2;
  if (lines.last_row + 1 < board.corners_y && !counts_upwards)
    sides.push_back({true, lines.last_row, 1});
  if (lines.first_row > 0 && counts_upwards) sides.push_back({true, lines.first_row, -1});
  if (lines.last_column + 1 < board.corners_x && board.type->is_part_of_pattern)
    sides.push_back({false, lines.last_column, 1});
  return sides;
}

// In how many images the side is seen to be the rim, and in how many it could be seen.
struct RimVotes {
  int rims = 0, images = 0;

  bool is_rim() const { return rims >= kLeastRims && rims >= kLeastShareOfRims * images; }
};

RimVotes rim_votes(const std::vector<cv::Mat>& images, const std::vector<Detection>& found,
                   const Board& board, const OpenSide& side) {
  RimVotes votes;
  for (std::size_t i = 0; i < images.size(); ++i) {
    const cv::Mat gray = found[i].print.white_on_black ? cv::Mat(~images[i]) : images[i];
    const Beyond beyond = look_beyond(gray, board, SeenPoints(board, found[i].corners), side);
    votes.images += beyond != Beyond::kNotSeen;
    votes.rims += beyond == Beyond::kRim;
  }
  return votes;
}

}  // namespace

bool has_unseen_lines(const Board& asked, const std::vector<bool>& seen) {
  const std::optional<SeenLines> lines = seen_lines(asked, seen);
  return !lines || !open_sides(asked, *lines).empty();
}

std::optional<BoardDiagnosis> diagnose_extent(const std::vector<cv::Mat>& images,
                                              const Board& asked, const std::vector<bool>& seen) {
  const std::optional<SeenLines> lines = seen_lines(asked, seen);
  if (!lines) return {};
  const std::vector<OpenSide> sides = open_sides(asked, *lines);
  if (sides.empty()) return {};
  std::vector<Detection> found;
  found.reserve(images.size());
  for (const cv::Mat& image : images) found.push_back(detector_of(asked)(image, asked));
  Board board = asked;
  int most = 0;
  for (const OpenSide& side : sides) {
    const RimVotes votes = rim_votes(images, found, asked, side);
    if (!votes.is_rim()) continue;
    most = std::max(most, votes.rims);
    const int left = side.outwards > 0 ? side.line + 1 : asked.corners_y - side.line;
    (side.is_row ? board.corners_y : board.corners_x) = left;
  }
  if (most == 0) return {};
  return other_size_diagnosis(board, most, static_cast<int>(images.size()), asked);
}

}  // namespace calib
