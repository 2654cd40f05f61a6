#pragma once
// Rendered images of boards with their true corners.

#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

#include "synth/random.hpp"
#include "synth/render.hpp"
#include "synth/synthetic_rig.hpp"

namespace calib::testing {

struct Shot {
  std::string name;
  cv::Mat gray;
  std::vector<Corner> truth;
};

// All images of a small rig with the true corners inside them.
inline std::vector<Shot> shoot_all(const Board& board, const SynthOptions& options) {
  const Calibration rig = make_synthetic_rig(options, board);
  const Observations truth = true_observations(rig, 4);
  std::vector<Renderer> renderers;
  for (const Camera& camera : rig.cameras) renderers.emplace_back(camera, board, options);
  std::vector<Shot> shots;
  for (const View& view : truth.views) {
    const Pose T_cam_board = *rig.cameras[view.camera].T_cam_rig * rig.frames.at(view.frame);
    const auto seed = view_seed(options.seed, view.camera, view.frame);
    shots.push_back({view.image, renderers[view.camera].render(T_cam_board, seed), view.corners});
  }
  return shots;
}

// The images that show the whole board.
inline std::vector<Shot> shoot(const Board& board, SynthOptions options) {
  options.partial = 0;
  std::vector<Shot> shots = shoot_all(board, options);
  std::erase_if(shots, [&](const Shot& shot) {
    return static_cast<int>(shot.truth.size()) != corner_count(board);
  });
  return shots;
}

}  // namespace calib::testing
