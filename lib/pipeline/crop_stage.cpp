#include "pipeline/crop_stage.hpp"

#include <fmt/format.h>

#include <set>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/paths.hpp"
#include "base/staged_folder.hpp"
#include "image/composites.hpp"
#include "io/artifacts.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

// The dataset that an earlier crop wrote to `file`; an empty one when there is none.
Dataset read_earlier(const fs::path& file) {
  if (!fs::exists(file)) return {};
  try {
    return read_dataset(file);
  } catch (const Error&) {
    return {};  // it cannot be read, so nothing says that the folders are ours
  }
}

// The folders in `output` that hold nothing but what an earlier crop wrote.
std::vector<std::string> folders_of(const Dataset& earlier, const fs::path& output) {
  std::vector<std::string> folders;
  for (const DatasetCamera& camera : earlier.cameras) {
    const fs::path folder = output / camera.name;
    if (!camera.crop || !fs::is_directory(folder)) continue;
    std::set<std::string> listed;
    for (const ImageFile& image : camera.images) listed.insert(image.path);
    const auto is_listed = [&](const fs::path& entry) {
      return listed.contains(camera.name + "/" + entry.filename().string());
    };
    if (holds_only(folder, is_listed)) folders.push_back(camera.name);
  }
  return folders;
}

// The cameras' folders stand beside the results of the next stages.
void require_no_result_names(const std::vector<std::string>& cameras) {
  for (const std::string& name : cameras) {
    const std::string suffix = fs::path(name).extension();
    require(name != "rectified" && suffix != ".yaml" && suffix != ".html",
            fmt::format("camera name '{}': a result has this name; choose another", name));
  }
}

void require_inputs_elsewhere(const std::vector<std::string>& inputs,
                              const std::vector<std::string>& replaced, const fs::path& output) {
  std::vector<fs::path> folders;
  for (const std::string& name : replaced) folders.push_back(output / name);
  FolderSet replaced_folders(folders);
  for (const fs::path& file : find_composites(inputs).files) {
    require(!replaced_folders.contains(file),
            fmt::format("{}: is in a folder that the result would replace; choose another --output",
                        file.string()));
  }
}

}  // namespace

CropResult crop_stage(const std::vector<std::string>& inputs, const CropOptions& options,
                      const FolderLock& output, const Context& context) {
  StagedFolder staged(output);
  const std::vector<std::string> replaced =
      folders_of(read_earlier(output.path() / "dataset.yaml"), output.path());
  require_inputs_elsewhere(inputs, replaced, output.path());
  const auto check_cameras = [&](const std::vector<std::string>& cameras) {
    require_no_result_names(cameras);
    staged.require_free(cameras, replaced);
  };
  CropResult result = crop_composites(inputs, options, staged.path(), context.jobs,
                                      *context.progress, check_cameras);
  if (context.strict && !result.skipped.empty()) {
    throw Error(fmt::format("{}: {} (without --strict such frames are left out and listed)",
                            result.skipped[0].path, result.skipped[0].reason));
  }
  result.dataset.root = output.path();
  note_strict(result.dataset.provenance, context);
  staged.put_in_place(replaced, "dataset.yaml", to_yaml(result.dataset));
  return result;
}

}  // namespace calib
