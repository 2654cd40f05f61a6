#include "image/gray_range.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <opencv2/core.hpp>
#include <vector>

namespace calib {
namespace {

// The share of pixels at either end that do not count: hot and dead pixels, small lamps.
constexpr double kShareOfExtremes = 0.002;
constexpr double kNarrow = 0.25;  // of the whole range
// Room beyond the quantiles on either side, as a share of what is between them.
constexpr double kMargin = 0.15;
constexpr int kSamplesPerSide = 160;

// The number of bits in use: cameras of 10, 12 and 14 bits do not use the upper bits of their
// files.
int bits_used(const cv::Mat& pixels) {
  double largest = 0;
  cv::minMaxLoc(pixels, nullptr, &largest);
  for (const int bits : {8, 10, 12, 14})
    if (largest < (1 << bits)) return bits;
  return 16;
}

template <class Pixel>
std::vector<int> sample(const cv::Mat& pixels) {
  const int step_x = std::max(1, pixels.cols / kSamplesPerSide);
  const int step_y = std::max(1, pixels.rows / kSamplesPerSide);
  std::vector<int> samples;
  samples.reserve(static_cast<std::size_t>(pixels.cols / step_x + 1) * (pixels.rows / step_y + 1));
  for (int y = 0; y < pixels.rows; y += step_y)
    for (int x = 0; x < pixels.cols; x += step_x) samples.push_back(pixels.ptr<Pixel>(y)[x]);
  return samples;
}

struct GrayRange {
  double low, high;
};

// The range of gray levels without the extreme pixels.
GrayRange range_of(const cv::Mat& pixels) {
  std::vector<int> samples =
      pixels.depth() == CV_8U ? sample<std::uint8_t>(pixels) : sample<std::uint16_t>(pixels);
  const auto at = [&](double share) -> double {
    const auto place =
        samples.begin() + std::lround(share * static_cast<double>(samples.size() - 1));
    std::nth_element(samples.begin(), place, samples.end());
    return *place;
  };
  return {at(kShareOfExtremes), at(1 - kShareOfExtremes)};
}

bool is_narrow(const GrayRange& range, double whole) {
  return range.high - range.low < kNarrow * whole;
}

// Spreads the range, but at least `least`, over 8 bits.
cv::Mat spread(const cv::Mat& pixels, const GrayRange& range, double least) {
  const double span = std::max(least, (1 + 2 * kMargin) * (range.high - range.low));
  const double first = (range.low + range.high - span) / 2;
  cv::Mat gray;
  pixels.convertTo(gray, CV_8U, 255 / span, -255 * first / span);
  return gray;
}

}  // namespace

cv::Mat to_gray8(const cv::Mat& pixels) {
  if (pixels.empty() || pixels.depth() == CV_8U) return pixels;
  const double whole = 1 << bits_used(pixels);
  const GrayRange range = range_of(pixels);
  if (is_narrow(range, whole)) return spread(pixels, range, whole / 1024);
  cv::Mat gray;
  pixels.convertTo(gray, CV_8U, 256 / whole);
  return gray;
}

cv::Mat spread_gray8(const cv::Mat& gray) {
  if (gray.empty()) return gray;
  const GrayRange range = range_of(gray);
  return is_narrow(range, 256) ? spread(gray, range, 16) : gray;
}

}  // namespace calib
