#pragma once
// The SVG elements of the charts. Their CSS classes define colors and fonts in
// templates/report.css. Numbers have one decimal, so that the same chart gives the same bytes.

#include <Eigen/Core>
#include <string>
#include <vector>

namespace calib {

/// The number with at most one decimal: "12.3", "12", "-0.1"; never "-0".
std::string svg_number(double value);

/// The whole chart. `label` is its description for screen readers. It is as wide as its container,
/// but not wider than `width` pixels.
std::string svg_chart(double width, double height, const std::string& label,
                      const std::string& content);

enum class Anchor { kStart, kMiddle, kEnd };
std::string svg_text(double x, double y, const std::string& css_class, const std::string& text,
                     Anchor anchor = Anchor::kStart);
std::string svg_rect(double x, double y, double width, double height, const std::string& css_class,
                     double opacity = 1);
std::string svg_line(double x1, double y1, double x2, double y2, const std::string& css_class);
/// A path; `steps` is its attribute d.
std::string svg_path(const std::string& css_class, const std::string& steps);
/// The attribute d of a path through the points: "M1 2L3 4", with "Z" at the end if `closed`.
std::string svg_polyline(const std::vector<Eigen::Vector2d>& points, bool closed);

/// The largest of 1, 2 and 5 times a power of ten that is at most `value` (> 0).
double round_down_nicely(double value);

}  // namespace calib
