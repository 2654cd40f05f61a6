#include "report/svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/render_template.hpp"

namespace calib {
namespace {

constexpr const char* kAnchors[] = {"start", "middle", "end"};

}  // namespace

std::string svg_number(double value) {
  std::string text = fmt::format("{:.1f}", value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

std::string svg_chart(double width, double height, const std::string& label,
                      const std::string& content) {
  const std::string w = svg_number(width), h = svg_number(height);
  return fmt::format(
      R"(<svg viewBox="0 0 {} {}" style="max-width:{}px" role="img" aria-label="{}">{}</svg>)", w,
      h, w, escape_html(label), content);
}

std::string svg_text(double x, double y, const std::string& css_class, const std::string& text,
                     Anchor anchor) {
  return fmt::format(R"(<text x="{}" y="{}" class="{}" text-anchor="{}">{}</text>)", svg_number(x),
                     svg_number(y), css_class, kAnchors[static_cast<int>(anchor)],
                     escape_html(text));
}

std::string svg_rect(double x, double y, double width, double height, const std::string& css_class,
                     double opacity) {
  return fmt::format(
      R"(<rect x="{}" y="{}" width="{}" height="{}" class="{}" fill-opacity="{:.2f}"/>)",
      svg_number(x), svg_number(y), svg_number(width), svg_number(height), css_class, opacity);
}

std::string svg_line(double x1, double y1, double x2, double y2, const std::string& css_class) {
  return fmt::format(R"(<line x1="{}" y1="{}" x2="{}" y2="{}" class="{}"/>)", svg_number(x1),
                     svg_number(y1), svg_number(x2), svg_number(y2), css_class);
}

std::string svg_path(const std::string& css_class, const std::string& steps) {
  return fmt::format(R"(<path class="{}" d="{}"/>)", css_class, steps);
}

std::string svg_polyline(const std::vector<Eigen::Vector2d>& points, bool closed) {
  std::string steps;
  for (const Eigen::Vector2d& point : points)
    steps += (steps.empty() ? "M" : "L") + svg_number(point.x()) + " " + svg_number(point.y());
  return closed ? steps + "Z" : steps;
}

double round_down_nicely(double value) {
  const double power = std::pow(10.0, std::floor(std::log10(value)));
  for (const double factor : {5.0, 2.0}) {
    // The margin keeps rounding errors from rounding down a value that is itself round.
    if (factor * power <= value * (1 + 1e-9)) return factor * power;
  }
  return power;
}

}  // namespace calib
