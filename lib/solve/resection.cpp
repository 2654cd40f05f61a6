#include "solve/resection.hpp"

#include <limits>

#include "base/median.hpp"
#include "geometry/pose_average.hpp"
#include "solve/board_pose.hpp"

namespace calib {
namespace {

// The sweep of focal lengths, in image widths, and the ratio of one to the one before.
constexpr double kMinFocal = 0.2, kMaxFocal = 6, kFocalRatio = 1.1;

// The robust average of the camera poses T_cam_rig that the views give one by one.
std::optional<Pose> consensus_pose(const Projector& lens, const Board& board,
                                   const std::vector<KnownBoardView>& views) {
  std::vector<Pose> poses;
  for (const KnownBoardView& view : views) {
    if (const auto pose = estimate_board_pose(lens, board, *view.corners))
      poses.push_back(pose->T_cam_board * view.T_rig_board.inverse());
  }
  if (poses.empty()) return std::nullopt;
  return robust_average(poses);
}

double median_rms(const Projector& lens, const Pose& T_cam_rig, const Board& board,
                  const std::vector<KnownBoardView>& views) {
  std::vector<double> errors;
  for (const KnownBoardView& view : views) {
    errors.push_back(
        rms(reprojection_errors(lens, board, T_cam_rig * view.T_rig_board, *view.corners)));
  }
  return median(std::move(errors));
}

}  // namespace

std::optional<ResectedCamera> resect_camera(const std::string& model, const Board& board,
                                            ImageSize size,
                                            const std::vector<KnownBoardView>& views) {
  std::optional<ResectedCamera> best;
  double least_error = std::numeric_limits<double>::infinity();
  if (views.empty()) return best;
  for (double focal = kMinFocal * size.width; focal < kMaxFocal * size.width;
       focal *= kFocalRatio) {
    for (const Intrinsics& start : starting_intrinsics(model, size, focal)) {
      const Intrinsics intrinsics = as_model(start, model);
      const Projector lens(intrinsics);
      const auto T_cam_rig = consensus_pose(lens, board, views);
      if (!T_cam_rig) continue;
      const double error = median_rms(lens, *T_cam_rig, board, views);
      if (!(error < least_error)) continue;
      least_error = error;
      best = ResectedCamera{intrinsics, *T_cam_rig};
    }
  }
  return best;
}

}  // namespace calib
