#pragma once
// The drawing of the rig: cameras as pyramids and boards as outlines. templates/rig.js rotates it.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "scene/calibration.hpp"

namespace calib {

struct RigScene {
  struct Outline {
    std::string css_class;
    std::vector<std::size_t> points;  ///< indices of a closed polygon
  };
  struct Label {
    std::size_t point = 0;
    std::string text;
  };
  std::vector<Eigen::Vector3d> points;    ///< meters, in the rig frame
  std::vector<Outline> outlines;          ///< in the order of drawing
  std::vector<Label> labels;              ///< the names of the cameras
  std::size_t boards = 0, boards_of = 0;  ///< number of boards drawn, number of all boards
};

/// All cameras with a pose, and the boards of at most `most_boards` evenly spread frames.
RigScene rig_scene(const Calibration& calibration, std::size_t most_boards);

/// A view of the scene in parallel projection. The scale bar is `bar_m` long.
struct RigView {
  double yaw_rad = 0, pitch_rad = 0;
  Eigen::Vector3d middle = Eigen::Vector3d::Zero();
  double scale = 1;  ///< pixels per meter
  double bar_m = 0;
};
/// The view from behind, above and beside the reference camera, with a scale at which the scene
/// fits the chart however it is rotated.
RigView first_view(const RigScene& scene);
std::string rig_svg(const RigScene& scene, const RigView& view);

/// The data with which rig.js draws other views of the scene.
nlohmann::ordered_json rig_json(const RigScene& scene, const RigView& view);

}  // namespace calib
