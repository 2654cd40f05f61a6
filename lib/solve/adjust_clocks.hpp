#pragma once
// Finds how the clocks of cameras differ: time offsets below a frame, clock rates and line delays,
// from boards that move.

#include <array>
#include <string>
#include <vector>

#include "scene/calibration.hpp"
#include "scene/observations.hpp"
#include "solve/bundle.hpp"
#include "solve/covariance.hpp"
#include "solve/moving_boards.hpp"

namespace calib {

/// Which parameters of the clocks may be estimated: by camera of the bundle.
using ClockChoice = std::vector<std::array<bool, kClockParameters>>;

/// What a film tells of the clocks of a bundle's cameras.
struct FilmedBundle {
  const Observations& filmed;  ///< with View::time_s, and the corners as they were filmed
  PoseTimes times;
  ClockChoice possible;
};

/// Whether the clocks of the bundle, or the times on file, are other than those of its board poses.
bool any_moves(const FilmedBundle& film, const Bundle& bundle);

/// Moves the corners of the candidates by the present clocks, and makes them the bundle's views.
void move_to_poses(const FilmedBundle& film, int jobs, Bundle& bundle,
                   std::vector<BundleView>& candidates);

/// Estimates those of the possible parameters for which the errors of the bundle ask, and adjusts
/// the bundle with a Cauchy loss. A parameter is tried if it is six standard deviations of
/// independent errors from a clock in step, and stays if it is then four of stated_covariances()
/// from it. Each step is a Gauss-Newton step of all parameters together; between steps the path of
/// the board is found anew. `candidates` are all views that may be used; their corners are moved,
/// too. Returns false if no parameter stays and all cameras are in step: nothing has changed then,
/// unless the clocks were free before.
bool estimate_clocks(const FilmedBundle& film, int jobs, Bundle& bundle,
                     std::vector<BundleView>& candidates);

/// robust_adjust() of the candidates on the path of the board, and the last steps of the clocks
/// with the inliers. Views whose board moves in a way that is not known are left out. Returns the
/// outliers.
std::vector<Rejected> adjust_on_path(const FilmedBundle& film, double reject, int jobs,
                                     Bundle& bundle, std::vector<BundleView>& candidates);

/// The standard deviations of the free parameters of a camera's clock, as those of its CameraTime:
/// the largest of the covariances, and how far they depend on the fit of the path.
/// `reference`: the camera whose first row defines the time.
CameraTimeStd clock_std(const Bundle& bundle, const std::vector<Covariance>& covariances,
                        int camera, int reference);

/// What there is to say of a camera's clock. `interval_s`: from one of its frames to the next; its
/// rows cannot take longer.
std::vector<Finding> clock_findings(const Camera& camera, const std::string& reference,
                                    double interval_s);

}  // namespace calib
