#pragma once
// All residuals as CSV and JSON, for the user's own analysis.

#include <string>
#include <vector>

#include "evaluate/residuals.hpp"

namespace calib {

/// A header, then a line per corner: camera, frame, corner, px, py (observed pixel), rx, ry
/// (predicted minus observed, pixels), weight (1 / sigma_px^2 as in the solve, or 1 if the sigma is
/// not known), rejected (0 or 1).
std::string residuals_csv(const Observations& observations, const std::vector<Residual>& residuals);
/// The same as a JSON array with one object per line.
std::string residuals_json(const Observations& observations,
                           const std::vector<Residual>& residuals);

}  // namespace calib
