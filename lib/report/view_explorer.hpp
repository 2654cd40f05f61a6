#pragma once
// The views with the errors of their corners as compact JSON, from which templates/view.js draws
// the view that the reader chooses.

#include <string>
#include <vector>

#include "evaluate/residuals.hpp"
#include "report/svg_bars.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// `residuals` are those of all_residuals(). `charts` are the bars of the charts of the page, in
/// their order: each bar leads to its frame. Errors are drawn `enlargement` times as long as they
/// are. Of a long recording evenly spread frames are taken, so that the text stays below 1.5 MB.
/// All numbers are whole multiples of about 1/1000 of the width of the picture, each position less
/// that of the corner before it.
std::string view_explorer_json(const Observations& observations, const Calibration& calibration,
                               const std::vector<Residual>& residuals,
                               const std::vector<FrameChart>& charts, double enlargement);

}  // namespace calib
