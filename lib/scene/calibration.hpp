#pragma once
// What is known: the content of calibration.yaml. It starts partial (intrinsics only) and gets
// fuller; a half-known rig is a normal value. p_cam = T_cam_rig * T_rig_board * p_board; the
// reference camera has identity T_cam_rig.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "camera/intrinsics.hpp"
#include "geometry/pose.hpp"
#include "scene/board.hpp"
#include "scene/finding.hpp"
#include "scene/provenance.hpp"

namespace calib {

/// Standard deviations predicted from the noise of the corners. Empty or absent: not known, or held
/// fixed.
struct CameraStd {
  std::vector<double> parameters;                ///< in the order of Intrinsics::parameters
  std::optional<Eigen::Vector3d> rotation_rad;   ///< of T_cam_rig, about the camera's axes
  std::optional<Eigen::Vector3d> translation_m;  ///< of T_cam_rig
  std::optional<Eigen::Vector3d>
      center_m;  ///< of T_rig_cam's translation: the camera's center in the rig
};

/// What `--model auto` found of one lens model.
struct ModelTrial {
  std::string model;
  std::optional<double> heldout_px = std::nullopt;  ///< mean error of views left out
  std::optional<double> rms_px = std::nullopt;      ///< of the fit to all views
  std::string problem = {};                         ///< why it could not be fitted or measured
  bool operator==(const ModelTrial&) const = default;
};

/// The uncertainty of projection over the picture: standard deviations in pixels, in the direction
/// in which they are largest, at the centers of a grid of cells, row by row; NaN where the lens has
/// no ray. For points as far as the boards were, and infinitely far away.
struct ProjectionUncertainty {
  static constexpr int kColumns = 12, kRows = 9;
  double distance_m = 0;
  std::vector<double> near_px, infinity_px;
};

/// The pixel at the center of a cell of that grid.
inline Eigen::Vector2d uncertainty_pixel(ImageSize size, int column, int row) {
  return {(column + 0.5) * size.width / ProjectionUncertainty::kColumns - 0.5,
          (row + 0.5) * size.height / ProjectionUncertainty::kRows - 0.5};
}

struct Camera {
  std::string name;
  ImageSize image_size;
  std::optional<CropInfo> crop = std::nullopt;
  std::optional<Intrinsics> intrinsics = std::nullopt;
  std::optional<Pose> T_cam_rig = std::nullopt;
  CameraStd std = {};
  std::optional<ProjectionUncertainty> uncertainty = std::nullopt;  ///< absent: not known
  std::optional<double> reprojection_rms_px =
      std::nullopt;                           ///< sqrt(mean |e|^2) over the corners used
  int views = 0;                              ///< views used
  std::vector<ModelTrial> model_trials = {};  ///< empty: the user named the model
};

/// An observation or a whole view left out of the solution, and why.
struct Rejected {
  std::string camera;
  std::int64_t frame = 0;
  std::optional<int> corner = std::nullopt;  ///< absent: the whole view
  std::string reason;
};

struct Calibration {
  std::string reference_camera;
  std::vector<Camera> cameras;
  Board board;
  std::map<std::int64_t, Pose> frames;  ///< T_rig_board of every solved frame
  std::vector<Rejected> rejected;
  std::optional<Verdict> verdict;  ///< absent: not judged
  std::vector<Finding> findings;   ///< those of the solve, then those of the evaluation
  std::vector<Metric> quality;     ///< the numbers behind the verdict, in the order of the file
  Provenance provenance;
};

/// The camera of that name, or nullptr.
const Camera* find_camera(const Calibration& calibration, const std::string& name);
Camera* find_camera(Calibration& calibration, const std::string& name);
/// "there is no camera 'x' in the calibration, expected one of ... (did you mean ...?)"
std::string unknown_camera_text(const Calibration& calibration, const std::string& name);

}  // namespace calib
