#pragma once
// Tests from the residuals whether the board is flat and its squares are square.

#include "scene/finding.hpp"
#include "solve/bundle.hpp"

namespace calib {

/// The effect of one Gauss-Newton step from an adjusted bundle in which the shape is also free.
struct BoardShapeCheck {
  bool determined = false;  ///< false: the views do not determine both the shape and the lens
  BoardShape shape;         ///< the board's present shape plus the step
  BoardShape std;           ///< standard deviations of `shape`; 0: not estimated
  double rms_change = 0;    ///< relative decrease of the residuals' RMS by the step
};

/// Checks a single board: all four parameters of the shape, or the first three if the views do not
/// determine the stretch because the board was never rotated in the image. With several boards
/// nothing is determined.
BoardShapeCheck check_board_shape(const Bundle& bundle, int jobs);

/// Whether the shape matters: a parameter differs from 0 by more than 5 standard deviations, and
/// the step would reduce the RMS by at least 2 %.
bool matters(const BoardShapeCheck& check);

/// How many parameters of the shape the views determine well enough: 4, 3, or 0.
int estimable_shape(const BoardShapeCheck& check);

/// The shape and its standard deviations as a finding about the board.
Finding shape_finding(FindingCode code, Severity severity, const BoardShapeCheck& check);

}  // namespace calib
