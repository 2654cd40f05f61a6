// Exports Basalt's calibration.json (Basalt documentation: "Calibration"; basalt-headers:
// Calibration, GenericCamera). Basalt needs every key. Therefore the keys of the unknown IMU have
// Basalt's own start values, and the rig frame stands for the IMU frame.

#include <map>
#include <nlohmann/json.hpp>

#include "io/export_list.hpp"
#include "io/export_parts.hpp"

namespace calib {
namespace {

using Json = nlohmann::ordered_json;

std::string camera_type(const std::string& model) {
  static const std::map<std::string, std::string> types = {
      {"pinhole", "pinhole"}, {"fisheye", "kb4"}, {"eucm", "eucm"}, {"double_sphere", "ds"}};
  return types.at(model);
}

// Basalt's names of the parameters are the same as those of calib.
Json intrinsics_json(const Intrinsics& intrinsics) {
  const std::vector<std::string> names = parameter_names(intrinsics.model);
  Json values;
  for (std::size_t i = 0; i < names.size(); ++i) values[names[i]] = intrinsics.parameters[i];
  return {{"camera_type", camera_type(intrinsics.model)}, {"intrinsics", values}};
}

Json pose_json(const Pose& pose) {
  Eigen::Matrix<double, 7, 1> values;
  values << pose.translation, pose.rotation.coeffs();
  const std::vector<double> v = row_by_row(values);
  return {{"px", v[0]}, {"py", v[1]}, {"pz", v[2]}, {"qx", v[3]},
          {"qy", v[4]}, {"qz", v[5]}, {"qw", v[6]}};
}

void add_imu(Json& json) {
  const auto three = [](double value) { return std::vector<double>(3, value); };
  json["calib_accel_bias"] = std::vector<double>(9, 0.0);
  json["calib_gyro_bias"] = std::vector<double>(12, 0.0);
  json["imu_update_rate"] = 200.0;
  json["accel_noise_std"] = three(0.016);
  json["gyro_noise_std"] = three(0.000282);
  json["accel_bias_std"] = three(0.001);
  json["gyro_bias_std"] = three(0.0001);
  json["cam_time_offset_ns"] = 0;
}

}  // namespace

std::vector<ExportedFile> export_basalt(const Calibration& calibration) {
  Json json = {
      {"T_imu_cam", Json::array()}, {"intrinsics", Json::array()}, {"resolution", Json::array()}};
  for (const Camera& camera : calibration.cameras) {
    json["T_imu_cam"].push_back(pose_json(pose_or_identity(camera).inverse()));
    json["intrinsics"].push_back(intrinsics_json(*camera.intrinsics));
    json["resolution"].push_back({camera.image_size.width, camera.image_size.height});
  }
  json["vignette"] = Json::array();
  add_imu(json);
  return {{"calibration.json", Json{{"value0", json}}.dump(2) + "\n"}};
}

}  // namespace calib
