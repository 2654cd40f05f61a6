#pragma once
// One camera for itself: a lens of a given model from the camera's own views, each with its own
// board pose.

#include <span>
#include <string>
#include <vector>

#include "scene/calibration.hpp"
#include "scene/observations.hpp"
#include "solve/bundle.hpp"

namespace calib {

struct LensFit {
  Bundle bundle;  ///< one camera that is its own rig; the views and corners that took part
  std::vector<Rejected> rejected;
};

/// First values, a rough fit, then all parameters with rejection. Throws UndeterminedError when
/// fewer than `min_views` views agree on a lens.
LensFit fit_lens(const Observations& observations, std::span<const View* const> views,
                 const ObservedCamera& camera, const std::string& model, double reject,
                 int min_views);

/// The views through a given lens, everything free. Views that no pose explains are left out.
Bundle single_camera_bundle(const Observations& observations, std::span<const View* const> views,
                            const std::string& name, const Intrinsics& intrinsics);

/// sqrt(mean |e|^2) over all corners, pixels.
double overall_rms(const Bundle& bundle);

}  // namespace calib
