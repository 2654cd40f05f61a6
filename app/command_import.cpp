#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "base/files.hpp"
#include "base/staged_folder.hpp"
#include "io/artifacts.hpp"
#include "io/import_list.hpp"
#include "report/calibration_report.hpp"
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
  for (const Finding& finding : calibration.findings) session.warn(finding_text(finding));
  json["findings"] = findings_json(calibration.findings);
  session.say(text_table(rows) + fmt::format("-> {}\n", session.output()));
  session.say_json(json);
}

}  // namespace

Action define_import(CommandLine& line) {
  struct Flags {
    std::vector<std::string> input;
    ImportOptions options;
  };
  const auto flags = std::make_shared<Flags>();
  line.add_positional(Option::list("input", flags->input,
                                   "the other tool's calibration: all files of one rig", "FILE"));
  line.add("import", describe(flags->options));
  return [flags](Session& session) {
    const std::string& output = session.output_file(flags->input);
    for (const std::string& file : flags->input)
      StagedFolder::require_whole(std::filesystem::path(file).parent_path());
    const Calibration calibration = import_calibration(flags->input, flags->options);
    write_file(output, to_yaml(calibration));
    print(session, calibration);
  };
}

}  // namespace calib
