#include "target/marker_diagnosis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <climits>
#include <map>

#include "base/text.hpp"
#include "target/board_diagnosis.hpp"
#include "target/markers.hpp"

namespace calib {
namespace {

// One or two markers in an image can be clutter; this many cannot. A picture of loose tags may show
// no more than two.
constexpr std::size_t kLeastMarkers = 4, kLeastTags = 2;

struct Finding {
  std::string dictionary;  // the largest of its family
  int images = 0;
  std::size_t markers = 0;
  int first_id = INT_MAX, last_id = 0;
};

// The largest dictionary of each family, which has the markers of all the others: 4X4_1000 starts
// with those of 4X4_50.
std::vector<std::string> largest_dictionaries() {
  std::vector<std::string> names = dictionary_names();
  std::erase_if(names, [&](const std::string& name) {
    const std::vector<std::string> all = dictionary_names();
    return std::any_of(all.begin(), all.end(), [&](const std::string& other) {
      return marker_family(other) == marker_family(name) &&
             dictionary_size(other) > dictionary_size(name);
    });
  });
  return names;
}

// Whether the marker is on one of the boards after the first.
bool is_of_others(const std::string& dictionary, int id, const Board& asked) {
  return !asked.parts.empty() &&
         std::any_of(asked.parts.begin() + 1, asked.parts.end(), [&](const Board& other) {
           return marker_family(other.dictionary) == marker_family(dictionary) &&
                  id >= other.first_marker && id < other.first_marker + marker_count(other);
         });
}

Finding look_for(const std::vector<cv::Mat>& images, const std::string& dictionary,
                 int border_cells, std::size_t least, const Board& asked) {
  Finding finding{dictionary};
  std::map<int, int> times;  // in which ids are seen
  for (const cv::Mat& image : images) {
    bool inverted = false;
    auto markers = find_markers_either_way(image, dictionary, border_cells, inverted);
    std::erase_if(markers,
                  [&](const Marker& marker) { return is_of_others(dictionary, marker.id, asked); });
    if (markers.size() < least) continue;
    ++finding.images;
    finding.markers += markers.size();
    for (const Marker& marker : markers) ++times[marker.id];
  }
  // An id that is seen once among others that are seen again is clutter.
  const bool is_seen_again =
      std::any_of(times.begin(), times.end(), [](const auto& seen) { return seen.second > 1; });
  for (const auto& [id, count] : times) {
    if (count == 1 && is_seen_again) continue;
    finding.first_id = std::min(finding.first_id, id);
    finding.last_id = std::max(finding.last_id, id);
  }
  return finding;
}

// The smallest dictionary of the family that has the marker.
std::string smallest_with(const std::string& family, int id) {
  std::string best;
  for (const std::string& name : dictionary_names()) {
    if (marker_family(name) != family || dictionary_size(name) <= id) continue;
    if (best.empty() || dictionary_size(name) < dictionary_size(best)) best = name;
  }
  return best;
}

// A chessboard without markers, if the images show one.
std::string diagnose_plain_chessboard(const std::vector<cv::Mat>& images, const Board& asked) {
  const auto found = diagnose_board(images, {&kChessboard, 0, 0, asked.square_m});
  if (!found) return "";
  return fmt::format(
      "found {4} chessboard and no markers in {1} of {2} images, but a board of type {3} was "
      "asked for: if nothing is printed in its squares, use --board-type chessboard --board {0} "
      "(inner corners)",
      counted_size(found->board), found->images, images.size(), asked.type->name,
      with_article(counted_size(found->board)));
}

}  // namespace

std::string diagnose_markers(const std::vector<cv::Mat>& images, const Board& asked,
                             const std::vector<int>& border_cells) {
  const Board& first = *single_boards(asked).front().board;
  const std::size_t least = is_single_tag(first) ? kLeastTags : kLeastMarkers;
  Finding best;
  for (const std::string& dictionary : largest_dictionaries()) {
    for (const int cells : border_cells) {
      Finding finding =
          look_for(images, dictionary, cells, least, is_single_tag(first) ? first : asked);
      if (finding.markers > best.markers) best = std::move(finding);
    }
  }
  if (best.markers == 0) return asked.parts.empty() ? diagnose_plain_chessboard(images, asked) : "";
  const std::string family = marker_family(best.dictionary);
  const std::string found =
      fmt::format("found the markers {} to {} of {} in {} of {} images", best.first_id,
                  best.last_id, family, best.images, images.size());
  if (family != marker_family(first.dictionary)) {
    return fmt::format("{}, but {} was asked for: use --dictionary {}", found, first.dictionary,
                       smallest_with(family, best.last_id));
  }
  if (is_single_tag(first)) {
    return fmt::format("{}, but not {}: give the numbers of the tags as --ids", found,
                       board_name(asked));
  }
  const int end = first.first_marker + marker_count(first);
  if (best.first_id >= first.first_marker && best.last_id < end) return "";
  return fmt::format(
      "{}, but a board with the markers from {} on was asked for: use --first-marker "
      "{}, if that is the lowest number on the board",
      found, first.first_marker, best.first_id);
}

}  // namespace calib
