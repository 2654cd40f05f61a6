#include "pipeline/solve_stages.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/errors.hpp"
#include "base/stopwatch.hpp"
#include "base/text.hpp"
#include "io/artefacts.hpp"
#include "pipeline/inputs_hash.hpp"
#include "solve/intrinsics.hpp"
#include "solve/settle_labels.hpp"

namespace calib {
namespace {

template <class Solve>
double timed(const Solve& solve) {
  const Stopwatch watch;
  solve();
  return watch.seconds();
}

void finish(const Observations& observations, SolveResult& result) {
  const Observations as_solved = settled(observations, result.calibration);
  result.evaluation = evaluate(as_solved, result.calibration);
  judge(as_solved, result.evaluation, result.calibration);
}

}  // namespace

Provenance intrinsics_provenance(const Observations& observations, IntrinsicsOptions options) {
  return {combined_hash({"intrinsics", to_yaml(observations)}), to_pairs(describe(options))};
}

SolveResult intrinsics_stage(const Observations& observations, const IntrinsicsOptions& options,
                             const Context& context) {
  SolveResult result;
  result.seconds = timed([&] {
    LensSolution solution =
        solve_intrinsics(observations, options, context.jobs, *context.progress);
    result.calibration = std::move(solution.calibration);
    result.unsolved = std::move(solution.unsolved);
  });
  result.calibration.provenance = intrinsics_provenance(observations, options);
  finish(observations, result);
  return result;
}

Provenance extrinsics_provenance(const Observations& observations, const Calibration& calibration,
                                 ExtrinsicsOptions options) {
  return {combined_hash({"extrinsics", to_yaml(observations), to_yaml(calibration)}),
          to_pairs(describe(options))};
}

SolveResult extrinsics_stage(const Observations& observations, const Calibration& calibration,
                             const ExtrinsicsOptions& options, const Context& context) {
  SolveResult result;
  result.seconds = timed([&] {
    RigSolution solution =
        solve_rig(observations, calibration, options, context.jobs, *context.progress);
    result.calibration = std::move(solution.calibration);
    result.notes = std::move(solution.notes);
  });
  result.calibration.provenance = extrinsics_provenance(observations, calibration, options);
  finish(observations, result);
  return result;
}

SolveResult stereo_stage(const Observations& observations, const Calibration& calibration,
                         const std::string& pair, const ExtrinsicsOptions& options,
                         const Context& context) {
  const std::vector<std::string> names = split(pair, ',');
  require(names.size() == 2 && names[0] != names[1],
          fmt::format("pair: found '{}', expected two different cameras, such as --pair cam0,cam1",
                      pair));
  ExtrinsicsOptions stereo = options;
  stereo.reference = names[0];
  SolveResult result =
      extrinsics_stage(select_cameras(observations, names), calibration, stereo, context);
  result.calibration.provenance.options.emplace_back("pair", pair);
  return result;
}

}  // namespace calib
