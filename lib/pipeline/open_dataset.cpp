#include "pipeline/open_dataset.hpp"

#include "base/errors.hpp"
#include "base/files.hpp"
#include "io/artefacts.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

bool is_yaml_name(const fs::path& path) {
  return path.extension() == ".yaml" || path.extension() == ".yml";
}

// OpenCV's image lists are YAML too; ours say so in their `kind`.
bool is_our_artefact(const fs::path& path) {
  return is_yaml_name(path) && fs::is_regular_file(path) &&
         read_file(path).find("calib_version:") != std::string::npos;
}

}  // namespace

Dataset open_dataset(const std::vector<std::string>& inputs,
                     const std::vector<std::string>& cameras) {
  if (!cameras.empty()) {
    require(inputs.empty(), "give either --cam NAME=GLOB for every camera or a DATASET, not both");
    return discover_dataset(cameras);
  }
  require(!inputs.empty(),
          "no images were named: give a dataset.yaml, a folder with one folder a camera, or --cam "
          "NAME=GLOB");
  if (inputs.size() == 1) {
    const fs::path input = inputs.front();
    if (is_our_artefact(input)) return read_dataset(input);
    if (fs::is_regular_file(input / "dataset.yaml")) return read_dataset(input / "dataset.yaml");
  }
  return discover_dataset(inputs);
}

}  // namespace calib
