#include "target/chessboard_opencv.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/calib3d.hpp>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "base/errors.hpp"
#include "target/canonical_order.hpp"
#include "target/grid.hpp"
#include "target/subpixel.hpp"

namespace calib {
namespace {

// One way to look for a board: a detector with its flags, in the image or its negative.
struct Attempt {
  bool (*find)(const cv::Mat& gray, cv::Size size, std::vector<cv::Point2f>& corners, int flags);
  int flags = 0;
  bool inverted = false;
  // Size of the markers inside the squares that are filled with black first, in pixels of an image
  // that is 1280 pixels wide; 0: none.
  int fill = 0;
};

bool find_quads(const cv::Mat& gray, cv::Size size, std::vector<cv::Point2f>& corners, int flags) {
  return cv::findChessboardCorners(gray, size, corners, flags);
}

bool find_sectors(const cv::Mat& gray, cv::Size size, std::vector<cv::Point2f>& corners,
                  int flags) {
  return cv::findChessboardCornersSB(gray, size, corners, flags);
}

constexpr int kAdaptive = cv::CALIB_CB_ADAPTIVE_THRESH;
constexpr int kNormalize = cv::CALIB_CB_NORMALIZE_IMAGE;
// FAST_CHECK rejects a fifth of the good boards of some recordings, and NORMALIZE_IMAGE fails on
// images whose histogram is dominated by the background. A board printed white on black has no
// separate dark squares at its border, but its negative has.
const std::vector<Attempt> kQuadAttempts = {
    {find_quads, kAdaptive | kNormalize | cv::CALIB_CB_FAST_CHECK, false},
    {find_quads, kAdaptive | kNormalize, false},
    {find_quads, kAdaptive, false},
    {find_quads, kAdaptive | kNormalize, true}};

// CALIB_CB_EXHAUSTIVE finds three times as many boards in a recording of a small white-on-black
// board, but misses some that the search without it finds. CALIB_CB_ACCURACY would take four times
// as long, and the refinement leads to the same corners without it. On a white-on-black ChArUco
// board, searches find nothing or false boards between the markers unless the markers are filled.
const std::vector<Attempt> kSectorAttempts = {
    {find_sectors, kNormalize | cv::CALIB_CB_EXHAUSTIVE, false},
    {find_sectors, kNormalize, false},
    {find_sectors, 0, false, 21},
    {find_sectors, 0, false, 15},
    {find_sectors, 0, false, 11},
    {find_sectors, 0, false, 7}};

// Larger images are searched in a copy with this longer side, because the time of the detectors
// grows faster than the number of pixels. The corners are then refined in the full image.
constexpr int kLargestSearchedSide = 1600;
// Images with filled markers have no fine detail and can be searched in a smaller copy.
constexpr int kFilledSearchedSide = 640;
// The margin between a marker and the edge of its square is usually an eighth of the square.
constexpr double kShareClearOfMarkers = 0.12;

struct Copy {
  cv::Mat gray;
  double scale = 1;  // of the copy relative to the image
};

Copy shrunk_copy(const cv::Mat& gray, int largest_side) {
  Copy copy{gray, 1};
  const int side = std::max(gray.cols, gray.rows);
  if (side <= largest_side) return copy;
  copy.scale = std::max(1.0 * largest_side / side, 1.0 / std::min(gray.cols, gray.rows));
  cv::resize(gray, copy.gray, cv::Size(), copy.scale, copy.scale, cv::INTER_AREA);
  return copy;
}

// The image with every bright spot that is smaller than a disc of this size made dark, so that a
// square with a marker in it looks like a dark one. This rounds the corners of bright squares, but
// symmetrically about each corner of the board, which therefore keeps its position.
cv::Mat filled(const cv::Mat& gray, int fill) {
  const int side = std::max(3, fill * std::max(gray.cols, gray.rows) / 1280);
  cv::Mat result;
  cv::morphologyEx(gray, result, cv::MORPH_OPEN,
                   cv::getStructuringElement(cv::MORPH_ELLIPSE, {side, side}));
  return result;
}

std::optional<Grid> try_once(const Attempt& attempt, const Copy& copy, const Board& board) {
  cv::Mat picture = copy.gray;
  if (attempt.inverted) cv::bitwise_not(copy.gray, picture);
  std::vector<cv::Point2f> corners;
  const cv::Size size(board.corners_x, board.corners_y);
  if (!attempt.find(picture, size, corners, attempt.flags)) return {};
  if (static_cast<int>(corners.size()) != corner_count(board)) return {};

  Grid grid{board.corners_x, board.corners_y, {}};
  for (const cv::Point2f& p : corners)  // pixel centers have integer coordinates at every scale
    grid.points.emplace_back((p.x + 0.5) / copy.scale - 0.5, (p.y + 0.5) / copy.scale - 0.5);
  return grid;
}

// Whether the image is a single gray level apart from noise, judged by the range of the means over
// 4x4 pixels. This saves the slow attempts, which take seconds (minutes in large images) to find
// nothing in a blank image.
bool no_contrast(const cv::Mat& gray) {
  constexpr double kSmallestRange = 8;
  cv::Mat means;
  cv::resize(gray, means, cv::Size((gray.cols + 3) / 4, (gray.rows + 3) / 4), 0, 0, cv::INTER_AREA);
  double darkest = 0, brightest = 0;
  cv::minMaxLoc(means, &darkest, &brightest);
  return brightest - darkest < kSmallestRange;
}

// The reason why a search must fail, or "" if a search makes sense.
std::string why_hopeless(const cv::Mat& gray, const Board& board) {
  if (is_too_small(gray.size(), board)) return "too_small";
  if (no_contrast(gray)) return "no_contrast";
  return "";
}

Detection labeled(const cv::Mat& gray, const Board& board, const Grid& grid) {
  Detection detection;
  for (int id = 0; id < corner_count(board); ++id)
    detection.corners.push_back({id, grid.points[id].x, grid.points[id].y, 0});
  make_canonical(gray, board, detection.corners);
  return detection;
}

// The refined grid of one attempt. Returns nullopt if there is none, or, with the reason set, if it
// cannot be trusted.
std::optional<Grid> find_grid(const Attempt& attempt, const cv::Mat& gray, const Copy& copy,
                              const Board& board, std::string& reason) {
  if (attempt.fill == 0) {
    std::optional<Grid> grid = try_once(attempt, copy, board);
    if (!grid) return {};
    if (refine_subpixel(gray, *grid) && is_regular(*grid)) return grid;
    reason = "refinement_diverged";
    return {};
  }
  const cv::Mat picture = filled(gray, attempt.fill);
  std::optional<Grid> grid = try_once(attempt, shrunk_copy(picture, kFilledSearchedSide), board);
  if (!grid || !refine_subpixel(picture, *grid) || !is_regular(*grid)) return {};
  // The final refinement uses the image itself, in a window that does not reach the markers.
  Grid precise = *grid;
  if (refine_subpixel(gray, precise, kShareClearOfMarkers) && is_regular(precise)) return precise;
  return grid;
}

Detection detect(const cv::Mat& gray, const Board& board, const std::vector<Attempt>& attempts) {
  check_chessboard_input(gray, board);
  if (const std::string reason = why_hopeless(gray, board); !reason.empty()) return {{}, reason};
  const Copy copy = shrunk_copy(gray, kLargestSearchedSide);
  std::string reason = "no_board";
  for (const Attempt& attempt : attempts) {
    const std::optional<Grid> grid = find_grid(attempt, gray, copy, board, reason);
    if (!grid) continue;
    if (continues_outside(gray, *grid)) {
      reason = kPartOfLargerBoard;
      if (attempt.fill == 0) return {{}, reason};
      continue;
    }
    return labeled(gray, board, *grid);
  }
  return {{}, reason};
}

}  // namespace

std::optional<Board> find_any_board(const cv::Mat& gray) {
  const Board smallest{.corners_x = 3, .corners_y = 3};
  check_chessboard_input(gray, smallest);
  if (!why_hopeless(gray, smallest).empty()) return {};
  std::vector<cv::Point2f> corners;
  cv::Mat squares;  // has as many columns and rows as the board has corners
  const int flags = kNormalize | cv::CALIB_CB_LARGER;
  const cv::Mat picture = shrunk_copy(gray, kLargestSearchedSide).gray;
  if (!cv::findChessboardCornersSB(picture, cv::Size(3, 3), corners, flags, squares)) return {};
  return Board{.corners_x = squares.cols, .corners_y = squares.rows};
}

Detection detect_opencv(const cv::Mat& gray, const Board& board) {
  return detect(gray, board, kQuadAttempts);
}

Detection detect_sb(const cv::Mat& gray, const Board& board) {
  return detect(gray, board, kSectorAttempts);
}

}  // namespace calib
