#include "target/aprilgrid.hpp"

#include <algorithm>
#include <map>
#include <opencv2/imgproc.hpp>

#include "target/board_refinement.hpp"
#include "target/coded_board.hpp"
#include "target/marked_size.hpp"
#include "target/marker_board.hpp"
#include "target/outlying_corners.hpp"
#include "target/tag.hpp"

namespace calib {
namespace {

// A refined corner that moved further than this share of line_spacing() is another corner.
constexpr double kFurthestMove = 0.5;

// Separates the tags from Kalibr's black squares that touch their corners, by dilating the bright
// regions.
cv::Mat separated(const cv::Mat& gray, int reach) {
  cv::Mat result;
  const cv::Size size(2 * reach + 1, 2 * reach + 1);
  cv::dilate(gray, result, cv::getStructuringElement(cv::MORPH_RECT, size));
  return result;
}

struct BorderedMarkers {
  std::vector<Marker> markers;
  int border_cells = kKalibrBorderCells;
};

BorderedMarkers most_markers(const cv::Mat& gray, const Board& board) {
  BorderedMarkers best;
  for (const int reach : {0, 1, 2, 4}) {
    const cv::Mat picture = reach == 0 ? gray : separated(gray, reach);
    for (const int border : {kKalibrBorderCells, kAprilTagBorderCells}) {
      std::vector<Marker> found = find_markers(picture, board.dictionary, border);
      if (found.size() > best.markers.size()) best = {std::move(found), border};
    }
    const int tags = corner_count(board) / 4;
    if (static_cast<int>(best.markers.size()) >= tags) break;
  }
  return best;
}

// The id of the tag in this column and row of tags, counted from the top-left.
int tag_id(const Board& board, int column, int row) {
  const int tags_x = board.corners_x / 2, tags_y = board.corners_y / 2;
  return board.first_marker + (tags_y - 1 - row) * tags_x + column;
}

Grid predicted_grid(const Board& board, const MarkerView& view) {
  Grid grid{board.corners_x, board.corners_y, {}};
  for (int point = 0; point < corner_count(board); ++point) {
    const int column = point % board.corners_x, row = point / board.corners_x;
    std::optional<cv::Point2d> pixel;
    if (view.has(tag_id(board, column / 2, row / 2)))
      pixel = view.predict(flat_position(board, point));
    grid.points.push_back(pixel.value_or(kHole));
  }
  return grid;
}

bool in_picture(const cv::Mat& gray, const Corner& corner) {
  return corner.x >= 2 && corner.y >= 2 && corner.x <= gray.cols - 3 && corner.y <= gray.rows - 3;
}

// The corners of the tags of the view by their edges. Tags whose edges do not fit are left out.
std::vector<Corner> refine_by_edges(const cv::Mat& gray, const Board& board,
                                    const BorderedMarkers& found, const MarkerView& view) {
  const double gap = board.square_m / board.marker_m - 1;
  std::map<int, std::array<Corner, 4>> by_id;
  for (const Marker& marker : found.markers) {
    if (!view.has(marker.id)) continue;
    if (const auto corners = refine_tag(gray, marker, board.dictionary, found.border_cells, gap))
      by_id[marker.id] = *corners;
  }
  std::vector<Corner> corners;
  for (int point = 0; point < corner_count(board); ++point) {
    const int column = point % board.corners_x, row = point / board.corners_x;
    const auto tag = by_id.find(tag_id(board, column / 2, row / 2));
    if (tag == by_id.end()) continue;
    corners.push_back(
        tag->second[kAroundByRow[static_cast<std::size_t>(column % 2 + 2 * (row % 2))]]);
    corners.back().id = point;
  }
  return corners;
}

// Returns the corners of the black border of each tag. Tags are numbered row by row from the
// bottom-left, as Kalibr prints them.
MarkerPlaces aprilgrid_markers(const Board& board) {
  MarkerPlaces places;
  const int tags_x = board.corners_x / 2, tags_y = board.corners_y / 2;
  for (int row = 0; row < tags_y; ++row) {
    for (int column = 0; column < tags_x; ++column) {
      const auto corner = [&](int right, int down) {
        return flat_position(board, (2 * row + down) * board.corners_x + 2 * column + right);
      };
      places[tag_id(board, column, row)] = {corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)};
    }
  }
  return places;
}

// Draws Kalibr's black squares between the tags.
void draw_corner_squares(const Board& board, BoardPattern& pattern) {
  const double gap = board.square_m - board.marker_m;
  for (int row = 0; row <= board.corners_y / 2; ++row) {
    for (int column = 0; column <= board.corners_x / 2; ++column) {
      const Eigen::Vector2d high(column * board.square_m, row * board.square_m);
      pattern.rects.push_back({high - Eigen::Vector2d(gap, gap), high});
    }
  }
}

MarkerLayouts aprilgrid_layouts(const Board& board) {
  std::vector<MarkerCell> tags;
  for (int row = board.corners_y / 2 - 1; row >= 0; --row)
    for (int column = 0; column < board.corners_x / 2; ++column)
      tags.push_back({tag_id(board, column, row), 2 * column, 2 * row});
  return {tags};
}

std::vector<CodedBoard> aprilgrid_prints(const Board& board) {
  const std::vector<MarkerCell> tags = aprilgrid_layouts(board).front();
  std::vector<CodedBoard> prints;
  for (const int border : {kKalibrBorderCells, kAprilTagBorderCells}) {
    const int side = marker_bits_a_side(board.dictionary) + 2 * border;
    prints.push_back(
        coded_board(board, tags, {side, border, 0, board.square_m / board.marker_m - 1}));
    prints.back().in_bright_cells = false;
  }
  return prints;
}

std::size_t count_own(const MarkerView& view, const Board& board) {
  std::size_t own = 0;
  for (int id = board.first_marker; id < board.first_marker + marker_count(board); ++id)
    own += view.has(id) ? 1U : 0U;
  return own;
}

// The size at which more of the tags agree on one plane than at the described one.
std::optional<Board> size_by_tags(const std::vector<Marker>& markers, std::size_t described,
                                  const Board& board) {
  std::size_t most = std::max(described + kLeastMoreMarkers - 1, markers.size() / 2);
  std::optional<Board> best;
  if (most >= markers.size()) return best;
  for (int columns = board.type->least; columns <= kMostMarkedColumns; ++columns) {
    const Board other = size_with_marker(board, columns, markers.back().id);
    const MarkerView view(aprilgrid_markers(other), markers);
    // Beside the board there may be another one, whose tags go on where those of the board end.
    if (view.size() <= most || count_own(view, board) < std::max<std::size_t>(1, described))
      continue;
    most = view.size();
    best = other;
  }
  return best;
}

// A board without black squares between its tags has no lattice: the corners of its tags are those
// of single squares.
Detection detect_separate_tags(const cv::Mat& gray, const Board& board) {
  const BorderedMarkers found = most_markers(gray, board);
  if (found.markers.empty()) return {{}, "no_markers"};
  const MarkerPlaces places = aprilgrid_markers(board);
  const MarkerView view(places, found.markers);
  if (const auto size = size_by_tags(found.markers, view.size(), board))
    return {{}, wrong_size_reason(*size)};
  if (view.size() == 0) return {{}, "other_markers"};
  const Grid grid = predicted_grid(board, view);
  const auto keep_near = [&](std::vector<Corner> corners) {
    std::erase_if(corners, [&](const Corner& corner) { return !in_picture(gray, corner); });
    erase_far_corners(corners, grid, kFurthestMove);
    return corners;
  };
  Detection detection;
  detection.corners = keep_near(refine_board(gray, grid));
  if (detection.corners.size() < 2 * view.size())  // There are no squares between the tags.
    detection.corners = keep_near(refine_by_edges(gray, board, found, view));
  if (detection.corners.size() < 4) return {{}, "refinement_diverged"};
  return detection;
}

}  // namespace

BoardPattern draw_aprilgrid(const Board& board, const PrintChoice& choice) {
  BoardPattern pattern;
  draw_markers(board, aprilgrid_markers(board), choice.border_cells, pattern);
  if (choice.corner_squares) draw_corner_squares(board, pattern);
  return pattern;
}

Detection detect_aprilgrid(const cv::Mat& gray, const Board& board) {
  const std::vector<CodedBoard>& prints = kept_for<aprilgrid_prints>(board);
  const CodedMatch match = find_coded_board(gray, prints);
  if (const auto reason = misread_reason(match.read, board, aprilgrid_layouts); !reason.empty())
    return {{}, reason};
  if (!match.grid.points.empty()) {
    Detection detection;
    detection.corners = refine_board(gray, match.grid);
    erase_far_corners(detection.corners, match.grid, kFurthestMove);
    erase_outlying(detection.corners, board);
    if (detection.corners.size() >= 4) return detection;
  }
  return detect_separate_tags(gray, board);
}

}  // namespace calib
