#include "target/board_sheet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "base/errors.hpp"
#include "base/named.hpp"
#include "base/text.hpp"
#include "scene/board_types.hpp"

namespace calib {
namespace {

constexpr double kEdge_mm = 5;     // the margin in which printers do not print
constexpr double kFooter_mm = 12;  // the height of the title and the ruler
constexpr double kRuler_mm = 100;
constexpr double kPointsAMillimeter = 72 / 25.4;

const std::vector<Paper>& papers() {
  static const std::vector<Paper> list = {
      {"A4", 210, 297},        {"A3", 297, 420},          {"A2", 420, 594},
      {"A1", 594, 841},        {"A0", 841, 1189},         {"letter", 215.9, 279.4},
      {"legal", 215.9, 355.6}, {"tabloid", 279.4, 431.8},
  };
  return list;
}

std::string millimeters(double m) { return to_text(std::round(1e6 * m) / 1e3); }

bool fits(const Eigen::Vector2d& board_mm, double width, double height) {
  return board_mm.x() <= width - 2 * kEdge_mm + 1e-6 &&
         board_mm.y() <= height - 2 * kEdge_mm - kFooter_mm + 1e-6;
}

double largest_scale(const Eigen::Vector2d& board_mm, double width, double height) {
  return std::min((width - 2 * kEdge_mm) / board_mm.x(),
                  (height - 2 * kEdge_mm - kFooter_mm) / board_mm.y());
}

[[noreturn]] void refuse(const Board& board, const Eigen::Vector2d& board_mm, const Paper& paper) {
  const double scale = std::max(largest_scale(board_mm, paper.width_mm, paper.height_mm),
                                largest_scale(board_mm, paper.height_mm, paper.width_mm));
  std::string larger;
  for (const Paper& other : papers()) {
    if (!fits(board_mm, other.width_mm, other.height_mm) &&
        !fits(board_mm, other.height_mm, other.width_mm))
      continue;
    larger = fmt::format(", or --paper {}", other.name);
    break;
  }
  throw Error(fmt::format(
      "paper: the {} takes {:.0f}x{:.0f} mm, which {} ({}x{} mm, less {:.0f} mm at the edges and "
      "{:.0f} mm for the title) does not hold: use {} {}mm or less{}",
      board_name(board), board_mm.x(), board_mm.y(), paper.name, to_text(paper.width_mm),
      to_text(paper.height_mm), kEdge_mm, kFooter_mm,
      board.type->has_counts ? "--square" : "--marker",
      to_text(std::floor(1000 * board.square_m * scale * 10) / 10), larger));
}

void add_ruler(BoardSheet& sheet, double x, double y) {
  const auto bar = [&](double left, double top, double width, double height) {
    sheet.rects.push_back({{left, top}, {left + width, top + height}});
  };
  bar(x, y, kRuler_mm, 0.2);
  for (int mm = 0; mm <= 100; mm += 10) {
    const double length = mm % 50 == 0 ? 3 : 1.5;
    // The outer edges of the first and the last tick are exactly 100 mm apart.
    const double left = mm == 0 ? 0 : mm == 100 ? kRuler_mm - 0.2 : mm - 0.1;
    bar(x + left, y - length, 0.2, length);
  }
  const std::string label =
      fmt::format("{} mm: check with a ruler, print without scaling", kRuler_mm);
  sheet.texts.push_back({x + kRuler_mm + 2, y, 3, label});
}

std::string escaped(const std::string& text, bool for_pdf) {
  std::string result;
  for (const char c : text) {
    if (for_pdf && (c == '(' || c == ')' || c == '\\')) result += '\\';
    if (!for_pdf && c == '&') {
      result += "&amp;";
    } else if (!for_pdf && c == '<') {
      result += "&lt;";
    } else {
      result += c;
    }
  }
  return result;
}

// A circle of four Bezier curves, with an error of 0.03 % of the radius.
std::string pdf_disc(const Eigen::Vector2d& c, double r) {
  const double k = 0.5522847498 * r;
  const double x = c.x(), y = c.y();
  return fmt::format(
      "{:.4f} {:.4f} m {:.4f} {:.4f} {:.4f} {:.4f} {:.4f} {:.4f} c {:.4f} {:.4f} {:.4f} {:.4f} "
      "{:.4f} {:.4f} c {:.4f} {:.4f} {:.4f} {:.4f} {:.4f} {:.4f} c {:.4f} {:.4f} {:.4f} {:.4f} "
      "{:.4f} {:.4f} c h\n",
      x + r, y, x + r, y + k, x + k, y + r, x, y + r, x - k, y + r, x - r, y + k, x - r, y, x - r,
      y - k, x - k, y - r, x, y - r, x + k, y - r, x + r, y - k, x + r, y);
}

// The drawing commands. The first one changes from points with y up to millimeters with y down. All
// shapes are one path, so that no gaps show between them.
std::string pdf_content(const BoardSheet& sheet) {
  std::string content = fmt::format("q {0:.6f} 0 0 -{0:.6f} 0 {1:.4f} cm\n", kPointsAMillimeter,
                                    sheet.height_mm * kPointsAMillimeter);
  for (const PatternRect& rect : sheet.rects) {
    content += fmt::format("{:.4f} {:.4f} {:.4f} {:.4f} re\n", rect.low.x(), rect.low.y(),
                           rect.high.x() - rect.low.x(), rect.high.y() - rect.low.y());
  }
  for (const PatternDisc& disc : sheet.discs) content += pdf_disc(disc.center, disc.radius);
  content += "f Q\n";
  for (const BoardSheet::Text& text : sheet.texts) {
    content +=
        fmt::format("BT /F1 {:.3f} Tf {:.3f} {:.3f} Td ({}) Tj ET\n",
                    text.size_mm * kPointsAMillimeter, text.x_mm * kPointsAMillimeter,
                    (sheet.height_mm - text.y_mm) * kPointsAMillimeter, escaped(text.text, true));
  }
  return content;
}

}  // namespace

Paper find_paper(const std::string& name) {
  if (const Paper* paper = find_named(papers(), name)) return *paper;
  const std::vector<std::string> sides = split(name, 'x');
  if (sides.size() == 2) {
    const auto width = parse_number(sides[0]), height = parse_number(sides[1]);
    if (width && height && *width >= 50 && *height >= 50 && *width <= 5000 && *height <= 5000)
      return {name, *width, *height};
  }
  const std::vector<std::string> known = names_of(papers());
  throw Error(fmt::format("paper: found '{}', expected one of {} or WIDTHxHEIGHT in millimeters{}",
                          name, join(known, ", "), did_you_mean(name, known)));
}

std::string board_title(const Board& board, const PrintChoice& choice) {
  const BoardType& type = *board.type;
  if (!type.has_counts) return describe_board(board);
  std::string title = fmt::format("{}: {} {}, {} {} mm", type.name, counted_size(board),
                                  type.counts, type.square, millimeters(board.square_m));
  if (type.markers) {
    title += fmt::format(", {}s {} mm, {}", type.markers->word, millimeters(board.marker_m),
                         board.dictionary);
    if (board.first_marker > 0) title += fmt::format(" from {}", board.first_marker);
  }
  if (&type == &kCharuco && choice.legacy_layout) title += ", legacy layout";
  return title;
}

BoardSheet board_sheet(const Board& board, const PrintChoice& choice, const Paper& paper) {
  const BoardPattern pattern = board_pattern(board, choice);
  // The quiet zone may extend into the margin that printers leave white.
  const Eigen::Vector2d size_mm = 1000 * (pattern.high - pattern.low);
  BoardSheet sheet{paper.width_mm, paper.height_mm, {}, {}, {}};
  if (!fits(size_mm, sheet.width_mm, sheet.height_mm)) std::swap(sheet.width_mm, sheet.height_mm);
  if (!fits(size_mm, sheet.width_mm, sheet.height_mm)) refuse(board, size_mm, paper);
  const Eigen::Vector2d room(sheet.width_mm, sheet.height_mm - kFooter_mm);
  const Eigen::Vector2d corner = (room - size_mm) / 2;
  const auto on_sheet = [&](const Eigen::Vector2d& p) -> Eigen::Vector2d {
    return corner + 1000 * (p - pattern.low);
  };
  for (const PatternRect& rect : pattern.rects)
    sheet.rects.push_back({on_sheet(rect.low), on_sheet(rect.high)});
  for (const PatternDisc& disc : pattern.discs)
    sheet.discs.push_back({on_sheet(disc.center), 1000 * disc.radius});
  const double foot = sheet.height_mm - kEdge_mm;
  sheet.texts.push_back({kEdge_mm + 5, foot - 6, 3.5, board_title(board, choice)});
  add_ruler(sheet, kEdge_mm + 5, foot);
  return sheet;
}

std::string to_pdf(const BoardSheet& sheet) {
  const std::string content = pdf_content(sheet);
  const std::vector<std::string> objects = {
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      fmt::format("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {:.4f} {:.4f}] /Contents 4 0 R "
                  "/Resources << /Font << /F1 5 0 R >> >> >>",
                  sheet.width_mm * kPointsAMillimeter, sheet.height_mm * kPointsAMillimeter),
      fmt::format("<< /Length {} >>\nstream\n{}endstream", content.size(), content),
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
      // Asks the viewer not to scale the page when it prints.
      "<< /PrintScaling /None >>",
  };
  std::string pdf = "%PDF-1.4\n", table;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    table += fmt::format("{:010} 00000 n \n", pdf.size());
    std::string object = objects[i];
    if (i == 0) object.insert(object.size() - 2, "/ViewerPreferences 6 0 R ");
    pdf += fmt::format("{} 0 obj\n{}\nendobj\n", i + 1, object);
  }
  const std::size_t start = pdf.size();
  return pdf + fmt::format(
                   "xref\n0 {0}\n0000000000 65535 f \n{1}trailer\n<< /Size {0} /Root 1 0 R "
                   ">>\nstartxref\n{2}\n%%EOF\n",
                   objects.size() + 1, table, start);
}

std::string to_svg(const BoardSheet& sheet) {
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}mm\" height=\"{1}mm\" "
      "viewBox=\"0 0 {0} {1}\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
      "<path fill=\"black\" d=\"",
      to_text(sheet.width_mm), to_text(sheet.height_mm));
  for (const PatternRect& rect : sheet.rects) {
    svg += fmt::format("M{:.4f} {:.4f}H{:.4f}V{:.4f}H{:.4f}Z\n", rect.low.x(), rect.low.y(),
                       rect.high.x(), rect.high.y(), rect.low.x());
  }
  for (const PatternDisc& disc : sheet.discs) {
    const double r = disc.radius;
    svg +=
        fmt::format("M{:.4f} {:.4f}a{:.4f} {:.4f} 0 1 0 {:.4f} 0a{:.4f} {:.4f} 0 1 0 {:.4f} 0Z\n",
                    disc.center.x() - r, disc.center.y(), r, r, 2 * r, r, r, -2 * r);
  }
  svg += "\"/>\n";
  for (const BoardSheet::Text& text : sheet.texts) {
    svg += fmt::format(
        "<text x=\"{:.3f}\" y=\"{:.3f}\" font-size=\"{:.3f}\" "
        "font-family=\"sans-serif\">{}</text>\n",
        text.x_mm, text.y_mm, text.size_mm, escaped(text.text, false));
  }
  return svg + "</svg>\n";
}

cv::Mat to_picture(const BoardSheet& sheet, double dpi) {
  const double scale = dpi / 25.4;
  BoardPattern page;
  page.low = {0, 0};
  page.high = {sheet.width_mm, sheet.height_mm};
  page.rects = sheet.rects;
  page.discs = sheet.discs;
  cv::Mat picture = rasterize(page, scale);
  for (const BoardSheet::Text& text : sheet.texts) {
    // OpenCV's Hershey font is 30 units high, of which capital letters take 21.
    const double letters = text.size_mm * scale / 30;
    cv::putText(picture, text.text,
                {static_cast<int>(text.x_mm * scale), static_cast<int>(text.y_mm * scale)},
                cv::FONT_HERSHEY_SIMPLEX, letters, cv::Scalar(0),
                std::max(1, static_cast<int>(letters)), cv::LINE_AA);
  }
  return picture;
}

}  // namespace calib
