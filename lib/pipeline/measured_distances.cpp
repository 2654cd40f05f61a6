#include "pipeline/measured_distances.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "io/config.hpp"

namespace calib {
namespace {

// One entry as the file has it.
struct DistanceEntry {
  std::string from, to;
  double length_m = 0, sigma_m = 0;
};

std::vector<Option> describe(DistanceEntry& entry) {
  return {Option::text("from", entry.from, "a tag, or a corner of one", "TAG"),
          Option::text("to", entry.to, "another tag", "TAG"),
          Option::length("length", entry.length_m, "what was measured"),
          Option::length("sigma", entry.sigma_m, "how well it was measured")};
}

// The id of the first corner of the tag with this number.
int first_corner(const Board& boards, int number) {
  std::vector<int> found;
  for (const auto& [single, first_id] : single_boards(boards))
    if (is_single_tag(*single) && single->first_marker == number) found.push_back(first_id);
  require(!found.empty(), fmt::format("distances: there is no tag {} in the target", number));
  require(found.size() == 1,
          fmt::format("distances: there are tags {} of several dictionaries; give one of them "
                      "another number",
                      number));
  return found.front();
}

// The corners of "3" and of "3 top-left".
std::vector<int> parse_place(const Board& boards, const std::string& key, const std::string& text) {
  const std::size_t space = std::min(text.find(' '), text.size());
  const auto number = parse_integer(trim(text.substr(0, space)));
  const std::string corner(trim(text.substr(space)));
  require(number && *number >= 0 && *number < kMostCorners,
          fmt::format("{}: found '{}', expected the number of a tag, such as 3 or 3 top-left", key,
                      text));
  const int first = first_corner(boards, static_cast<int>(*number));
  if (corner.empty()) return {first, first + 1, first + 2, first + 3};
  const auto* known = std::find(std::begin(kTagCorners), std::end(kTagCorners), corner);
  const std::vector<std::string> names(std::begin(kTagCorners), std::end(kTagCorners));
  require(known != std::end(kTagCorners), fmt::format("{}: found the corner '{}', {}", key, corner,
                                                      expected_one_of(corner, names)));
  return {first + static_cast<int>(known - std::begin(kTagCorners))};
}

BoardDistance parse_distance(const Board& boards, const DistanceEntry& entry) {
  BoardDistance distance{parse_place(boards, "from", entry.from),
                         parse_place(boards, "to", entry.to), entry.length_m, entry.sigma_m};
  require(part_point(boards, distance.from.front()).part !=
              part_point(boards, distance.to.front()).part,
          "distances: from and to are the same tag, whose size is its --marker");
  require(entry.length_m > 0, "length: missing: give the measured distance, such as 812mm");
  require(entry.sigma_m > 0, "sigma: missing: say how well it was measured, such as 1mm");
  require(entry.sigma_m < entry.length_m,
          fmt::format("sigma: found {} mm for a length of {} mm, expected less",
                      to_text(1000 * entry.sigma_m), to_text(1000 * entry.length_m)));
  return distance;
}

}  // namespace

std::vector<BoardDistance> read_distances(const YamlNode& list, const Board& boards) {
  if (boards.parts.size() < 2)
    list.fail("distances: are between tags, but there is only one board");
  std::vector<BoardDistance> distances;
  for (const YamlNode& item : list.items()) {
    DistanceEntry entry;
    read_config(item, {{"", describe(entry)}}, {});
    try {
      distances.push_back(parse_distance(boards, entry));
    } catch (const Error& error) {
      item.fail(error.what());
    }
  }
  return distances;
}

}  // namespace calib
