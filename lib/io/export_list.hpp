#pragma once
// THE LIST of other tools' formats that a calibration is exported to. A line in export_list.cpp
// makes one known to --format, its help, the refusals and the tests.

#include <string>
#include <vector>

#include "scene/calibration.hpp"

namespace calib {

struct ExportedFile {
  std::string name;  ///< within the folder; of a format of one file: what it is usually called
  std::string bytes;
};

/// What a format cannot do without.
enum class ExportNeeds {
  kNothing,  ///< holds a half-known rig
  kLenses,   ///< of all cameras; poses as far as they are known
  kPoses,    ///< lenses, and of a rig all poses; a single camera stands at the identity
};

struct ExportFormat {
  std::string name;                 ///< the value of --format
  std::string help;                 ///< a few words
  std::vector<std::string> models;  ///< those of ours that it can hold
  ExportNeeds needs;
  bool is_folder;  ///< several files
  std::vector<ExportedFile> (*write)(const Calibration&);
};

const std::vector<ExportFormat>& export_formats();

/// The format's own model that is most like `model`.
std::string nearest_model(const ExportFormat& format, const std::string& model);

/// The files of a calibration. Throws Error naming the camera, and what to do, when the format
/// cannot hold its lens or needs a lens or pose that is not known.
std::vector<ExportedFile> export_calibration(const Calibration& calibration,
                                             const ExportFormat& format);

/// Each is defined in export_<name>.cpp and may count on what its line in the list asks for.
std::vector<ExportedFile> export_opencv(const Calibration& calibration);
std::vector<ExportedFile> export_opencv_json(const Calibration& calibration);
std::vector<ExportedFile> export_ros(const Calibration& calibration);
std::vector<ExportedFile> export_kalibr(const Calibration& calibration);
std::vector<ExportedFile> export_mrcal(const Calibration& calibration);
std::vector<ExportedFile> export_colmap(const Calibration& calibration);
std::vector<ExportedFile> export_nerfstudio(const Calibration& calibration);
std::vector<ExportedFile> export_basalt(const Calibration& calibration);
std::vector<ExportedFile> export_aniposelib(const Calibration& calibration);
std::vector<ExportedFile> export_json(const Calibration& calibration);

}  // namespace calib
