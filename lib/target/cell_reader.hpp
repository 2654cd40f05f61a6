#pragma once
// Reads the bits of a code that is printed in one cell of a lattice.

#include <array>
#include <cstdint>
#include <limits>
#include <opencv2/core/types.hpp>

#include "corner/gray_view.hpp"

namespace calib {

/// How codes are printed in cells: `side` x `side` squares of equal size, of which the outer
/// `border` lines on each side are black and the others are the bits (at most 7 x 7).
struct CodeFormat {
  int side = 0;
  int border = 1;
  double margin = 0;     ///< from the edge of the cell to the code, as a share of the cell
  double next_line = 1;  ///< from the edge of the cell to the next line of corners, likewise
  int bits_a_side() const { return side - 2 * border; }
};

/// The pixels of a cell as a function of its own coordinates u (along +i) and v (along +j), which
/// are 0 and 1 on its sides: a homography, and a bend of the sides by the lens.
class CellMap {
 public:
  CellMap() = default;
  /// The pixels at (0, 0), (1, 0), (1, 1) and (0, 1).
  explicit CellMap(const std::array<cv::Point2d, 4>& corners);
  /// Infinite beyond the horizon of the homography.
  cv::Point2d operator()(double u, double v) const {
    const double w = 1 + g_ * u + h_ * v, a = u * (1 - u), b = v * (1 - v);
    if (w <= 0) return {std::numeric_limits<double>::infinity(), 0};
    return {(origin_.x + u * along_u_.x + v * along_v_.x) / w + a * bend_[0].x + b * bend_[1].x,
            (origin_.y + u * along_u_.y + v * along_v_.y) / w + a * bend_[0].y + b * bend_[1].y};
  }
  void set_bend(const cv::Point2d& along, const cv::Point2d& down) { bend_ = {along, down}; }

 private:
  cv::Point2d origin_, along_u_, along_v_;
  double g_ = 0, h_ = 0;
  std::array<cv::Point2d, 2> bend_;  // added as bend[0] u (1 - u) + bend[1] v (1 - v)
};

/// One cell of a lattice: where it is in the picture and how bright its surroundings are.
struct CodedCell {
  CellMap map;
  std::array<double, 4> middle_gray{};  ///< halfway between black and white at the four corners
  double half_contrast = 0;             ///< gray levels
};

struct CellReading {
  std::uint64_t bits =
      0;  ///< bit number row * n + column; rows along +j, columns along +i; 1: white
  std::uint64_t known = 0;  ///< the bits that are clearly black or white
  bool has_border = false;  ///< whether the border is black nearly everywhere
};

/// `inverted`: black and white are exchanged in the print. Parts outside the picture are unknown.
CellReading read_cell(const GrayView& picture, const CodedCell& cell, const CodeFormat& format,
                      bool inverted);

}  // namespace calib
