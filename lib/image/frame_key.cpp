#include "image/frame_key.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "scene/frame_number.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

// Seconds since 1970 at the beginning of these years.
constexpr std::int64_t kYear2000_s = 946684800, kYear2043_s = 2303683200;

// A name split into its runs of digits (without leading zeros) and the text around them:
// "left_007b" has the numbers {"7"} and the text "left_#b".
struct ParsedName {
  std::vector<std::string> numbers;
  std::string text;
};

ParsedName parse_name(const std::string& stem) {
  ParsedName name;
  for (std::size_t i = 0; i < stem.size();) {
    if (!is_digit(stem[i])) {
      name.text += stem[i++];
      continue;
    }
    std::size_t end = i;
    while (end < stem.size() && is_digit(stem[end])) ++end;
    while (i + 1 < end && stem[i] == '0') ++i;
    name.numbers.push_back(stem.substr(i, end - i));
    name.text += '#';
    i = end;
  }
  return name;
}

bool varies(const std::vector<ParsedName>& names, std::size_t run) {
  return std::any_of(names.begin(), names.end(), [&](const ParsedName& name) {
    return name.numbers[run] != names.front().numbers[run];
  });
}

// The last run of digits that varies, counted from the end (0: the last run). The names have the
// same text.
std::size_t varying_run_from_end(const std::vector<ParsedName>& names) {
  const std::size_t runs = names.front().numbers.size();
  for (std::size_t from_end = 0; from_end < runs; ++from_end)
    if (varies(names, runs - 1 - from_end)) return from_end;
  return 0;
}

bool have_one_text(const std::vector<ParsedName>& names) {
  return std::all_of(names.begin(), names.end(),
                     [&](const ParsedName& name) { return name.text == names.front().text; });
}

// The digits that begin and end with the positions in the text.
std::string_view digits_before(std::string_view text, std::size_t end) {
  std::size_t start = end;
  while (start > 0 && is_digit(text[start - 1])) --start;
  return text.substr(start, end - start);
}

// Nanoseconds since 1970 in a name that ends in seconds with a fraction: 1403636579.763, or
// 1403636579_763555584, whose fraction is in nanoseconds. Returns nullopt for other names.
std::optional<std::int64_t> fractional_seconds(const std::string& stem) {
  std::string fraction(digits_before(stem, stem.size()));
  if (fraction.empty() || fraction.size() > 9 || fraction.size() == stem.size())
    return std::nullopt;
  const std::size_t mark = stem.size() - fraction.size() - 1;
  const bool in_nanoseconds = (stem[mark] == '_' || stem[mark] == '-') && fraction.size() == 9;
  if (stem[mark] != '.' && !in_nanoseconds) return std::nullopt;
  const auto seconds = parse_integer(digits_before(stem, mark));
  if (!seconds || *seconds < kYear2000_s || *seconds > kYear2043_s) return std::nullopt;
  fraction.resize(9, '0');
  return *seconds * 1'000'000'000 + *parse_integer(fraction);
}

// The fractional seconds of all files; empty if any of them has none.
std::vector<std::int64_t> all_fractional_seconds(std::span<const fs::path> files) {
  std::vector<std::int64_t> times;
  times.reserve(files.size());
  for (const fs::path& file : files) {
    const auto time = fractional_seconds(file.stem().string());
    if (!time) return {};
    times.push_back(*time);
  }
  return times;
}

std::int64_t to_frame(const fs::path& file, const std::string& digits) {
  const auto frame = parse_integer(digits);
  require(frame && is_frame_number(*frame),
          fmt::format("{}: the frame number {} is too large, expected at most {}", file.string(),
                      digits, kMostFrame));
  return *frame;
}

}  // namespace

std::optional<std::vector<std::int64_t>> frame_numbers(std::span<const fs::path> files) {
  if (auto times = all_fractional_seconds(files); !times.empty()) return times;
  std::vector<ParsedName> names;
  for (const fs::path& file : files) names.push_back(parse_name(file.stem().string()));
  const auto unnumbered = [](const ParsedName& name) { return name.numbers.empty(); };
  if (std::all_of(names.begin(), names.end(), unnumbered)) return std::nullopt;
  const auto odd = std::find_if(names.begin(), names.end(), unnumbered);
  if (odd != names.end()) {
    const auto numbered = std::find_if_not(names.begin(), names.end(), unnumbered);
    throw Error(
        fmt::format("{}: no frame number in the name, while {} has one; rename it or move it away",
                    files[static_cast<std::size_t>(odd - names.begin())].string(),
                    files[static_cast<std::size_t>(numbered - names.begin())].string()));
  }
  const std::size_t from_end = have_one_text(names) ? varying_run_from_end(names) : 0;
  std::vector<std::int64_t> frames;
  for (std::size_t i = 0; i < files.size(); ++i)
    frames.push_back(to_frame(files[i], names[i].numbers.rbegin()[static_cast<long>(from_end)]));
  return frames;
}

void require_distinct_frames(std::span<const fs::path> files,
                             std::span<const std::int64_t> frames) {
  std::map<std::int64_t, std::size_t> seen;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto [first, is_new] = seen.emplace(frames[i], i);
    if (is_new) continue;
    throw Error(fmt::format(
        "{} and {} are both frame {} of one camera; every image needs its own frame number: rename "
        "one of them or move it away",
        files[first->second].string(), files[i].string(), frames[i]));
  }
}

}  // namespace calib
