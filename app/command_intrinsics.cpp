#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/solve_summary.hpp"
#include "base/files.hpp"
#include "io/artefacts.hpp"

namespace calib {

Action define_intrinsics(CommandLine& line) {
  const auto observations = std::make_shared<std::vector<std::string>>();
  const auto options = std::make_shared<IntrinsicsOptions>();
  line.add_positional(Option::list("observations", *observations, "observations.yaml", "FILE"));
  line.add("intrinsics", describe(*options));
  return [observations, options](Session& session) {
    const std::string output = session.output();
    refuse_overwrite(output, session.flags().force, *observations);
    finish_solve(session,
                 intrinsics_stage(read_observations(only_file(*observations, "observations.yaml")),
                                  *options, session.context()),
                 output);
  };
}

}  // namespace calib
