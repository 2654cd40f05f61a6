#pragma once
// Points in space from their pixels in several cameras: the maximum-likelihood point of each
// (Hartley and Zisserman, "Multiple View Geometry", 2nd ed., section 12.5 minimizes the same
// reprojection errors), without a camera that contradicts the others, and with its covariance from
// the noise of the pixels and from the errors of the calibration.

#include <optional>
#include <string>
#include <vector>

#include "base/named.hpp"
#include "base/option.hpp"
#include "measure/parameter_factor.hpp"
#include "measure/tracks.hpp"
#include "scene/calibration.hpp"

namespace calib {

struct TriangulateOptions {
  /// Standard deviation of a pixel coordinate where the tracks state none; 0: from the residuals.
  double sigma_px = 0;
  int min_views = 2;
  bool keep_spreads = false;  ///< set by other stages; not a command-line option
};
std::vector<Option> describe(TriangulateOptions& options);

/// How the pixels of one camera were used.
struct CameraUse {
  std::string camera;
  bool posed = true;      ///< false: it has no lens or no pose, so that its pixels were not used
  long pixels = 0;        ///< all
  long outside = 0;       ///< outside the picture or where the lens has no ray: not used
  long contradicted = 0;  ///< left out because the other cameras agree without it
  double rms_px = 0;      ///< of the residuals of the pixels that were used
};

/// Where the noise of the pixels comes from. kAssumed: there are too few points to tell it.
enum class SigmaSource { kStated, kResiduals, kAssumed };
inline constexpr Named<SigmaSource> kSigmaSources[] = {{"stated", SigmaSource::kStated},
                                                       {"residuals", SigmaSource::kResiduals},
                                                       {"assumed", SigmaSource::kAssumed}};

/// The size of pictures for which the pixels fit, over the size that was calibrated.
struct PictureFactor {
  std::string camera;  ///< whose pictures; empty: those of all cameras
  double factor = 1;
  double noise_px = 0;  ///< what is left of the noise, in pixels of the calibrated size
};

struct Triangulation {
  PointTracks points;
  std::vector<CameraUse> cameras;
  double sigma_px = 0;  ///< that of pixels without a stated one
  SigmaSource sigma_from = SigmaSource::kStated;
  ParameterFactor::Source source = ParameterFactor::Source::kNone;
  long known = 0, too_few_views = 0, far_away = 0;  ///< points; the last are behind or at infinity
  /// Placed points whose pixels are further off than their noise allows, also where too few cameras
  /// see them to tell which one is wrong; and the largest residual_px of them.
  long disagreeing = 0;
  double largest_px = 0;
  double rms_px = 0;
  /// The noise that the residuals show, whatever was stated, if it is far above that of the corners
  /// of the calibration; infinite: most pixels have no common point in front of their cameras.
  std::optional<double> large_noise_px = std::nullopt;
  std::optional<PictureFactor> picture_factor = std::nullopt;  ///< which would explain that
  /// If TriangulateOptions::keep_spreads is set: the joint covariance of all points is that of
  /// `noise` for each, and S' S with S = spreads[f], columns of the calibration's factor f x 3 per
  /// point. In the rig's frame, also where there is a world.
  std::vector<Eigen::Matrix3d> noise = {};
  std::vector<Eigen::MatrixXd> spreads = {};
};

/// Positions are in the world of the calibration if it has one, otherwise in the rig's frame.
/// Uses at most `jobs` threads (0: all cores); the result does not depend on their number. Throws
/// Error if the tracks name an unknown camera, if fewer than two of their cameras have a pose, or
/// if most pixels of a camera are outside its picture.
Triangulation triangulate(const Calibration& calibration, const PixelTracks& tracks,
                          const TriangulateOptions& options, int jobs);

/// What the user should know of such a result, one line each: cameras that are not synchronized,
/// cameras without a pose, pixels outside the pictures, and what the covariances lack.
std::vector<std::string> doubts(const Calibration& calibration, const Triangulation& result);

}  // namespace calib
