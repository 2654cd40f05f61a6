#pragma once
// Bar charts: a histogram, a bar per frame, and a bar beside a number.

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace calib {

struct Histogram {
  double width = 0;                 ///< of a bin; the first bin begins at 0
  std::vector<std::size_t> counts;  ///< the last bin also counts all larger values
};
/// Counts the values from 0 to `upper` (> 0) or a little more, in 20 to 50 bins of a round width.
Histogram histogram(const std::vector<double>& values, double upper);
std::string histogram_svg(const Histogram& histogram, const std::string& unit);

struct FrameBar {
  std::int64_t frame = 0;
  double value = 0;
};
/// The bars of a camera (-1: of all cameras).
struct FrameChart {
  int camera = -1;
  std::vector<FrameBar> bars;
  std::size_t frames_each = 1;  ///< a bar is the largest value of so many
};
/// The bars of a chart that stays readable: of more than 400 values, the largest of each few that
/// follow each other.
FrameChart frame_chart(int camera, const std::vector<FrameBar>& values);

/// The area of the bars in their chart.
inline constexpr double kBarsLeft = 72, kBarsInside = 976;
inline constexpr double kFrameBarsTop = 22, kFrameBarsBottom = 110;
/// The bars in the order given on a scale from 0 to `top`, with a label at the largest one.
std::string frame_bars_svg(const std::vector<FrameBar>& bars, double top, const std::string& unit);

/// A curve through the values of 1, 2, 3 ... things on a scale from 0 to `top`, with the last
/// value.
std::string curve_svg(const std::vector<double>& values, double top, const std::string& unit,
                      const std::string& things);

/// A curve through points (x, value), whose scale goes from their least to their largest value,
/// with the first and the last x.
std::string trend_svg(const std::vector<Eigen::Vector2d>& points, const std::string& unit,
                      const std::string& x_unit);

/// The mean as a bar with a line to the 95th percentile, on a scale from 0 to `top`.
std::string spread_bar_svg(double mean, double p95, double top);

}  // namespace calib
