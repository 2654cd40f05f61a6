#pragma once
// Text that people type and read: numbers, lengths, sizes, names.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace calib {

/// The shortest decimal text that reads back as exactly `value`, in any locale.
std::string to_text(double value);
/// `value` with `decimals` digits after the point: for tables that people read.
std::string to_text(double value, int decimals);

/// The whole of `text` as a finite number; nothing else is accepted (no blanks, no nan, no inf).
std::optional<double> parse_number(std::string_view text);
std::optional<std::int64_t> parse_integer(std::string_view text);

/// "30mm", "3cm", "0.03m" or a bare number of meters, in meters. Throws Error; a length that is not
/// positive is refused.
double parse_length(std::string_view text);

/// "11x8" as (11, 8). Throws Error naming `what` when it is not two positive integers.
std::pair<int, int> parse_size(std::string_view text, std::string_view what);

/// "a,b,c" as {a, b, c}, blanks around each trimmed.
std::vector<std::string> split(std::string_view text, char separator);
/// ASCII letters in capitals.
std::string upper_case(std::string text);
std::string join(const std::vector<std::string>& parts, std::string_view separator);

/// " (did you mean 'x'?)" for the candidate nearest to `word`, or "" when none is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);
/// "expected one of a, b, c (did you mean 'b'?)": ends the message that refuses `word`.
std::string expected_one_of(std::string_view word, const std::vector<std::string>& known);

/// Natural order: digit runs compare as numbers, so cam_2 comes before cam_10. Total: ties go by
/// bytes.
bool natural_less(std::string_view a, std::string_view b);

}  // namespace calib
