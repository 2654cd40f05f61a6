#include "pipeline/open_dataset.hpp"

#include <fmt/format.h>

#include <fstream>
#include <functional>
#include <set>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/paths.hpp"
#include "base/staged_folder.hpp"
#include "image/composites.hpp"
#include "image/image_times.hpp"
#include "io/artifacts.hpp"
#include "io/image_list.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

bool is_yaml_name(const fs::path& path) {
  return path.extension() == ".yaml" || path.extension() == ".yml";
}

// Visits every image and video. A list of all paths would take most of the memory of detect.
void for_each_file(const Dataset& dataset, const std::function<void(const fs::path&)>& visit) {
  for (const DatasetCamera& camera : dataset.cameras) {
    for (const std::string& video : camera.videos) visit(resolve(dataset, video));
    for (const ImageFile& image : camera.images) visit(resolve(dataset, image.path));
  }
}

// The file that lists the pictures; "" if there is none, and they are to be found.
fs::path listing(const std::vector<std::string>& inputs) {
  if (inputs.size() != 1) return {};
  const fs::path input = inputs.front();
  StagedFolder::require_whole(input);
  if (is_own_artifact(input) || (is_list_name(input) && fs::is_regular_file(input))) return input;
  const fs::path listed = input / "dataset.yaml";
  return fs::is_regular_file(listed) ? listed : fs::path();
}

// The rectangles of the cameras in composites of one size. Empty if the calibration does not have
// them.
std::vector<Tile> tiles_of(const Calibration& calibration) {
  std::vector<Tile> tiles;
  for (const Camera& camera : calibration.cameras) {
    if (!camera.crop) return {};
    tiles.push_back({camera.name, *camera.crop});
    const CropInfo &first = tiles.front().place, &last = tiles.back().place;
    if (first.source_width != last.source_width || first.source_height != last.source_height)
      return {};
  }
  return tiles;
}

}  // namespace

bool is_own_artifact(const fs::path& path) {
  if (!is_yaml_name(path) || !fs::is_regular_file(path)) return false;
  std::string head(4096, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  return head.find("calib_version:") != std::string::npos;
}

void require_elsewhere(const Dataset& dataset, const fs::path& output,
                       const std::vector<std::string>& folders) {
  std::vector<fs::path> replaced;
  for (const std::string& folder : folders) replaced.push_back(output / folder);
  FolderSet replaced_folders(replaced);
  for_each_file(dataset, [&](const fs::path& path) {
    require(!replaced_folders.contains(path),
            fmt::format("{}: would be overwritten by its own result; choose another --output",
                        path.string()));
  });
}

void require_not_read(const Dataset& dataset, const fs::path& output) {
  if (!fs::is_regular_file(output)) return;
  refuse_overwrite(output, true, {(dataset.root / "dataset.yaml").string()});
  for_each_file(dataset,
                [&](const fs::path& path) { refuse_overwrite(output, true, {path.string()}); });
}

void require_outside(const std::vector<std::string>& inputs, const fs::path& folder) {
  std::vector<fs::path> cameras;
  for (const std::string& input : inputs) {
    if (fs::is_directory(input) && !fs::exists(fs::path(input) / "dataset.yaml"))
      cameras.emplace_back(input);
  }
  // Makes "./found" and "found/" the same as "found".
  const fs::path place = fs::absolute(folder / "x").lexically_normal().parent_path();
  require(!FolderSet(cameras).contains(place),
          fmt::format("{}: lies in the recording, where the next command would take it for a "
                      "camera; choose a folder elsewhere",
                      folder.string()));
}

void require_apart(const Dataset& dataset, const std::vector<std::string>& inputs,
                   const fs::path& folder) {
  const auto fail = [&] {
    throw Error(
        fmt::format("{}: is a folder of the recording that is read; choose a folder "
                    "elsewhere",
                    folder.string()));
  };
  std::error_code error;
  for (const std::string& input : inputs) {
    if (fs::is_directory(input, error) && fs::equivalent(input, folder, error) &&
        !fs::exists(fs::path(input) / "dataset.yaml"))
      fail();
  }
  std::set<fs::path> holders;  // few folders, many images
  for (const DatasetCamera& camera : dataset.cameras)
    for (const ImageFile& image : camera.images)
      holders.insert(parent_of(resolve(dataset, image.path)));
  std::vector<fs::path> of_cameras;
  for (const fs::path& holder : holders) {
    if (fs::equivalent(holder, folder, error)) fail();
    const bool is_input = std::any_of(inputs.begin(), inputs.end(), [&](const std::string& input) {
      return fs::equivalent(input, holder, error);
    });
    if (!is_input && holder != dataset.root) of_cameras.push_back(holder);
  }
  const fs::path place = fs::absolute(folder / "x").lexically_normal().parent_path();
  if (FolderSet(of_cameras).contains(place)) fail();
}

void require_no_image_folder(const Dataset& dataset, const fs::path& folder) {
  std::set<fs::path> seen;  // few folders, many images
  for_each_file(dataset, [&](const fs::path& path) {
    const fs::path holder = parent_of(path);
    std::error_code error;
    require(
        !seen.insert(holder).second || !fs::equivalent(holder, folder, error),
        fmt::format("{}: holds the images that are read; choose another folder", folder.string()));
  });
}

Dataset open_dataset(const std::vector<std::string>& inputs,
                     const std::vector<std::string>& cameras, const TimeOptions& times) {
  const auto timed = [&](Dataset dataset, const fs::path& file) {
    require_rising_times(dataset, file.string());
    apply_times(dataset, times);
    return dataset;
  };
  if (!cameras.empty()) {
    require(inputs.empty(), "give either --cam NAME=GLOB for every camera or a DATASET, not both");
    return discover_dataset(cameras, times);
  }
  require(
      !inputs.empty(),
      "no images were named: give a dataset.yaml, a folder with one folder per camera, or --cam "
      "NAME=GLOB");
  const fs::path listed = listing(inputs);
  if (listed.empty()) return discover_dataset(inputs, times);
  // OpenCV's image lists are YAML too.
  const bool is_dataset = is_own_artifact(listed) || !is_list_name(inputs.front());
  return timed(is_dataset ? read_dataset(listed) : read_image_list(listed), listed);
}

Dataset open_pictures(const std::vector<std::string>& inputs, const Calibration& calibration) {
  const std::vector<Tile> tiles = tiles_of(calibration);
  if (tiles.empty() || !listing(inputs).empty()) return open_dataset(inputs);
  const CropInfo& place = tiles.front().place;
  const bool is_composite =
      composite_size(inputs) == ImageSize{place.source_width, place.source_height};
  return is_composite ? composite_dataset(inputs, tiles) : open_dataset(inputs);
}

}  // namespace calib
