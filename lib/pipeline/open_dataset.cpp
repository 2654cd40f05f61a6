#include "pipeline/open_dataset.hpp"

#include <fmt/format.h>

#include <fstream>
#include <functional>
#include <set>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/paths.hpp"
#include "base/staged_folder.hpp"
#include "io/artefacts.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

bool is_yaml_name(const fs::path& path) {
  return path.extension() == ".yaml" || path.extension() == ".yml";
}

// Itself, or what it leads to if it is a link.
bool lies_below(const fs::path& path, const fs::path& folder) {
  std::error_code error;
  const fs::path top = fs::weakly_canonical(folder, error);
  const auto is_inside = [&top](const fs::path& place) {
    const fs::path inside = place.lexically_relative(top);
    return !inside.empty() && *inside.begin() != "..";
  };
  return is_inside(fs::weakly_canonical(path, error)) ||
         is_inside(fs::weakly_canonical(path.parent_path(), error) / path.filename());
}

// Every image and video, one by one: a list of all paths would be most of what detect needs.
void for_each_file(const Dataset& dataset, const std::function<void(const fs::path&)>& visit) {
  for (const DatasetCamera& camera : dataset.cameras) {
    if (!camera.video.empty()) visit(resolve(dataset, camera.video));
    for (const ImageFile& image : camera.images) visit(resolve(dataset, image.path));
  }
}

}  // namespace

bool is_own_artefact(const fs::path& path) {
  if (!is_yaml_name(path) || !fs::is_regular_file(path)) return false;
  std::string head(4096, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  return head.find("calib_version:") != std::string::npos;
}

void require_elsewhere(const Dataset& dataset, const fs::path& output,
                       const std::vector<std::string>& folders) {
  for_each_file(dataset, [&](const fs::path& path) {
    for (const std::string& folder : folders) {
      require(!lies_below(path, output / folder),
              fmt::format("{}: would be overwritten by its own result; choose another --output",
                          path.string()));
    }
  });
}

void require_not_read(const Dataset& dataset, const fs::path& output) {
  if (!fs::is_regular_file(output)) return;
  refuse_overwrite(output, true, {(dataset.root / "dataset.yaml").string()});
  for_each_file(dataset,
                [&](const fs::path& path) { refuse_overwrite(output, true, {path.string()}); });
}

void require_no_image_folder(const Dataset& dataset, const fs::path& folder) {
  std::set<fs::path> seen;  // few folders, many images
  for_each_file(dataset, [&](const fs::path& path) {
    const fs::path holder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    std::error_code error;
    require(
        !seen.insert(holder).second || !fs::equivalent(holder, folder, error),
        fmt::format("{}: holds the images that are read; choose another folder", folder.string()));
  });
}

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
    StagedFolder::require_whole(input);
    // OpenCV's image lists are YAML too.
    if (is_own_artefact(input)) return read_dataset(input);
    if (fs::is_regular_file(input / "dataset.yaml")) return read_dataset(input / "dataset.yaml");
  }
  return discover_dataset(inputs);
}

}  // namespace calib
