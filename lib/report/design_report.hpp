#pragma once
// The forecast of a design as text for a screen, as JSON for a script, and as a picture.

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "design/summary.hpp"

namespace calib {

/// The plan, the predicted standard deviations of cameras and points, and what would help, in at
/// most `most_lines` lines. Ends with a newline.
std::string design_text(const DesignSummary& design, std::size_t most_lines);
nlohmann::ordered_json design_json(const DesignSummary& design);

/// An SVG file: slices through the working volume, colored by the standard deviation of a point.
std::string volume_svg(const DesignSummary& design);

}  // namespace calib
