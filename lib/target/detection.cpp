#include "target/detection.hpp"

namespace calib {

std::string to_text(FoundPrint print) {
  if (!print.legacy_layout) return print.white_on_black ? "white on black" : "";
  return print.white_on_black ? "legacy layout, white on black" : "legacy layout";
}

}  // namespace calib
