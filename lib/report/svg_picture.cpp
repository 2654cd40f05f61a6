#include "report/svg_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/svg.hpp"

namespace calib {
namespace {

constexpr double kPictureWidth = 520;  // pixels of the chart
constexpr double kArrowLength = 0.05;  // length of a typical arrow, of the chart's width
constexpr double kFaintest = 0.12;     // opacity of cells with few corners
constexpr double kDarkTint = 0.75;     // numbers on a larger opacity are light

// The image scaled to the chart. Pixel (0, 0) is the center of the top-left pixel.
struct Frame {
  double scale, height;
  explicit Frame(ImageSize size) : scale(kPictureWidth / size.width), height(scale * size.height) {}
  Eigen::Vector2d place(const Eigen::Vector2d& pixel) const {
    return scale * (pixel + Eigen::Vector2d(0.5, 0.5));
  }
  std::string chart(const std::string& label, const std::string& content) const {
    return svg_chart(kPictureWidth, height, label,
                     content + svg_rect(0.5, 0.5, kPictureWidth - 1, height - 1, "frame", 0));
  }
};

struct Cell {
  double x, y, width, height;
};

Cell cell(const Frame& frame, PictureGrid grid, int index) {
  const double width = kPictureWidth / grid.columns, height = frame.height / grid.rows;
  return {index % grid.columns * width, index / grid.columns * height, width, height};
}

// An arrow as part of a path: a line with two short lines at its tip.
std::string arrow_steps(const Eigen::Vector2d& from, const Eigen::Vector2d& by) {
  const Eigen::Vector2d tip = from + by, back = -0.3 * by, across(0.15 * by.y(), -0.15 * by.x());
  return svg_polyline({from, tip}, false) +
         svg_polyline({tip + back + across, tip, tip + back - across}, false);
}

// The number with about two significant digits, or "-" for NaN.
std::string short_number(double value) {
  if (!std::isfinite(value)) return "-";
  return fmt::format("{:.{}f}", value, value < 0.01 ? 3 : value < 1 ? 2 : value < 10 ? 1 : 0);
}

// The opacity of a value on the logarithmic scale of the heat maps.
double heat(double value) {
  const double share = std::log(value / kHeatLow_px) / std::log(kHeatHigh_px / kHeatLow_px);
  return std::isfinite(value) ? std::clamp(share, 0.0, 1.0) : 0.0;
}

}  // namespace

std::string coverage_svg(ImageSize size, PictureGrid grid, const std::vector<int>& counts,
                         const std::vector<Eigen::Vector2d>& corners) {
  const Frame frame(size);
  const int most = std::max(1, *std::max_element(counts.begin(), counts.end()));
  std::string content, dots;
  for (int i = 0; i < grid.columns * grid.rows; ++i) {
    const Cell c = cell(frame, grid, i);
    const double share = static_cast<double>(counts[i]) / most;
    content += counts[i] == 0 ? svg_rect(c.x, c.y, c.width, c.height, "empty")
                              : svg_rect(c.x, c.y, c.width, c.height, "tint",
                                         kFaintest + (0.6 - kFaintest) * std::sqrt(share));
  }
  for (const Eigen::Vector2d& corner : corners) {
    const Eigen::Vector2d at = frame.place(corner);
    dots += fmt::format("M{} {}h0", svg_number(at.x()), svg_number(at.y()));
  }
  return frame.chart("where corners lay in the picture", content + svg_path("dots", dots));
}

double arrow_enlargement(ImageSize size, double length_px) {
  return length_px > 0 ? round_down_nicely(kArrowLength * size.width / length_px) : 1;
}

std::string arrows_svg(ImageSize size, const std::vector<Arrow>& arrows, double enlargement) {
  const Frame frame(size);
  std::string steps;
  for (const Arrow& arrow : arrows)
    steps += arrow_steps(frame.place(arrow.from), frame.scale * enlargement * arrow.by);
  return frame.chart("errors of the corners as arrows", svg_path("arrows", steps));
}

std::string heat_map_svg(ImageSize size, PictureGrid grid, const std::vector<double>& values,
                         const std::string& label) {
  const Frame frame(size);
  std::string content;
  for (int i = 0; i < grid.columns * grid.rows; ++i) {
    const Cell c = cell(frame, grid, i);
    const double tint = heat(values[i]);
    content += svg_rect(c.x, c.y, c.width, c.height, "heat", tint);
    content += svg_text(c.x + c.width / 2, c.y + c.height / 2 + 4,
                        tint > kDarkTint ? "value on-heat" : "value", short_number(values[i]),
                        Anchor::kMiddle);
  }
  return frame.chart(label, content);
}

}  // namespace calib
