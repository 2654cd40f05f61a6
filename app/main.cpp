#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "app/run_cli.hpp"
#include "base/deadline.hpp"
#include "base/interrupt.hpp"

int main(int argc, char** argv) {
  std::signal(SIGINT, [](int) { calib::request_interrupt(); });
  std::signal(SIGTERM, [](int) { calib::request_interrupt(); });
  const int code =
      calib::run_cli(std::vector<std::string>(argv + 1, argv + argc), std::cout, std::cerr);
  // run_cli has flushed its output; a thread that still runs must not see the library taken down.
  if (calib::any_work_abandoned()) std::_Exit(code);
  return code;
}
