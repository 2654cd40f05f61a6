#include "io/export_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/errors.hpp"
#include "base/named.hpp"
#include "base/text.hpp"
#include "camera/model_list.hpp"
#include "io/artifact_parts.hpp"

namespace calib {
namespace {

bool sees_behind(const std::string& model) {
  bool result = false;
  for_each_type(ModelList{}, [&]<class Model>() {
    if (Model::name == model) result = Model::kSeesBehind;
  });
  return result;
}

// Models that can see behind the camera are unlike those that cannot; within each of these groups,
// the difference in the number of parameters counts.
int unlikeness(const std::string& a, const std::string& b) {
  constexpr int kOtherFamily = 10000;
  const auto count = [](const std::string& model) {
    return static_cast<int>(parameter_names(model).size());
  };
  return std::abs(count(a) - count(b)) + (sees_behind(a) == sees_behind(b) ? 0 : kOtherFamily);
}

bool holds(const ExportFormat& format, const std::string& model) {
  return std::find(format.models.begin(), format.models.end(), model) != format.models.end();
}

void require_lens(const Camera& camera, const ExportFormat& format) {
  require(camera.intrinsics.has_value(),
          fmt::format("{}: its lens is not known, which the format {} needs; solve it with `calib "
                      "intrinsics` first, or choose --format json",
                      camera.name, format.name));
  const std::string& model = camera.intrinsics->model;
  require(holds(format, model),
          fmt::format("{0}: its lens is of model {1}, which the format {2} cannot hold; it holds "
                      "{3}. The nearest is {4}: add --convert-to {4}",
                      camera.name, model, format.name, join(format.models, ", "),
                      nearest_model(format, model)));
}

void require_complete(const Calibration& calibration, const ExportFormat& format) {
  require(!calibration.cameras.empty(),
          "the calibration has no cameras: there is nothing to export");
  if (format.needs == ExportNeeds::kNothing) return;
  for (const Camera& camera : calibration.cameras) {
    require_lens(camera, format);
    require(format.needs == ExportNeeds::kLenses || calibration.cameras.size() == 1 ||
                camera.T_cam_rig.has_value(),
            fmt::format("{}: its pose is not known, which the format {} needs; solve the rig with "
                        "`calib extrinsics` first, or choose --format opencv",
                        camera.name, format.name));
  }
}

// The origin of the rig is at a camera: that of its own world is ahead of it, in the scene.
void place_world(Calibration& calibration) {
  constexpr double kOriginAhead_m = 1;
  if (!calibration.world) {
    calibration.world = WorldFrame{Pose{Eigen::Quaterniond::Identity(), {0, 0, -kOriginAhead_m}}};
  }
}

void scale_lengths(double units_per_meter, Calibration& calibration) {
  if (units_per_meter == 1) return;  // to the last bit
  for (Camera& camera : calibration.cameras)
    if (camera.T_cam_rig) camera.T_cam_rig->translation *= units_per_meter;
  if (calibration.world) calibration.world->T_world_rig.translation *= units_per_meter;
}

}  // namespace

const std::vector<ExportFormat>& export_formats() {
  using enum ExportNeeds;
  static const std::vector<std::string> opencv = {"pinhole",  "opencv4",  "opencv5", "opencv8",
                                                  "opencv12", "opencv14", "fisheye", "omni"};
  static const std::vector<std::string> brown = {"pinhole", "opencv4",  "opencv5",
                                                 "opencv8", "opencv12", "opencv14"};
  static const std::vector<ExportFormat> list = {
      {"opencv",
       "FileStorage YAML: a file per camera, poses.yml, and for a pair intrinsics.yml and "
       "extrinsics.yml",
       opencv, kLenses, true, export_opencv},
      {"opencv-json", "the same as FileStorage JSON", opencv, kLenses, true, export_opencv_json},
      {"ros",
       "camera_info YAML: a file per camera, for a pair with its rectification",
       {"pinhole", "opencv4", "opencv5", "opencv8", "fisheye"},
       kLenses,
       true,
       export_ros},
      {"kalibr",
       "camchain.yaml",
       {"pinhole", "opencv4", "fisheye", "eucm", "double_sphere", "omni"},
       kPoses,
       false,
       export_kalibr},
      {"mrcal",
       "a .cameramodel file per camera",
       {"pinhole", "opencv4", "opencv5", "opencv8", "opencv12"},
       kPoses,
       true,
       export_mrcal},
      {"colmap",
       "a sparse model as text: cameras, rigs, frames, images",
       {"pinhole", "opencv4", "opencv5", "opencv8", "fisheye"},
       kPoses,
       true,
       export_colmap},
      {"nerfstudio",
       "transforms.json",
       {"pinhole", "opencv4", "opencv5", "fisheye"},
       kPoses,
       false,
       export_nerfstudio},
      {"basalt",
       "calibration.json",
       {"pinhole", "fisheye", "eucm", "double_sphere"},
       kPoses,
       false,
       export_basalt},
      {"aniposelib",
       "calibration.toml",
       {"pinhole", "opencv4", "opencv5", "fisheye"},
       kPoses,
       false,
       export_aniposelib},
      {"pose2sim", "Calib.toml", {"pinhole", "opencv4", "opencv5"}, kPoses, false, export_pose2sim},
      {"caliscope",
       "camera_array.toml",
       {"pinhole", "opencv4", "opencv5", "fisheye"},
       kPoses,
       false,
       export_caliscope},
      {"freemocap",
       "the TOML of aniposelib, in millimeters",
       {"pinhole", "opencv4", "opencv5", "fisheye"},
       kPoses,
       false,
       export_aniposelib,
       1000},
      {"easymocap",
       "intri.yml and extri.yml",
       {"pinhole", "opencv4", "opencv5"},
       kPoses,
       true,
       export_easymocap},
      {"qualisys",
       "the XML of Qualisys Track Manager, in millimeters",
       {"pinhole", "opencv4", "opencv5"},
       kPoses,
       false,
       export_qualisys,
       1000},
      {"dlt", "the 11 DLT coefficients of each camera as CSV, for undistorted points", brown,
       kWorld, false, export_dlt},
      {"argus", "the same for Argus, which counts rows of pixels from the bottom", brown, kWorld,
       false, export_argus},
      {"urdf", "a URDF of the optical frames", model_names(), kPoses, false, export_urdf},
      {"ros-tf", "a launch file of ROS 2 with static transforms", model_names(), kPoses, false,
       export_ros_tf},
      {"blender", "a Python script that adds the cameras, for undistorted pictures", brown, kPoses,
       false, export_blender},
      {"jarvis",
       "a YAML file per camera, in millimeters",
       {"pinhole", "opencv4", "opencv5"},
       kPoses,
       true,
       export_jarvis,
       1000},
      {"mc-calib",
       "calibrated_cameras_data.yml",
       {"pinhole", "opencv4", "opencv5", "fisheye"},
       kPoses,
       false,
       export_mc_calib},
      {"multical", "calibration.json", brown, kPoses, false, export_multical},
      {"gltf", "the rig as a glTF scene, to look at", brown, kPoses, false, export_gltf},
      {"json", "the content of calibration.yaml as JSON", model_names(), kNothing, false,
       export_json},
  };
  return list;
}

std::string nearest_model(const ExportFormat& format, const std::string& model) {
  return *std::min_element(format.models.begin(), format.models.end(),
                           [&](const std::string& a, const std::string& b) {
                             return unlikeness(a, model) < unlikeness(b, model);
                           });
}

std::vector<ExportedFile> export_calibration(Calibration calibration, const ExportFormat& format,
                                             double units_per_meter) {
  require_complete(calibration, format);
  const double units = units_per_meter > 0 ? units_per_meter : format.units_per_meter;
  require(units == 1 || format.needs != ExportNeeds::kNothing,
          fmt::format("--length-unit: the format {} is in meters", format.name));
  if (format.needs == ExportNeeds::kWorld) place_world(calibration);
  scale_lengths(units, calibration);
  std::vector<ExportedFile> files = format.write(calibration);
  require_unique(names_of(files), "file");
  return files;
}

}  // namespace calib
