#pragma once
// A forecast as the numbers that its file, the screen and the picture show. The content of
// design.yaml.

#include <Eigen/Geometry>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "design/changes.hpp"
#include "scene/provenance.hpp"

namespace calib {

/// The standard deviations that are predicted for a camera.
struct DesignedCamera {
  std::string name;
  std::string model;
  ImageSize image_size;
  int boards = 0;                                         ///< of the plan that it sees
  std::vector<std::pair<std::string, double>> lens = {};  ///< parameter and standard deviation
  double pixel_median = 0, pixel_worst = 0;  ///< of projection over the picture, pixels
  /// Of the pose relative to the reference camera, which has none: as CameraStd.
  std::optional<Eigen::Vector3d> rotation_rad = std::nullopt, center_m = std::nullopt;
};

struct DesignedChange {
  std::string text;
  bool determined = true;  ///< false: the changed plan does not determine the rig
  double mean_m = 0, worst_m = 0, calibration_m = 0;  ///< as PointForecast
};

struct DesignSummary {
  Board board;
  int shots = 0;   ///< asked for
  int placed = 0;  ///< for which a place was found
  double near_m = 0, far_m = 0, max_tilt_deg = 0;
  double corner_px = 0, point_px = 0;
  bool exact_board = false;
  std::vector<DesignedCamera> cameras = {};
  std::vector<SharedBoards> pairs = {};
  Eigen::AlignedBox3d box = {};  ///< of the working volume
  bool in_room = false;          ///< the box is in the room, whose z axis points up
  PointForecast points = {};
  std::vector<DesignedChange> changes = {};
  Provenance provenance = {};
};

DesignSummary summarize(const Design& design, const Forecast& now,
                        const std::vector<DesignChange>& changes);

/// The pairs without common boards.
std::vector<SharedBoards> pairs_without_boards(const DesignSummary& design);

}  // namespace calib
