#pragma once
// THE LIST of formats of other tools from which a calibration can be imported. A line in
// import_list.cpp adds a format to --format, its help and the recognition by content.

#include <filesystem>
#include <string>
#include <vector>

#include "scene/calibration.hpp"

namespace calib {

struct ImportedFile {
  std::filesystem::path path;
  std::string text;
};

struct ImportFormat {
  std::string name;    ///< the value of --format
  std::string marker;  ///< text that all files of this format have, and no files of other formats
  /// Returns the cameras in the order of the files, with poses if the files have them.
  std::vector<Camera> (*read)(const std::vector<ImportedFile>&);
};

const std::vector<ImportFormat>& import_formats();

/// Reads files of the format `said`, or recognizes the format by its marker if it is nullptr. The
/// rig frame is that of the first camera with a pose. Throws Error with the file and what to do.
Calibration import_calibration(const std::vector<std::string>& files,
                               const ImportFormat* said = nullptr);

/// Each function is defined in import_NAME.cpp.
std::vector<Camera> import_opencv(const std::vector<ImportedFile>& files);
std::vector<Camera> import_ros(const std::vector<ImportedFile>& files);
std::vector<Camera> import_kalibr(const std::vector<ImportedFile>& files);
std::vector<Camera> import_mrcal(const std::vector<ImportedFile>& files);
std::vector<Camera> import_aniposelib(const std::vector<ImportedFile>& files);

}  // namespace calib
