#include "pipeline/detect_counts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/errors.hpp"
#include "scene/board_faces.hpp"
#include "scene/board_types.hpp"

namespace calib {
namespace {

std::string advice_for(const Board& board) {
  if (!board.parts.empty())
    return "check the dictionaries, sizes and first markers of the boards, light and focus";
  if (is_single_tag(board))
    return fmt::format("check the dictionary ({}), the numbers of the tags, light and focus",
                       board.dictionary);
  if (board.type->markers)
    return fmt::format("check the dictionary ({}), the size in {}, --first-marker, light and focus",
                       board.dictionary, board.type->counts);
  return fmt::format("check the number of {} each way{}, light and focus", board.type->counts,
                     board.type->counts_note);
}

}  // namespace

DetectTally::DetectTally(const Board& board, const std::vector<ObservedCamera>& cameras)
    : corners_(static_cast<std::size_t>(corner_count(board_in_pictures(board)))) {
  for (const ObservedCamera& camera : cameras) cameras_.push_back({camera.name, 0, 0, {}});
}

void DetectTally::add_found(int camera, std::size_t corners) {
  Camera& counted = cameras_.at(static_cast<std::size_t>(camera));
  ++counted.found;
  counted.whole += corners == corners_;
}

void DetectTally::add_missing(int camera, const std::string& reason) {
  ++cameras_.at(static_cast<std::size_t>(camera)).reasons[reason];
}

std::vector<DetectCounts> DetectTally::counts() const {
  std::vector<DetectCounts> all;
  for (const Camera& camera : cameras_) {
    DetectCounts counts{camera.name, camera.found, camera.found, camera.whole, {}};
    counts.reasons.assign(camera.reasons.begin(), camera.reasons.end());
    std::stable_sort(counts.reasons.begin(), counts.reasons.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    for (const auto& [reason, times] : counts.reasons) counts.images += times;
    all.push_back(std::move(counts));
  }
  return all;
}

std::vector<DetectCounts> count_boards(const Observations& observations) {
  DetectTally tally(observations.board, observations.cameras);
  for (const View& view : observations.views) tally.add_found(view.camera, view.corners.size());
  for (const MissingView& missing : observations.missing)
    tally.add_missing(missing.camera, missing.reason);
  return tally.counts();
}

int count_whole_boards(const std::vector<DetectCounts>& all) {
  int whole = 0;
  for (const DetectCounts& counts : all) whole += counts.whole;
  return whole;
}

int count_missing(const std::vector<DetectCounts>& all, const std::string& reason) {
  int missing = 0;
  for (const DetectCounts& counts : all)
    for (const auto& [why, times] : counts.reasons) missing += why == reason ? times : 0;
  return missing;
}

std::optional<BoardDiagnosis> diagnose_missing(const Board& board,
                                               const std::vector<DetectCounts>& all) {
  std::vector<std::pair<std::string, int>> reasons;
  int least = count_whole_boards(all) + 1;
  for (const DetectCounts& counts : all)
    reasons.insert(reasons.end(), counts.reasons.begin(), counts.reasons.end());
  // Of a board with codes, parts speak for its size too.
  if (board.type->turn == TurnToldBy::kNumbers) {
    int found = 0;
    for (const DetectCounts& counts : all) found += counts.found;
    least = std::max(least, found / 4);
  }
  const auto told = diagnose_reasons(reasons, board);
  return told && told->images >= least ? told : std::nullopt;
}

void fail_other_board(const Board& asked, const BoardDiagnosis& found) {
  const std::string wrong = found.board.first_marker == asked.first_marker
                                ? "the board is not " + counted_size(asked)
                                : fmt::format("the first marker is not {}", asked.first_marker);
  throw UndeterminedError(fmt::format("{}: {}", wrong, found.message));
}

void require_boards(const Board& board, const std::vector<DetectCounts>& all,
                    const std::string& doctor, const std::string& broken) {
  int images = 0;
  std::string reasons;
  for (const DetectCounts& counts : all) {
    if (counts.found > 0) return;
    images += counts.images;
    for (const auto& [reason, times] : counts.reasons) {
      reasons +=
          fmt::format("{}{}: {} x{}", reasons.empty() ? "" : ", ", counts.camera, reason, times);
    }
  }
  throw UndeterminedError(fmt::format("no {} in any of {} images ({}): {}{}", board_name(board),
                                      images, reasons, doctor.empty() ? advice_for(board) : doctor,
                                      broken));
}

}  // namespace calib
