#include <fcntl.h>
#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "app/run_cli.hpp"
#include "base/child_process.hpp"
#include "base/deadline.hpp"
#include "base/interrupt.hpp"

namespace {

// Some work, such as the detectors of OpenCV, cannot be interrupted. After this time the process
// then ends as if it had been killed, which leaves no broken file.
constexpr itimerval kGracePeriod = {{0, 0}, {0, 700'000}};  // microseconds

extern "C" void on_interrupt(int) {
  calib::request_interrupt();
  ::setitimer(ITIMER_REAL, &kGracePeriod, nullptr);
}

extern "C" void on_alarm(int) {
  if (calib::waits_for_others()) return;
  constexpr char kText[] = "calib: interrupted\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, kText, sizeof kText - 1);
  std::_Exit(130);
}

// If the caller has closed standard input or output, the first files that the program opens would
// take their place, and messages would be written into them.
void open_standard_files() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) != -1) continue;
    // The lowest free descriptor is `fd`, since those below it are open.
    if (::open("/dev/null", O_RDWR) == -1) std::_Exit(2);
  }
}

void handle_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    // Signals that are ignored stay ignored: nohup, and background jobs of scripts.
    if (std::signal(signal, on_interrupt) == SIG_IGN) std::signal(signal, SIG_IGN);
  }
  std::signal(SIGALRM, on_alarm);
  // Writing to a closed pipe, or beyond the file size limit, is then an error that is reported.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace

int main(int argc, char** argv) {
  open_standard_files();
  handle_signals();
  calib::end_with_parent();
  const int code =
      calib::run_cli(std::vector<std::string>(argv + 1, argv + argc), std::cout, std::cerr);
  // run_cli() has flushed its output. Ends without destructors of static objects, which an
  // abandoned thread may still use.
  if (calib::any_work_abandoned()) std::_Exit(code);
  return code;
}
