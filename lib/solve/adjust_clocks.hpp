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

/// The data of a film from which the clocks of a bundle's cameras are estimated.
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

/// Estimates those of the possible parameters that significantly reduce the errors of the bundle,
/// and adjusts the bundle with a Cauchy loss. A parameter is tried if it differs from that of a
/// synchronized clock by six standard deviations of independent errors, and kept if it then differs
/// by four standard deviations of stated_covariances(). Each step is a Gauss-Newton step of all
/// parameters together; between steps the path of the board is found anew. `candidates` are all
/// views that may be used; their corners are moved, too. Returns false if no parameter is kept and
/// all cameras are synchronized. Then nothing has changed, unless the clocks were free before.
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

/// The findings about a camera's clock. `interval_s`: from one of its frames to the next; its rows
/// cannot take longer.
std::vector<Finding> clock_findings(const Camera& camera, const std::string& reference,
                                    double interval_s);

}  // namespace calib
