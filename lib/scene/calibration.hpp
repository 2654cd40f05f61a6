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

/// The joint covariance of the parameters that a solve of the rig has estimated: lenses and poses
/// of all cameras with their correlations, the boards marginalized. The frame is that of the
/// reference camera, whose pose is exact by definition.
struct JointCovariance {
  /// The columns of one camera: some of its lens's parameters, then the small motion (w, t) of
  /// T_cam_rig as in retract(), if its pose was free.
  struct Columns {
    std::string camera;
    std::vector<int> lens;  ///< indices into Intrinsics::parameters, ascending
    bool pose = false;

    int count() const { return static_cast<int>(lens.size()) + (pose ? 6 : 0); }
  };
  /// A covariance by its square root: diag(std) rows rows' diag(std). `rows` is lower triangular
  /// and holds unit vectors, so that rounding it keeps the matrix positive and small differences of
  /// strongly correlated parameters exact.
  struct Factor {
    Eigen::VectorXd std;
    Eigen::MatrixXd rows;
  };
  std::vector<Columns> columns;
  /// One or two: the larger result holds for each quantity (stated_covariances() in solve).
  std::vector<Factor> factors;

  int size() const {
    int sum = 0;
    for (const Columns& each : columns) sum += each.count();
    return sum;
  }
};

/// Where the rig stands in the world, by `calib align`. The errors of its small motion (w, t) of
/// T_world_rig as in retract(), and of the relative scale of the rig, are those of `covariance` and
/// those that follow from the errors of the calibration. What was not measured is 0.
struct WorldFrame {
  static constexpr int kCount = 7;
  Pose T_world_rig;
  /// Of the errors that do not come from the calibration.
  Eigen::Matrix<double, kCount, kCount> covariance = Eigen::Matrix<double, kCount, kCount>::Zero();
  /// For each factor of the calibration's covariance the derivatives by its columns, so that a
  /// point next to those that gave the world is known better in it than the rig's place is. Empty
  /// without covariance.
  std::vector<Eigen::Matrix<double, kCount, Eigen::Dynamic>> by_calibration = {};

  /// The standard deviations of all seven together.
  Eigen::Matrix<double, kCount, 1> std() const {
    Eigen::Matrix<double, kCount, 1> from_calibration = Eigen::Matrix<double, kCount, 1>::Zero();
    for (const auto& each : by_calibration)
      from_calibration = from_calibration.cwiseMax(each.rowwise().squaredNorm());
    return (covariance.diagonal() + from_calibration).cwiseMax(0).cwiseSqrt();
  }
};

struct Calibration {
  std::string reference_camera;
  std::optional<WorldFrame> world = std::nullopt;  ///< absent: no world but the rig's frame
  std::vector<Camera> cameras;
  Board board;
  std::map<std::int64_t, Pose> frames;  ///< T_rig_board of every solved frame
  std::vector<Rejected> rejected;
  std::optional<Verdict> verdict;  ///< absent: not judged
  std::vector<Finding> findings;   ///< those of the solve, then those of the evaluation
  std::vector<Metric> quality;     ///< the numbers behind the verdict, in the order of the file
  std::optional<JointCovariance> covariance = std::nullopt;  ///< absent: not known
  Provenance provenance;
};

/// Removes the covariance, whose part in the world's errors is kept.
void forget_covariance(Calibration& calibration);

/// The standard deviations along other axes of errors that are independent along the old ones.
Eigen::Vector3d turned_std(const Eigen::Matrix3d& turn, const Eigen::Vector3d& std);

/// Makes the reference camera the frame of the rig again after its T_cam_rig has changed: the other
/// cameras, the boards and the world follow. Removes the covariance if anything changes.
void reset_rig_frame(Calibration& calibration);

/// The camera with this name, or nullptr.
const Camera* find_camera(const Calibration& calibration, const std::string& name);
Camera* find_camera(Calibration& calibration, const std::string& name);
/// The error message "there is no camera 'x' in the calibration, expected one of ... (did you mean
/// ...?)".
std::string unknown_camera_text(const Calibration& calibration, const std::string& name);

}  // namespace calib
