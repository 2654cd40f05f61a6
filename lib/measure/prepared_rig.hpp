#pragma once
// The data that triangulate() computes from a calibration before it places points, which takes
// milliseconds per camera. Programs that place a few points at a time prepare the rig once.

#include <memory>
#include <string>
#include <vector>

#include "measure/rig_camera.hpp"
#include "measure/triangulate.hpp"

namespace calib {

struct PreparedRig {
  std::vector<std::unique_ptr<RigCamera>> cameras;  ///< as rig_cameras()
  ParameterFactor factor;
};

/// Throws Error for a name that the calibration does not have.
PreparedRig prepare_rig(const Calibration& calibration, const std::vector<std::string>& cameras);

/// The same result as without a prepared rig, which must be that of this calibration and of
/// `tracks.cameras`.
Triangulation triangulate(const Calibration& calibration, const PreparedRig& rig,
                          const PixelTracks& tracks, const TriangulateOptions& options, int jobs);

}  // namespace calib
