#include "io/import_list.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/named.hpp"
#include "base/text.hpp"
#include "io/artifact_parts.hpp"
#include "io/artifacts.hpp"

namespace calib {
namespace {

constexpr std::size_t kMostImportBytes = 1 << 24;

std::string markers_text() {
  std::vector<std::string> parts;
  for (const ImportFormat& format : import_formats())
    parts.push_back(fmt::format("'{}' ({})", format.marker, format.name));
  return join(parts, ", ");
}

const ImportFormat& recognized(const ImportedFile& file) {
  for (const ImportFormat& format : import_formats()) {
    if (file.text.find(format.marker) != std::string::npos) return format;
  }
  throw Error(
      fmt::format("{}: of no format that is known by its content: found none of {}; pass "
                  "the calibration file itself, or say which it is with --format",
                  file.path.string(), markers_text()));
}

const ImportFormat& common_format(const std::vector<ImportedFile>& files) {
  const ImportFormat& first = recognized(files.front());
  for (const ImportedFile& file : files) {
    const ImportFormat& format = recognized(file);
    require(&format == &first,
            fmt::format("{}: looks like {}, but {} like {}; import files of one format at a time",
                        file.path.string(), format.name, files.front().path.string(), first.name));
  }
  return first;
}

// Makes the first camera with a pose the reference camera, whose pose is the identity.
void choose_reference(Calibration& calibration) {
  const auto reference =
      std::find_if(calibration.cameras.begin(), calibration.cameras.end(),
                   [](const Camera& camera) { return camera.T_cam_rig.has_value(); });
  if (reference == calibration.cameras.end()) return;
  calibration.reference_camera = reference->name;
  const Pose T_rig_reference = reference->T_cam_rig->inverse();
  for (Camera& camera : calibration.cameras) {
    if (camera.T_cam_rig) camera.T_cam_rig = *camera.T_cam_rig * T_rig_reference;
  }
  reference->T_cam_rig = Pose{};  // Removes rounding errors.
}

// Replaces characters that cannot be in the name of a folder: other tools have names like
// "stereo/left".
std::string as_camera_name(std::string name) {
  for (char& c : name)
    if (static_cast<unsigned char>(c) < ' ' ||
        std::string_view("/\\=,\x7F").find(c) != std::string_view::npos)
      c = '_';
  if (name.starts_with('.')) name.front() = '_';
  return name;
}

// Throws Error for values that no calibration can have (such as impossible sizes and focal
// lengths), which the reader of calibration.yaml checks.
Calibration read_again(const Calibration& calibration, const std::string& file) {
  try {
    return parse_artifact<Calibration>(to_yaml(calibration), "the imported calibration");
  } catch (const Error& error) {
    throw Error(fmt::format("{}: cannot be used: {}", file, error.what()));
  }
}

}  // namespace

const std::vector<ImportFormat>& import_formats() {
  static const std::vector<ImportFormat> list = {
      {"opencv", "opencv-matrix", import_opencv},       {"ros", "rectification_matrix", import_ros},
      {"kalibr", "distortion_coeffs", import_kalibr},   {"mrcal", "lensmodel", import_mrcal},
      {"aniposelib", "distortions", import_aniposelib},
  };
  return list;
}

Calibration import_calibration(const std::vector<std::string>& files, const ImportFormat* said) {
  require(!files.empty(), "input: found no files, expected another tool's calibration");
  std::vector<ImportedFile> read;
  for (const std::string& file : files) read.push_back({file, read_file(file, kMostImportBytes)});
  const ImportFormat& format = said ? *said : common_format(read);
  Calibration calibration;
  calibration.cameras = format.read(read);
  for (Camera& camera : calibration.cameras) camera.name = as_camera_name(camera.name);
  require_camera_names(names_of(calibration.cameras));
  choose_reference(calibration);
  return read_again(calibration, join(files, ", "));
}

}  // namespace calib
