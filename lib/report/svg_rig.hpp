#pragma once
// The rig in space: cameras as pyramids and boards as outlines, which templates/rig.js turns.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "scene/calibration.hpp"

namespace calib {

struct RigScene {
  struct Outline {
    std::string css_class;
    std::vector<std::size_t>
        points;  ///< in the order in which they are joined, the last to the first
  };
  struct Label {
    std::size_t point = 0;
    std::string text;
  };
  std::vector<Eigen::Vector3d> points;    ///< meters, in the rig's frame
  std::vector<Outline> outlines;          ///< what is drawn first comes first
  std::vector<Label> labels;              ///< of the cameras
  std::size_t boards = 0, boards_of = 0;  ///< how many are drawn, of how many that are known
};

/// All cameras with a pose, and at most `most_boards` boards spread evenly over the frames.
RigScene rig_scene(const Calibration& calibration, std::size_t most_boards);

/// The scene without perspective, seen from behind the reference camera, above it and to its side;
/// it holds however it is turned. The bar below is `bar_m` long.
struct RigView {
  double yaw_rad = 0, pitch_rad = 0;
  Eigen::Vector3d middle = Eigen::Vector3d::Zero();
  double scale = 1;  ///< pixels a meter
  double bar_m = 0;
};
RigView first_view(const RigScene& scene);
std::string rig_svg(const RigScene& scene, const RigView& view);

/// What rig.js needs to draw the same from elsewhere.
nlohmann::ordered_json rig_json(const RigScene& scene, const RigView& view);

}  // namespace calib
