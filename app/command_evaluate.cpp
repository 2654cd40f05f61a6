#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "base/append.hpp"
#include "base/errors.hpp"
#include "base/files.hpp"
#include "evaluate/gates.hpp"
#include "evaluate/residuals.hpp"
#include "io/artifacts.hpp"
#include "pipeline/evaluate_stage.hpp"
#include "report/calibration_report.hpp"
#include "report/residual_table.hpp"
#include "solve/moving_boards.hpp"

namespace calib {
namespace {

struct EvaluateFlags {
  std::vector<std::string> files, gates;
  std::string truth, residuals;
  EvaluateOptions evaluate;
};

void write_residuals(const Session& session, const EvaluateFlags& flags,
                     const Calibration& calibration, const Observations& observations) {
  const std::string& file = flags.residuals;
  const bool csv = file.ends_with(".csv");
  require(csv || file.ends_with(".json"),
          fmt::format("residuals: found '{}', expected a name in .csv or .json", file));
  std::vector<std::string> inputs = flags.files;
  inputs.insert(inputs.end(), {flags.truth, session.flags().config});
  refuse_overwrite(file, session.flags().force, inputs);
  const Observations numbered = in_step(observations, calibration);
  const std::vector<Residual> residuals = all_residuals(numbered, calibration);
  write_file(file, csv ? residuals_csv(numbered, residuals) : residuals_json(numbered, residuals));
}

// Throws UndeterminedError if there are no views, or if a rig has no reprojection errors with them.
void require_measured(const Observations& observations, const Calibration& calibration,
                      const Evaluation& evaluation) {
  const bool is_rig =
      std::any_of(calibration.cameras.begin(), calibration.cameras.end(),
                  [](const Camera& camera) { return camera.intrinsics && camera.T_cam_rig; });
  if (!observations.views.empty() && (!is_rig || evaluation.reprojection_px.count > 0)) return;
  throw UndeterminedError(fmt::format(
      "none of the {} views can be used with this calibration: give observations of its cameras in "
      "which the board was found",
      observations.views.size()));
}

// The reasons why gates on differences from --truth are missed: the cameras, lenses and poses that
// could not be compared.
std::vector<std::string> uncompared(const std::vector<Gate>& gates,
                                    const std::vector<CameraDifference>& differences,
                                    const std::vector<std::string>& unmatched) {
  const auto has_gate = [&](const char* name) {
    return std::any_of(gates.begin(), gates.end(),
                       [&](const Gate& gate) { return gate.name == name; });
  };
  std::vector<std::string> lines;
  if (has_gate("truth_px")) append(lines, lenses_seen_apart(differences));
  if (has_gate("truth_mm")) append(lines, poses_unknown(differences));
  if (has_gate("truth_px") || has_gate("truth_mm")) append(lines, unmatched);
  return lines;
}

void evaluate_command(Session& session, const EvaluateFlags& flags) {
  require(flags.files.size() == 2,
          fmt::format("input: found {} files, expected two: calibration.yaml observations.yaml",
                      flags.files.size()));
  const std::vector<Gate> gates = parse_gates(flags.gates);
  Calibration calibration = read_calibration(flags.files[0]);
  const Observations observations = read_observations(flags.files[1]);
  const Evaluation evaluation =
      evaluate_stage(observations, calibration, flags.evaluate, session.context());
  if (!flags.residuals.empty()) write_residuals(session, flags, calibration, observations);
  std::string text = calibration_text(calibration, evaluation);
  nlohmann::ordered_json json = calibration_json(calibration, evaluation);
  std::vector<CameraDifference> differences;
  std::vector<std::string> unmatched;
  if (!flags.truth.empty()) {
    const Calibration truth = read_calibration(flags.truth);
    differences = compare(calibration, truth);
    unmatched = cameras_of_one(calibration, truth, flags.files[0], flags.truth);
    text += "against " + flags.truth + ":\n" + comparison_text(differences);
    json["truth"] = comparison_json(differences);
  }
  const std::vector<GateResult> results =
      check_gates(gates, gate_values(calibration, evaluation, differences));
  for (const GateResult& result : results) {
    text += fmt::format("gate {}: {} ({})\n", result.gate.text, result.passed ? "met" : "MISSED",
                        result.value);
    json["gates"].push_back(
        {{"gate", result.gate.text}, {"value", result.value}, {"passed", result.passed}});
  }
  session.say(text);
  session.say_json(json);
  for (const std::string& line : unmatched) session.warn(line);
  require_measured(observations, calibration, evaluation);
  require_gates(results, uncompared(gates, differences, unmatched));
}

}  // namespace

Action define_evaluate(CommandLine& line) {
  const auto flags = std::make_shared<EvaluateFlags>();
  line.add_positional(
      Option::list("files", flags->files, "calibration.yaml observations.yaml", "FILE"));
  line.add("evaluate", describe(flags->evaluate));
  line.add(
      "evaluate",
      {Option::text("truth", flags->truth, "a calibration.yaml with the true values", "FILE"),
       Option::text("residuals", flags->residuals,
                    "write every corner's residual to this .csv or .json", "FILE"),
       Option::list("require", flags->gates,
                    "a gate that must hold, or the exit code is 1: " + gate_help(), "'NAME<X'")});
  return [flags](Session& session) { evaluate_command(session, *flags); };
}

}  // namespace calib
