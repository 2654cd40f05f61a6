#pragma once
// The words of SVG that the charts are made of. Colors and fonts are in templates/report.css, by
// class; numbers have one decimal, so that the same chart gives the same bytes.

#include <Eigen/Core>
#include <string>
#include <vector>

namespace calib {

/// "12.3", "12", "-0.1"; never "-0".
std::string svg_number(double value);

/// The whole chart: `label` is what a screen reader says. As wide as its place, never wider than
/// its own size.
std::string svg_chart(double width, double height, const std::string& label,
                      const std::string& content);

enum class Anchor { kStart, kMiddle, kEnd };
std::string svg_text(double x, double y, const std::string& css_class, const std::string& text,
                     Anchor anchor = Anchor::kStart);
std::string svg_rect(double x, double y, double width, double height, const std::string& css_class,
                     double opacity = 1);
std::string svg_line(double x1, double y1, double x2, double y2, const std::string& css_class);
/// `steps` is the content of the attribute d.
std::string svg_path(const std::string& css_class, const std::string& steps);
/// "M1 2L3 4" through the points; closed with Z when asked.
std::string svg_polyline(const std::vector<Eigen::Vector2d>& points, bool closed);

/// The largest of 1, 2 and 5 times a power of ten that is at most `value` (> 0).
double round_down_nicely(double value);

/// At most `most` of `count` indices, spread evenly: how long lists are thinned out.
std::vector<std::size_t> evenly_spread(std::size_t count, std::size_t most);

}  // namespace calib
