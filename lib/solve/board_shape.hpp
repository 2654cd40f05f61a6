#pragma once
// The shape of a single board: whether the residuals show that it is not flat, or its squares not
// square, and the solve that estimates it.

#include <vector>

#include "scene/finding.hpp"
#include "scene/observations.hpp"
#include "solve/bundle.hpp"
#include "solve/options.hpp"

namespace calib {

/// The effect of one Gauss-Newton step from an adjusted bundle in which the shape is also free.
struct BoardShapeCheck {
  bool determined = false;  ///< false: the views do not determine both the shape and the lens
  BoardShape shape;         ///< the board's present shape plus the step
  BoardShape std;           ///< standard deviations of `shape` after the step
  double rms_change = 0;    ///< relative decrease of the residuals' RMS by the step
};

/// Checks a single board. With several boards nothing is determined. The standard deviations are
/// those of stated_covariances().
BoardShapeCheck check_board_shape(const Bundle& bundle, CovarianceKind kind, int jobs);

/// Whether a parameter of the shape differs from 0 by more than 5 standard deviations.
bool is_significant(const BoardShapeCheck& check);

/// Whether the views tell the height of the squares from the ratio fx / fy of the lens. They do not
/// if the board was never turned in the image, and one camera alone sees it.
bool stretch_determined(const BoardShapeCheck& check);

/// The shape and its standard deviations as a finding about the board.
Finding shape_finding(FindingCode code, Severity severity, const BoardShapeCheck& check);

/// Estimates the shape of the bundle's board if it is significant (except in the classic recipe:
/// with kBelieveAll or independent errors), or if `wanted` says so, in a second robust adjustment
/// of `candidates`. An estimate is kept if it is significant against the differences between blocks
/// of frames too: then it also predicts the views of a block that it was not estimated from.
/// `rejected` are the outliers of the adjustment that was made last. Adds what was found to
/// `findings`.
void adjust_board_shape(const std::vector<BundleView>& candidates, const Observations& observations,
                        const ShapeOptions& wanted, double reject, int jobs, Bundle& bundle,
                        std::vector<Rejected>& rejected, std::vector<Finding>& findings);

}  // namespace calib
