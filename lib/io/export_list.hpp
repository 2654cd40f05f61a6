#pragma once
// THE LIST of formats of other tools to which a calibration can be exported. A line in
// export_list.cpp adds a format to --format, its help, the error messages and the tests.

#include <string>
#include <vector>

#include "scene/calibration.hpp"

namespace calib {

struct ExportedFile {
  std::string name;  ///< in the output folder; for a format with one file, its usual name
  std::string bytes;
};

/// What the format needs to be known.
enum class ExportNeeds {
  kNothing,  ///< can represent an incomplete rig
  kLenses,   ///< the lenses of all cameras; has those poses that are known
  kPoses,    ///< all lenses and poses; a single camera gets the identity
  kWorld,    ///< the same, and a world whose origin is at no camera
};

struct ExportFormat {
  std::string name;                 ///< the value of --format
  std::string help;                 ///< a few words
  std::vector<std::string> models;  ///< the camera models that it can represent
  ExportNeeds needs;
  bool is_folder;  ///< whether it has several files
  /// Lengths are written as they are in the calibration.
  std::vector<ExportedFile> (*write)(const Calibration&);
  double units_per_meter = 1;  ///< of the format, unless the user says another unit
};

const std::vector<ExportFormat>& export_formats();

/// The camera model of the format that is most similar to `model`.
std::string nearest_model(const ExportFormat& format, const std::string& model);

/// The files of a calibration. Throws Error, with the camera and what to do, if the format cannot
/// represent a lens or needs a lens or pose that is not known. Lengths are in `units_per_meter` (0:
/// those of the format).
std::vector<ExportedFile> export_calibration(Calibration calibration, const ExportFormat& format,
                                             double units_per_meter = 0);

/// Each function is defined in export_NAME.cpp. export_calibration() has checked the needs of the
/// format.
std::vector<ExportedFile> export_opencv(const Calibration& calibration);
std::vector<ExportedFile> export_opencv_json(const Calibration& calibration);
std::vector<ExportedFile> export_ros(const Calibration& calibration);
std::vector<ExportedFile> export_kalibr(const Calibration& calibration);
std::vector<ExportedFile> export_mrcal(const Calibration& calibration);
std::vector<ExportedFile> export_colmap(const Calibration& calibration);
std::vector<ExportedFile> export_nerfstudio(const Calibration& calibration);
std::vector<ExportedFile> export_basalt(const Calibration& calibration);
std::vector<ExportedFile> export_pose2sim(const Calibration& calibration);
std::vector<ExportedFile> export_caliscope(const Calibration& calibration);
std::vector<ExportedFile> export_easymocap(const Calibration& calibration);
std::vector<ExportedFile> export_qualisys(const Calibration& calibration);
std::vector<ExportedFile> export_dlt(const Calibration& calibration);
std::vector<ExportedFile> export_argus(const Calibration& calibration);
std::vector<ExportedFile> export_urdf(const Calibration& calibration);
std::vector<ExportedFile> export_ros_tf(const Calibration& calibration);
std::vector<ExportedFile> export_blender(const Calibration& calibration);
std::vector<ExportedFile> export_jarvis(const Calibration& calibration);
std::vector<ExportedFile> export_mc_calib(const Calibration& calibration);
std::vector<ExportedFile> export_multical(const Calibration& calibration);
std::vector<ExportedFile> export_gltf(const Calibration& calibration);
std::vector<ExportedFile> export_aniposelib(const Calibration& calibration);
std::vector<ExportedFile> export_json(const Calibration& calibration);

}  // namespace calib
