#include "pipeline/crop_stage.hpp"

#include <fmt/format.h>

#include <set>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/named.hpp"
#include "base/staged_folder.hpp"
#include "io/artifacts.hpp"
#include "pipeline/inputs_hash.hpp"
#include "pipeline/open_dataset.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

// The dataset that an earlier crop wrote to `file`; an empty one when there is none.
Dataset read_earlier(const fs::path& file) {
  if (!fs::exists(file)) return {};
  try {
    return read_dataset(file);
  } catch (const Error&) {
    return {};  // without a readable dataset.yaml, the folders may not be ours
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

}  // namespace

Provenance crop_provenance(const Dataset& composites, CropOptions options, const Context& context) {
  Provenance provenance{dataset_hash(composites, context.jobs), to_pairs(describe(options))};
  note_strict(provenance, context);
  return provenance;
}

CropResult crop_stage(const Dataset& composites, const CropOptions& options,
                      const Provenance& provenance, const FolderLock& output,
                      const Context& context) {
  StagedFolder staged(output);
  const std::vector<std::string> replaced =
      folders_of(read_earlier(output.path() / "dataset.yaml"), output.path());
  require_elsewhere(composites, output.path(), replaced);
  const std::vector<std::string> cameras = names_of(composites.cameras);
  require_no_result_names(cameras);
  staged.require_free(cameras, replaced);
  CropResult result =
      crop_composites(composites, options, staged.path(), context.jobs, *context.progress);
  if (context.strict && !result.skipped.empty()) {
    throw Error(fmt::format("{}: {} (without --strict such frames are left out and listed)",
                            result.skipped[0].path, result.skipped[0].reason));
  }
  result.dataset.root = output.path();
  result.dataset.provenance = provenance;
  staged.put_in_place(replaced, "dataset.yaml", to_yaml(result.dataset));
  return result;
}

}  // namespace calib
