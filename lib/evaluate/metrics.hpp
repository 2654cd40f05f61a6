#pragma once
// Summarizes an evaluation: one metric of the whole rig from each table, for gates and files.

#include <optional>
#include <string>

#include "evaluate/verdict.hpp"

namespace calib {

/// Each is absent if it could not be measured.
struct RigMetrics {
  std::optional<double> reprojection_px;  ///< RMS over all corners
  std::optional<double> epipolar_px;      ///< mean row error of the worst pair
  std::optional<double> worst_view_px;    ///< RMS of the worst view
  std::optional<double> region_px;        ///< systematic error of the worst camera
  std::optional<double> metric_mm;        ///< RMS error of the triangulated squares
  std::optional<double> metric_percent;   ///< largest |scale error| of a pair
  std::optional<double> heldout_px;       ///< mean error of held-out views, worst camera
  std::optional<double> heldout_rig_px;   ///< the same, with board poses from the other cameras
  std::optional<double> late_frames;      ///< largest |offset| of a stream
  std::optional<double> moved_mdeg;       ///< largest rotation of a camera that moved; 0: none did
};
RigMetrics rig_metrics(const Evaluation& evaluation);

/// The coverage of the camera with this name, or nullptr. Its index in Evaluation::coverage is the
/// camera's index in all lists by index of Observations::cameras.
const CameraCoverage* find_coverage(const Evaluation& evaluation, const std::string& name);

/// The reprojection errors (px) of this camera's corners, or nullptr if none could be measured.
const ErrorStatistics* find_reprojection(const Evaluation& evaluation, const std::string& name);

/// The RMS reprojection error of the camera: as measured, or if it could not be measured, that of
/// its solve.
std::optional<double> reprojection_rms(const Camera& camera, const Evaluation& evaluation);

/// Median and largest value of a grid over the image, without its NaN.
struct GridSpread {
  std::size_t cells = 0;
  double median = 0, worst = 0;
};
GridSpread grid_spread(const std::vector<double>& grid);

/// The largest standard deviation of projection (px) over the images of all cameras, at the
/// distance of the boards. Returns nullopt if no camera has one.
std::optional<double> worst_projection_std_px(const Calibration& calibration);

}  // namespace calib
