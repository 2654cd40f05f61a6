#pragma once
// Another program, at work beside this one, its output in a file.

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace calib {

/// The file that this program was started from.
std::filesystem::path this_program();

/// Makes this process end when the ChildProcess that started it goes, however that ends; called
/// first by a program that may be one.
void end_with_parent();

class ChildProcess {
 public:
  /// Starts `words[0]` with the others as its arguments; standard output and error go to `log`,
  /// which is replaced. Throws Error.
  ChildProcess(const std::vector<std::string>& words, const std::filesystem::path& log);
  /// Ends it, if it has not ended.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  struct Ended {
    int code = 0;    ///< exit code
    int signal = 0;  ///< what ended it instead; 0: nothing did
  };
  /// How it ended; nothing while it runs.
  std::optional<Ended> poll();
  /// Sends it SIGTERM, if it runs.
  void ask_to_stop();
  /// The same, then waits for its end; after `patience_s` it is made to end (SIGKILL).
  void stop(double patience_s = 10);

 private:
  pid_t pid_ = -1;
  std::optional<Ended> ended_;
};

}  // namespace calib
