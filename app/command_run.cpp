#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/folder_lock.hpp"
#include "pipeline/run.hpp"
#include "report/calibration_report.hpp"
#include "report/html_report.hpp"

namespace calib {
namespace {

// Whether calib wrote the file.
bool is_ours(const std::filesystem::path& file) {
  if (!std::filesystem::is_regular_file(file)) return false;
  const std::string text = read_file(file);
  return file.extension() == ".html" ? !inputs_hash_of(text).empty()
                                     : text.starts_with("calib_version:");
}

// A folder may hold files of others with the names of ours; where no run has been, also of ours.
void refuse_foreign(const std::filesystem::path& output, const std::vector<std::string>& inputs,
                    const std::vector<std::string>& settings, bool force) {
  refuse_overwrite(output, true, inputs);
  for (const char* name :
       {"dataset.yaml", "observations.yaml", "intrinsics.yaml", "calibration.yaml", "report.html"})
    refuse_overwrite(output / name, true, settings);
  for (const char* name :
       {"observations.yaml", "intrinsics.yaml", "calibration.yaml", "report.html"})
    if (!is_ours(output / name)) refuse_overwrite(output / name, force);
  if (std::filesystem::exists(output / "observations.yaml")) return;
  for (const char* name : {"intrinsics.yaml", "calibration.yaml", "report.html"})
    refuse_overwrite(output / name, force);
}

void run_command(Session& session, const std::vector<std::string>& inputs,
                 const RunOptions& options) {
  const std::filesystem::path output = session.output();
  require(!inputs.empty(),
          "no input was named: give composite frames with --layout 2x2, or one folder a camera");
  const FolderLock lock(output);  // what is free now is free when it is written
  refuse_foreign(output, inputs, {session.flags().config, options.board.target},
                 session.flags().force);
  const auto tell = [&](const StageReport& report) {
    session.say(
        fmt::format("{:<11} {:>7.2f} s  {}\n", report.name, report.seconds, report.summary));
  };
  const RunResult result = run(inputs, options, output, session.context(), tell);
  for (const std::string& note : result.notes) session.warn(note);
  session.say("\n" + calibration_text(result.calibration, result.evaluation) +
              fmt::format("written to {}: observations.yaml, calibration.yaml{}{}\n",
                          output.string(), result.rectified ? ", rectified/" : "",
                          options.no_report ? "" : ", report.html"));
  nlohmann::ordered_json json = calibration_json(result.calibration, result.evaluation);
  for (const StageReport& report : result.stages) {
    json["stages"].push_back(
        {{"name", report.name}, {"skipped", report.skipped}, {"seconds", report.seconds}});
  }
  json["notes"] = result.notes;
  session.say_json(json);
}

}  // namespace

Action define_run(CommandLine& line) {
  const auto inputs = std::make_shared<std::vector<std::string>>();
  const auto options = std::make_shared<RunOptions>();
  line.add_positional(Option::list(
      "input", *inputs,
      "composite images or videos (with --layout or --roi), or one folder, glob or video a camera",
      "INPUT"));
  for (const ConfigSection& section : describe(*options)) line.add(section.name, section.options);
  return [inputs, options](Session& session) { run_command(session, *inputs, *options); };
}

}  // namespace calib
