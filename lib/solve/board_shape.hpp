#pragma once
// Is the board flat, and are its squares square? What the residuals say of it.

#include "scene/finding.hpp"
#include "solve/bundle.hpp"

namespace calib {

/// What one Gauss-Newton step with the board's shape freed would change, from an adjusted bundle.
struct BoardShapeCheck {
  bool determined = false;  ///< false: the views do not tell shape and lens apart
  BoardShape shape;         ///< the board's present shape plus the step
  BoardShape std;           ///< of `shape`
  double rms_change = 0;    ///< by what share the residuals' RMS would fall
};

/// Of a single board. All four numbers of the shape; where the views do not determine the stretch
/// (the board was never turned in the picture), the first three.
BoardShapeCheck check_board_shape(const Bundle& bundle, int jobs);

/// Whether the shape matters: a number beyond 5 standard deviations that moves the RMS by 2 %.
bool matters(const BoardShapeCheck& check);

/// How many numbers of the shape the views carry well enough to estimate: 4, 3, or 0.
int estimable_shape(const BoardShapeCheck& check);

/// The shape and its standard deviations (0: not known) as a finding about the board.
Finding shape_finding(FindingCode code, Severity severity, const BoardShapeCheck& check);

}  // namespace calib
