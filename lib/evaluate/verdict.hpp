#pragma once
// Is this calibration good, and why?

#include <string>
#include <vector>

#include "evaluate/coverage.hpp"
#include "evaluate/epipolar.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// Everything that is measured of a calibration against observations, once.
struct Evaluation {
  ErrorStatistics reprojection_px;                   ///< over all used corners of the rig
  std::vector<ErrorStatistics> camera_reprojection;  ///< by index of Observations::cameras
  std::vector<PairEpipolar> pairs;
  std::vector<CameraCoverage> coverage;
};
Evaluation evaluate(const Observations& observations, const Calibration& calibration);

/// Fills verdict, reasons and quality of `calibration`. Graded good, usable or poor by the worst
/// of: predicted relative uncertainty of the focal length (0.1 %, 1 %) and of the camera centres
/// (0.2 %, 2 % of the nearest neighbour's distance), row error (mean 0.3, 1 px), coverage (60 %, 30
/// % of the picture), views a camera (15, 6), share of views rejected (10 %, 30 %). Each figure
/// that is not good gives a reason with what to do; when all are good the reasons say what was
/// checked.
void judge(const Observations& observations, const Evaluation& evaluation,
           Calibration& calibration);

}  // namespace calib
