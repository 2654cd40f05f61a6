#include "io/import_list.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/errors.hpp"
#include "base/files.hpp"
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
    require(format.name == first.name,
            fmt::format("{}: looks like {}, but {} like {}; import files of one format at a time",
                        file.path.string(), format.name, files.front().path.string(), first.name));
  }
  return first;
}

const ImportFormat& find_import_format(const std::string& name) {
  const auto& list = import_formats();
  const auto found = std::find_if(list.begin(), list.end(),
                                  [&](const ImportFormat& format) { return format.name == name; });
  require(found != list.end(), fmt::format("format: found '{}', expected one of {}{}", name,
                                           join(import_format_names(), ", "),
                                           did_you_mean(name, import_format_names())));
  return *found;
}

// The first camera with a pose becomes the reference, at the identity.
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
  reference->T_cam_rig = Pose{};  // exactly
}

// Other tools name cameras "stereo/left"; here a name becomes a folder.
std::string as_camera_name(std::string name) {
  for (char& c : name)
    if (static_cast<unsigned char>(c) < ' ' ||
        std::string_view("/\\=,\x7F").find(c) != std::string_view::npos)
      c = '_';
  if (name.starts_with('.')) name.front() = '_';
  return name;
}

// What no calibration may hold (sizes, focal lengths and distances that no rig has) is refused by
// the reader of our own files.
Calibration read_again(const Calibration& calibration, const std::string& file) {
  try {
    return parse_artifact<Calibration>(to_yaml(calibration), "as a calibration");
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

std::vector<std::string> import_format_names() {
  std::vector<std::string> names;
  for (const ImportFormat& format : import_formats()) names.push_back(format.name);
  return names;
}

Calibration import_calibration(const std::vector<std::string>& files, const std::string& name) {
  require(!files.empty(), "input: found no files, expected another tool's calibration");
  std::vector<ImportedFile> read;
  for (const std::string& file : files) read.push_back({file, read_file(file, kMostImportBytes)});
  const ImportFormat& format = name.empty() ? common_format(read) : find_import_format(name);
  Calibration calibration;
  calibration.cameras = format.read(read);
  std::vector<std::string> names;
  for (Camera& camera : calibration.cameras) {
    camera.name = as_camera_name(camera.name);
    names.push_back(camera.name);
  }
  require_camera_names(std::move(names));
  choose_reference(calibration);
  return read_again(calibration, join(files, ", "));
}

}  // namespace calib
