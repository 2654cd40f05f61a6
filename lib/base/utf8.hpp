#pragma once
// The characters of UTF-8 text: what YAML files and messages are made of.

#include <cstddef>
#include <string>
#include <string_view>

namespace calib {

/// The number of bytes of the UTF-8 character at the front of `text`, or 0 when there is none.
std::size_t utf8_length(std::string_view text);

bool is_utf8(std::string_view text);

/// The text on one line that every terminal shows: control characters as "\\n" or "\\x1b", bytes
/// that are not UTF-8 as "\\xff".
std::string visible(std::string_view text);

}  // namespace calib
