#pragma once
// What intrinsics, stereo and extrinsics have in common on the command line.

#include <functional>
#include <string>
#include <vector>

#include "app/command.hpp"
#include "pipeline/solve_stages.hpp"

namespace calib {

/// The one file that a command needs; throws Error saying what is expected when there is none or
/// more than one.
const std::string& only_file(const std::vector<std::string>& files, const std::string& expected);

/// Reads the one observations file that a command solves from; warns of a shard, which is a part
/// only.
Observations observations_to_solve(Session& session, const std::vector<std::string>& files);

/// Writes the calibration, then warnings and the summary.
void finish_solve(Session& session, const SolveResult& result, const std::string& output);

/// What stereo and extrinsics start from. Without a calibration the intrinsics are solved from the
/// observations first.
struct PoseInputs {
  std::vector<std::string> observations;
  std::string calibration;
  IntrinsicsOptions intrinsics;
};
/// Adds the inputs, --calibration and the command's own options to its section, and the options of
/// intrinsics.
void add_pose_flags(CommandLine& line, const std::string& section, PoseInputs& inputs,
                    const std::vector<Option>& own);

/// Reads the inputs, solves the poses and finishes as finish_solve() does.
void solve_poses(
    Session& session, const PoseInputs& inputs,
    const std::function<SolveResult(const Observations&, const Calibration& start)>& solve);

}  // namespace calib
