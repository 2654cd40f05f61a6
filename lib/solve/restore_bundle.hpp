#pragma once
// The bundle that a calibration came from, put together again from the files.

#include "scene/calibration.hpp"
#include "scene/observations.hpp"
#include "solve/bundle.hpp"

namespace calib {

/// The posed cameras, the solved frames and all corners that were not rejected, everything free but
/// the reference camera's pose: adjusted already, ready for covariance() or for leaving frames out.
/// Cameras without a pose are not in it; empty when none has one.
Bundle restore_bundle(const Observations& observations, const Calibration& calibration);

}  // namespace calib
