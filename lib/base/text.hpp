#pragma once
// Conversions between values and the text that users read and write: numbers, lengths, sizes,
// names.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/named.hpp"

namespace calib {

/// The shortest decimal text that is read back as exactly `value`; the same in every locale.
std::string to_text(double value);
/// `value` with `decimals` digits after the point, for tables; zero has no sign.
std::string to_text(double value, int decimals);

/// Returns nullopt unless the whole text is one finite number, without blanks.
std::optional<double> parse_number(std::string_view text);
/// Returns nullopt unless the whole text is one decimal integer of 64 bits, without blanks.
std::optional<std::int64_t> parse_integer(std::string_view text);

/// The units of length in files of other tools, and how many of them a meter has.
inline constexpr Named<double> kLengthUnits[] = {
    {"um", 1e6}, {"mm", 1000}, {"cm", 100}, {"m", 1}, {"in", 1 / 0.0254}, {"ft", 1 / 0.3048}};

/// Parses "30mm", "3cm", "0.03m" or a number of meters; returns meters. Throws Error if the text is
/// not a positive length.
double parse_length(std::string_view text);

/// Parses "20ms", "30us", "-5ns", "0.02s" or a number of seconds; returns seconds. Throws Error if
/// the text is not a time.
double parse_duration(std::string_view text);

/// Parses "11x8" as (11, 8). Throws Error, which calls the text a `what`, unless it consists of two
/// positive integers below 100000.
std::pair<int, int> parse_size(std::string_view text, std::string_view what);

/// Splits "a, b,c" into {"a", "b", "c"}: blanks around each part are removed, empty parts are kept.
std::vector<std::string> split(std::string_view text, char separator);
/// The text without the spaces at both ends.
std::string_view trim(std::string_view text);
/// Converts ASCII letters to upper case.
std::string upper_case(std::string text);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
/// The text as a field of CSV, in double quotes if it needs them (RFC 4180);
/// line breaks become spaces.
std::string csv_field(const std::string& text);
/// The text in single quotes of a POSIX shell.
std::string shell_quoted(const std::string& text);
/// Whether `c` is an ASCII digit.
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Returns " (did you mean 'x'?)" for the candidate nearest to `word`, or "" if none is similar.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);
/// "expected one of a, b, c (did you mean 'b'?)": the end of the message of an error about `word`.
std::string expected_one_of(std::string_view word, const std::vector<std::string>& known);

/// Natural order: runs of digits are compared as numbers, so that cam_2 comes before cam_10. Names
/// that are equal in this sense are ordered by their bytes, which makes the order total.
bool natural_less(std::string_view a, std::string_view b);

}  // namespace calib
