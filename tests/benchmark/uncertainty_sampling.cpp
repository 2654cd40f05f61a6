// Prints the scatter of many solves over the uncertainty that they predict.
// usage: calib_uncertainty_sampling [RUNS [MODEL [ARRANGEMENT]]]     (default: 200 opencv5 grid)

#include "support/uncertainty_sampling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

int main(int argc, char** argv) {
  using namespace calib;
  SynthOptions options;
  options.cameras = 4;
  options.frames = 30;
  options.partial = 0.1;
  const int runs = argc > 1 ? std::stoi(argv[1]) : 200;
  if (argc > 2) options.model = argv[2];
  if (argc > 3) options.arrangement = find_named(kRigShapes, argv[3])->value;
  const Board board{&kChessboard, 9, 6, 0.03};
  const auto samples = testing::sample_uncertainty(options, board, 0.1, runs, 0);
  double lowest = 10, highest = 0, mean_square = 0;
  int count = 0;
  for (const auto& [name, sampled] : samples.quantities) {
    if (name.find("pixel") != std::string::npos) {
      fmt::print("{}: scatter / predicted (worse direction) {:.3f}\n", name, sampled.ratio());
      continue;
    }
    lowest = std::min(lowest, sampled.ratio());
    highest = std::max(highest, sampled.ratio());
    mean_square += sampled.ratio() * sampled.ratio();
    ++count;
  }
  fmt::print("{} solves, {} {}, {} parameters: scatter / predicted {:.3f} to {:.3f}, RMS {:.3f}\n",
             runs, options.model, name_of(kRigShapes, options.arrangement), count, lowest, highest,
             std::sqrt(mean_square / count));
  fmt::print("chi^2 {:.0f} for {:.0f} degrees of freedom: {:+.2f} standard deviations\n",
             samples.chi_squared, samples.degrees_of_freedom, samples.chi_squared_sigmas());
  return 0;
}
