#pragma once
// Boards as files.

#include <filesystem>

#include "scene/board.hpp"

namespace calib {

/// Kalibr's target YAML (https://github.com/ethz-asl/kalibr/wiki/calibration-targets: aprilgrid
/// with tagCols, tagRows, tagSize, tagSpacing; checkerboard with targetCols, targetRows,
/// rowSpacingMeters, colSpacingMeters; circlegrid with targetCols, targetRows, spacingMeters,
/// asymmetricGrid), or the board of an observations.yaml or calibration.yaml. A tagSpacing that was
/// taken for meters is an Error that says what the ratio is.
Board read_target(const std::filesystem::path& file);

}  // namespace calib
