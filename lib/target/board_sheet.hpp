#pragma once
// A board on paper: true size, with a title that says what it is and a ruler to check the printer.

#include <string>
#include <vector>

#include "scene/board.hpp"
#include "target/board_pattern.hpp"

namespace calib {

/// Millimeters, portrait.
struct Paper {
  std::string name;
  double width_mm = 0, height_mm = 0;
};
/// A4, A3, A2, A1, A0, letter, legal, tabloid, or "WxH" in millimeters. Throws Error.
Paper find_paper(const std::string& name);

/// Everything that is drawn, millimeters from the sheet's top-left; the paper turned the way in
/// which the board fits.
struct BoardSheet {
  double width_mm = 0, height_mm = 0;
  std::vector<PatternRect> rects;  ///< the board and the ruler's ticks
  std::vector<PatternDisc> discs;
  struct Text {
    double x_mm = 0, y_mm = 0, size_mm = 0;  ///< of its first letter's foot
    std::string text;
  };
  std::vector<Text> texts;
};

/// Throws Error when the board does not fit, naming the largest square that
/// does.
BoardSheet board_sheet(const Board& board, const PrintChoice& choice, const Paper& paper);

/// PDF 1.4 of one page; SVG; and PNG bytes of a gray picture. The same bytes every time.
std::string to_pdf(const BoardSheet& sheet);
std::string to_svg(const BoardSheet& sheet);
cv::Mat to_picture(const BoardSheet& sheet, double dpi);

/// "11x8 chessboard, squares 30 mm": what the title says, and `calib` needs to be told.
std::string board_title(const Board& board, const PrintChoice& choice);

}  // namespace calib
