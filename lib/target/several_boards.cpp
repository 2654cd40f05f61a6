#include "target/several_boards.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "target/printed_boards.hpp"
#include "target/tag.hpp"

namespace calib {
namespace {

// Boards that one detector finds together, with their indices among the parts.
struct PartGroup {
  Board board;
  std::vector<int> parts;
};

// Single tags of one dictionary and type are found together, other boards each by itself.
std::vector<PartGroup> grouped(const Board& board) {
  std::vector<PartGroup> groups;
  for (std::size_t i = 0; i < board.parts.size(); ++i) {
    const Board& part = board.parts[i];
    const auto joins = [&](const PartGroup& group) {
      const Board& first = group.board.parts.front();
      return is_single_tag(part) && is_single_tag(first) && part.type == first.type &&
             part.dictionary == first.dictionary;
    };
    auto group = std::find_if(groups.begin(), groups.end(), joins);
    if (group == groups.end()) {
      groups.push_back({{.type = &kSeveralBoards}, {}});
      group = groups.end() - 1;
    }
    group->board.parts.push_back(part);
    group->parts.push_back(static_cast<int>(i));
  }
  return groups;
}

Detection detect_group(const cv::Mat& gray, const PartGroup& group) {
  const Board& first = group.board.parts.front();
  if (is_single_tag(first)) return detect_tags(gray, group.board);
  return detector_of(first)(gray, first);
}

}  // namespace

Detection detect_several(const cv::Mat& gray, const Board& board) {
  Detection all;
  std::vector<std::string> reasons;
  const std::vector<NumberedBoard> parts = single_boards(board);
  for (const PartGroup& group : grouped(board)) {
    const Detection found = detect_group(gray, group);
    const bool is_new = std::find(reasons.begin(), reasons.end(), found.reason) == reasons.end();
    if (!found.reason.empty() && is_new) reasons.push_back(found.reason);
    all.print.legacy_layout |= found.print.legacy_layout;
    all.print.white_on_black |= found.print.white_on_black;
    const auto index = [&](std::size_t part) { return group.parts[part]; };
    for (Corner corner : found.corners) {
      const PartPoint point = part_point(group.board, corner.id);
      corner.id = parts[static_cast<std::size_t>(index(point.part))].first_id + point.id;
      all.corners.push_back(corner);
    }
    for (const int part : found.repeated)
      all.repeated.push_back(index(static_cast<std::size_t>(part)));
  }
  std::sort(all.corners.begin(), all.corners.end(),
            [](const Corner& a, const Corner& b) { return a.id < b.id; });
  std::sort(all.repeated.begin(), all.repeated.end());
  if (!all.found()) all.reason = join(reasons, ", ");
  return all;
}

}  // namespace calib
