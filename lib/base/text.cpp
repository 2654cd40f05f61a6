#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include "base/errors.hpp"

namespace calib {
namespace {

template <class T>
std::optional<T> parse_whole(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Levenshtein distance.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

// Removes the run of digits at the front of `text` and returns it without leading zeros.
std::string_view take_digits(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && is_digit(text[end])) ++end;
  std::string_view digits = text.substr(0, end);
  text.remove_prefix(end);
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  return digits;
}

}  // namespace

std::string_view trim(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())))
    text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())))
    text.remove_suffix(1);
  return text;
}

std::string to_text(double value) {
  char buffer[64];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
  return error == std::errc() ? std::string(buffer, end) : std::string();
}

std::string to_text(double value, int decimals) {
  const std::string text = fmt::format("{:.{}f}", value, decimals);
  const bool is_zero = text.find_first_not_of("-0.") == std::string::npos;
  return is_zero && text.starts_with('-') ? text.substr(1) : text;
}

std::optional<double> parse_number(std::string_view text) {
  const auto value = parse_whole<double>(text);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  return parse_whole<std::int64_t>(text);
}

namespace {
constexpr double kLeastLength = 1e-6, kMostLength = 1e4;  // meters
}  // namespace

double parse_length(std::string_view text) {
  // Divides by units per meter: 9 / 1000.0 is the double nearest to 0.009, 9 * 0.001 may not be.
  static constexpr std::pair<std::string_view, double> kUnits[] = {
      {"mm", 1000.0}, {"cm", 100.0}, {"m", 1.0}, {"", 1.0}};
  const std::string_view trimmed = trim(text);
  for (const auto& [unit, per_meter] : kUnits) {
    if (!trimmed.ends_with(unit)) continue;
    const auto value = parse_number(trim(trimmed.substr(0, trimmed.size() - unit.size())));
    if (!value || *value <= 0) break;
    const double meters = *value / per_meter;
    if (meters < kLeastLength || meters > kMostLength) {
      throw Error(
          fmt::format("'{}' is no length of a board: expected at least {} mm and at most {} m",
                      text, 1000 * kLeastLength, kMostLength));
    }
    return meters;
  }
  throw Error(fmt::format(
      "'{}' is not a length: expected a positive number with its unit, such as 30mm, 3cm or 0.03m",
      text));
}

double parse_duration(std::string_view text) {
  // Divides by units per second, as parse_length() does.
  static constexpr std::pair<std::string_view, double> kUnits[] = {
      {"ms", 1e3}, {"us", 1e6}, {"ns", 1e9}, {"s", 1.0}, {"", 1.0}};
  const std::string_view trimmed = trim(text);
  for (const auto& [unit, per_second] : kUnits) {
    if (!trimmed.ends_with(unit)) continue;
    const auto value = parse_number(trim(trimmed.substr(0, trimmed.size() - unit.size())));
    if (!value) break;
    return *value / per_second;
  }
  throw Error(fmt::format(
      "'{}' is not a time: expected a number with its unit, such as 20ms, 30us or 0.02s", text));
}

std::pair<int, int> parse_size(std::string_view text, std::string_view what) {
  const std::size_t cross = text.find('x');
  if (cross != std::string_view::npos) {
    const auto a = parse_integer(trim(text.substr(0, cross)));
    const auto b = parse_integer(trim(text.substr(cross + 1)));
    if (a && b && *a > 0 && *b > 0 && *a < 100000 && *b < 100000) {
      return {static_cast<int>(*a), static_cast<int>(*b)};
    }
  }
  throw Error(fmt::format(
      "{}: found '{}', expected two whole numbers from 1 to 99999 with an x between them", what,
      text));
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(trim(text.substr(0, end)));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string upper_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

std::string csv_field(const std::string& text) {
  const bool plain = text.find_first_of(",\"\n\r") == std::string::npos && !text.empty() &&
                     text.front() != ' ' && text.back() != ' ';
  if (plain) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c == '\n' || c == '\r' ? ' ' : c;
  }
  return quoted + '"';
}

std::string shell_quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance && distance < candidate.size()) {
      best = candidate;
      best_distance = distance;
    }
  }
  // No word is similar: the user may have typed only its beginning.
  for (const std::string& candidate : candidates) {
    if (best.empty() && word.size() >= 3 && candidate.starts_with(word)) best = candidate;
  }
  return best.empty() ? "" : fmt::format(" (did you mean '{}'?)", best);
}

std::string expected_one_of(std::string_view word, const std::vector<std::string>& known) {
  return "expected one of " + join(known, ", ") + did_you_mean(word, known);
}

bool natural_less(std::string_view a, std::string_view b) {
  std::string_view rest_a = a, rest_b = b;
  while (!rest_a.empty() && !rest_b.empty()) {
    if (is_digit(rest_a.front()) && is_digit(rest_b.front())) {
      const std::string_view x = take_digits(rest_a), y = take_digits(rest_b);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
    } else {
      // Compare as unsigned, like the comparison of whole strings below.
      const auto x = static_cast<unsigned char>(rest_a.front());
      const auto y = static_cast<unsigned char>(rest_b.front());
      if (x != y) return x < y;
      rest_a.remove_prefix(1);
      rest_b.remove_prefix(1);
    }
  }
  if (rest_a.empty() != rest_b.empty()) return rest_a.empty();
  return a < b;
}

}  // namespace calib
