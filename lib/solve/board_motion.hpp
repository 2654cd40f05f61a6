#pragma once
// The path of a board that moves: its velocity and acceleration at each pose, from the poses near
// it in time. The poses themselves are not changed.

#include <Eigen/Core>
#include <optional>
#include <span>
#include <vector>

#include "geometry/pose.hpp"

namespace calib {

/// The small motion (w, t) with which retract() takes one pose to another.
Eigen::Matrix<double, 6, 1> motion_between(const Pose& from, const Pose& to);

/// The motion of a board after a pose: the small motion (w, t) of retract() is a polynomial in
/// time. Its coefficients are the columns: per second, per second squared, and so on.
struct BoardMotion {
  static constexpr int kMostDegree = 11;
  Eigen::Matrix<double, 6, Eigen::Dynamic, 0, 6, kMostDegree> coefficients;
  bool is_certain = false;  ///< there are two poses near this one on both sides

  Eigen::Matrix<double, 6, 1> after(double seconds) const;
  Eigen::Matrix<double, 6, 1> velocity(double seconds) const;  ///< per second
};

/// The pose `seconds` later.
Pose moved(const Pose& pose, const BoardMotion& motion, double seconds);

/// One pose of a board at a time. `information` is the inverse covariance of its small motion (w,
/// t), up to a factor that is common to all poses.
struct TimedPose {
  double time_s = 0;
  Pose T_rig_board;
  Eigen::Matrix<double, 6, 6> information = Eigen::Matrix<double, 6, 6>::Identity();
};

/// The motion at each of the poses, which are in rising order of time. A polynomial in time is
/// fitted to the poses near each one, with their information as weights (a local regression: see
/// Fan and Gijbels, "Local polynomial modelling and its applications", 1996). The degree and the
/// number of neighbors are those that predict each pose best from its neighbors alone, or second
/// best. nullopt for a pose without others near it, and for all poses if they do not predict each
/// other, because the board rests or too few frames were taken. Uses at most `jobs` threads.
enum class PathChoice { kBest, kSecondBest };
std::vector<std::optional<BoardMotion>> board_motions(std::span<const TimedPose> poses, int jobs,
                                                      PathChoice choice = PathChoice::kBest);

}  // namespace calib
