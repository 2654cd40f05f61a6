#include "evaluate/pose_diversity.hpp"

#include <algorithm>
#include <cmath>

#include "base/median.hpp"

namespace calib {
namespace {

constexpr double kMinLeanDeg = 15;  // smaller tilts hardly determine the focal length

Eigen::Vector3d mean_corner(const Board& board) {
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  for (int id = 0; id < corner_count(board); ++id) sum += corner_position(board, id);
  return sum / corner_count(board);
}

// The longer side of the largest board including its outer squares, meters.
double board_side(const Board& board) {
  double longest = 0;
  for (const auto& [single, first_id] : single_boards(board)) {
    longest =
        std::max(longest, (std::max(single->corners_x, single->corners_y) + 1) * single->square_m);
  }
  return longest;
}

void add(const Pose& T_cam_board, const Eigen::Vector3d& middle, std::vector<double>& tilts_deg,
         PoseDiversity& camera) {
  const Eigen::Vector3d at = T_cam_board * middle;
  const Eigen::Vector3d sight = at.normalized();
  const Eigen::Vector3d normal = T_cam_board.rotation * Eigen::Vector3d::UnitZ();
  const double tilt_deg = kDegrees * std::acos(std::min(1.0, std::abs(normal.dot(sight))));
  tilts_deg.push_back(tilt_deg);
  ++camera.tilts[static_cast<std::size_t>(std::min(3.0, tilt_deg / 15))];
  // The normal points away from the camera, so that the printed side faces along -normal.
  const Eigen::Vector3d lean = -(normal - normal.dot(sight) * sight);
  if (tilt_deg >= kMinLeanDeg) {
    const bool sideways = std::abs(lean.x()) > std::abs(lean.y());
    ++camera.leans[sideways ? (lean.x() < 0 ? 0 : 1) : (lean.y() < 0 ? 2 : 3)];
  }
  const Eigen::Vector3d along = T_cam_board.rotation * Eigen::Vector3d::UnitX();
  const double roll = std::atan2(along.y(), along.x()) * kDegrees;
  ++camera.rolls[static_cast<std::size_t>(std::lround(roll / 90) + 4) % 4];
  camera.near_m = camera.views == 0 ? at.norm() : std::min(camera.near_m, at.norm());
  camera.far_m = std::max(camera.far_m, at.norm());
  ++camera.views;
}

}  // namespace

std::vector<PoseDiversity> pose_diversity(const Observations& observations, const Rays& rays,
                                          const ViewPoses& poses) {
  const Eigen::Vector3d middle = mean_corner(rays.board);
  std::vector<PoseDiversity> result;
  for (std::size_t i = 0; i < rays.cameras.size(); ++i) {
    PoseDiversity camera{rays.cameras[i].name};
    std::vector<double> tilts_deg;
    for (const auto& [frame, pose] : poses[i]) add(pose, middle, tilts_deg, camera);
    if (camera.views > 0) {
      camera.median_tilt_deg = median(std::move(tilts_deg));
      const double side_m = board_side(rays.board);
      camera.fill_at_near = side_m / camera.near_m * rays.cameras[i].focal_px /
                            observations.cameras[i].image_size.width;
    }
    result.push_back(std::move(camera));
  }
  return result;
}

}  // namespace calib
