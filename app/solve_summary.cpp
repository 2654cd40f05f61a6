#include "app/solve_summary.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "io/artifacts.hpp"
#include "pipeline/detect_stage.hpp"
#include "report/calibration_report.hpp"
#include "report/summary.hpp"
#include "scene/board_faces.hpp"
#include "scene/join_recordings.hpp"

namespace calib {

const std::string& only_file(const std::vector<std::string>& files, const std::string& expected) {
  require(files.size() == 1,
          fmt::format("input: found {} files, expected one: {}", files.size(), expected));
  return files.front();
}

namespace {

Artifact<Observations> read_recording(Session& session, const std::string& file) {
  Artifact<Observations> observations = read_artifact<Observations>(file);
  for (const auto& [key, value] : observations.value.provenance.options) {
    if (key == kShardOption) {
      session.warn(fmt::format(
          "{}: contains only shard {} of the images; `calib merge` joins all shards", file, value));
    }
  }
  return observations;
}

}  // namespace

Artifact<Observations> observations_to_solve(Session& session,
                                             const std::vector<std::string>& files) {
  if (files.size() < 2) return read_recording(session, only_file(files, "observations.yaml"));
  std::vector<ObservedRecording> recordings;
  for (const std::string& file : files)
    recordings.push_back({file, read_recording(session, file).value});
  return make_artifact(join_recordings(recordings));
}

void say_calibration(Session& session, const Calibration& calibration, const Evaluation& evaluation,
                     std::size_t most_lines) {
  session.say(session.flags().verbose ? calibration_text(calibration, evaluation)
                                      : summary_text(calibration, evaluation, most_lines));
  for (const Finding& finding : calibration.findings) {
    const bool is_said = !session.flags().quiet || finding.severity == Severity::kNote;
    if (is_said) {
      session.log(to_text(finding.severity) + ": " + finding_text(finding));
    } else {
      session.warn(finding_text(finding));
    }
  }
}

void finish_solve(Session& session, const SolveResult& result, const std::string& output) {
  write_file(output, to_yaml(result.calibration));
  for (const Rejected& rejected : result.calibration.rejected) {
    const std::string corner =
        rejected.corner ? fmt::format(" corner {}", *rejected.corner) : std::string();
    session.log(fmt::format("left out {} frame {}{}: {}", rejected.camera, rejected.frame, corner,
                            rejected.reason));
  }
  say_calibration(session, result.calibration, result.evaluation, kScreenLines);
  session.log(fmt::format("solved in {:.3f} s", result.seconds));
  nlohmann::ordered_json json = calibration_json(result.calibration, result.evaluation);
  json["seconds"] = result.seconds;
  session.say_json(json);
}

std::vector<std::string> unsolved_lenses(const Calibration& calibration) {
  std::vector<std::string> texts;
  for (const Finding& finding : calibration.findings) {
    if (finding.code == FindingCode::kLensUndetermined) texts.push_back(finding_text(finding));
  }
  return texts;
}

void add_pose_flags(CommandLine& line, const std::string& section, PoseInputs& inputs,
                    const std::vector<Option>& own) {
  line.add_positional(
      Option::list("observations", inputs.observations, "observations.yaml", "FILE"));
  line.add(
      section,
      {Option::text("calibration", inputs.calibration,
                    "intrinsics to start from (default: solved from the observations)", "FILE"),
       Option::text("back", inputs.back,
                    "same: the board carries the same print on the back of its panel "
                    "(default: as the observations show)")
           .one_of({"same"})});
  line.add(section, own);
  line.add("intrinsics", describe(inputs.intrinsics));
}

namespace {

Artifact<Calibration> starting_calibration(Session& session, const PoseInputs& inputs,
                                           const Observations& observations) {
  if (!inputs.calibration.empty()) return read_artifact<Calibration>(inputs.calibration);
  session.log("no --calibration: solving the intrinsics first");
  Calibration lenses = starting_lenses(observations, inputs.intrinsics, session.context());
  for (const std::string& problem : unsolved_lenses(lenses)) session.warn(problem);
  return make_artifact(std::move(lenses));
}

}  // namespace

void warn_if_poor(Session& session, const Calibration& calibration, const std::string& file) {
  if (calibration.verdict != Verdict::kPoor) return;
  session.warn(
      file + ": the verdict of this calibration is poor: what is measured with it may be far off");
}

void solve_poses(Session& session, const PoseInputs& inputs,
                 const std::function<void(const KnownCameras&)>& check,
                 const std::function<SolveResult(const Artifact<Observations>&,
                                                 const Artifact<Calibration>& start)>& solve) {
  std::vector<std::string> files = inputs.observations;
  files.push_back(inputs.calibration);
  const std::string output = session.output_file(files);
  Artifact<Observations> observations = observations_to_solve(session, inputs.observations);
  Board& board = observations.value.board;
  if (!inputs.back.empty() && board.parts.empty())
    board = two_faced(board, board, back_pose(board, board, {}));
  // Without a calibration the lenses are solved first.
  if (inputs.calibration.empty()) check({"observations", names_of(observations.value.cameras)});
  const Artifact<Calibration> start = starting_calibration(session, inputs, observations.value);
  finish_solve(session, solve(observations, start), output);
}

}  // namespace calib
