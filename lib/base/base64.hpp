#pragma once
// Bytes as text of 64 characters (RFC 4648): how a picture stands inside an HTML file.

#include <string>
#include <string_view>

namespace calib {

std::string to_base64(std::string_view bytes);

}  // namespace calib
