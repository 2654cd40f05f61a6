#include "solve/board_findings.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "scene/board_types.hpp"

namespace calib {
namespace {

// A board is reported if at least this share of its corners is left out, and this many times the
// share of all corners.
constexpr double kLeastShare = 0.15, kLeastRatio = 3;
constexpr double kFewestCorners = 24;

struct CornerCounts {
  double seen = 0, left_out = 0;
  double share() const { return seen > 0 ? left_out / seen : 0; }
};

bool shows_several(const Board& board, const View& view) {
  if (view.corners.empty()) return false;
  return part_point(board, view.corners.front().id).part !=
         part_point(board, view.corners.back().id).part;
}

// For each part, its corners in views of several boards. In views of one board, a motion of the
// board cannot be distinguished from one of the camera.
std::vector<CornerCounts> count_corners(const Observations& observations,
                                        const std::vector<Rejected>& rejected) {
  std::set<std::pair<std::string, std::int64_t>> views;
  std::set<std::tuple<std::string, std::int64_t, int>> corners;
  for (const Rejected& entry : rejected) {
    if (entry.corner) {
      corners.emplace(entry.camera, entry.frame, *entry.corner);
    } else {
      views.emplace(entry.camera, entry.frame);
    }
  }
  std::vector<CornerCounts> counts(observations.board.parts.size());
  for (const View& view : observations.views) {
    if (!shows_several(observations.board, view)) continue;
    const std::string& camera = camera_name(observations, view);
    const bool is_out = views.contains({camera, view.frame});
    for (const Corner& corner : view.corners) {
      CornerCounts& part = counts[part_point(observations.board, corner.id).part];
      part.seen += 1;
      part.left_out += is_out || corners.contains({camera, view.frame, corner.id});
    }
  }
  return counts;
}

}  // namespace

std::vector<Finding> repeated_findings(const Board& board,
                                       const std::vector<RepeatedTag>& repeated) {
  std::vector<Finding> findings;
  const std::vector<NumberedBoard> parts = single_boards(board);
  for (const RepeatedTag& tag : repeated) {
    findings.push_back(
        {.code = FindingCode::kTagsRepeated,
         .severity = Severity::kWarning,
         .numbers = {{"images", static_cast<double>(tag.images)}},
         .words = {{"name", board_name(*parts[static_cast<std::size_t>(tag.board)].board)}}});
  }
  return findings;
}

std::vector<Finding> inconsistent_boards(const Observations& observations,
                                         const std::vector<Rejected>& rejected) {
  if (observations.board.parts.empty()) return {};
  const std::vector<CornerCounts> counts = count_corners(observations, rejected);
  std::vector<Finding> findings;
  for (std::size_t part = 0; part < counts.size(); ++part) {
    CornerCounts others;
    for (std::size_t other = 0; other < counts.size(); ++other) {
      if (other == part) continue;
      others.seen += counts[other].seen;
      others.left_out += counts[other].left_out;
    }
    const double share = counts[part].share();
    if (counts[part].seen < kFewestCorners || share < kLeastShare ||
        share < kLeastRatio * others.share())
      continue;
    findings.push_back(
        {.code = FindingCode::kBoardInconsistent,
         .severity = Severity::kWarning,
         .numbers = {{"board", static_cast<double>(part + 1)}, {"left_out_percent", 100 * share}},
         .words = {{"name", board_name(observations.board.parts[part])}}});
  }
  return findings;
}

}  // namespace calib
