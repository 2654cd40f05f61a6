#include "measure/map_points.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "measure/measured_rig.hpp"

namespace calib {
namespace map_points_test {

using ::testing::HasSubstr;
using testing::kBoard;
using testing::points_before;

const Calibration& truth() {
  static const Calibration instance = make_synthetic_rig(testing::small_rig(3, 5), kBoard);
  return instance;
}

TEST(ProjectPoints, LeavesEmptyWhatIsBehindOrOutsideThePicture) {
  PointTracks points = points_before(truth(), 4);
  points.values[1].position *= -1;
  points.values[2].position += Eigen::Vector3d(1.2, 0, 0);
  points.values[3].position = Eigen::Vector3d::Constant(kMissing);
  const MappedTracks found = project_points(truth(), points, 0);
  for (std::size_t c = 0; c < 3; ++c) {
    EXPECT_TRUE(found.tracks.pixels[found.tracks.at(0, c)].allFinite());
    for (const std::size_t key : {1, 2, 3})
      EXPECT_FALSE(found.tracks.pixels[found.tracks.at(key, c)].allFinite());
    EXPECT_EQ(found.cameras[c].mapped, 1);
    EXPECT_GE(found.cameras[c].no_image, 1);
  }
}

TEST(ProjectPoints, UsesTheWorld) {
  Calibration moved = truth();
  moved.world = WorldFrame{{exp_so3({0.3, -1, 2}), {1, 2, 3}}};
  PointTracks points = points_before(truth(), 3), in_world = points;
  for (Point3d& point : in_world.values) point.position = moved.world->T_world_rig * point.position;
  const MappedTracks a = project_points(truth(), points, 0), b = project_points(moved, in_world, 0);
  for (std::size_t i = 0; i < a.tracks.pixels.size(); ++i)
    EXPECT_LT((a.tracks.pixels[i] - b.tracks.pixels[i]).norm(), 1e-9);
}

TEST(ProjectPoints, DoubtsMillimeters) {
  PointTracks points = points_before(truth(), 3);
  EXPECT_EQ(unit_doubt(truth(), points), "");
  for (Point3d& point : points.values) point.position *= 1000;
  EXPECT_THAT(unit_doubt(truth(), points), HasSubstr("give positions in meters"));
}

TEST(MapPixels, RemovesTheDistortion) {
  const PointTracks points = points_before(truth(), 5);
  const PixelTracks pixels = project_points(truth(), points, 0).tracks;
  for (const bool in_pixels : {false, true}) {
    std::vector<PixelMap> maps;
    for (const Camera& camera : truth().cameras)
      maps.push_back(without_distortion(*camera.intrinsics, in_pixels));
    const MappedTracks found = map_pixels(truth(), pixels, maps, 0);
    for (std::size_t key = 0; key < 5; ++key) {
      for (std::size_t c = 0; c < 3; ++c) {
        const Camera& camera = truth().cameras[c];
        const Eigen::Vector3d p = *camera.T_cam_rig * points.values[key].position;
        Eigen::Vector2d expected = p.head<2>() / p.z();
        const std::vector<double>& k = camera.intrinsics->parameters;
        if (in_pixels) expected = {k[0] * expected.x() + k[2], k[1] * expected.y() + k[3]};
        // project(unproject(p)) is exact to 1e-9 px.
        EXPECT_LT((found.tracks.pixels[found.tracks.at(key, c)] - expected).norm(), 1e-7);
      }
    }
  }
}

}  // namespace map_points_test
}  // namespace calib
