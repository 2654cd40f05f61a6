// Imports mrcal's .cameramodel (see export_mrcal.cpp). A Python dictionary of text, numbers and
// lists is also a YAML map, except for the bytes b'...' in which mrcal stores its inputs. These are
// replaced by blanks, so that places in messages stay correct.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "camera/model_list.hpp"
#include "io/artifact_parts.hpp"
#include "io/export_parts.hpp"
#include "io/import_list.hpp"
#include "io/import_parts.hpp"

namespace calib {
namespace {

std::string without_bytes(std::string text) {
  const std::string key = "'optimization_inputs':";
  const std::size_t at = text.find(key);
  const std::size_t begin = at == std::string::npos ? at : text.find("b'", at + key.size());
  if (begin == std::string::npos) return text;
  const std::size_t end = text.find('\'', begin + 2);
  if (end == std::string::npos) return text;
  std::replace_if(
      text.begin() + static_cast<std::ptrdiff_t>(begin),
      text.begin() + static_cast<std::ptrdiff_t>(end) + 1, [](char c) { return c != '\n'; }, ' ');
  return text;
}

std::string read_model(const YamlNode& node) {
  static constexpr Named<const char*> models[] = {{"LENSMODEL_OPENCV12", "opencv12"},
                                                  {"LENSMODEL_OPENCV4", "opencv4"},
                                                  {"LENSMODEL_OPENCV5", "opencv5"},
                                                  {"LENSMODEL_OPENCV8", "opencv8"},
                                                  {"LENSMODEL_PINHOLE", "pinhole"}};
  const std::string name =
      node.one_of(names_of(models), ": convert it with mrcal-convert-lensmodel");
  return find_named(models, name)->value;
}

Camera read_cameramodel(const ImportedFile& file) {
  const YamlNode root = YamlNode::parse(without_bytes(file.text), file.path.string());
  Camera camera{.name = file.path.stem().string(),
                .image_size = read_imported_size(root["imagersize"])};
  const std::string model = read_model(root["lensmodel"]);
  const YamlNode intrinsics = root["intrinsics"];
  camera.intrinsics =
      Intrinsics{model, camera.image_size, intrinsics.numbers(parameter_names(model).size())};
  checked_camera_matrix(camera_matrix(*camera.intrinsics), intrinsics);
  const std::vector<double> rt = root["extrinsics"].numbers(6);
  camera.T_cam_rig = rodrigues_pose({rt[0], rt[1], rt[2]}, {rt[3], rt[4], rt[5]});
  return camera;
}

}  // namespace

std::vector<Camera> import_mrcal(const std::vector<ImportedFile>& files) {
  std::vector<Camera> cameras;
  for (const ImportedFile& file : files) cameras.push_back(read_cameramodel(file));
  if (cameras.size() == 1) cameras[0].T_cam_rig.reset();
  return cameras;
}

}  // namespace calib
