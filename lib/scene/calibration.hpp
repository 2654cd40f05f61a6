#pragma once
// The content of calibration.yaml. A partial calibration is a normal value: at first only
// intrinsics are known, later poses too. p_cam = T_cam_rig * T_rig_board * p_board; T_cam_rig of
// the reference camera is the identity.

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

/// Standard deviations predicted from the noise of the corners. Empty or absent if they are not
/// known or the value was held fixed.
struct CameraStd {
  std::vector<double> parameters;                ///< in the order of Intrinsics::parameters
  std::optional<Eigen::Vector3d> rotation_rad;   ///< of T_cam_rig, about the camera's axes
  std::optional<Eigen::Vector3d> translation_m;  ///< of T_cam_rig
  /// Of the translation of T_rig_cam: the camera's center in the frame of the rig.
  std::optional<Eigen::Vector3d> center_m;
};

/// The result of trying one lens model for `--model auto`.
struct ModelTrial {
  std::string model;
  std::optional<double> heldout_px = std::nullopt;  ///< mean reprojection error of held-out views
  std::optional<double> rms_px = std::nullopt;      ///< of the fit to all views
  std::string problem = {};                         ///< why the fit or its evaluation failed
  bool operator==(const ModelTrial&) const = default;
};

/// The uncertainty of projection over the image: standard deviations in pixels, in the direction in
/// which they are largest, at the centers of a grid of cells, row by row. NaN where the pixel has
/// no ray. `near_px` is for points at the distance of the boards, `infinity_px` for points at
/// infinity.
struct ProjectionUncertainty {
  static constexpr int kColumns = 12, kRows = 9;
  double distance_m = 0;
  std::vector<double> near_px, infinity_px;
};

/// The pixel at the center of a cell of this grid.
inline Eigen::Vector2d uncertainty_pixel(ImageSize size, int column, int row) {
  return {(column + 0.5) * size.width / ProjectionUncertainty::kColumns - 0.5,
          (row + 0.5) * size.height / ProjectionUncertainty::kRows - 0.5};
}

/// Standard deviations of CameraTime. Absent: not known, or the value was held fixed.
struct CameraTimeStd {
  std::optional<double> offset_s, rate, line_delay_s;
  bool operator==(const CameraTimeStd&) const = default;
};

/// A place where the frame numbers of a camera went wrong: from the image with this number on, it
/// had lost `frames` frames (negative: it had stored frames twice), so that its time on file lags
/// behind by `shift_s`.
struct ClockJump {
  std::int64_t frame = 0;
  int frames = 0;
  double shift_s = 0;
  bool operator==(const ClockJump&) const = default;
};

/// When the images of a camera were taken, on the clock of the rig, which is that of the reference
/// camera: the image with the time t (View::time_s, or frame / Observations::frame_rate_hz, plus
/// the shifts of all jumps up to it) was taken at tau = rate * t + offset_s, and its row y was
/// exposed at tau + line_delay_s * y, with y in pixels from the center of the first row. A negative
/// line delay means that the last row was read first. The reference camera has the offset 0 and the
/// rate 1.
struct CameraTime {
  double offset_s = 0, rate = 1;
  double line_delay_s = 0;  ///< seconds per row; 0: all rows at once (a global shutter)
  CameraTimeStd std = {};
  std::vector<ClockJump> jumps = {};  ///< in rising order of frames
  bool operator==(const CameraTime&) const = default;
};

struct Camera {
  std::string name;
  ImageSize image_size;
  std::optional<CropInfo> crop = std::nullopt;
  std::optional<Intrinsics> intrinsics = std::nullopt;
  std::optional<Pose> T_cam_rig = std::nullopt;
  CameraStd std = {};
  std::optional<ProjectionUncertainty> uncertainty = std::nullopt;  ///< absent: not known
  /// sqrt(mean |e|^2) of the reprojection errors e of the corners used.
  std::optional<double> reprojection_rms_px = std::nullopt;
  int views = 0;                                  ///< views used
  std::vector<ModelTrial> model_trials = {};      ///< empty: the user named the model
  std::optional<CameraTime> time = std::nullopt;  ///< absent: not known
};

/// A corner or a whole view that was rejected as an outlier, and the reason.
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

/// The camera with this name, or nullptr.
const Camera* find_camera(const Calibration& calibration, const std::string& name);
Camera* find_camera(Calibration& calibration, const std::string& name);
/// The error message "there is no camera 'x' in the calibration, expected one of ... (did you mean
/// ...?)".
std::string unknown_camera_text(const Calibration& calibration, const std::string& name);

}  // namespace calib
