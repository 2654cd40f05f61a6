#pragma once
// Reads the description of a board from a file.

#include <filesystem>

#include "scene/board.hpp"

namespace calib {

/// Reads Kalibr's target YAML (https://github.com/ethz-asl/kalibr/wiki/calibration-targets:
/// aprilgrid with tagCols, tagRows, tagSize, tagSpacing; checkerboard with targetCols, targetRows,
/// rowSpacingMeters, colSpacingMeters; circlegrid with targetCols, targetRows, spacingMeters,
/// asymmetricGrid), or the board in an observations.yaml or calibration.yaml. If tagSpacing is
/// given in meters by mistake, throws Error with the correct ratio.
Board read_target(const std::filesystem::path& file);

}  // namespace calib
