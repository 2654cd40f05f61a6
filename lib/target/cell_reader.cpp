#include "target/cell_reader.hpp"

#include <algorithm>
#include <cmath>

namespace calib {
namespace {

// Each bit is the mean of kSamples x kSamples pixels of its middle. Near its edge a bit is blurred.
constexpr int kSamples = 3;
constexpr double kMiddle = 0.5;
// A bit is clear if its distance from the middle gray is this share of half the contrast.
constexpr double kClear = 0.2;
// The border must be clearly black in this share of its squares.
constexpr double kBlackBorder = 0.8;

// The brightness of one square of the code between -1 (black) and 1 (white), 0 outside the picture.
class CodeSampler {
 public:
  CodeSampler(const GrayView& picture, const CodedCell& cell, const CodeFormat& format)
      : picture_(picture),
        cell_(cell),
        margin_(format.margin),
        step_((1 - 2 * format.margin) / format.side),
        right_(picture.width - 0.5),
        bottom_(picture.height - 0.5) {}

  double operator()(int column, int row) const {
    double sum = 0;
    for (int y = 0; y < kSamples; ++y)
      for (int x = 0; x < kSamples; ++x) {
        const double u = margin_ + step_ * (column + inside(x));
        const double v = margin_ + step_ * (row + inside(y));
        const cv::Point2d p = cell_.map(u, v);
        if (!(p.x > -0.5 && p.y > -0.5 && p.x < right_ && p.y < bottom_)) return 0;
        sum += picture_.row(static_cast<int>(p.y + 0.5))[static_cast<int>(p.x + 0.5)];
      }
    const double middle_u = margin_ + step_ * (column + 0.5);
    const double middle_v = margin_ + step_ * (row + 0.5);
    return (sum / (kSamples * kSamples) - middle(middle_u, middle_v)) / cell_.half_contrast;
  }

 private:
  static double inside(int sample) {
    return (1 - kMiddle) / 2 + kMiddle * (sample + 0.5) / kSamples;
  }
  double middle(double u, double v) const {
    const auto& m = cell_.middle_gray;
    return (1 - v) * ((1 - u) * m[0] + u * m[1]) + v * ((1 - u) * m[3] + u * m[2]);
  }

  const GrayView& picture_;
  const CodedCell& cell_;
  double margin_, step_, right_, bottom_;
};

}  // namespace

CellMap::CellMap(const std::array<cv::Point2d, 4>& p) : origin_(p[0]) {
  // The homography from the unit square to a quadrilateral (Heckbert 1989).
  const cv::Point2d d1 = p[1] - p[2], d2 = p[3] - p[2], s = p[0] - p[1] + p[2] - p[3];
  const double det = d1.cross(d2);
  g_ = det != 0 ? s.cross(d2) / det : 0;
  h_ = det != 0 ? d1.cross(s) / det : 0;
  along_u_ = p[1] - p[0] + g_ * p[1];
  along_v_ = p[3] - p[0] + h_ * p[3];
}

CellReading read_cell(const GrayView& picture, const CodedCell& cell, const CodeFormat& format,
                      bool inverted) {
  const CodeSampler sampler(picture, cell, format);
  const auto brightness = [&](int column, int row) {
    return inverted ? -sampler(column, row) : sampler(column, row);
  };
  const int last = format.side - 1;
  const int inner = last + 1 - 2 * format.border;
  const int border = format.side * format.side - inner * inner;
  const int most_others = static_cast<int>((1 - kBlackBorder) * border);
  int others = 0;
  for (int row = 0; row <= last; ++row)
    for (int column = 0; column <= last; ++column) {
      const int depth = std::min({row, column, last - row, last - column});
      if (depth >= format.border) continue;
      others += brightness(column, row) >= -kClear;
      if (others > most_others) return {};
    }
  CellReading reading;
  reading.has_border = true;
  const int n = format.bits_a_side();
  for (int row = 0; row < n; ++row)
    for (int column = 0; column < n; ++column) {
      const double value = brightness(column + format.border, row + format.border);
      const std::uint64_t bit = std::uint64_t{1} << (row * n + column);
      if (value > 0) reading.bits |= bit;
      if (std::abs(value) > kClear) reading.known |= bit;
    }
  return reading;
}

}  // namespace calib
