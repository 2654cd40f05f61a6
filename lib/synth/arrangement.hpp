#pragma once
// Where the cameras of a synthetic rig stand.

#include <Eigen/Core>
#include <vector>

#include "base/named.hpp"
#include "geometry/pose.hpp"
#include "synth/random.hpp"

namespace calib {

struct Arrangement {
  std::vector<Pose> T_world_cam;
  /// The sets of cameras that are meant to see one board together: all of a grid or line, the
  /// neighbors of a ring.
  std::vector<std::vector<int>> audiences;
  double distance = 0;  ///< from the cameras to where their axes meet
};

/// A grid or a line that looks forward, or a ring that looks inwards.
enum class RigShape { kGrid, kLine, kRing };
inline constexpr Named<RigShape> kRigShapes[] = {
    {"grid", RigShape::kGrid}, {"line", RigShape::kLine}, {"ring", RigShape::kRing}};

/// `count` cameras, neighbors `baseline_m` apart (in a ring: at least), their axes meeting at
/// `distance` in front of them (further, when the rig is wide or a ring). Each camera is turned by
/// about half a degree and moved by about 2 % of the baseline.
Arrangement arrange(RigShape shape, int count, double baseline_m, double distance, Random& random);

}  // namespace calib
