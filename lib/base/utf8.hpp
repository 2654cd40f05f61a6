#pragma once
// UTF-8, the encoding of YAML files and messages.

#include <cstddef>
#include <string>
#include <string_view>

namespace calib {

/// The number of bytes of the first character of `text`, or 0 if the text is empty or does not
/// begin with a well-formed UTF-8 character.
std::size_t utf8_length(std::string_view text);

bool is_utf8(std::string_view text);

/// Whether the byte continues a UTF-8 character that began before it.
inline bool is_utf8_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}
/// The number of characters of well-formed UTF-8: those of "±" are two bytes and one character.
std::size_t utf8_characters(std::string_view text);

/// Returns the text in a form that is safe to print on one line: control characters are written as
/// "\\n" or "\\x1b", bytes that are not UTF-8 as "\\xff".
std::string visible(std::string_view text);

}  // namespace calib
