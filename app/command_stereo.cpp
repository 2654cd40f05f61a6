#include "app/commands.hpp"
#include "app/solve_summary.hpp"
#include "base/errors.hpp"

namespace calib {
namespace {

struct StereoFlags {
  std::vector<std::string> observations;
  std::string calibration, pair;
  bool free_intrinsics = false;
  IntrinsicsOptions intrinsics;
  ExtrinsicsOptions extrinsics;
};

}  // namespace

Action define_stereo(CommandLine& line) {
  const auto flags = std::make_shared<StereoFlags>();
  line.add_positional(
      Option::list("observations", flags->observations, "observations.yaml", "FILE"));
  line.add(
      "stereo",
      {Option::text("calibration", flags->calibration,
                    "intrinsics to start from (default: solved from the observations)", "FILE"),
       Option::text("pair", flags->pair, "the two cameras; the first is the reference", "CAM,CAM"),
       Option::flag("free_intrinsics", flags->free_intrinsics, "refine the intrinsics too")});
  line.add("intrinsics", describe(flags->intrinsics));
  return [flags](Session& session) {
    std::vector<std::string> inputs = flags->observations;
    inputs.push_back(flags->calibration);
    const std::string output = session.output_file(inputs);
    const Artifact<Observations> observations = observations_to_solve(session, flags->observations);
    std::string pair = flags->pair;
    if (pair.empty() && observations.value.cameras.size() == 2) {
      pair = observations.value.cameras[0].name + "," + observations.value.cameras[1].name;
    }
    const Artifact<Calibration> start =
        starting_calibration(session, flags->calibration, observations.value, flags->intrinsics);
    ExtrinsicsOptions options;
    options.fix_intrinsics = !flags->free_intrinsics;
    options.reject = flags->intrinsics.reject;
    finish_solve(session, stereo_stage(observations, start, pair, options, session.context()),
                 output);
  };
}

}  // namespace calib
