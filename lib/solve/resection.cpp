#include "solve/resection.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/median.hpp"
#include "geometry/pose_average.hpp"
#include "solve/board_pose.hpp"

namespace calib {
namespace {

constexpr double kShortest = 0.2, kLongest = 6, kRatio = 1.1;  // focal lengths, picture widths

// Where the camera stands according to most of its views.
std::optional<Pose> consensus_pose(const Projector& lens, const Board& board,
                                   const std::vector<LocatedBoardView>& views) {
  std::vector<Pose> opinions;
  for (const LocatedBoardView& view : views) {
    if (const auto pose = estimate_board_pose(lens, board, *view.corners))
      opinions.push_back(pose->T_cam_board * view.T_rig_board.inverse());
  }
  if (opinions.empty()) return std::nullopt;
  return robust_average(opinions);
}

double median_rms(const Projector& lens, const Pose& T_cam_rig, const Board& board,
                  const std::vector<LocatedBoardView>& views) {
  std::vector<double> errors;
  for (const LocatedBoardView& view : views) {
    errors.push_back(
        rms(reprojection_errors(lens, board, T_cam_rig * view.T_rig_board, *view.corners)));
  }
  return median(std::move(errors));
}

}  // namespace

std::optional<ResectedCamera> resect_camera(const std::string& model, const Board& board,
                                            ImageSize size,
                                            const std::vector<LocatedBoardView>& views) {
  std::optional<ResectedCamera> best;
  double least = std::numeric_limits<double>::infinity();
  if (views.empty()) return best;
  for (double focal = kShortest * size.width; focal < kLongest * size.width; focal *= kRatio) {
    for (const Intrinsics& start : starting_intrinsics(model, size, focal)) {
      Intrinsics intrinsics = start;
      intrinsics.model = model;
      intrinsics.parameters.resize(parameter_names(model).size(), 0.0);
      const Projector lens(intrinsics);
      const auto T_cam_rig = consensus_pose(lens, board, views);
      if (!T_cam_rig) continue;
      const double error = median_rms(lens, *T_cam_rig, board, views);
      if (!(error < least)) continue;
      least = error;
      best = ResectedCamera{intrinsics, *T_cam_rig};
    }
  }
  return best;
}

}  // namespace calib
