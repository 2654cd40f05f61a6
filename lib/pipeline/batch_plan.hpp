#pragma once
// recordings.yaml, the list of recordings that `calib batch` runs. At its top it has the keys of
// `calib run --config`, for all recordings, and then
//   recordings:
//     monday: {input: footage/monday}
//     tuesday: {input: footage/tuesday, detect: {detector: sb}}

#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/context.hpp"
#include "pipeline/run.hpp"

namespace calib {

struct Recording {
  std::string name;  ///< names its folder in the output of the batch
  std::vector<std::string> inputs;
  RunOptions options;
  double max_pixels = Context().max_pixels;
};

struct BatchPlan {
  std::vector<Recording> recordings;  ///< in the order of the file
  int jobs = 0;                       ///< threads of all recordings together; 0: all cores
};

/// Paths in the file are relative to its folder. Throws Error "FILE:LINE:COLUMN: ..." for an
/// unknown key, a wrong value, a recording without input or board, and a name that cannot name a
/// folder. `known_sections` are sections of other commands, which are skipped.
BatchPlan read_batch_plan(const std::filesystem::path& file,
                          const std::vector<std::string>& known_sections);

/// The configuration file for this recording, for `calib run` and for each stage by itself. It
/// holds every value that differs from the default of either.
std::string to_yaml(const Recording& recording);

}  // namespace calib
