#pragma once
// The environment of a running command: the flags common to all commands, the checked output paths,
// and functions to print and to log.

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "base/folder_lock.hpp"
#include "base/progress.hpp"
#include "pipeline/context.hpp"

namespace calib {

struct CommonFlags {
  std::string output;
  std::string config;
  std::string log_file;
  int jobs = 0;
  double max_pixels = Context().max_pixels;
  bool force = false, strict = false, json = false, quiet = false, verbose = false;
};

/// stdout carries results (text, or JSON with --json), stderr carries warnings and progress.
class Session {
 public:
  Session(std::ostream& out, std::ostream& err, const CommonFlags& flags);
  ~Session();

  const CommonFlags& flags() const { return flags_; }
  /// The output path. Throws Error if -o was not given or names the configuration file.
  const std::string& output() const;
  /// The output file, which is locked until the command ends, so that no other process writes it
  /// meanwhile. Throws Error if it exists and --force was not given, is one of `inputs`, cannot be
  /// written, or is locked by another process.
  const std::string& output_file(const std::vector<std::string>& inputs);
  /// The output folder, locked in the same way. Throws Error when it cannot be written to, or
  /// another process holds it.
  const FolderLock& output_folder();
  /// The same for a folder in which `files` will be replaced. Throws Error if the first of them
  /// exists, which shows that there are earlier results, and --force was not given, or if any of
  /// them is in `inputs`.
  const FolderLock& output_folder(const std::vector<std::string>& files,
                                  const std::vector<std::string>& inputs);
  Context context();

  /// Prints the result as text, unless --quiet or --json was given or the output goes to stdout.
  void say(const std::string& text);
  /// Prints the result as JSON if --json was given.
  void say_json(const nlohmann::ordered_json& json);
  /// The same on one line, for commands that print one object after another.
  void say_json_line(const nlohmann::ordered_json& json);
  /// Whether text of say() goes to a terminal.
  bool is_on_terminal() const;
  /// Whether say_json() or say_json_line() has printed anything.
  bool has_json() const { return has_json_; }
  /// A warning on stderr and in the log file, also with --quiet.
  void warn(const std::string& text);
  /// A detail in the log file and, with --verbose, on stderr.
  void log(const std::string& text);

 private:
  struct Logger;
  std::ostream& out_;
  CommonFlags flags_;
  std::unique_ptr<Logger> logger_;
  std::unique_ptr<Progress> progress_;
  std::optional<FolderLock> folder_;
  std::optional<FileLock> file_;
  bool has_json_ = false;
  bool is_stdout_taken_ = false;  // the output goes to stdout
};

}  // namespace calib
