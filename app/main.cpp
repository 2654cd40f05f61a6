#include <csignal>
#include <iostream>
#include <string>
#include <vector>

#include "app/run_cli.hpp"
#include "base/interrupt.hpp"

int main(int argc, char** argv) {
  std::signal(SIGINT, [](int) { calib::request_interrupt(); });
  std::signal(SIGTERM, [](int) { calib::request_interrupt(); });
  return calib::run_cli(std::vector<std::string>(argv + 1, argv + argc), std::cout, std::cerr);
}
