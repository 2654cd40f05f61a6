#pragma once
// Where a rig stands in the world, from points whose positions in the world are known: a weighted
// least-squares similarity (Umeyama, "Least-squares estimation of transformation parameters between
// two point patterns", 1991, gives the start), refined with the joint covariance of the points,
// whose errors share those of the calibration.

#include <Eigen/Core>
#include <optional>
#include <string>
#include <vector>

#include "measure/triangulate.hpp"

namespace calib {

/// A point in the rig and in the world.
struct WorldPair {
  std::string name;
  Eigen::Vector3d in_rig, in_world;  ///< meters
  double sigma_m = 0;                ///< of each coordinate in the world; 0: not stated
  Eigen::Matrix3d noise = Eigen::Matrix3d::Zero();  ///< covariance of `in_rig` by its pixels
};

/// The pairs with what they share: for each factor of the calibration's covariance its columns x 3
/// per pair.
struct WorldPairs {
  std::vector<WorldPair> pairs;
  std::vector<Eigen::MatrixXd> spreads = {};
};

struct WorldFit {
  WorldFrame world;
  double scale = 1;                          ///< in_world = T_world_rig * (scale * in_rig)
  std::vector<Eigen::Vector3d> residuals_m;  ///< measured minus fitted, one for each pair
  double rms_m = 0;
  double sigma_m = 0;  ///< of points without a stated one, from the residuals
  /// The chi-square of the residuals over what is expected, by which the covariance was multiplied;
  /// 1 if chance explains them.
  double misfit = 1;
};

/// How far points are from a line: the second largest standard deviation of their positions over
/// the largest. 0 for points on a line.
double flatness_of_line(const std::vector<Eigen::Vector3d>& points);

/// With less than this, points count as on one line.
inline constexpr double kLeastFlatness = 0.02;

/// The scale at which the pairs fit best: the distances in the world over those in the rig.
double best_scale(const std::vector<WorldPair>& pairs);

/// The pose, and with `with_scale` the scale. Throws Error if there are fewer than three pairs or
/// all lie on one line.
WorldFit fit_world(const WorldPairs& pairs, bool with_scale);

/// The pair without which all others fit far better than without any other, if there is one.
std::optional<std::size_t> odd_pair(const std::vector<WorldPair>& pairs, bool with_scale);

/// How far `in_world` of this pair is from where the others have it, in meters.
double distance_from_others(const std::vector<WorldPair>& pairs, std::size_t odd, bool with_scale);

/// fit_world() for a pose that is known by definition: only its errors are found.
WorldFrame errors_of_world(const WorldPairs& pairs, const Pose& T_world_rig);

/// Multiplies all lengths of the rig: poses, boards, and their standard deviations.
void scale_rig(Calibration& calibration, double scale);

}  // namespace calib
