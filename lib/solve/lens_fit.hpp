#pragma once
// Fits a lens of a given model to the views of one camera, each with its own board pose.

#include <span>
#include <string>
#include <vector>

#include "scene/calibration.hpp"
#include "scene/observations.hpp"
#include "solve/bundle.hpp"

namespace calib {

struct LensFit {
  Bundle bundle;  ///< one camera, whose frame is the rig frame; the views and corners used
  std::vector<Rejected> rejected;
};

/// Finds initial values, fits them roughly, and then fits all parameters while rejecting outliers
/// (`reject`: see robust_adjust()). Throws UndeterminedError if fewer than `min_views` views agree
/// on a lens.
LensFit fit_lens(const Observations& observations, std::span<const View* const> views,
                 const ObservedCamera& camera, const std::string& model, double reject,
                 int min_views);

/// The same, starting from a lens that is already nearly right.
LensFit refine_lens(const Observations& observations, std::span<const View* const> views,
                    const ObservedCamera& camera, const Intrinsics& start, double reject,
                    int min_views);

/// A bundle of the views with a given lens, in which everything is free. Views without a board pose
/// are left out.
Bundle single_camera_bundle(const Observations& observations, std::span<const View* const> views,
                            const std::string& name, const Intrinsics& intrinsics);

/// The views that are not among those with a pose, `posed`, each with the reason.
std::vector<Rejected> views_without_pose(const Observations& observations,
                                         std::span<const View* const> views,
                                         const std::vector<BundleView>& posed,
                                         const BundleCamera& camera);

/// How many corners a lens explains, and how well: the sum over all corners of (3 px)^2 minus the
/// view's mean squared error. Views with a larger error add nothing.
double fit_score(const Bundle& bundle);

/// sqrt(mean |e|^2) over all corners, pixels.
double overall_rms(const Bundle& bundle);

}  // namespace calib
