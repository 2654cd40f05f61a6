#pragma once
// What every command is given when it runs: the flags common to all, where results go, and how to
// log.

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
  /// The output path; throws Error when -o was not given.
  const std::string& output() const;
  /// The output file, held until the command ends, so that what is free now is free when it is
  /// written. Throws Error when it exists and --force was not given, is one of `inputs`, cannot be
  /// written to, or another process holds it.
  const std::string& output_file(const std::vector<std::string>& inputs);
  /// The output folder, locked in the same way. Throws Error when it cannot be written to, or
  /// another process holds it.
  const FolderLock& output_folder();
  /// The same where `files` will be replaced, of which the first says that something is there.
  /// Throws Error when it exists and --force was not given, or when any of them is in `inputs`.
  const FolderLock& output_folder(const std::vector<std::string>& files,
                                  const std::vector<std::string>& inputs);
  Context context();

  /// The result for a reader; nothing with --quiet or --json, or where the output goes there.
  void say(const std::string& text);
  /// The result for a script; nothing without --json.
  void say_json(const nlohmann::ordered_json& json);
  /// Whether say_json() has told anything.
  bool has_told_json() const { return has_told_json_; }
  /// Something that went other than hoped, on stderr and in the log file; never hidden, --quiet or
  /// not.
  void warn(const std::string& text);
  /// Detail, on stderr with --verbose, and in the log file.
  void log(const std::string& text);

 private:
  struct Logger;
  std::ostream& out_;
  CommonFlags flags_;
  std::unique_ptr<Logger> logger_;
  std::unique_ptr<Progress> progress_;
  std::optional<FolderLock> folder_;
  std::optional<FileLock> file_;
  bool has_told_json_ = false;
  bool is_stdout_taken_ = false;  // by the output
};

}  // namespace calib
