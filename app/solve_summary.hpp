#pragma once
// What intrinsics, stereo and extrinsics have in common on the command line.

#include <string>
#include <vector>

#include "app/session.hpp"
#include "pipeline/solve_stages.hpp"

namespace calib {

/// The one file that a command needs; throws Error saying what is expected when there is none or
/// more than one.
const std::string& only_file(const std::vector<std::string>& files, const std::string& expected);

/// Reads the one observations file that a command solves from; warns of a shard, which is a part
/// only.
Artifact<Observations> observations_to_solve(Session& session,
                                             const std::vector<std::string>& files);

/// Writes the calibration, then warnings and the summary.
void finish_solve(Session& session, const SolveResult& result, const std::string& output);

/// The intrinsics to start from: --calibration, or solved here from the observations when none is
/// given.
Artifact<Calibration> starting_calibration(Session& session, const std::string& file,
                                           const Observations& observations,
                                           const IntrinsicsOptions& options);

}  // namespace calib
