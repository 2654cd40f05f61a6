#pragma once
// recordings.yaml: what `calib batch` is to run. The keys of `calib run --config` at its top, for
// all recordings, and
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
  std::string name;  ///< of its folder in the batch's output
  std::vector<std::string> inputs;
  RunOptions options;
  double max_pixels = Context().max_pixels;
};

struct BatchPlan {
  std::vector<Recording> recordings;  ///< as they stand in the file
  int jobs = 0;                       ///< threads of all together; 0: all cores
};

/// Paths in the file are relative to it. Throws Error with the place for what is unknown or does
/// not fit, a recording without input or board, and a name that is none of a folder.
/// `known_sections` are sections of other commands.
BatchPlan read_batch_plan(const std::filesystem::path& file,
                          const std::vector<std::string>& known_sections);

/// The configuration file with which `calib run`, or its stages one by one, do this recording: all
/// that differs from the defaults of one or the other.
std::string to_yaml(const Recording& recording);

}  // namespace calib
