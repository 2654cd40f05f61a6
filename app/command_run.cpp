#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/solve_summary.hpp"
#include "base/errors.hpp"
#include "base/files.hpp"
#include "pipeline/open_dataset.hpp"
#include "pipeline/run.hpp"
#include "report/calibration_report.hpp"
#include "report/html_report.hpp"

namespace calib {
namespace {

// Throws Error if the run would overwrite its inputs or, without `force`, files that no earlier run
// wrote to this folder.
void refuse_foreign(const std::filesystem::path& output, const std::vector<std::string>& inputs,
                    const std::vector<std::string>& settings, const RunOptions& options,
                    bool force) {
  refuse_overwrite(output, true, inputs);
  std::vector<std::string> artifacts = {"observations.yaml", "chosen.yaml", "intrinsics.yaml",
                                        "calibration.yaml", "rectified/rectification.yaml"};
  if (options.write_crops) artifacts.emplace_back("dataset.yaml");
  const bool is_new = !std::filesystem::exists(output / artifacts.front());
  for (const std::string& name : artifacts) {
    require(!is_special(output / name),
            fmt::format("{}: is not a regular file; move it away, or choose another --output",
                        (output / name).string()));
    refuse_overwrite(output / name, true, settings);
    const bool is_ours = is_own_artifact(output / name) && (!is_new || name == "dataset.yaml");
    refuse_overwrite(output / name, force || is_ours);
  }
  const std::filesystem::path page = output / "report.html";
  refuse_overwrite(page, true, settings);
  if (options.no_report || !std::filesystem::exists(page)) return;
  const bool is_ours = !is_new && !inputs_hash_of(read_file(page)).empty();
  refuse_overwrite(page, force || is_ours);
}

void run_command(Session& session, const std::vector<std::string>& inputs,
                 const RunOptions& options) {
  const std::filesystem::path output = session.output();
  require(!inputs.empty(),
          "no input was named: give composite frames with --layout 2x2, or one folder per camera");
  const FolderLock& folder = session.output_folder();  // locks the folder, so that it stays free
                                                       // until the results are written
  refuse_foreign(output, inputs, {session.flags().config, options.board.target}, options,
                 session.flags().force);
  const auto print_stage = [&](const StageReport& report) {
    session.say(
        fmt::format("{:<11} {:>7.2f} s  {}\n", report.name, report.seconds, report.summary));
  };
  const RunResult result = run(inputs, options, folder, session.context(), print_stage);
  for (const std::string& note : result.notes) session.warn(note);
  session.say("\n");
  // The lines of the stages, the empty line and the last line need space on the screen too.
  say_calibration(session, result.calibration, result.evaluation,
                  kScreenLines - result.stages.size() - 2);
  session.say(fmt::format("written to {}: observations.yaml, calibration.yaml{}{}\n",
                          output.string(), result.rectified ? ", rectified/" : "",
                          result.reported ? ", report.html" : ""));
  nlohmann::ordered_json json = calibration_json(result.calibration, result.evaluation);
  for (const StageReport& report : result.stages) {
    json["stages"].push_back(
        {{"name", report.name}, {"skipped", report.skipped}, {"seconds", report.seconds}});
  }
  json["notes"] = result.notes;
  for (const Finding& finding : result.calibration.findings) {
    if (source_of(finding.code) == FindingSource::kSolve)
      json["notes"].push_back(finding_text(finding));
  }
  session.say_json(json);
}

}  // namespace

Action define_run(CommandLine& line) {
  const auto inputs = std::make_shared<std::vector<std::string>>();
  const auto options = std::make_shared<RunOptions>();
  line.add_positional(Option::list("input", *inputs,
                                   "composite images or videos (with --layout or --roi), or one "
                                   "folder, glob or video per camera",
                                   "INPUT"));
  for (const ConfigSection& section : describe(*options)) line.add(section.name, section.options);
  return [inputs, options](Session& session) { run_command(session, *inputs, *options); };
}

}  // namespace calib
