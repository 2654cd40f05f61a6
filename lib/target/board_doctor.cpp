#include "target/board_doctor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "target/chessboard_opencv.hpp"

namespace calib {
namespace {

using Counts = std::pair<int, int>;  // corners_x, corners_y

// As many images with one size are proof enough.
constexpr int kSure = 3;

int difference(const Counts& a, const Counts& b) {
  return std::abs(a.first - b.first) + std::abs(a.second - b.second);
}

// A board is the same size either way round: the way that is nearer to the one asked for.
Counts turned_like(const Counts& found, const Counts& asked) {
  const Counts turned{found.second, found.first};
  return difference(turned, asked) < difference(found, asked) ? turned : found;
}

// The size of the whole board in the picture, if one is seen for certain.
std::optional<Counts> confirmed_size(const cv::Mat& grey, const Counts& asked) {
  const std::optional<Board> seen = find_any_board(grey);
  if (!seen || !detect_sb(grey, *seen).found()) return {};
  return turned_like({seen->corners_x, seen->corners_y}, asked);
}

std::string message(const BoardDiagnosis& diagnosis, const Board& asked) {
  const Board& board = diagnosis.board;
  const bool counted_squares =
      asked.corners_x == board.corners_x + 1 && asked.corners_y == board.corners_y + 1;
  return fmt::format(
      "found a {0} board in {1} of {2} images, but {3} was asked for: use --board {0}{4}",
      size_text(board), diagnosis.images, diagnosis.looked_at, size_text(asked),
      counted_squares ? " (inner corners, not squares, are counted)" : "");
}

}  // namespace

std::optional<BoardDiagnosis> diagnose_board(const std::vector<cv::Mat>& images,
                                             const Board& asked) {
  const Counts asked_counts{asked.corners_x, asked.corners_y};
  std::map<Counts, int> votes;
  BoardDiagnosis diagnosis;
  Counts best{};
  for (const cv::Mat& image : images) {
    diagnosis.looked_at += 1;
    const std::optional<Counts> size = confirmed_size(image, asked_counts);
    if (!size || *size == asked_counts) continue;
    const auto rank = [&](const Counts& c) { return std::pair(votes[c], c.first * c.second); };
    votes[*size] += 1;
    if (rank(*size) > rank(best)) best = *size;
    if (votes[best] == kSure) break;
  }
  diagnosis.images = votes[best];
  if (diagnosis.images < std::min<int>(2, static_cast<int>(images.size())) || diagnosis.images == 0)
    return {};
  diagnosis.board = asked;
  diagnosis.board.corners_x = best.first;
  diagnosis.board.corners_y = best.second;
  diagnosis.message = message(diagnosis, asked);
  return diagnosis;
}

}  // namespace calib
