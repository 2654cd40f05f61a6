#include "design/board_plan.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <map>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "geometry/small_systems.hpp"
#include "solve/camera_graph.hpp"
#include "synth/board_placer.hpp"
#include "synth/typical_lens.hpp"

namespace calib {
namespace {

// The cameras of a rig as BoardPlacer needs them.
struct PlacedCameras {
  std::vector<Projector> projectors;
  std::vector<Pose> T_world_cam;
};

PlacedCameras placed_cameras(const Calibration& rig) {
  PlacedCameras result;
  for (const Camera& camera : rig.cameras) {
    result.projectors.emplace_back(*camera.intrinsics);
    result.T_world_cam.push_back(room_of(rig) * camera.T_cam_rig->inverse());
  }
  return result;
}

// A board with its center at a place that faces a direction, which points from the cameras to it.
Pose facing(const Board& board, const Eigen::Vector3d& center, const Eigen::Vector3d& away,
            const Pose& T_world_cam) {
  const Eigen::Quaterniond rotation =
      turn_between(T_world_cam.rotation * Eigen::Vector3d::UnitZ(), away) * T_world_cam.rotation;
  return {rotation, center - rotation * board_middle(board)};
}

using Group = std::vector<int>;

// The places where a group of cameras, and no other one, sees a board.
struct SeenPlaces {
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  int count = 0;
};
using GroupPlaces = std::map<Group, SeenPlaces>;

// Which cameras see a board together that is somewhere in the picture of a camera, near and far,
// and faces this camera or halfway between it and another.
GroupPlaces groups_that_see(const PlacedCameras& cameras, const Board& board, const BoardPlan& plan,
                            double max_incidence) {
  constexpr int kSteps = 5;  // along each side of the picture
  GroupPlaces groups;
  for (std::size_t c = 0; c < cameras.projectors.size(); ++c) {
    const Pose& T_world_cam = cameras.T_world_cam[c];
    const ImageSize size = cameras.projectors[c].intrinsics().image_size;
    for (int i = 0; i < 3 * kSteps * kSteps; ++i) {
      const double distance = std::array{plan.near_m, plan.distance_m, plan.far_m}[i % 3];
      const Eigen::Vector2d pixel((i / 3 % kSteps + 0.5) * size.width / kSteps - 0.5,
                                  (i / 3 / kSteps + 0.5) * size.height / kSteps - 0.5);
      const auto ray = cameras.projectors[c].unproject(pixel);
      if (!ray) continue;
      const Eigen::Vector3d center = T_world_cam * (distance * *ray);
      if (plan.box && !plan.box->contains(center)) continue;
      for (const Pose& other : cameras.T_world_cam) {
        const Eigen::Vector3d away = (center - T_world_cam.translation).normalized() +
                                     (center - other.translation).normalized();
        if (away.norm() < 0.1) continue;  // the cameras look at each other
        const Group group =
            cameras_that_see(cameras.projectors, cameras.T_world_cam, board,
                             facing(board, center, away, T_world_cam), max_incidence);
        if (group.empty()) continue;
        SeenPlaces& places = groups[group];
        places.sum += center;
        ++places.count;
      }
    }
  }
  return groups;
}

// Whether the groups link all cameras with each other.
bool link_all(const std::vector<Group>& groups, std::size_t cameras) {
  std::vector<CameraEdge> edges;
  for (const Group& group : groups) {
    for (std::size_t i = 1; i < group.size(); ++i) edges.push_back({group[0], group[i], 1, Pose{}});
  }
  return connected_groups(static_cast<int>(cameras), edges).size() == 1;
}

bool is_part_of(const Group& group, const Group& other) {
  return other.size() > group.size() &&
         std::includes(other.begin(), other.end(), group.begin(), group.end());
}

// The groups to which boards are shown: those that see a board at many places, and more of them
// until all cameras are linked; without groups that are a part of another.
std::vector<Group> chosen_groups(const GroupPlaces& places, std::size_t cameras) {
  constexpr double kMany = 0.2;  // of the places of the group with the most
  std::vector<Group> order;
  for (const auto& [group, seen] : places) order.push_back(group);
  const auto value = [&](const Group& group) {
    return static_cast<double>(places.at(group).count) * static_cast<double>(group.size() - 1);
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](const Group& a, const Group& b) { return value(a) > value(b); });
  std::vector<Group> chosen;
  for (const Group& group : order) {
    if (value(group) < kMany * value(order.front()) && link_all(chosen, cameras)) break;
    chosen.push_back(group);
  }
  std::erase_if(chosen, [all = chosen](const Group& group) {
    return std::any_of(all.begin(), all.end(),
                       [&](const Group& other) { return is_part_of(group, other); });
  });
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

// The groups to which boards are shown and the middle of what each sees. Boards that face their
// cameras can be tilted most; where cameras stand around the boards, they are seen obliquely.
std::pair<std::vector<Group>, std::vector<Eigen::Vector3d>> groups_of(const PlacedCameras& cameras,
                                                                      const Board& board,
                                                                      const BoardPlan& plan) {
  std::pair<std::vector<Group>, std::vector<Eigen::Vector3d>> result;
  for (const double max_incidence_deg : {35, 50, 65}) {
    const GroupPlaces places = groups_that_see(cameras, board, plan, max_incidence_deg / kDegrees);
    result = {chosen_groups(places, cameras.projectors.size()), {}};
    for (const Group& group : result.first) {
      const SeenPlaces& seen = places.at(group);
      result.second.emplace_back(seen.sum / seen.count);
    }
    if (link_all(result.first, cameras.projectors.size())) break;
  }
  return result;
}

std::string range_text(const BoardPlan& plan) {
  return fmt::format("{} to {} m from the cameras", to_text(plan.near_m, 2),
                     to_text(plan.far_m, 2));
}

}  // namespace

Pose room_of(const Calibration& rig) { return rig.world ? rig.world->T_world_rig : Pose{}; }

std::optional<Eigen::Vector3d> where_cameras_look(const Calibration& rig) {
  constexpr double kLeastSpread = 2e-3;  // of the squared sines of the axes to each other
  Eigen::Matrix3d normal = Eigen::Matrix3d::Zero();
  Eigen::Vector3d right = Eigen::Vector3d::Zero();
  std::vector<Pose> poses;
  for (const Camera& camera : rig.cameras) {
    poses.push_back(room_of(rig) * camera.T_cam_rig->inverse());
    const Eigen::Vector3d axis = poses.back().rotation * Eigen::Vector3d::UnitZ();
    const Eigen::Matrix3d across = Eigen::Matrix3d::Identity() - axis * axis.transpose();
    normal += across;
    right += across * poses.back().translation;
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> eigen(normal);
  if (eigen.eigenvalues()[0] < kLeastSpread * static_cast<double>(poses.size()))
    return std::nullopt;
  const Eigen::Vector3d point = eigen.eigenvectors() *
                                eigen.eigenvalues().cwiseInverse().asDiagonal() *
                                eigen.eigenvectors().transpose() * right;
  for (const Pose& pose : poses) {
    if ((pose.inverse() * point).z() <= 0) return std::nullopt;
  }
  return point;
}

double usual_distance(const Calibration& rig, const Board& board,
                      const std::optional<Eigen::AlignedBox3d>& box) {
  const std::optional<Eigen::Vector3d> target =
      box ? std::optional<Eigen::Vector3d>(box->center()) : where_cameras_look(rig);
  double sum = 0;
  for (const Camera& camera : rig.cameras) {
    sum += target ? (room_of(rig) * camera.T_cam_rig->inverse() * Eigen::Vector3d::Zero() - *target)
                        .norm()
                  : working_distance(Projector(*camera.intrinsics), board);
  }
  return sum / static_cast<double>(rig.cameras.size());
}

Calibration draw_boards(const Calibration& rig, const Board& board, const BoardPlan& plan) {
  const PlacedCameras cameras = placed_cameras(rig);
  auto [groups, middles] = groups_of(cameras, board, plan);
  const Arrangement arrangement{cameras.T_world_cam, std::move(groups), plan.distance_m};
  if (arrangement.groups.empty()) {
    throw UndeterminedError(fmt::format(
        "no camera sees the whole board anywhere in the plan ({}): plan a smaller board, or boards "
        "at other distances (--nearest, --farthest){}",
        range_text(plan), plan.box ? ", or another --volume" : ""));
  }
  BoardRange range;
  range.near = plan.near_m / plan.distance_m;
  range.far = plan.far_m / plan.distance_m;
  range.max_tilt = plan.max_tilt;
  range.box = plan.box;
  range.middles = std::move(middles);
  BoardPlacer placer(cameras.projectors, arrangement, board, static_cast<std::uint64_t>(plan.seed),
                     range);
  Calibration result = rig;
  result.board = board;
  result.frames.clear();
  const Pose T_rig_world = room_of(rig).inverse();
  for (int shot = 0; shot < plan.shots; ++shot) {
    // If no place is found for a group, the next group gets the board.
    const auto placed = placer.place(shot, {0, 0});
    if (placed) result.frames[shot] = T_rig_world * placed->T_world_board;
  }
  if (result.frames.empty()) {
    throw UndeterminedError(
        fmt::format("no place found for a board that is tilted and {}: plan a smaller board, or "
                    "boards at other distances (--nearest, --farthest)",
                    range_text(plan)));
  }
  return result;
}

}  // namespace calib
