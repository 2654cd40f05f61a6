#pragma once
// The characters of UTF-8 text: what a YAML file is made of.

#include <cstddef>
#include <string_view>

namespace calib {

/// The number of bytes of the UTF-8 character at the front of `text`, or 0 when there is none.
std::size_t utf8_length(std::string_view text);

}  // namespace calib
