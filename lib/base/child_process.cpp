#include "base/child_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "base/errors.hpp"
#include "base/stopwatch.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

// The open files that the child process starts with.
class FileActions {
 public:
  explicit FileActions(const fs::path& log) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, log.c_str(),
                                     O_WRONLY | O_CREAT | O_TRUNC, 0644);
    posix_spawn_file_actions_adddup2(&actions_, STDOUT_FILENO, STDERR_FILENO);
  }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

constexpr const char* kParent = "CALIB_PARENT";  // environment variable: the parent's process id

}  // namespace

void end_with_parent() {
  const char* given = std::getenv(kParent);
  if (!given) return;
  const std::string parent = given;
  ::unsetenv(kParent);  // programs that this process starts must not inherit it
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (std::to_string(::getppid()) != parent) ::raise(SIGTERM);  // the parent has already ended
}

fs::path this_program() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  require(!error, fmt::format("cannot find the program's own file: {}", error.message()));
  return program;
}

ChildProcess::ChildProcess(const std::vector<std::string>& words, const fs::path& log) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const FileActions actions(log);
  ::setenv(kParent, std::to_string(::getpid()).c_str(), 1);
  ::signal(SIGCHLD, SIG_DFL);  // if SIGCHLD were ignored, waitpid() could not report the exit code
  const int error =
      posix_spawn(&pid_, arguments[0], actions.get(), nullptr, arguments.data(), environ);
  if (error == 0) return;
  throw Error(fmt::format("{}: cannot be started with its output in {}: {}", words.front(),
                          log.string(), std::strerror(error)));
}

ChildProcess::~ChildProcess() { stop(); }

std::optional<ChildProcess::Ended> ChildProcess::poll() {
  if (ended_) return ended_;
  int status = 0;
  pid_t got = -1;
  do {
    got = ::waitpid(pid_, &status, WNOHANG);
  } while (got < 0 && errno == EINTR);
  if (got == pid_) {
    ended_ = WIFSIGNALED(status) ? Ended{0, WTERMSIG(status)} : Ended{WEXITSTATUS(status), 0};
  }
  return ended_;
}

void ChildProcess::ask_to_stop() {
  if (!poll()) ::kill(pid_, SIGTERM);
}

void ChildProcess::stop(double timeout_s) {
  ask_to_stop();
  for (const Stopwatch watch; !poll() && watch.seconds() < timeout_s;)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  if (poll()) return;
  ::kill(pid_, SIGKILL);
  while (!poll()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

}  // namespace calib
