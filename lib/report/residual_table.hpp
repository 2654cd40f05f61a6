#pragma once
// Every residual for people with notebooks.

#include <string>
#include <vector>

#include "evaluate/residuals.hpp"

namespace calib {

/// A line of names, then a line a corner: camera, frame, corner, px, py (observed pixel), rx, ry
/// (predicted minus observed), weight (1 / sigma_px^2 as the solve weighs it; 1 where no sigma is
/// known), rejected (0 or 1).
std::string residuals_csv(const Observations& observations, const std::vector<Residual>& residuals);
/// The same as an array of objects, one a line.
std::string residuals_json(const Observations& observations,
                           const std::vector<Residual>& residuals);

}  // namespace calib
