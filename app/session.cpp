#include "app/session.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/ostream_sink.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/progress_bar.hpp"
#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/paths.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "image/decode.hpp"

namespace calib {
namespace {

// Throws Error unless the file can be replaced by a log: protects a file, such as an input of the
// command, that was named as the log file by mistake.
void require_log(const std::string& file) {
  require(is_special(file) || !is_written_in_place(file),
          file + ": leads to a file that another process writes; choose another --log-file");
  if (!std::filesystem::is_regular_file(file)) return;
  const std::string text = read_file(file);
  const bool is_log = text.empty() || (text.size() > 20 && parse_integer(text.substr(0, 4)) &&
                                       text[4] == '-' && text[7] == '-' && text[13] == ':');
  require(
      is_log,
      file +
          ": is not a log that calib wrote, and would be overwritten; choose another --log-file");
}

bool is_standard_output(const std::string& file) {
  struct stat named {
  }, open{};
  return ::stat(file.c_str(), &named) == 0 && ::fstat(STDOUT_FILENO, &open) == 0 &&
         named.st_ino == open.st_ino && named.st_dev == open.st_dev && is_written_in_place(file);
}

// The log file is created before the output is, so that its path must be another one.
void require_apart(const CommonFlags& flags) {
  require(flags.log_file == "/dev/null" || !is_same_place(flags.log_file, flags.output),
          flags.log_file + ": is the --output too; choose another --log-file");
}

}  // namespace

struct Session::Logger {
  spdlog::logger log{"calib"};

  Logger(std::ostream& err, const CommonFlags& flags) {
    auto screen = std::make_shared<spdlog::sinks::ostream_sink_mt>(err, true);
    screen->set_pattern("%l: %v");
    screen->set_level(flags.verbose ? spdlog::level::debug : spdlog::level::warn);
    log.sinks().push_back(screen);
    if (!flags.log_file.empty()) {
      if (!flags.output.empty()) require_apart(flags);
      refuse_overwrite(flags.log_file, flags.force);
      require_log(flags.log_file);
      try {
        auto file = std::make_shared<spdlog::sinks::basic_file_sink_mt>(flags.log_file, true);
        file->set_pattern("%Y-%m-%d %H:%M:%S.%e %l: %v");
        log.sinks().push_back(file);
      } catch (const spdlog::spdlog_ex& error) {
        throw Error(flags.log_file + ": cannot write the log file: " + error.what());
      }
    }
    log.set_level(spdlog::level::debug);
    log.flush_on(spdlog::level::debug);
  }
};

Session::Session(std::ostream& out, std::ostream& err, const CommonFlags& flags)
    : out_(out),
      flags_(flags),
      logger_(std::make_unique<Logger>(err, flags)),
      progress_(make_progress(err, flags.quiet)) {
  limit_pixels(static_cast<std::uint64_t>(1e6 * flags.max_pixels));
  is_stdout_taken_ = !flags.output.empty() && is_standard_output(flags.output);
  require(!is_stdout_taken_ || !flags.json,
          flags.output + ": is standard output, where --json goes; choose another --output");
}

Session::~Session() = default;

const std::string& Session::output() const {
  require(!flags_.output.empty(), "output: missing: give the path of the result with -o PATH");
  refuse_overwrite(flags_.output, true, {flags_.config});
  return flags_.output;
}

const std::string& Session::output_file(const std::vector<std::string>& inputs) {
  const std::string& file = output();
  require(std::filesystem::path(file).has_filename() && !std::filesystem::is_directory(file),
          file + ": is a folder, expected a file to write; choose another --output");
  if (!is_written_in_place(file)) file_.emplace(file);
  refuse_overwrite(file, flags_.force, inputs);
  return file;
}

const FolderLock& Session::output_folder() { return folder_.emplace(output()); }

const FolderLock& Session::output_folder(const std::vector<std::string>& files,
                                         const std::vector<std::string>& inputs) {
  const FolderLock& folder = output_folder();
  for (const std::string& file : files) refuse_overwrite(folder.path() / file, true, inputs);
  refuse_overwrite(folder.path() / files.front(), flags_.force);
  return folder;
}

Context Session::context() {
  return {flags_.jobs, flags_.force, flags_.strict, flags_.max_pixels, progress_.get()};
}

void Session::say(const std::string& text) {
  if (!flags_.quiet && !flags_.json && !is_stdout_taken_) out_ << text << std::flush;
}

void Session::say_json(const nlohmann::ordered_json& json) {
  if (!flags_.json) return;
  out_ << json.dump(2) << std::endl;
  has_json_ = true;
}

void Session::say_json_line(const nlohmann::ordered_json& json) {
  if (!flags_.json) return;
  out_ << json.dump() << std::endl;
  has_json_ = true;
}

bool Session::is_on_terminal() const {
  return &out_ == &std::cout && ::isatty(STDOUT_FILENO) == 1 && !is_stdout_taken_;
}

void Session::warn(const std::string& text) { logger_->log.warn("{}", visible(text)); }

void Session::log(const std::string& text) { logger_->log.debug("{}", text); }

}  // namespace calib
