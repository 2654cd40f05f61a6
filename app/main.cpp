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

// Some work cannot be stopped from outside, such as detectors of OpenCV: the process then ends as
// if it had been killed, which no file minds.
constexpr itimerval kPatience = {{0, 0}, {0, 700'000}};  // microseconds

extern "C" void on_interrupt(int) {
  calib::request_interrupt();
  ::setitimer(ITIMER_REAL, &kPatience, nullptr);
}

extern "C" void on_alarm(int) {
  if (calib::waits_for_others()) return;
  constexpr char kText[] = "calib: interrupted\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, kText, sizeof kText - 1);
  std::_Exit(130);
}

void handle_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    // What is ignored stays so: nohup, and a script's jobs in the background.
    if (std::signal(signal, on_interrupt) == SIG_IGN) std::signal(signal, SIG_IGN);
  }
  std::signal(SIGALRM, on_alarm);
  // A closed pipe and a file that grows too large are failed writes, which are told of.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace

int main(int argc, char** argv) {
  handle_signals();
  calib::end_with_parent();
  const int code =
      calib::run_cli(std::vector<std::string>(argv + 1, argv + argc), std::cout, std::cerr);
  // run_cli has flushed its output; a thread that still runs must not see the library taken down.
  if (calib::any_work_abandoned()) std::_Exit(code);
  return code;
}
