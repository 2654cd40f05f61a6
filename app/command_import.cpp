#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "base/files.hpp"
#include "base/staged_folder.hpp"
#include "io/artifacts.hpp"
#include "io/import_list.hpp"
#include "report/text_table.hpp"

namespace calib {
namespace {

void print(Session& session, const Calibration& calibration) {
  TableRows rows = {{"camera", "model", "size", "pose"}};
  nlohmann::ordered_json json;
  for (const Camera& camera : calibration.cameras) {
    const std::string& model = camera.intrinsics->model;
    const bool has_pose = camera.T_cam_rig.has_value();
    rows.push_back({camera.name, model, to_text(camera.image_size), has_pose ? "yes" : "none"});
    json["cameras"][camera.name] = {{"model", model}, {"pose", has_pose}};
  }
  session.say(text_table(rows) + fmt::format("-> {}\n", session.output()));
  session.say_json(json);
}

}  // namespace

Action define_import(CommandLine& line) {
  struct Flags {
    std::vector<std::string> input;
    const ImportFormat* format = nullptr;
  };
  const auto flags = std::make_shared<Flags>();
  line.add_positional(Option::list("input", flags->input,
                                   "the other tool's calibration: all files of one rig", "FILE"));
  line.add("import",
           {Option::choice("format", flags->format,
                           "the other tool's format; recognized from the content when not given",
                           by_name(import_formats()), "FORMAT")});
  return [flags](Session& session) {
    const std::string& output = session.output_file(flags->input);
    for (const std::string& file : flags->input)
      StagedFolder::require_whole(std::filesystem::path(file).parent_path());
    const Calibration calibration = import_calibration(flags->input, flags->format);
    write_file(output, to_yaml(calibration));
    print(session, calibration);
  };
}

}  // namespace calib
