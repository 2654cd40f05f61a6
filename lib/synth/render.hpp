#pragma once
// Pictures of a board through a lens, with the truth known to better than 0.005 px.

#include <cstdint>
#include <opencv2/core/mat.hpp>

#include "scene/calibration.hpp"
#include "synth/rig.hpp"

namespace calib {

/// Renders one camera, again and again. The rays of all pixels are found once.
class Renderer {
 public:
  Renderer(const Camera& camera, const Board& board, const SynthOptions& options);

  /// An 8-bit grey picture of the board at T_cam_board. Pixels near an edge are the mean of 24x24
  /// samples; then lens blur (Gaussian), light falloff, Gaussian noise from a generator seeded by
  /// (seed, camera, frame) alone, rounding.
  cv::Mat render(const Pose& T_cam_board, std::uint64_t noise_seed) const;

 private:
  cv::Mat rays_;  // CV_64FC2: X/Z, Y/Z of the pixel's centre; NaN where the lens sees nothing
  cv::Mat gain_;  // CV_32F: light falloff
  Board board_;
  double noise_ = 0, blur_px_ = 0;
};

}  // namespace calib
