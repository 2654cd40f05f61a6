#include "report/svg_bars.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/subsample.hpp"
#include "report/svg.hpp"

namespace calib {
namespace {

constexpr double kFewestBins = 20;
constexpr double kLeft = kBarsLeft, kInside = kBarsInside, kRight = 12;
constexpr double kBarsWidth = kLeft + kInside + kRight;
constexpr std::size_t kMostBars = 400;
constexpr double kRoomForUnit = 110;  // for "px and more" below the last bins

// The area of the bars in a chart, from `top` down to `bottom`.
struct Plot {
  double top, bottom;
  double height() const { return bottom - top; }
};

// Horizontal lines at round values from zero to `most`, with labels on the left.
std::string scale(const Plot& plot, double most, const std::string& unit) {
  const double step = round_down_nicely(most / 2);
  std::string content = svg_line(kLeft, plot.bottom, kBarsWidth - kRight, plot.bottom, "axis") +
                        svg_text(kLeft - 6, plot.bottom + 4, "tick", unit, Anchor::kEnd);
  for (int i = 1; i * step <= most; ++i) {
    const double y = plot.bottom - i * step / most * plot.height();
    content += svg_line(kLeft, y, kBarsWidth - kRight, y, "guide") +
               svg_text(kLeft - 6, y + 4, "tick", fmt::format("{:g}", i * step), Anchor::kEnd);
  }
  return content;
}

// A rectangle as part of a path, so that all bars together are one element.
std::string bar_steps(double x, double width, double bottom, double height) {
  return fmt::format("M{} {}v{}h{}v{}z", svg_number(x), svg_number(bottom), svg_number(-height),
                     svg_number(width), svg_number(height));
}

Anchor anchor_at(double share) {
  return share < 0.1 ? Anchor::kStart : share > 0.9 ? Anchor::kEnd : Anchor::kMiddle;
}

}  // namespace

Histogram histogram(const std::vector<double>& values, double upper) {
  const double width = round_down_nicely(upper / kFewestBins);
  const double bins = std::ceil(upper / width);
  Histogram result{width, std::vector<std::size_t>(static_cast<std::size_t>(bins))};
  for (const double value : values) {
    const double bin = std::clamp(std::floor(value / width), 0.0, bins - 1);
    ++result.counts[static_cast<std::size_t>(bin)];
  }
  return result;
}

std::string histogram_svg(const Histogram& histogram, const std::string& unit) {
  const Plot plot{16, 150};
  const std::size_t bins = histogram.counts.size();
  const double most = static_cast<double>(std::max<std::size_t>(
      1, *std::max_element(histogram.counts.begin(), histogram.counts.end())));
  const double step = kInside / static_cast<double>(bins);
  std::string content = scale(plot, most, "corners"), steps;
  for (std::size_t i = 0; i < bins; ++i) {
    const double x = kLeft + step * static_cast<double>(i);
    steps += bar_steps(x + 1, step - 2, plot.bottom,
                       plot.height() * static_cast<double>(histogram.counts[i]) / most);
    if (i % 5 == 0 && x < kBarsWidth - kRight - kRoomForUnit)
      content +=
          svg_text(x, plot.bottom + 16, "tick",
                   fmt::format("{:g}", histogram.width * static_cast<double>(i)), Anchor::kMiddle);
  }
  content +=
      svg_text(kBarsWidth - kRight, plot.bottom + 16, "tick", unit + " and more", Anchor::kEnd);
  return svg_chart(kBarsWidth, plot.bottom + 22, "histogram of errors in " + unit,
                   content + svg_path("bars", steps));
}

FrameChart frame_chart(int camera, const std::vector<FrameBar>& values) {
  FrameChart chart{camera, {}, subsample_step(values.size(), kMostBars)};
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i % chart.frames_each == 0) {
      chart.bars.push_back(values[i]);
    } else if (values[i].value > chart.bars.back().value) {
      chart.bars.back() = values[i];
    }
  }
  return chart;
}

std::string frame_bars_svg(const std::vector<FrameBar>& bars, double top, const std::string& unit) {
  const Plot plot{kFrameBarsTop, kFrameBarsBottom};
  std::string content = scale(plot, top, unit), steps;
  const double step = kInside / static_cast<double>(std::max<std::size_t>(1, bars.size()));
  const double gap = std::min(2.0, 0.2 * step);
  // Few bars are not wider than many.
  const double width = std::min(step - gap, 24.0);
  std::size_t worst = 0;
  for (std::size_t i = 0; i < bars.size(); ++i) {
    if (bars[i].value > bars[worst].value) worst = i;
    steps += bar_steps(kLeft + step * (static_cast<double>(i) + 0.5) - width / 2, width,
                       plot.bottom, plot.height() * std::min(1.0, bars[i].value / top));
  }
  content += svg_path("bars", steps);
  if (!bars.empty()) {
    const double share = (static_cast<double>(worst) + 0.5) / static_cast<double>(bars.size());
    content += svg_text(
        kLeft + kInside * share,
        plot.bottom - plot.height() * std::min(1.0, bars[worst].value / top) - 4, "mark",
        fmt::format("frame {}: {:.3g}", bars[worst].frame, bars[worst].value), anchor_at(share));
    content +=
        svg_text(kLeft, plot.bottom + 16, "tick", fmt::format("frame {}", bars.front().frame));
    content += svg_text(kBarsWidth - kRight, plot.bottom + 16, "tick",
                        fmt::format("frame {}", bars.back().frame), Anchor::kEnd);
  }
  return svg_chart(kBarsWidth, plot.bottom + 22, "errors of each frame in " + unit, content);
}

std::string curve_svg(const std::vector<double>& values, double top, const std::string& unit,
                      const std::string& things) {
  const Plot plot{kFrameBarsTop, kFrameBarsBottom};
  std::string content = scale(plot, top, unit);
  std::vector<Eigen::Vector2d> points;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double share = static_cast<double>(i + 1) / static_cast<double>(values.size());
    points.emplace_back(kLeft + kInside * share,
                        plot.bottom - plot.height() * std::min(1.0, values[i] / top));
  }
  if (!points.empty()) {
    content += svg_path("curve", svg_polyline(points, false));
    content += svg_text(points.back().x(), points.back().y() - 4, "mark",
                        fmt::format("{:.3g}", values.back()), Anchor::kEnd);
    content += svg_text(points.front().x(), plot.bottom + 16, "tick", "1");
    content += svg_text(points.back().x(), plot.bottom + 16, "tick",
                        fmt::format("{} {}", values.size(), things), Anchor::kEnd);
  }
  return svg_chart(kBarsWidth, plot.bottom + 22, unit + " after each of the " + things, content);
}

std::string trend_svg(const std::vector<Eigen::Vector2d>& points, const std::string& unit,
                      const std::string& x_unit) {
  const Plot plot{kFrameBarsTop, kFrameBarsBottom};
  std::string content = svg_line(kLeft, plot.bottom, kBarsWidth - kRight, plot.bottom, "axis");
  const std::string label = fmt::format("{} over {}", unit, x_unit);
  if (points.empty()) return svg_chart(kBarsWidth, plot.bottom + 22, label, content);
  const auto [low, high] = std::minmax_element(
      points.begin(), points.end(), [](const auto& a, const auto& b) { return a.y() < b.y(); });
  const double least = low->y(), range = std::max(high->y() - least, 1e-12);
  const double begin = points.front().x(), length = std::max(points.back().x() - begin, 1e-12);
  // A flat curve is drawn in the middle.
  const bool is_flat = high->y() - least < 1e-6 * std::max(1.0, std::abs(least));
  std::vector<Eigen::Vector2d> drawn;
  drawn.reserve(points.size());
  for (const Eigen::Vector2d& point : points) {
    const double share = is_flat ? 0.5 : (point.y() - least) / range;
    drawn.emplace_back(kLeft + kInside * (point.x() - begin) / length,
                       plot.bottom - 4 - (plot.height() - 8) * share);
  }
  content += svg_path("curve", svg_polyline(drawn, false));
  const auto mark = [&](std::size_t i, Anchor anchor) {
    content += svg_text(drawn[i].x(), drawn[i].y() - 4, "mark",
                        fmt::format("{:.5g} {}", points[i].y(), unit), anchor);
    content += svg_text(drawn[i].x(), plot.bottom + 16, "tick",
                        fmt::format("{:.4g} {}", points[i].x(), x_unit), anchor);
  };
  mark(0, Anchor::kStart);
  if (points.size() > 1) mark(points.size() - 1, Anchor::kEnd);
  return svg_chart(kBarsWidth, plot.bottom + 22, label, content);
}

std::string spread_bar_svg(double mean, double p95, double top) {
  constexpr double kBarWidth = 180, kMiddle = 7;
  const auto place = [&](double value) { return kBarWidth * std::min(1.0, value / top); };
  return svg_chart(kBarWidth, 2 * kMiddle, "mean and 95th percentile",
                   svg_line(0, kMiddle, place(p95), kMiddle, "axis") +
                       svg_line(place(p95), 3, place(p95), 2 * kMiddle - 3, "axis") +
                       svg_rect(0, 3, place(mean), 8, "bars"));
}

}  // namespace calib
