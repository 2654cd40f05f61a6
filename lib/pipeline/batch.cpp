#include "pipeline/batch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>
#include <thread>

#include "base/child_process.hpp"
#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/interrupt.hpp"
#include "base/parallel.hpp"
#include "base/paths.hpp"
#include "base/stopwatch.hpp"
#include "base/text.hpp"
#include "io/artifacts.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

using Status = RecordingResult::Status;

struct Running {
  RecordingResult* result;
  std::unique_ptr<ChildProcess> process;
  Stopwatch watch;
};

constexpr const char* kLog = "run.log";
constexpr std::string_view kConfigHead =
    "# Written by calib batch: change the file that lists the recordings, not this one.\n";

// Files with these names that no batch wrote belong to the user.
void refuse_foreign(const fs::path& config, const fs::path& log, bool force) {
  if (fs::exists(config) && read_file(config).starts_with(kConfigHead)) return;
  refuse_overwrite(config, force);
  refuse_overwrite(log, force);
}

// Why the process failed: the signal that ended it, its last message, or its exit code.
std::string failure(const RecordingResult& result, const ChildProcess::Ended& ended) {
  if (ended.signal != 0)
    return fmt::format("ended by signal {} ({})", ended.signal, ::strsignal(ended.signal));
  constexpr std::string_view kMark = "calib: ";
  std::string message;
  for (const std::string& line : split(read_file(result.log), '\n'))
    if (line.starts_with(kMark)) message = line.substr(kMark.size());
  return message.empty() ? fmt::format("exit code {}", ended.code) : message;
}

// Runs `work` and returns why it failed, or "". A recording that fails does not end the others.
std::string problem_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  } catch (const fs::filesystem_error& error) {
    return reason_of(error);
  }
  return "";
}

void read_result(RecordingResult& result) {
  const Calibration calibration = read_calibration(result.output / "calibration.yaml");
  result.verdict = calibration.verdict;
  result.frames = calibration.frames.size();
  const auto rms =
      std::find_if(calibration.quality.begin(), calibration.quality.end(),
                   [](const Metric& metric) { return metric.name == "reprojection_rms_px"; });
  if (rms != calibration.quality.end()) result.rms_px = rms->value;
}

void finish(Running& running, const ChildProcess::Ended& ended) {
  RecordingResult& result = *running.result;
  result.seconds = running.watch.seconds();
  result.reason = problem_of([&] {
    if (ended.signal != 0 || ended.code != 0) throw Error(failure(result, ended));
    read_result(result);
  });
  result.status = result.reason.empty() ? Status::kDone : Status::kFailed;
}

// Runs all recordings, a few of them at the same time.
class Batch {
 public:
  Batch(const BatchPlan& plan, const BatchOptions& options, const fs::path& output,
        const Context& context, const std::function<void(const RecordingResult&)>& on_end)
      : plan_(plan), output_(output), context_(context), on_end_(on_end) {
    const int threads = resolve_jobs(context.jobs);
    const int wanted = options.processes > 0 ? options.processes
                                             : std::max({1, std::min(2, threads), threads / 2});
    processes_ = std::min(static_cast<std::size_t>(wanted), plan.recordings.size());
    jobs_ = std::max(1, threads / static_cast<int>(processes_));
    for (const Recording& recording : plan.recordings) {
      RecordingResult result;
      result.name = recording.name;
      result.output = output / recording.name;
      result.log = result.output / kLog;
      results_.push_back(std::move(result));
    }
  }

  std::vector<RecordingResult> go() {
    const WaitsForOthers waits;
    context_.progress->begin("recordings", results_.size());
    make_folders();
    std::size_t next = 0;
    while (!interrupt_requested() && (next < results_.size() || !running_.empty())) {
      while (next < results_.size() && running_.size() < processes_) start(next++);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      collect();
    }
    stop_all();
    context_.progress->end();
    return std::move(results_);
  }

 private:
  // Two folders of recordings may be links to the same folder, which only one may write to.
  void make_folders() {
    std::vector<std::pair<fs::path, std::string>> folders;
    for (RecordingResult& result : results_) {
      unless_it_fails(result, [&] {
        for (const Recording& recording : plan_.recordings)
          refuse_overwrite(result.output, true, recording.inputs);
        create_folder(result.output);
        folders.emplace_back(fs::canonical(result.output), result.name);
      });
    }
    std::sort(folders.begin(), folders.end());
    for (std::size_t i = 1; i < folders.size(); ++i) {
      require(
          folders[i].first != folders[i - 1].first,
          fmt::format("recordings '{}' and '{}' have the same output folder {}: remove the link",
                      folders[i - 1].second, folders[i].second, folders[i].first.string()));
    }
  }

  void unless_it_fails(RecordingResult& result, const std::function<void()>& work) {
    result.reason = problem_of(work);
    if (result.reason.empty()) return;
    result.status = Status::kFailed;
    tell(result);
  }

  void tell(const RecordingResult& result) {
    on_end_(result);
    context_.progress->advance();
  }

  void start(std::size_t index) {
    RecordingResult& result = results_[index];
    if (result.status == Status::kWaiting)
      unless_it_fails(result, [&] { start_run(plan_.recordings[index], result); });
  }

  void start_run(const Recording& recording, RecordingResult& result) {
    const fs::path config = write_run_config(recording, output_, context_.force);
    std::vector<std::string> words = {
        this_program().string(), "run", "--config",           config.string(), "-o",
        result.output.string(),  "-j",  std::to_string(jobs_)};
    if (context_.force) words.push_back("--force");
    if (context_.strict) words.push_back("--strict");
    if (context_.max_pixels != Context().max_pixels) {
      words.push_back("--max-pixels");
      words.push_back(to_text(context_.max_pixels));
    }
    running_.push_back({&result, std::make_unique<ChildProcess>(words, result.log), {}});
  }

  void collect() {
    for (Running& running : running_) {
      const auto ended = running.process->poll();
      if (!ended) continue;
      finish(running, *ended);
      tell(*running.result);
      running.result = nullptr;
    }
    std::erase_if(running_, [](const Running& running) { return !running.result; });
  }

  void stop_all() {
    for (Running& running : running_) running.process->ask_to_stop();
    for (Running& running : running_) {
      running.process->stop();
      running.result->status = Status::kInterrupted;
      running.result->seconds = running.watch.seconds();
    }
    running_.clear();
  }

  const BatchPlan& plan_;
  const fs::path& output_;
  const Context& context_;
  const std::function<void(const RecordingResult&)>& on_end_;
  std::size_t processes_ = 1;
  int jobs_ = 1;
  std::vector<RecordingResult> results_;
  std::vector<Running> running_;
};

}  // namespace

std::vector<Option> describe(BatchOptions& o) {
  return {Option::number("processes", o.processes,
                         "recordings at once, each with its share of --jobs; 0: one for every two "
                         "threads, and at least two")
              .at_least(0)};
}

const char* status_name(Status status) {
  switch (status) {
    case Status::kDone:
      return "done";
    case Status::kFailed:
      return "failed";
    case Status::kInterrupted:
      return "interrupted";
    case Status::kWaiting:
      break;
  }
  return "not started";
}

fs::path write_run_config(const Recording& recording, const fs::path& output, bool force) {
  const fs::path folder = output / recording.name, file = folder / "run.yaml";
  refuse_foreign(file, folder / kLog, force);
  const std::string text = std::string(kConfigHead) + to_yaml(recording);
  if (!fs::exists(file) || read_file(file) != text) write_file(file, text);
  return file;
}

std::vector<RecordingResult> run_batch(const BatchPlan& plan, const BatchOptions& options,
                                       const FolderLock& output, const Context& context,
                                       const std::function<void(const RecordingResult&)>& on_end) {
  return Batch(plan, options, output.path(), context, on_end).go();
}

}  // namespace calib
