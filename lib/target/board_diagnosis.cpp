#include "target/board_diagnosis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "base/text.hpp"
#include "target/chessboard_opencv.hpp"

namespace calib {
namespace {

using Counts = std::pair<int, int>;  // corners_x, corners_y

// The search stops after this many images of one size.
constexpr int kSure = 3;

int difference(const Counts& a, const Counts& b) {
  return std::abs(a.first - b.first) + std::abs(a.second - b.second);
}

// The size with its two counts in the order that is nearer to the requested size.
Counts turned_like(const Counts& found, const Counts& asked) {
  const Counts turned{found.second, found.first};
  return difference(turned, asked) < difference(found, asked) ? turned : found;
}

// The size of the board in the image. Returns nullopt if a second search does not confirm it.
std::optional<Counts> confirmed_size(const cv::Mat& gray, const Counts& asked) {
  const std::optional<Board> seen = find_any_board(gray);
  if (!seen || !detect_sb(gray, *seen).found()) return {};
  return turned_like({seen->corners_x, seen->corners_y}, asked);
}

BoardDiagnosis diagnosis_of(const Counts& size, int images, int looked_at, const Board& asked) {
  Board board = asked;
  std::tie(board.corners_x, board.corners_y) = size;
  const bool counted_squares = Counts{asked.corners_x - 1, asked.corners_y - 1} == size;
  return {board, images,
          fmt::format(
              "found a {0} board in {1} of {2} images, but {3} was asked for: use --board {0}{4}",
              size_text(board), images, looked_at, size_text(asked),
              counted_squares ? " (inner corners, not squares, are counted)" : "")};
}

}  // namespace

std::optional<BoardDiagnosis> diagnose_reasons(
    const std::vector<std::pair<std::string, int>>& reasons, const Board& asked) {
  std::map<std::string, int> votes;
  int images = 0;
  for (const auto& [reason, times] : reasons) {
    images += times;
    if (reason.starts_with(kWrongSize))
      votes[reason.substr(std::string(kWrongSize).size() + 1)] += times;
  }
  if (votes.empty()) return {};
  const auto best = std::max_element(
      votes.begin(), votes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return diagnosis_of(parse_size(best->first, kWrongSize), best->second, images, asked);
}

std::optional<BoardDiagnosis> diagnose_board(const std::vector<cv::Mat>& images,
                                             const Board& asked) {
  const Counts asked_counts{asked.corners_x, asked.corners_y};
  std::map<Counts, int> votes;
  int looked_at = 0;
  Counts best{};
  for (const cv::Mat& image : images) {
    ++looked_at;
    const std::optional<Counts> size = confirmed_size(image, asked_counts);
    if (!size || *size == asked_counts) continue;
    const auto rank = [&](const Counts& c) { return std::pair(votes[c], c.first * c.second); };
    votes[*size] += 1;
    if (rank(*size) > rank(best)) best = *size;
    if (votes[best] == kSure) break;
  }
  const int least = std::clamp(static_cast<int>(images.size()), 1, 2);
  if (votes[best] < least) return {};
  return diagnosis_of(best, votes[best], looked_at, asked);
}

}  // namespace calib
