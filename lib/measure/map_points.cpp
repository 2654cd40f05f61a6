#include "measure/map_points.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/errors.hpp"
#include "base/median.hpp"
#include "base/named.hpp"
#include "base/parallel.hpp"
#include "measure/rig_camera.hpp"
#include "scene/camera_choice.hpp"
#include "scene/world.hpp"

namespace calib {
namespace {

constexpr std::size_t kKeysOfTask = 1024;

enum class Outcome { kAbsent, kMapped, kNoImage, kOutside };

// Sets the pixels of all keys and cameras; map(key, camera, pixel) fills one of them.
template <class Map>
void map_all(MappedTracks& result, int jobs, const Map& map) {
  PixelTracks& tracks = result.tracks;
  const std::size_t cameras = tracks.cameras.size();
  tracks.pixels.assign(tracks.keys.size() * cameras, Eigen::Vector2d::Constant(kMissing));
  std::vector<Outcome> outcomes(tracks.pixels.size());
  parallel_for((tracks.keys.size() + kKeysOfTask - 1) / kKeysOfTask, jobs, [&](std::size_t task) {
    const std::size_t last = std::min(tracks.keys.size(), (task + 1) * kKeysOfTask);
    for (std::size_t key = task * kKeysOfTask; key < last; ++key) {
      for (std::size_t c = 0; c < cameras; ++c)
        outcomes[tracks.at(key, c)] = map(key, c, tracks.pixels[tracks.at(key, c)]);
    }
  });
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    MappedCamera& camera = result.cameras[i % cameras];
    camera.mapped += outcomes[i] == Outcome::kMapped ? 1 : 0;
    camera.no_image += outcomes[i] == Outcome::kNoImage ? 1 : 0;
    camera.outside += outcomes[i] == Outcome::kOutside ? 1 : 0;
  }
}

MappedTracks prepared(std::vector<std::string> cameras, std::vector<std::string> points,
                      std::vector<TrackKey> keys) {
  MappedTracks result;
  for (const std::string& name : cameras) result.cameras.push_back({name});
  result.tracks.cameras = std::move(cameras);
  result.tracks.points = std::move(points);
  result.tracks.keys = std::move(keys);
  return result;
}

}  // namespace

MappedTracks project_points(const Calibration& calibration, const PointTracks& points, int jobs) {
  std::vector<std::string> names;
  for (const Camera& camera : calibration.cameras)
    if (camera.intrinsics && camera.T_cam_rig) names.push_back(camera.name);
  require(!names.empty(),
          "no camera of the calibration has a lens and a pose: solve the poses with `calib "
          "extrinsics`");
  std::vector<std::unique_ptr<Projector>> lenses;
  std::vector<Pose> poses;  // T_cam_world
  for (const std::string& name : names) {
    const Camera& camera = *find_camera(calibration, name);
    lenses.push_back(std::make_unique<Projector>(*camera.intrinsics));
    poses.push_back(*T_cam_world(calibration, camera));
  }
  MappedTracks result = prepared(std::move(names), points.points, points.keys);
  map_all(result, jobs, [&](std::size_t key, std::size_t c, Eigen::Vector2d& pixel) {
    if (!points.values[key].known()) return Outcome::kAbsent;
    const auto found = lenses[c]->project(poses[c] * points.values[key].position);
    if (!found) return Outcome::kNoImage;
    if (!is_inside(*found, lenses[c]->intrinsics().image_size)) return Outcome::kOutside;
    pixel = *found;
    return Outcome::kMapped;
  });
  return result;
}

std::string unit_doubt(const Calibration& calibration, const PointTracks& points) {
  constexpr double kMostRatio = 300;
  const Pose to_rig = T_rig_world(calibration);
  std::vector<double> of_points, of_boards;
  for (const Point3d& point : points.values)
    if (point.known()) of_points.push_back((to_rig * point.position).norm());
  for (const auto& [frame, T_rig_board] : calibration.frames)
    of_boards.push_back(T_rig_board.translation.norm());
  if (of_points.empty() || of_boards.empty()) return "";
  const double far = median(std::move(of_points)), near = median(std::move(of_boards));
  if (!(far > kMostRatio * near)) return "";
  return fmt::format(
      "the points are {:.4g} m from the rig, the boards were {:.4g} m from it: give "
      "positions in meters",
      far, near);
}

PixelMap without_distortion(const Intrinsics& intrinsics, bool in_pixels) {
  const auto lens = std::make_shared<Projector>(intrinsics);
  return [lens, in_pixels](const Eigen::Vector2d& pixel) -> std::optional<Eigen::Vector2d> {
    const auto ray = lens->unproject(pixel);
    if (!ray || !(ray->z() > 1e-9)) return std::nullopt;
    Eigen::Vector2d point = ray->head<2>() / ray->z();
    const std::vector<double>& k = lens->intrinsics().parameters;
    if (in_pixels) point = {k[0] * point.x() + k[2], k[1] * point.y() + k[3]};
    return point;
  };
}

MappedTracks map_pixels(const Calibration& calibration, const PixelTracks& tracks,
                        const std::vector<PixelMap>& maps, int jobs) {
  std::vector<ImageSize> sizes;
  for (const std::string& name : tracks.cameras) {
    sizes.push_back(known_camera(calibration, name).image_size);
  }
  MappedTracks result = prepared(tracks.cameras, tracks.points, tracks.keys);
  map_all(result, jobs, [&](std::size_t key, std::size_t c, Eigen::Vector2d& pixel) {
    const Eigen::Vector2d& source = tracks.pixels[tracks.at(key, c)];
    if (!source.allFinite()) return Outcome::kAbsent;
    if (!is_inside(source, sizes[c])) return Outcome::kOutside;
    const auto found = maps[c](source);
    if (!found) return Outcome::kNoImage;
    pixel = *found;
    return Outcome::kMapped;
  });
  return result;
}

}  // namespace calib
