#include "target/tag.hpp"

#include <algorithm>
#include <map>
#include <opencv2/imgproc.hpp>

#include "corner/refine_quad.hpp"
#include "target/board_refinement.hpp"
#include "target/marker_diagnosis.hpp"

namespace calib {
namespace {

// The widths of borders: AprilTag and ArUco print 1 cell, Kalibr 2.
constexpr int kThinBorder = 1, kWideBorder = 2;

struct FoundTags {
  std::vector<Marker> markers;
  int border_cells = kThinBorder;
};

bool is_apriltag(const Board& tag) { return tag.dictionary.starts_with("APRILTAG"); }

// Looks for the usual print first, and for others only if there is none.
FoundTags find_tags(const cv::Mat& gray, const Board& tag) {
  FoundTags found{find_all_markers(gray, tag.dictionary, kThinBorder), kThinBorder};
  if (!found.markers.empty() || !is_apriltag(tag)) return found;
  found = {find_all_markers(gray, tag.dictionary, kWideBorder), kWideBorder};
  if (!found.markers.empty() || tag.type == &kTag) return found;
  // Kalibr's black squares touch the corners of its tags: a dilation parts them.
  for (const int reach : {1, 2, 4}) {
    cv::Mat parted;
    cv::dilate(gray, parted,
               cv::getStructuringElement(cv::MORPH_RECT, {2 * reach + 1, 2 * reach + 1}));
    for (const int border : {kWideBorder, kThinBorder}) {
      found = {find_all_markers(parted, tag.dictionary, border), border};
      if (!found.markers.empty()) return found;
    }
  }
  return found;
}

std::map<int, std::vector<const Marker*>> markers_by_id(const std::vector<Marker>& markers) {
  std::map<int, std::vector<const Marker*>> by_id;
  for (const Marker& marker : markers) by_id[marker.id].push_back(&marker);
  return by_id;
}

}  // namespace

BoardPattern draw_tag(const Board& board, const PrintChoice& /*choice*/) {
  const double side = board.marker_m;
  const auto at = [&](double x, double y) { return Eigen::Vector2d(x * side, y * side); };
  BoardPattern pattern;
  draw_markers(board, {{board.first_marker, {at(0, 0), at(1, 0), at(1, 1), at(0, 1)}}}, kThinBorder,
               pattern);
  return pattern;
}

std::optional<std::array<Corner, 4>> refine_tag(const cv::Mat& gray, const Marker& marker,
                                                const std::string& dictionary, int border_cells,
                                                double gap) {
  std::array<Eigen::Vector2d, 4> start;
  for (std::size_t k = 0; k < 4; ++k) start[k] = {marker.corners[k].x, marker.corners[k].y};
  const int cells = marker_bits_a_side(dictionary) + 2 * border_cells;
  const auto found =
      refine_quad(to_gray_view(gray), start, {static_cast<double>(border_cells) / cells, gap});
  if (!found) return std::nullopt;
  std::array<Corner, 4> corners;
  for (std::size_t k = 0; k < 4; ++k)
    corners[k] = {0, (*found)[k].pixel.x(), (*found)[k].pixel.y(), (*found)[k].sigma_px};
  return corners;
}

Detection detect_tags(const cv::Mat& gray, const Board& board) {
  const std::vector<NumberedBoard> tags = single_boards(board);
  const std::string& dictionary = tags.front().board->dictionary;
  const FoundTags found = find_tags(gray, *tags.front().board);
  if (found.markers.empty()) return {{}, "no_markers"};
  const std::map<int, std::vector<const Marker*>> by_id = markers_by_id(found.markers);
  const double cell = 1.0 / (marker_bits_a_side(dictionary) + 2 * found.border_cells);
  Detection detection{{}, "other_markers"};
  for (std::size_t part = 0; part < tags.size(); ++part) {
    const auto markers = by_id.find(tags[part].board->first_marker);
    if (markers == by_id.end()) continue;
    if (markers->second.size() > 1) {
      detection.repeated.push_back(static_cast<int>(part));
      detection.reason = "repeated_tags";
      continue;
    }
    const auto corners =
        refine_tag(gray, *markers->second.front(), dictionary, found.border_cells, cell);
    if (!corners) {
      detection.reason = "refinement_diverged";
      continue;
    }
    for (const int id : {0, 1, 2, 3}) {
      Corner corner = (*corners)[kAroundByRow[static_cast<std::size_t>(id)]];
      corner.id = tags[part].first_id + id;
      detection.corners.push_back(corner);
    }
  }
  if (detection.found()) detection.reason.clear();
  return detection;
}

std::string diagnose_tags(const std::vector<cv::Mat>& images, const Board& asked) {
  return diagnose_markers(images, asked, {kThinBorder, kWideBorder});
}

}  // namespace calib
