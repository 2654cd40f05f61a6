#include "app/commands.hpp"
#include "app/solve_summary.hpp"

namespace calib {
namespace {

struct ExtrinsicsFlags {
  std::vector<std::string> observations;
  std::string calibration;
  IntrinsicsOptions intrinsics;
  ExtrinsicsOptions extrinsics;
};

}  // namespace

Action define_extrinsics(CommandLine& line) {
  const auto flags = std::make_shared<ExtrinsicsFlags>();
  line.add_positional(
      Option::list("observations", flags->observations, "observations.yaml", "FILE"));
  line.add(
      "extrinsics",
      {Option::text("calibration", flags->calibration,
                    "intrinsics to start from (default: solved from the observations)", "FILE")});
  line.add("extrinsics", describe(flags->extrinsics));
  line.add("intrinsics", describe(flags->intrinsics));
  return [flags](Session& session) {
    std::vector<std::string> inputs = flags->observations;
    inputs.push_back(flags->calibration);
    const std::string output = session.output_file(inputs);
    const Artifact<Observations> observations = observations_to_solve(session, flags->observations);
    const Artifact<Calibration> start =
        starting_calibration(session, flags->calibration, observations.value, flags->intrinsics);
    finish_solve(session,
                 extrinsics_stage(observations, start, flags->extrinsics, session.context()),
                 output);
  };
}

}  // namespace calib
