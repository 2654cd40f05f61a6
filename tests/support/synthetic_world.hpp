#pragma once
// A synthetic rig with known truth and noisy corners, without images.

#include "synth/synthetic_rig.hpp"

namespace calib::testing {

struct World {
  Board board;
  Calibration truth;
  Observations observations;  ///< noisy
};

/// Adds Gaussian noise with the standard deviation `sigma_px` to each coordinate of the corners,
/// whose sigma_px is set to it.
inline World make_world(const SynthOptions& options, const Board& board, double sigma_px) {
  World world{board, make_synthetic_rig(options, board), {}};
  world.observations = true_observations(world.truth, 4);
  if (sigma_px > 0) world.observations = add_noise(world.observations, sigma_px, options.seed);
  return world;
}

/// A rig that is quick to solve.
inline SynthOptions small_rig(int cameras = 2, int frames = 15) {
  SynthOptions options;
  options.cameras = cameras;
  options.frames = frames;
  options.partial = 0;
  return options;
}

inline const Board kBoard{&kChessboard, 8, 5, 0.04};

}  // namespace calib::testing
