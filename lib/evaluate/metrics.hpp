#pragma once
// One number for the whole rig from each table of an evaluation: what gates and files hold.

#include <optional>
#include <string>

#include "evaluate/verdict.hpp"

namespace calib {

/// Each absent where it could not be measured.
struct RigMetrics {
  std::optional<double> reprojection_px;  ///< RMS over all corners
  std::optional<double> epipolar_px;      ///< mean row error of the worst pair
  std::optional<double> worst_view_px;    ///< RMS of the worst view
  std::optional<double> region_px;        ///< systematic_px of the worst camera
  std::optional<double> metric_mm;        ///< RMS error of the triangulated squares
  std::optional<double> metric_percent;   ///< largest |scale error| of a pair
  std::optional<double> heldout_px;       ///< mean error of views left out, of the worst camera
  std::optional<double> heldout_rig_px;   ///< the same, boards located by the other cameras
  std::optional<double> late_frames;      ///< largest |offset| of a stream
  std::optional<double> moved_mdeg;       ///< largest turn of a camera that moved; 0: none did
};
RigMetrics rig_metrics(const Evaluation& evaluation);

/// The coverage of the camera of that name, or nullptr.
const CameraCoverage* find_coverage(const Evaluation& evaluation, const std::string& name);

/// The errors (px) of that camera's corners, or nullptr where none could be measured.
const ErrorStatistics* find_reprojection(const Evaluation& evaluation, const std::string& name);

/// The RMS error of the camera's corners: as measured, or where none could be, as its solve left
/// it.
std::optional<double> reprojection_rms(const Camera& camera, const Evaluation& evaluation);

/// Median and largest value of a grid over the picture; cells with NaN do not count.
struct GridSpread {
  std::size_t cells = 0;
  double median = 0, worst = 0;
};
GridSpread grid_spread(const std::vector<double>& grid);

/// The largest standard deviation of projection over the pictures of all cameras, at the distance
/// of the boards; nothing when no camera knows it.
std::optional<double> worst_projection_std_px(const Calibration& calibration);

}  // namespace calib
