#pragma once
// `calib run` for many recordings, each in a process of its own.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/folder_lock.hpp"
#include "pipeline/batch_plan.hpp"
#include "pipeline/context.hpp"
#include "scene/finding.hpp"

namespace calib {

struct BatchOptions {
  /// Recordings at the same time; 0: one for every two threads, and at least two.
  int processes = 0;
};
std::vector<Option> describe(BatchOptions& options);

struct RecordingResult {
  enum class Status { kWaiting, kDone, kFailed, kInterrupted };
  std::string name;
  Status status = Status::kWaiting;
  std::filesystem::path output, log;
  double seconds = 0;
  std::string reason;              ///< why it failed, one line
  std::optional<Verdict> verdict;  ///< from here on: set if the recording is done
  std::optional<double> rms_px;    ///< reprojection error, over all cameras
  std::size_t frames = 0;          ///< whose board poses are solved
};
/// "done", "failed", ...
const char* status_name(RecordingResult::Status status);

/// Writes the configuration of a recording to OUT/NAME/run.yaml, unless the file has it already,
/// and returns the path. Throws Error when a run.yaml or run.log is there that no batch wrote,
/// unless `force` is set.
std::filesystem::path write_run_config(const Recording& recording,
                                       const std::filesystem::path& output, bool force);

/// Runs every recording into OUT/NAME, with run.yaml (its configuration) and run.log beside the
/// results, and calls `on_end` for each as it ends. A recording that fails, or whose process
/// crashes, does not end the others. Ctrl-C stops all; those that were not done are kInterrupted or
/// kWaiting. Throws Error when OUT cannot be written.
std::vector<RecordingResult> run_batch(const BatchPlan& plan, const BatchOptions& options,
                                       const FolderLock& output, const Context& context,
                                       const std::function<void(const RecordingResult&)>& on_end);

}  // namespace calib
