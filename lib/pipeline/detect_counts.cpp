#include "pipeline/detect_counts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/errors.hpp"
#include "scene/board_types.hpp"

namespace calib {
namespace {

DetectCounts count(const std::string& camera, int index, const Observations& observations) {
  DetectCounts counts{camera, 0, 0, {}};
  std::map<std::string, int> reasons;
  for (const View& view : observations.views) counts.found += view.camera == index;
  for (const MissingView& missing : observations.missing) {
    if (missing.camera == index) ++reasons[missing.reason];
  }
  counts.reasons.assign(reasons.begin(), reasons.end());
  std::stable_sort(counts.reasons.begin(), counts.reasons.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  counts.images = counts.found;
  for (const auto& [reason, times] : counts.reasons) counts.images += times;
  return counts;
}

std::string advice_for(const Board& board) {
  if (board.type == "chessboard")
    return "check the board's size (inner corners: one less than squares), light and focus";
  if (!board.parts.empty())
    return "check the dictionaries, sizes and first markers of the boards, light and focus";
  if (find_board_type(board.type).has_markers)
    return fmt::format("check the dictionary ({}), the size in {}, --first-marker, light and focus",
                       board.dictionary, find_board_type(board.type).counts);
  return "check the number of circles each way, light and focus";
}

}  // namespace

std::vector<DetectCounts> count_boards(const Observations& observations) {
  std::vector<DetectCounts> counts;
  for (std::size_t i = 0; i < observations.cameras.size(); ++i)
    counts.push_back(count(observations.cameras[i].name, static_cast<int>(i), observations));
  return counts;
}

std::size_t count_whole_boards(const Observations& observations) {
  const auto corners = static_cast<std::size_t>(corner_count(observations.board));
  return static_cast<std::size_t>(
      std::count_if(observations.views.begin(), observations.views.end(),
                    [&](const View& view) { return view.corners.size() == corners; }));
}

std::size_t count_missing(const Observations& observations, const std::string& reason) {
  return static_cast<std::size_t>(
      std::count_if(observations.missing.begin(), observations.missing.end(),
                    [&](const MissingView& missing) { return missing.reason == reason; }));
}

std::optional<BoardDiagnosis> diagnose_missing(const Observations& observations) {
  std::vector<std::string> reasons;
  for (const MissingView& missing : observations.missing) reasons.push_back(missing.reason);
  const auto told = diagnose_reasons(reasons, observations.board);
  const bool is_most =
      told && static_cast<std::size_t>(told->images) > count_whole_boards(observations);
  return is_most ? told : std::nullopt;
}

void fail_other_board(const Board& asked, const BoardDiagnosis& found) {
  throw UndeterminedError(fmt::format("the board is not {}: {}", size_text(asked), found.message));
}

void require_boards(const Observations& observations, const std::string& doctor) {
  if (!observations.views.empty()) return;
  const Board& board = observations.board;
  std::string reasons;
  for (const DetectCounts& counts : count_boards(observations)) {
    for (const auto& [reason, times] : counts.reasons) {
      reasons +=
          fmt::format("{}{}: {} x{}", reasons.empty() ? "" : ", ", counts.camera, reason, times);
    }
  }
  throw UndeterminedError(fmt::format(
      "no {} board in any of {} images ({}): {}",
      board.type == "chessboard" ? size_text(board) : board_name(board),
      observations.missing.size(), reasons, doctor.empty() ? advice_for(board) : doctor));
}

}  // namespace calib
