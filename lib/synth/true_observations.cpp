#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "synth/random.hpp"
#include "synth/synthetic_rig.hpp"
#include "synth/visibility.hpp"

namespace calib {
namespace {

constexpr std::size_t kLeastCorners = 4;  // fewer corners do not determine the pose of the board

// The pose of the board's part that the point is on.
Pose T_board_sheet(const Board& board, int id) {
  return board.parts.empty() ? Pose{}
                             : board.parts[part_point(board, id).part].T_board_part.value();
}

std::vector<Corner> visible_corners(const Projector& projector, const Board& board,
                                    const Pose& T_cam_board, double margin_px) {
  std::vector<Corner> corners;
  for (int id = 0; id < corner_count(board); ++id) {
    if (!sees_printed_side(T_cam_board * T_board_sheet(board, id))) continue;
    const auto pixel =
        pixel_in_image(projector, T_cam_board * corner_position(board, id), margin_px);
    if (pixel) corners.push_back({id, pixel->x(), pixel->y()});
  }
  return corners;
}

std::vector<const Camera*> cameras_in_order(const Calibration& truth) {
  std::vector<const Camera*> cameras;
  for (const Camera& camera : truth.cameras) {
    require(camera.intrinsics && camera.T_cam_rig,
            fmt::format("camera '{}' has no {}: true observations need a complete calibration",
                        camera.name, camera.intrinsics ? "T_cam_rig" : "intrinsics"));
    cameras.push_back(&camera);
  }
  std::sort(cameras.begin(), cameras.end(),
            [](const Camera* a, const Camera* b) { return natural_less(a->name, b->name); });
  return cameras;
}

}  // namespace

Observations true_observations(const Calibration& truth, double margin_px) {
  Observations observations;
  observations.board = truth.board;
  observations.provenance = truth.provenance;
  const std::vector<const Camera*> cameras = cameras_in_order(truth);
  for (std::size_t i = 0; i < cameras.size(); ++i) {
    const Camera& camera = *cameras[i];
    observations.cameras.push_back({camera.name, camera.image_size, camera.crop});
    const Projector projector(*camera.intrinsics);
    for (const auto& [frame, T_rig_board] : truth.frames) {
      const std::string image = fmt::format("{}/{:04}.png", camera.name, frame);
      std::vector<Corner> corners =
          visible_corners(projector, truth.board, *camera.T_cam_rig * T_rig_board, margin_px);
      const int index = static_cast<int>(i);
      if (corners.size() >= kLeastCorners) {
        observations.views.push_back({index, frame, image, std::move(corners)});
      } else {
        observations.missing.push_back({index, frame, image, "out_of_view"});
      }
    }
  }
  return observations;
}

Observations add_noise(Observations observations, double sigma_px, int seed) {
  for (View& view : observations.views) {
    const std::uint64_t of_view = view_seed(seed, view.camera, view.frame);
    for (Corner& corner : view.corners) {
      Random random(mix_seed(of_view, static_cast<std::uint64_t>(corner.id)));
      corner.x += sigma_px * random.normal();
      corner.y += sigma_px * random.normal();
      corner.sigma_px = sigma_px;
    }
  }
  return observations;
}

}  // namespace calib
