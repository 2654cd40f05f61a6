#pragma once
// Places the cameras of a synthetic rig.

#include <Eigen/Core>
#include <vector>

#include "base/named.hpp"
#include "geometry/pose.hpp"
#include "synth/random.hpp"

namespace calib {

struct Arrangement {
  std::vector<Pose> T_world_cam;
  /// The groups of cameras that should see the same board: all cameras of a grid or line, and each
  /// two neighbors in a ring.
  std::vector<std::vector<int>> groups;
  double distance = 0;  ///< from the cameras to the point where their axes meet, meters
};

/// T_world_cam of a camera at `place` with its z axis toward `target` and its y axis as close to
/// `down` as possible, which must not point along the z axis.
Pose looking_at(const Eigen::Vector3d& place, const Eigen::Vector3d& target,
                const Eigen::Vector3d& down);

/// A grid or a line that looks forward, or a ring that looks inward.
enum class RigShape { kGrid, kLine, kRing };
inline constexpr Named<RigShape> kRigShapes[] = {
    {"grid", RigShape::kGrid}, {"line", RigShape::kLine}, {"ring", RigShape::kRing}};

/// Places `count` cameras with the distance `baseline_m` between neighbors (in a ring: at least).
/// Their axes meet at `distance` meters, or further away if the rig is wide or a ring. Each camera
/// is then rotated by about half a degree and moved by about 2 % of the baseline.
Arrangement arrange(RigShape shape, int count, double baseline_m, double distance, Random& random);

}  // namespace calib
