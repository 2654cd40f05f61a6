#include "target/board_diagnosis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <map>

#include "base/text.hpp"
#include "scene/board_counts.hpp"
#include "scene/board_types.hpp"
#include "target/chessboard_opencv.hpp"
#include "target/marked_size.hpp"
#include "target/puzzleboard.hpp"

namespace calib {
namespace {

using Counts = std::pair<int, int>;  // columns, rows

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

// What to say if the user counted squares where inner corners are asked for, or the other way.
std::string counting_note(const Board& seen, const Board& asked) {
  const auto differ_by = [&](int more) {
    return asked.corners_x == seen.corners_x + more && asked.corners_y == seen.corners_y + more;
  };
  if (differ_by(1) && *asked.type->counts_note) return " (inner corners, not squares, are counted)";
  if (differ_by(-1) && asked.type == &kCharuco) return " (squares, not inner corners, are counted)";
  return "";
}

BoardDiagnosis diagnosis_of(const Counts& size, int images, int looked_at, const Board& asked) {
  Board board = asked;
  std::tie(board.corners_x, board.corners_y) = size;
  return other_size_diagnosis(board, images, looked_at, asked);
}

// Whether a picture with the size `seen` can show a part of the whole board: markers tell the
// columns of the whole board, and a pattern those that the picture shows.
bool may_be_of(const Counts& seen, const Counts& whole, const Board& asked) {
  if (asked.type->is_part_of_pattern) return true;
  return asked.type->turn == TurnToldBy::kNumbers ? seen.first == whole.first : seen == whole;
}

Counts likely_size(const std::map<Counts, int>& votes, const Board& asked) {
  Counts size = std::max_element(votes.begin(), votes.end(), [](const auto& a, const auto& b) {
                  return a.second < b.second;
                })->first;
  for (const auto& [seen, times] : votes) {
    if (!may_be_of(seen, size, asked)) continue;
    size = {std::max(size.first, seen.first), std::max(size.second, seen.second)};
  }
  return size;
}

// The rest of the reason after its first word, if it starts with that.
std::optional<std::string> rest_after(const std::string& reason, const std::string& word) {
  if (!reason.starts_with(word + " ")) return {};
  return reason.substr(word.size() + 1);
}

template <class Votes>
int sum_of(const Votes& votes) {
  int sum = 0;
  for (const auto& [each, times] : votes) sum += times;
  return sum;
}

// The board whose first marker most images can agree with: a picture of its lower or right part
// names a later one. One that hardly any image names is an error.
BoardDiagnosis first_marker_diagnosis(const std::map<int, int>& votes, int images,
                                      const Board& asked) {
  constexpr int kLeastOneIn = 10;
  // A pattern has its first column and its first row.
  const int period = asked.type->is_part_of_pattern ? kPuzzlePeriod : 1;
  const int all = sum_of(votes);
  int column = period, row = INT_MAX;
  for (const auto& [first, times] : votes) {
    if (times * kLeastOneIn < all) continue;
    column = std::min(column, first % period);
    row = std::min(row, first / period);
  }
  Board board = asked;
  board.first_marker = row * period + column;
  return {board, all,
          fmt::format("found a board from {0} on in {1} of {2} images, but one from {3} on was "
                      "asked for: use --first-marker {0}",
                      board.first_marker, all, images, asked.first_marker)};
}

}  // namespace

BoardDiagnosis other_size_diagnosis(const Board& seen, int images, int looked_at,
                                    const Board& asked) {
  return {
      seen, images,
      fmt::format("found {0} board in {1} of {2} images, but {3} was asked for: use --board {5}{4}",
                  with_article(counted_size(seen)), images, looked_at, counted_size(asked),
                  counting_note(seen, asked), counted_size(seen))};
}

std::optional<BoardDiagnosis> diagnose_reasons(
    const std::vector<std::pair<std::string, int>>& reasons, const Board& asked) {
  if (!asked.parts.empty()) return {};
  std::map<Counts, int> votes;
  std::map<int, int> first_markers;
  int images = 0;
  for (const auto& [reason, times] : reasons) {
    images += times;
    if (const auto size = rest_after(reason, kWrongSize))
      votes[parse_size(*size, kWrongSize)] += times;
    if (const auto first = rest_after(reason, kWrongFirstMarker))
      first_markers[static_cast<int>(parse_integer(*first).value_or(0))] += times;
  }
  if (sum_of(first_markers) > sum_of(votes))
    return first_marker_diagnosis(first_markers, images, asked);
  if (votes.empty()) return {};
  const Counts size = likely_size(votes, asked);
  int wrong = 0;
  for (const auto& [each, times] : votes) wrong += may_be_of(each, size, asked) ? times : 0;
  return other_size_diagnosis(with_counts(asked, size.first, size.second), wrong, images, asked);
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
