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
Artifact<Observations> observations_to_solve(Session& session,
                                             const std::vector<std::string>& files);

/// As many lines as one screen shows.
inline constexpr std::size_t kScreenLines = 24;

/// Shows the verdict and the summary in at most `most_lines` lines, or with --verbose everything.
/// With --quiet, findings that are warnings or errors go to stderr instead.
void say_calibration(Session& session, const Calibration& calibration, const Evaluation& evaluation,
                     std::size_t most_lines);

/// Why cameras of the calibration are left without a lens, a text each.
std::vector<std::string> unsolved_lenses(const Calibration& calibration);

/// Writes the calibration and shows it.
void finish_solve(Session& session, const SolveResult& result, const std::string& output);

/// The inputs of stereo and extrinsics. Without a calibration, the intrinsics are first solved from
/// the observations.
struct PoseInputs {
  std::vector<std::string> observations;
  std::string calibration;
  IntrinsicsOptions intrinsics;
};
/// Adds the flags of the inputs, the command's own options and the options of intrinsics.
void add_pose_flags(CommandLine& line, const std::string& section, PoseInputs& inputs,
                    const std::vector<Option>& own);

/// Reads the inputs, solves the poses with `solve`, and then does what finish_solve() does.
void solve_poses(Session& session, const PoseInputs& inputs,
                 const std::function<SolveResult(const Artifact<Observations>&,
                                                 const Artifact<Calibration>& start)>& solve);

}  // namespace calib
