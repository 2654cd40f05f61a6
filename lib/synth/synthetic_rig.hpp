#pragma once
// Rigs and board poses with exact truth.

#include <string>
#include <vector>

#include "base/option.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"
#include "synth/arrangement.hpp"

namespace calib {

struct SynthOptions {
  int cameras = 4;
  RigShape arrangement = RigShape::kGrid;
  std::string size = "1280x720";  // of one camera's picture
  std::string model = "opencv5";
  double fov_deg = 75;      // horizontal
  double baseline_m = 0.1;  // between neighbors
  int frames = 40;
  double partial = 0.05;  // share of views in which the board is cut by the picture's edge
  double noise = 2;       // gray levels, standard deviation
  double blur_px = 0.7;   // standard deviation of the lens blur
  double falloff = 0.3;   // light lost in the corner of the picture
  std::string composite;  // also one composite picture a frame, tiled RxC; empty: none
  int seed = 1;
};
std::vector<Option> describe(SynthOptions& options);

/// A rig whose cameras have true intrinsics (realistic distortion of the model, each camera's a
/// little different) and poses (turned in, and up to a degree and some millimeters off the ideal
/// arrangement), and `frames` board poses that together cover the pictures: near and far, tilted up
/// to 45 degrees, seen whole by all cameras but for a share `partial` of the views. In a ring,
/// where the cameras cannot see the board at once, each board is seen by at least two neighbors.
/// Deterministic in the seed. truth.verdict is empty. Throws Error when an option is out of its
/// range, the lens cannot have the angle of view, or no board pose can be found.
Calibration make_synthetic_rig(const SynthOptions& options, const Board& board);

/// The exact corners of every view, for corners inside the picture by at least `margin_px`; views
/// with fewer than 4 corners, and views of the board's back, go to `missing` with reason
/// out_of_view. Image names are as `calib synth` writes them: cam0/0000.png.
Observations true_observations(const Calibration& truth, double margin_px);

/// The same corners with independent Gaussian noise of `sigma_px` per coordinate, and
/// Corner::sigma_px set. A corner's noise depends on seed, camera, frame and id alone.
Observations add_noise(Observations observations, double sigma_px, int seed);

}  // namespace calib
