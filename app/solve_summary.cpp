#include "app/solve_summary.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "io/artifacts.hpp"
#include "pipeline/detect_stage.hpp"
#include "report/calibration_report.hpp"

namespace calib {

const std::string& only_file(const std::vector<std::string>& files, const std::string& expected) {
  require(files.size() == 1,
          fmt::format("input: found {} files, expected one: {}", files.size(), expected));
  return files.front();
}

Artifact<Observations> observations_to_solve(Session& session,
                                             const std::vector<std::string>& files) {
  const std::string& file = only_file(files, "observations.yaml");
  Artifact<Observations> observations = read_artifact<Observations>(file);
  for (const auto& [key, value] : observations.value.provenance.options) {
    if (key == kShardOption) {
      session.warn(fmt::format(
          "{}: holds shard {} of the images only; `calib merge` joins all of them", file, value));
    }
  }
  return observations;
}

void finish_solve(Session& session, const SolveResult& result, const std::string& output) {
  write_file(output, to_yaml(result.calibration));
  for (const std::string& note : result.notes) session.warn(note);
  for (const Rejected& rejected : result.calibration.rejected) {
    const std::string corner =
        rejected.corner ? fmt::format(" corner {}", *rejected.corner) : std::string();
    session.log(fmt::format("left out {} frame {}{}: {}", rejected.camera, rejected.frame, corner,
                            rejected.reason));
  }
  session.say(calibration_text(result.calibration, result.evaluation));
  session.log(fmt::format("solved in {:.3f} s", result.seconds));
  nlohmann::ordered_json json = calibration_json(result.calibration, result.evaluation);
  json["seconds"] = result.seconds;
  session.say_json(json);
}

Artifact<Calibration> starting_calibration(Session& session, const std::string& file,
                                           const Observations& observations,
                                           const IntrinsicsOptions& options) {
  if (!file.empty()) return read_artifact<Calibration>(file);
  session.log("no --calibration: solving the intrinsics first");
  LensSolution lenses = starting_lenses(observations, options, session.context());
  for (const std::string& problem : lenses.unsolved) session.warn(problem);
  return make_artifact(std::move(lenses.calibration));
}

}  // namespace calib
