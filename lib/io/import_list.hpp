#pragma once
// THE LIST of formats of other tools from which a calibration can be imported. A line in
// import_list.cpp adds a format to --format, its help and the recognition by content.

#include <filesystem>
#include <string>
#include <vector>

#include "base/option.hpp"
#include "scene/calibration.hpp"

namespace calib {

struct ImportedFile {
  std::filesystem::path path;
  std::string text;
};

struct ImportFormat {
  std::string name;  ///< the value of --format
  /// Text that all files of this format have, and no files of the formats after it in the list. If
  /// it is empty, the user has to name the format.
  std::string marker;
  /// Returns the cameras in the order of the files, with poses if the files have them. Lengths are
  /// in the unit of the file. Sizes are 0 if the files do not have them.
  std::vector<Camera> (*read)(const std::vector<ImportedFile>&);
  double units_per_meter = 1;  ///< of lengths, unless the user says another unit
};

const std::vector<ImportFormat>& import_formats();

struct ImportOptions {
  const ImportFormat* format = nullptr;  ///< nullptr: it is recognized by its marker
  double units_per_meter = 0;            ///< of the lengths in the files; 0: not said
  std::string size = {};                 ///< of the pictures, where the files do not have it
};
std::vector<Option> describe(ImportOptions& options);

/// The rig frame is that of the first camera with a pose; the frame of the files is kept as the
/// world if it is another one. If no unit is said, and the cameras are
/// as far apart as no rig usually is, there is a finding that asks for it. Throws Error with the
/// file and what to do.
Calibration import_calibration(const std::vector<std::string>& files,
                               const ImportOptions& options = {});

/// Each function is defined in import_NAME.cpp.
std::vector<Camera> import_opencv(const std::vector<ImportedFile>& files);
std::vector<Camera> import_ros(const std::vector<ImportedFile>& files);
std::vector<Camera> import_kalibr(const std::vector<ImportedFile>& files);
std::vector<Camera> import_mrcal(const std::vector<ImportedFile>& files);
std::vector<Camera> import_aniposelib(const std::vector<ImportedFile>& files);
std::vector<Camera> import_easymocap(const std::vector<ImportedFile>& files);
std::vector<Camera> import_qualisys(const std::vector<ImportedFile>& files);
std::vector<Camera> import_jarvis(const std::vector<ImportedFile>& files);
std::vector<Camera> import_mc_calib(const std::vector<ImportedFile>& files);
std::vector<Camera> import_dlt(const std::vector<ImportedFile>& files);
std::vector<Camera> import_multical(const std::vector<ImportedFile>& files);

}  // namespace calib
