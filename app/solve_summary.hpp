#pragma once
// Functions that the solving commands and others share: reading inputs, and printing calibrations.

#include <functional>
#include <string>
#include <vector>

#include "app/command.hpp"
#include "pipeline/solve_stages.hpp"

namespace calib {

/// The only file in `files`. Throws Error, which names what is expected, if there is none or more
/// than one.
const std::string& only_file(const std::vector<std::string>& files, const std::string& expected);

/// Reads the observations that a command solves from, of several recordings as of one
/// (join_recordings()); warns of a shard, which is a part only.
Artifact<Observations> observations_to_solve(Session& session,
                                             const std::vector<std::string>& files);

/// The number of lines of a screen.
inline constexpr std::size_t kScreenLines = 24;

/// Prints the verdict and the summary in at most `most_lines` lines, or with --verbose the full
/// report. With --quiet, prints findings that are warnings or errors to stderr instead.
void say_calibration(Session& session, const Calibration& calibration, const Evaluation& evaluation,
                     std::size_t most_lines);

/// One text for each camera that has no lens, with the reason.
std::vector<std::string> unsolved_lenses(const Calibration& calibration);

/// Writes the calibration to `output` and prints it.
void finish_solve(Session& session, const SolveResult& result, const std::string& output);

/// The inputs of stereo and extrinsics. Without a calibration, the intrinsics are first solved from
/// the observations.
struct PoseInputs {
  std::vector<std::string> observations;
  std::string calibration;
  std::string back;  // "same": the board has the same print on the back of its panel
  IntrinsicsOptions intrinsics;
};
/// Adds the flags of the inputs, the command's own options and the options of intrinsics.
void add_pose_flags(CommandLine& line, const std::string& section, PoseInputs& inputs,
                    const std::vector<Option>& own);

/// Warns in one line if the verdict of the calibration in `file`, which is to be used, is poor.
void warn_if_poor(Session& session, const Calibration& calibration, const std::string& file);

/// Reads the inputs, lets `check` throw Error for names of cameras that do not exist, solves the
/// poses with `solve`, and then does what finish_solve() does.
void solve_poses(Session& session, const PoseInputs& inputs,
                 const std::function<void(const KnownCameras&)>& check,
                 const std::function<SolveResult(const Artifact<Observations>&,
                                                 const Artifact<Calibration>& start)>& solve);

}  // namespace calib
