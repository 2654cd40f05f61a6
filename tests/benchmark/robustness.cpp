// Prints the error of the rig against truth while a growing share of all views does not belong.
// usage: calib_robustness [SEEDS]     (default 20)

#include <fmt/format.h>

#include <algorithm>
#include <numbers>
#include <string>

#include "base/errors.hpp"
#include "evaluate/compare.hpp"
#include "solve/intrinsics.hpp"
#include "solve/rig.hpp"
#include "support/spoiled_world.hpp"
#include "support/synthetic_world.hpp"

int main(int argc, char** argv) {
  using namespace calib;
  const int seeds = argc > 1 ? std::stoi(argv[1]) : 20;
  fmt::print("share  centres mm  rotations mdeg  projection px  solved\n");
  for (const double share : {0.0, 0.1, 0.2, 0.3, 0.4}) {
    double centre = 0, rotation = 0, projection = 0;
    int solved = 0;
    for (int seed = 1; seed <= seeds; ++seed) {
      SynthOptions options;
      options.seed = seed;
      const testing::World world = testing::make_world(options, {"chessboard", 11, 8, 0.03}, 0.05);
      const Observations spoiled = testing::spoil(world.observations, share, seed);
      try {
        const Calibration lenses = solve_intrinsics(spoiled, {}, 0, no_progress()).calibration;
        const Calibration found = solve_rig(spoiled, lenses, {}, 0, no_progress()).calibration;
        const auto differences = compare(found, world.truth);
        for (const CameraDifference& d : differences) {
          const double count = static_cast<double>(differences.size());
          centre += 1000 * d.centre_m / count;
          rotation += 180e3 / std::numbers::pi * d.rotation_rad / count;
          projection += d.projection_px.mean / count;
        }
        ++solved;
      } catch (const Error& error) {
        fmt::print("seed {}: {}\n", seed, error.what());
      }
    }
    const double count = std::max(1, solved);
    fmt::print("{:3.0f} %  {:10.4f}  {:14.3f}  {:13.4f}  {} of {}\n", 100 * share, centre / count,
               rotation / count, projection / count, solved, seeds);
  }
  return 0;
}
