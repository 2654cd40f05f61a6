// Exports ROS camera_info in the YAML format of camera_calibration_parsers (ROS documentation:
// sensor_msgs/CameraInfo, image_pipeline/CameraInfo). The distortion_model is plumb_bob (k1 k2 p1
// p2 k3), rational_polynomial (k1 k2 p1 p2 k3 k4 k5 k6) or equidistant (k1 k2 k3 k4). For a pair,
// the fourth column of P has -fx times the baseline for the right camera (Tx), or -fy times the
// baseline for the lower camera (Ty), as in OpenCV's P2.

#include <fmt/format.h>

#include <algorithm>

#include "io/export_list.hpp"
#include "io/export_parts.hpp"
#include "io/yaml_writer.hpp"

namespace calib {
namespace {

std::string distortion_model(const std::string& model) {
  if (model == "fisheye") return "equidistant";
  return model == "opencv8" ? "rational_polynomial" : "plumb_bob";
}

std::string matrix_text(const std::string& key, const Eigen::Ref<const Eigen::MatrixXd>& matrix) {
  return fmt::format("{}:\n  rows: {}\n  cols: {}\n  data: {}\n", key, matrix.rows(), matrix.cols(),
                     yaml_list(row_by_row(matrix), key));
}

std::string camera_text(const Camera& camera, const RectifiedCamera& rectified) {
  const Intrinsics& intrinsics = *camera.intrinsics;
  const bool is_fisheye = intrinsics.model == "fisheye";
  const std::vector<double> distortion = distortion_of(intrinsics, is_fisheye ? 4 : 5);
  const Eigen::Map<const Eigen::RowVectorXd> row(distortion.data(),
                                                 static_cast<Eigen::Index>(distortion.size()));
  return fmt::format("image_width: {}\nimage_height: {}\ncamera_name: {}\n",
                     camera.image_size.width, camera.image_size.height, yaml_string(camera.name)) +
         matrix_text("camera_matrix", camera_matrix(intrinsics)) +
         fmt::format("distortion_model: {}\n", distortion_model(intrinsics.model)) +
         matrix_text("distortion_coefficients", row) +
         matrix_text("rectification_matrix", rectified.R_rect_cam) +
         matrix_text("projection_matrix", rectified.P);
}

// The rectification of a single camera: no rotation, and the camera matrix of the lens.
RectifiedCamera unrectified(const Camera& camera) {
  RectifiedCamera result{.name = camera.name, .valid = {}};
  result.P.leftCols<3>() = camera_matrix(*camera.intrinsics);
  return result;
}

}  // namespace

std::vector<ExportedFile> export_ros(const Calibration& calibration) {
  const auto set = rectified_pair(calibration);
  std::vector<ExportedFile> files;
  for (const Camera& camera : calibration.cameras) {
    files.push_back(
        {file_stem(camera) + ".yaml",
         camera_text(camera, set ? camera_of(*set, camera.name) : unrectified(camera))});
  }
  return files;
}

}  // namespace calib
