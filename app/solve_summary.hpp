#pragma once
// Functions that the solving commands and others share: reading inputs, and printing calibrations.

#include <string>
#include <vector>

#include "app/session.hpp"
#include "pipeline/solve_stages.hpp"

namespace calib {

/// The only file in `files`. Throws Error, which names what is expected, if there is none or more
/// than one.
const std::string& only_file(const std::vector<std::string>& files, const std::string& expected);

/// Reads the observations that a command solves from. Warns if they are a shard.
Observations observations_to_solve(Session& session, const std::vector<std::string>& files);

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

/// The intrinsics to start from: read from `file` (--calibration) or, if that is empty, solved from
/// the observations.
Calibration starting_calibration(Session& session, const std::string& file,
                                 const Observations& observations,
                                 const IntrinsicsOptions& options);

}  // namespace calib
