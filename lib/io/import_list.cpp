#include "io/import_list.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/named.hpp"
#include "base/text.hpp"
#include "geometry/pose.hpp"
#include "io/artifact_parts.hpp"
#include "io/artifacts.hpp"
#include "scene/length_unit.hpp"

namespace calib {
namespace {

constexpr std::size_t kMostImportBytes = 1 << 24;

std::string markers_text() {
  std::vector<std::string> parts;
  for (const ImportFormat& format : import_formats())
    if (!format.marker.empty())
      parts.push_back(fmt::format(
          "'{}' ({})", format.marker.substr(format.marker[0] == '\n' ? 1 : 0), format.name));
  return join(parts, ", ");
}

const ImportFormat& recognized(const ImportedFile& file) {
  for (const ImportFormat& format : import_formats()) {
    if (!format.marker.empty() && file.text.find(format.marker) != std::string::npos) return format;
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

// Makes the first camera with a pose the reference camera, whose pose is the identity. If it was
// elsewhere, the frame of the file is kept as the world.
void choose_reference(Calibration& calibration) {
  constexpr double kLeastMotion = 1e-9;  // radians and meters, beyond rounding
  const auto reference =
      std::find_if(calibration.cameras.begin(), calibration.cameras.end(),
                   [](const Camera& camera) { return camera.T_cam_rig.has_value(); });
  if (reference == calibration.cameras.end()) return;
  calibration.reference_camera = reference->name;
  const Pose T_world_rig = reference->T_cam_rig->inverse();
  for (Camera& camera : calibration.cameras) {
    if (camera.T_cam_rig) camera.T_cam_rig = *camera.T_cam_rig * T_world_rig;
  }
  reference->T_cam_rig = Pose{};  // Removes rounding errors.
  if (angle_between(T_world_rig.rotation, Eigen::Quaterniond::Identity()) > kLeastMotion ||
      T_world_rig.translation.norm() > kLeastMotion)
    calibration.world = WorldFrame{T_world_rig};
}

void convert_lengths(double units_per_meter, std::vector<Camera>& cameras) {
  for (Camera& camera : cameras)
    if (camera.T_cam_rig) camera.T_cam_rig->translation /= units_per_meter;
}

// Gives the size that the user says to cameras whose files do not have it.
void give_sizes(const std::string& said, const std::string& file, std::vector<Camera>& cameras) {
  for (Camera& camera : cameras) {
    const bool is_known = camera.image_size != ImageSize{};
    require(is_known || !said.empty(),
            fmt::format("{}: does not have the size of the pictures: add --size, such as --size "
                        "1920x1080",
                        file));
    require(!is_known || said.empty(),
            fmt::format("--size: {} already has the size of the pictures of {}, {}: leave the "
                        "option out",
                        file, camera.name, to_text(camera.image_size)));
    if (is_known) continue;
    const auto [width, height] = parse_size(said, "--size (such as 1920x1080)");
    camera.image_size = camera.intrinsics->image_size = {width, height};
  }
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
      {"easymocap", "\nnames:", import_easymocap},
      {"jarvis", "intrinsicMatrix", import_jarvis, 1000},
      {"mc-calib", "nb_camera", import_mc_calib},
      {"opencv", "opencv-matrix", import_opencv},
      {"ros", "rectification_matrix", import_ros},
      {"kalibr", "distortion_coeffs", import_kalibr},
      {"mrcal", "lensmodel", import_mrcal},
      {"aniposelib", "distortions", import_aniposelib},
      {"qualisys", "focalLengthU", import_qualisys, 1000},
      {"multical", "\"camera_poses\"", import_multical},
      {"dlt", "", import_dlt},
  };
  return list;
}

std::vector<Option> describe(ImportOptions& options) {
  return {
      Option::choice("format", options.format,
                     "the other tool's format; recognized from the content when not given",
                     by_name(import_formats()), "FORMAT"),
      Option::choice("length_unit", options.units_per_meter,
                     "the unit of the lengths in the files; that of the format when not given",
                     kLengthUnits, "UNIT"),
      Option::text("size", options.size,
                   "the size of the pictures in pixels, for a format that does not have it (dlt)",
                   "WxH")};
}

Calibration import_calibration(const std::vector<std::string>& files,
                               const ImportOptions& options) {
  require(!files.empty(), "input: found no files, expected another tool's calibration");
  std::vector<ImportedFile> read;
  for (const std::string& file : files) read.push_back({file, read_file(file, kMostImportBytes)});
  const ImportFormat& format = options.format ? *options.format : common_format(read);
  Calibration calibration;
  calibration.cameras = format.read(read);
  for (Camera& camera : calibration.cameras) camera.name = as_camera_name(camera.name);
  require_camera_names(names_of(calibration.cameras));
  give_sizes(options.size, join(files, ", "), calibration.cameras);
  const bool is_unit_said = options.units_per_meter > 0;
  convert_lengths(is_unit_said ? options.units_per_meter : format.units_per_meter,
                  calibration.cameras);
  choose_reference(calibration);
  if (auto finding = unlikely_length_unit(calibration); finding && !is_unit_said)
    calibration.findings.push_back(std::move(*finding));
  return read_again(calibration, join(files, ", "));
}

}  // namespace calib
