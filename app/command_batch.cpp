#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/interrupt.hpp"
#include "base/text.hpp"
#include "pipeline/batch.hpp"
#include "report/text_table.hpp"

namespace calib {
namespace {

using Status = RecordingResult::Status;

std::string batch_text(const std::vector<RecordingResult>& results) {
  TableRows rows = {{"recording", "status", "verdict", "frames", "rms px", "seconds"}};
  std::string failures;
  for (const RecordingResult& result : results) {
    const bool done = result.status == Status::kDone;
    rows.push_back({result.name, status_name(result.status),
                    result.verdict ? to_text(*result.verdict) : "-",
                    done ? std::to_string(result.frames) : "-",
                    result.rms_px ? to_text(*result.rms_px, 3) : "-", to_text(result.seconds, 1)});
    if (result.status == Status::kFailed)
      failures += fmt::format("  {}: {} ({})\n", result.name, result.reason, result.log.string());
  }
  return text_table(rows) + failures;
}

constexpr const char* kSummary = "batch.json";
constexpr std::string_view kSummaryHead = "{\n  \"recordings\": [";

nlohmann::ordered_json batch_json(const std::vector<RecordingResult>& results) {
  nlohmann::ordered_json json = {{"recordings", nlohmann::ordered_json::array()}};
  for (const RecordingResult& result : results) {
    nlohmann::ordered_json entry = {{"name", result.name},
                                    {"status", status_name(result.status)},
                                    {"output", result.output.string()},
                                    {"log", result.log.string()},
                                    {"seconds", result.seconds}};
    if (result.status == Status::kDone) {
      entry["verdict"] = to_text(result.verdict);
      entry["frames"] = result.frames;
      entry["rms_px"] = result.rms_px ? nlohmann::ordered_json(*result.rms_px) : nullptr;
    }
    if (result.status == Status::kFailed) entry["reason"] = result.reason;
    json["recordings"].push_back(entry);
  }
  return json;
}

void require_all_done(const std::vector<RecordingResult>& results) {
  throw_if_interrupted();
  std::vector<std::string> failed;
  for (const RecordingResult& result : results)
    if (result.status != Status::kDone) failed.push_back(result.name);
  if (failed.empty()) return;
  throw UndeterminedError(
      fmt::format("{} of {} recordings failed: {}; the same command tries them again",
                  failed.size(), results.size(), join(failed, ", ")));
}

// Writes the configuration of each recording and prints the plan, for a scheduler that runs the
// stages itself.
void print_plan(Session& session, const BatchPlan& plan, const std::filesystem::path& output) {
  nlohmann::ordered_json json = {{"recordings", nlohmann::ordered_json::array()}};
  TableRows rows = {{"recording", "configuration", "input"}};
  for (const Recording& recording : plan.recordings) {
    const std::string config = write_run_config(recording, output, session.flags().force).string();
    rows.push_back({recording.name, config, join(recording.inputs, " ")});
    json["recordings"].push_back({{"name", recording.name},
                                  {"config", config},
                                  {"input", recording.inputs},
                                  {"crop", has_views(recording.options.crop)},
                                  {"report", !recording.options.no_report}});
  }
  session.say(text_table(rows));
  session.say_json(json);
}

void batch_command(Session& session, const std::vector<std::string>& files,
                   const BatchOptions& options, bool dry_run) {
  const std::filesystem::path output = session.output();
  require(files.size() == 1,
          fmt::format("found {} files, expected one that lists recordings", files.size()));
  const BatchPlan plan = read_batch_plan(files.front(), command_names());
  const FolderLock& folder = session.output_folder();  // locks the folder, so that it stays free
                                                       // until the results are written
  const std::filesystem::path summary = output / kSummary;
  refuse_overwrite(summary, true, files);
  if (std::filesystem::exists(summary) && !read_file(summary).starts_with(kSummaryHead))
    refuse_overwrite(summary, session.flags().force);
  for (const Recording& recording : plan.recordings)
    refuse_overwrite(output / recording.name / "run.yaml", true, files);
  if (dry_run) return print_plan(session, plan, output);
  Context context = session.context();
  if (context.jobs == 0) context.jobs = plan.jobs;
  const auto log_result = [&](const RecordingResult& result) {
    session.log(fmt::format("{}: {} after {:.1f} s {}", result.name, status_name(result.status),
                            result.seconds, result.reason));
  };
  const std::vector<RecordingResult> results =
      run_batch(plan, options, folder, context, log_result);
  const nlohmann::ordered_json json = batch_json(results);
  write_file(summary, json.dump(2) + "\n");
  session.say(batch_text(results));
  session.say_json(json);
  require_all_done(results);
}

}  // namespace

Action define_batch(CommandLine& line) {
  const auto files = std::make_shared<std::vector<std::string>>();
  const auto options = std::make_shared<BatchOptions>();
  line.add_positional(Option::list(
      "recordings", *files,
      "a YAML file with the keys of `calib run --config` and the recordings: NAME: {input: FOLDER}",
      "FILE"));
  line.add("batch", describe(*options));
  const auto dry_run = std::make_shared<bool>(false);
  line.add("batch", {Option::flag("dry_run", *dry_run,
                                  "only check the file, and write each recording's run.yaml")});
  return [files, options, dry_run](Session& session) {
    batch_command(session, *files, *options, *dry_run);
  };
}

}  // namespace calib
