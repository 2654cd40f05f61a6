#pragma once
// Child processes whose output goes to a log file.

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace calib {

/// The path of this program's executable file. Throws Error.
std::filesystem::path this_program();

/// If this process was started as a ChildProcess: makes the system send it SIGTERM as soon as its
/// parent process ends, even if the parent is killed. Otherwise does nothing. Call it first in
/// main().
void end_with_parent();

class ChildProcess {
 public:
  /// Starts the program `words[0]` with the remaining words as its arguments. Its standard output
  /// and standard error go to the file `log`, which is overwritten. Throws Error.
  ChildProcess(const std::vector<std::string>& words, const std::filesystem::path& log);
  /// Calls stop().
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  struct Ended {
    int code = 0;    ///< exit code; 0 if a signal ended the process
    int signal = 0;  ///< the signal that ended the process; 0 if it exited
  };
  /// Returns how the process ended, or nullopt while it still runs. Does not wait.
  std::optional<Ended> poll();
  /// Sends SIGTERM to the process if it still runs. Does not wait.
  void ask_to_stop();
  /// Sends SIGTERM and waits until the process has ended. Sends SIGKILL after `timeout_s`.
  void stop(double timeout_s = 10);

 private:
  pid_t pid_ = -1;
  std::optional<Ended> ended_;
};

}  // namespace calib
