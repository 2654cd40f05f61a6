#pragma once
// A board on paper at its true size, with a title that describes it and a ruler to check the
// printer.

#include <string>
#include <vector>

#include "scene/board.hpp"
#include "target/board_pattern.hpp"

namespace calib {

/// In portrait orientation.
struct Paper {
  std::string name;
  double width_mm = 0, height_mm = 0;
};
/// A4, A3, A2, A1, A0, letter, legal, tabloid, or "WxH" in millimeters. Throws Error for any other
/// name.
Paper find_paper(const std::string& name);

/// Everything that is drawn, in millimeters from the top-left of the sheet.
struct BoardSheet {
  double width_mm = 0, height_mm = 0;
  std::vector<PatternRect> rects;  ///< the board and the ruler's ticks
  std::vector<PatternDisc> discs;
  struct Text {
    double x_mm = 0, y_mm = 0, size_mm = 0;  ///< left end of the baseline, and font size
    std::string text;
  };
  std::vector<Text> texts;
};

/// Centers the board on the paper, in portrait or landscape. Throws Error if the board does not
/// fit, with the largest square that does.
BoardSheet board_sheet(const Board& board, const PrintChoice& choice, const Paper& paper);

/// The bytes of a PDF 1.4 file with one page, and of an SVG file. The same sheet always gives the
/// same bytes.
std::string to_pdf(const BoardSheet& sheet);
std::string to_svg(const BoardSheet& sheet);
/// An 8-bit gray image.
cv::Mat to_picture(const BoardSheet& sheet, double dpi);

/// The title of the sheet, which has what calib needs to know about the board: "chessboard: 11x8
/// inner corners, squares 30 mm".
std::string board_title(const Board& board, const PrintChoice& choice);

}  // namespace calib
