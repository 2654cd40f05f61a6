#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/solve_summary.hpp"
#include "base/errors.hpp"
#include "base/text.hpp"

namespace calib {

Action define_intrinsics(CommandLine& line) {
  const auto observations = std::make_shared<std::vector<std::string>>();
  const auto options = std::make_shared<IntrinsicsOptions>();
  line.add_positional(Option::list("observations", *observations, "observations.yaml", "FILE"));
  line.add("intrinsics", describe(*options));
  line.add("intrinsics", describe(options->shape));
  return [observations, options](Session& session) {
    const std::string output = session.output_file(*observations);
    const SolveResult result = intrinsics_stage(observations_to_solve(session, *observations),
                                                *options, session.context());
    finish_solve(session, result, output);
    const std::vector<std::string> unsolved = unsolved_lenses(result.calibration);
    if (unsolved.empty()) return;
    throw UndeterminedError(fmt::format(
        "{}; {} holds the other cameras; `calib extrinsics` finds the missing lens where "
        "they see the board together with it",
        join(unsolved, "; "), output));
  };
}

}  // namespace calib
