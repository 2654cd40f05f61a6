#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
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

// T_cam_board when a row was exposed.
using BoardAtRow = std::function<Pose(double row)>;

BoardAtRow board_at_row(const SyntheticRecording& recording, std::size_t camera, const Shot& shot) {
  const std::optional<CameraTime>& time = recording.truth.cameras[camera].time;
  if (!recording.path || !time || time->line_delay_s == 0)
    return [pose = board_at(recording, camera, shot, 0)](double) { return pose; };
  return [&recording, camera, &shot, delay_s = time->line_delay_s](double row) {
    return board_at(recording, camera, shot, delay_s * row);
  };
}

// The pixel of a point, at the time when the row was exposed in which it appears.
std::optional<Eigen::Vector2d> pixel_when_seen(const Projector& projector,
                                               const BoardAtRow& T_cam_board,
                                               const Eigen::Vector3d& p_board, double margin_px) {
  constexpr int kMostSteps = 50;
  constexpr double kEnough_px = 1e-9;
  double row = (projector.intrinsics().image_size.height - 1) / 2.0;
  for (int step = 0; step < kMostSteps; ++step) {
    const Eigen::Vector3d p_cam = T_cam_board(row) * p_board;
    const auto pixel = projector.project(p_cam);
    if (!pixel) return std::nullopt;
    if (std::abs(pixel->y() - row) < kEnough_px) return pixel_in_image(projector, p_cam, margin_px);
    row = pixel->y();
  }
  return std::nullopt;
}

std::vector<Corner> visible_corners(const Projector& projector, const Board& board,
                                    const BoardAtRow& T_cam_board, double margin_px) {
  const Pose pose = T_cam_board((projector.intrinsics().image_size.height - 1) / 2.0);
  std::vector<Corner> corners;
  for (int id = 0; id < corner_count(board); ++id) {
    if (!sees_printed_side(pose * T_board_sheet(board, id))) continue;
    const auto pixel =
        pixel_when_seen(projector, T_cam_board, corner_position(board, id), margin_px);
    if (pixel) corners.push_back({id, pixel->x(), pixel->y()});
  }
  return corners;
}

// The indices of the cameras in the order of their names.
std::vector<std::size_t> cameras_in_order(const Calibration& truth) {
  std::vector<std::size_t> cameras(truth.cameras.size());
  std::iota(cameras.begin(), cameras.end(), std::size_t{0});
  for (const Camera& camera : truth.cameras) {
    require(camera.intrinsics && camera.T_cam_rig,
            fmt::format("camera '{}' has no {}: true observations need a complete calibration",
                        camera.name, camera.intrinsics ? "T_cam_rig" : "intrinsics"));
  }
  std::sort(cameras.begin(), cameras.end(), [&](std::size_t a, std::size_t b) {
    return natural_less(truth.cameras[a].name, truth.cameras[b].name);
  });
  return cameras;
}

}  // namespace

Observations true_observations(const Calibration& truth, double margin_px) {
  std::vector<Shot> shots;
  shots.reserve(truth.frames.size());
  for (const auto& [frame, T_rig_board] : truth.frames) shots.push_back({frame, frame, 0});
  return true_observations(SyntheticRecording{truth, std::nullopt, {truth.cameras.size(), shots}},
                           margin_px);
}

Observations true_observations(const SyntheticRecording& recording, double margin_px) {
  const Calibration& truth = recording.truth;
  Observations observations;
  observations.board = truth.board;
  observations.provenance = truth.provenance;
  observations.frame_rate_hz = recording.frame_rate_hz;
  for (const std::size_t c : cameras_in_order(truth)) {
    const Camera& camera = truth.cameras[c];
    const int index = static_cast<int>(observations.cameras.size());
    observations.cameras.push_back({camera.name, camera.image_size, camera.crop});
    const Projector projector(*camera.intrinsics);
    for (const Shot& shot : recording.shots[c]) {
      const std::string image = fmt::format("{}/{:04}.png", camera.name, shot.frame);
      std::vector<Corner> corners =
          visible_corners(projector, truth.board, board_at_row(recording, c, shot), margin_px);
      if (corners.size() >= kLeastCorners) {
        observations.views.push_back({index, shot.frame, image, std::move(corners)});
      } else {
        observations.missing.push_back({index, shot.frame, image, "out_of_view"});
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
