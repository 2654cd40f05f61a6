#pragma once
// Base64 encoding (RFC 4648), with which images are embedded in HTML files.

#include <string>
#include <string_view>

namespace calib {

std::string to_base64(std::string_view bytes);

}  // namespace calib
