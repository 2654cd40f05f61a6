// Prints the time and peak memory of the joint solve for several numbers of frames, cameras and
// threads. usage: calib_solve_scaling [CAMERAS FRAMES [JOBS]]     (default: a table, with a process
// for each row)

#include <fmt/format.h>
#include <sys/resource.h>

#include <cstdlib>
#include <string>

#include "base/stopwatch.hpp"
#include "solve/solve_rig.hpp"
#include "support/synthetic_world.hpp"

namespace calib {
namespace {

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

// The solve starts from lenses with small errors, as after the intrinsics stage.
void measure(int cameras, int frames, int jobs) {
  SynthOptions options;
  options.cameras = cameras;
  options.frames = frames;
  options.partial = 0;
  options.baseline_m = 0.02;  // all cameras see the board, however many
  const testing::World world = testing::make_world(options, {&kChessboard, 11, 8, 0.03}, 0.05);
  Calibration start = world.truth;
  start.frames.clear();
  for (Camera& camera : start.cameras) {
    camera.T_cam_rig.reset();
    camera.intrinsics->parameters[0] *= 1.002;
    camera.intrinsics->parameters[2] += 1;
  }
  const double before = peak_megabytes();
  const Stopwatch watch;
  const Calibration found = solve_rig(world.observations, start, {}, jobs, no_progress());
  fmt::print(
      "{:3} cameras {:5} frames {:6} views {} threads: {:7.3f} s, peak {:6.0f} MB ({:.0f} MB "
      "before the solve)\n",
      cameras, frames, world.observations.views.size(), jobs, watch.seconds(), peak_megabytes(),
      before);
}

}  // namespace
}  // namespace calib

int main(int argc, char** argv) {
  if (argc > 2) {
    calib::measure(std::stoi(argv[1]), std::stoi(argv[2]), argc > 3 ? std::stoi(argv[3]) : 1);
    return 0;
  }
  for (const char* row : {"4 40 1", "4 400 1", "4 4000 1", "16 40 1", "64 40 1", "16 400 1",
                          "4 4000 2", "64 1000 2"}) {
    const std::string command = std::string(argv[0]) + " " + row;
    if (std::system(command.c_str()) != 0) return 1;
  }
  return 0;
}
