#pragma once
// Small rigs with known lenses and poses, and conversions to OpenCV's types, for the tests of
// rectify/.

#include <numbers>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "camera/intrinsics.hpp"
#include "camera/model_list.hpp"
#include "rectify/rectify.hpp"
#include "scene/calibration.hpp"

namespace calib::testing {

inline Eigen::Quaterniond turn_deg(double x, double y, double z) {
  return exp_so3(Eigen::Vector3d(x, y, z) * std::numbers::pi / 180);
}

/// A lens for 640x480 images with the distortion parameters of the model, padded with zeros.
inline Intrinsics lens(const std::string& model, const std::vector<double>& distortion = {},
                       double focal = 420) {
  Intrinsics intrinsics = make_intrinsics(model, {640, 480}, focal, focal * 1.01, 322.7, 236.4);
  for (std::size_t i = 0; i < distortion.size() && i + 4 < intrinsics.parameters.size(); ++i)
    intrinsics.parameters[i + 4] = distortion[i];
  return intrinsics;
}

/// A camera with the given center and orientation in the rig (T_rig_cam).
inline Camera placed(const std::string& name, const Intrinsics& intrinsics,
                     const Eigen::Vector3d& center_m,
                     const Eigen::Quaterniond& rotation = Eigen::Quaterniond::Identity()) {
  Camera camera;
  camera.name = name;
  camera.image_size = intrinsics.image_size;
  camera.intrinsics = intrinsics;
  camera.T_cam_rig = Pose{rotation, center_m}.inverse();
  return camera;
}

inline Calibration rig(std::vector<Camera> cameras) {
  Calibration calibration;
  calibration.reference_camera = cameras.front().name;
  calibration.cameras = std::move(cameras);
  return calibration;
}

/// Two cameras with a small baseline, slightly rotated against each other as in real mounts.
inline Calibration horizontal_pair(const Intrinsics& a, const Intrinsics& b) {
  return rig({placed("left", a, {0, 0, 0}, turn_deg(1.0, -1.5, 0.4)),
              placed("right", b, {0.12, 0.004, -0.006}, turn_deg(-0.8, 2.0, -1.1))});
}
inline Calibration vertical_pair(const Intrinsics& a, const Intrinsics& b) {
  return rig({placed("upper", a, {0, 0, 0}, turn_deg(1.0, -1.5, 0.4)),
              placed("lower", b, {-0.005, 0.12, 0.004}, turn_deg(-0.8, 2.0, -1.1))});
}

/// A typical distortion of each model.
inline Intrinsics typical_lens(const std::string& model) {
  if (model == "pinhole") return lens(model);
  if (model == "fisheye") return lens(model, {-0.01, 0.003, -0.002, 0.0005}, 330);
  if (model == "eucm") return lens(model, {0.6, 1.1}, 330);
  // Also 330 px on the axis, where these two models magnify by 1 / (1 + xi).
  if (model == "double_sphere") return lens(model, {-0.2, 0.58}, 330 * 0.8);
  if (model == "omni") return lens(model, {0.9, -0.02, 0.004, 2e-4, -1e-4}, 330 * 1.9);
  if (model == "splined") return lens(model, Splined::examples()[0], 330);
  return lens(model, {-0.28, 0.07, 2e-4, -1e-4, 0.005, 0.01, -0.02, 0.003, 1e-4, -2e-5, 2e-4, 1e-5,
                      0.01, -0.02});
}

/// The parts of a rectified pair.
struct TwoCameras {
  RectifiedCamera first, second;
  bool vertical = false;
  ImageSize image_size;
  double baseline_m = 0;
  Eigen::Matrix4d Q = Eigen::Matrix4d::Zero();
  ViewPlane plane;
};
inline TwoCameras rectify_two(const Calibration& calibration, const std::string& first,
                              const std::string& second, const ViewRules& rules) {
  const RectifiedSet set = rectify_set(calibration, {first, second}, rules).set;
  const RectifiedPair& pair = set.pairs.at(0);
  return {set.cameras.at(0), set.cameras.at(1), pair.vertical,
          set.image_size,    pair.baseline_m,   pair.Q.value_or(Eigen::Matrix4d::Zero()),
          view_plane(set)};
}
/// OpenCV's rule: the size is that of the source images, and alpha determines the scale.
inline ViewRules at_size(double alpha, ImageSize size = {640, 480}) {
  ViewRules rules;
  rules.alpha = alpha;
  rules.size = size;
  return rules;
}

inline cv::Matx33d camera_matrix(const Intrinsics& intrinsics) {
  const std::vector<double>& p = intrinsics.parameters;
  return {p[0], 0, p[2], 0, p[1], p[3], 0, 0, 1};
}
inline std::vector<double> distortion(const Intrinsics& intrinsics) {
  if (intrinsics.parameters.size() == 4) return {0, 0, 0, 0};  // OpenCV needs at least four.
  return {intrinsics.parameters.begin() + 4, intrinsics.parameters.end()};
}
inline cv::Size cv_size(ImageSize size) { return {size.width, size.height}; }

template <int kRows, int kColumns>
cv::Matx<double, kRows, kColumns> to_cv(const Eigen::Matrix<double, kRows, kColumns>& matrix) {
  cv::Matx<double, kRows, kColumns> result;
  for (int r = 0; r < kRows; ++r)
    for (int c = 0; c < kColumns; ++c) result(r, c) = matrix(r, c);
  return result;
}

}  // namespace calib::testing
