#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "pipeline/crop_stage.hpp"
#include "pipeline/open_dataset.hpp"

namespace calib {
namespace {

void crop(Session& session, const std::vector<std::string>& inputs, const CropOptions& options) {
  const FolderLock& output = session.output_folder({"dataset.yaml"}, inputs);
  const Context context = session.context();
  const Dataset composites = composite_dataset(inputs, options);
  require_apart(composites, inputs, output.path());
  const CropResult result = crop_stage(
      composites, options, crop_provenance(composites, options, context), output, context);
  for (const SkippedFile& skipped : result.skipped)
    session.warn(fmt::format("left out {}: {}", skipped.path, skipped.reason));

  const std::string dataset = output.path() / "dataset.yaml";
  session.say(fmt::format("{} frames cut into {} cameras -> {}\n", result.frames,
                          result.dataset.cameras.size(), dataset));
  nlohmann::ordered_json json = {{"frames", result.frames}, {"dataset", dataset}};
  for (const DatasetCamera& camera : result.dataset.cameras) json["cameras"].push_back(camera.name);
  json["skipped"] = nlohmann::ordered_json::array();
  for (const SkippedFile& skipped : result.skipped) {
    json["skipped"].push_back({{"path", skipped.path}, {"reason", skipped.reason}});
  }
  session.say_json(json);
}

}  // namespace

Action define_crop(CommandLine& line) {
  const auto inputs = std::make_shared<std::vector<std::string>>();
  const auto options = std::make_shared<CropOptions>();
  line.add_positional(
      Option::list("input", *inputs, "composite images, folders, globs or videos", "INPUT"));
  line.add("crop", describe(*options));
  return [inputs, options](Session& session) { crop(session, *inputs, *options); };
}

}  // namespace calib
