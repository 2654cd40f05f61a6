#pragma once
// The gray level of a color, as libpng mixes it, and so OpenCV for PNG files.

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <type_traits>

namespace calib {

/// Of levels of 8 bits, which it rounds down, or of 16 bits, which it rounds to the nearest.
template <class Level>
Level mix_gray(Level red, Level green, Level blue) {
  static_assert(std::is_same_v<Level, std::uint8_t> || std::is_same_v<Level, std::uint16_t>);
  // The weights times 2^15: 0.299, 0.587, and the rest.
  constexpr std::uint32_t kRed = 9797, kGreen = 19234, kBlue = 3737;
  constexpr std::uint32_t kRounding = sizeof(Level) == 1 ? 0 : 1 << 14;
  return static_cast<Level>((red * kRed + green * kGreen + blue * kBlue + kRounding) >> 15);
}

/// The gray picture of one in blue, green and red with 8 or 16 bits each.
cv::Mat gray_of_bgr(const cv::Mat& bgr);

}  // namespace calib
