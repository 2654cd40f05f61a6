// Imports the TOML file of aniposelib (see export_aniposelib.cpp). It only has [sections] and lines
// `key = value` with quoted text, numbers, booleans and lists, which are the same in YAML.
// Therefore each line is converted to the equivalent YAML line, with its value in the same column.

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "io/artifact_parts.hpp"
#include "io/import_list.hpp"
#include "io/import_parts.hpp"
#include "io/pose_yaml.hpp"

namespace calib {
namespace {

bool is_name(std::string_view text) {
  constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  return !text.empty() && text.find_first_not_of(kLetters) == std::string_view::npos;
}

std::string_view without_blanks_behind(std::string_view text) {
  return text.substr(0, text.find_last_not_of(" \t\r") + 1);
}

// Throws Error if the line is neither a section nor a key with a value.
std::string yaml_line(std::string_view line, const std::string& place) {
  line = without_blanks_behind(line);
  if (line.empty() || line.front() == '#') return std::string(line);
  if (line.front() == '[' && line.back() == ']' && is_name(line.substr(1, line.size() - 2)))
    return fmt::format("{}:", line.substr(1, line.size() - 2));
  const std::size_t equals = line.find('=');
  const std::string_view key = without_blanks_behind(line.substr(0, equals));
  require(
      equals != std::string_view::npos && is_name(key),
      fmt::format("{}: found '{}', expected [section] or key = value on one line", place, line));
  const std::size_t value = std::min(line.find_first_not_of(" \t", equals + 1), line.size());
  const std::size_t column = std::max(value, key.size() + 3);  // after " key: "
  return fmt::format("{:<{}}{}", fmt::format(" {}:", key), column, line.substr(value));
}

std::string yaml_text(const ImportedFile& file) {
  std::string text;
  std::size_t number = 1;
  for (std::size_t begin = 0; begin < file.text.size(); ++number) {
    const std::size_t end = std::min(file.text.find('\n', begin), file.text.size());
    text += yaml_line(std::string_view(file.text).substr(begin, end - begin),
                      fmt::format("{}:{}:1", file.path.string(), number)) +
            "\n";
    begin = end + 1;
  }
  return text;
}

Eigen::Vector3d read_vector(const YamlNode& node) {
  return Eigen::Vector3d(node.numbers(3).data());
}

Camera read_camera(const YamlNode& node) {
  Camera camera{.name = node["name"].text(), .image_size = read_size(node["size"])};
  const Eigen::Matrix3d K =
      checked_camera_matrix(read_matrix(node["matrix"], 3, 3), node["matrix"]);
  const YamlNode place = node["distortions"];
  const auto fisheye = node.find("fisheye");
  camera.intrinsics = fisheye && fisheye->boolean()
                          ? make_lens("fisheye", camera.image_size, K, place.numbers(), place)
                          : opencv_lens(camera.image_size, K, place.numbers(), place);
  camera.T_cam_rig =
      rodrigues_pose(read_vector(node["rotation"]), read_vector(node["translation"]));
  return camera;
}

}  // namespace

std::vector<Camera> import_aniposelib(const std::vector<ImportedFile>& files) {
  require(files.size() == 1, fmt::format("{}: found {} files, expected one calibration.toml, which "
                                         "holds all cameras",
                                         files.front().path.string(), files.size()));
  const YamlNode root = YamlNode::parse(yaml_text(files.front()), files.front().path.string());
  std::vector<Camera> cameras;
  for (const auto& [section, node] : root.entries()) {
    if (section != "metadata") cameras.push_back(read_camera(node));
  }
  if (cameras.size() == 1) cameras[0].T_cam_rig.reset();
  return cameras;
}

}  // namespace calib
