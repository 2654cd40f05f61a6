#pragma once
// THE LIST of other tools' formats that a calibration is read from. A line in import_list.cpp makes
// one known to --format, its help and its recognition.

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
  std::string marker;  ///< text that all files of this format hold, and those of no other
  /// The cameras in the order of the files, with poses as far as the files tell them.
  std::vector<Camera> (*read)(const std::vector<ImportedFile>&);
};

const std::vector<ImportFormat>& import_formats();

/// Reads files of the format `said`, or, without, of the one whose marker they hold. The rig's
/// frame is that of the first camera with a pose. Throws Error naming the file and what to do.
Calibration import_calibration(const std::vector<std::string>& files,
                               const ImportFormat* said = nullptr);

/// Each is defined in import_<name>.cpp.
std::vector<Camera> import_opencv(const std::vector<ImportedFile>& files);
std::vector<Camera> import_ros(const std::vector<ImportedFile>& files);
std::vector<Camera> import_kalibr(const std::vector<ImportedFile>& files);
std::vector<Camera> import_mrcal(const std::vector<ImportedFile>& files);
std::vector<Camera> import_aniposelib(const std::vector<ImportedFile>& files);

}  // namespace calib
