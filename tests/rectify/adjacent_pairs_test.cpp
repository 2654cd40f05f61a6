#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "rectify/pair_world.hpp"
#include "rectify/rectify.hpp"

namespace calib {
namespace {

using namespace calib::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

Calibration standing_at(const std::vector<Eigen::Vector3d>& centers) {
  std::vector<Camera> cameras;
  for (std::size_t i = 0; i < centers.size(); ++i) {
    cameras.push_back(placed("cam" + std::to_string(i), typical_lens("pinhole"), centers[i]));
  }
  return rig(std::move(cameras));
}

std::vector<Eigen::Vector3d> grid(double width, double height) {
  return {{0, 0, 0}, {width, 0, 0}, {0, height, 0}, {width, height, 0}};
}

std::vector<Eigen::Vector3d> jittered(std::vector<Eigen::Vector3d> centers, double size,
                                      unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> offset(-size, size);
  for (Eigen::Vector3d& center : centers)
    center += Eigen::Vector3d(offset(random), offset(random), offset(random));
  return centers;
}

const auto kFourSides = ElementsAre(Pair("cam0", "cam1"), Pair("cam0", "cam2"),
                                    Pair("cam1", "cam3"), Pair("cam2", "cam3"));

TEST(AdjacentPairs, TwoByTwoGridHasItsFourSides) {
  EXPECT_THAT(adjacent_pairs(standing_at(grid(0.1, 0.1))), kFourSides);
  EXPECT_THAT(adjacent_pairs(standing_at(grid(0.2, 0.08))), kFourSides);
  // A slim rectangle, whose diagonal is 0.5 % longer than its long side.
  EXPECT_THAT(adjacent_pairs(standing_at(grid(1.0, 0.1))), kFourSides);
}

TEST(AdjacentPairs, JitterOfTheMountsChangesNothing) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE(seed);
    EXPECT_THAT(adjacent_pairs(standing_at(jittered(grid(0.1, 0.1), 0.01, seed))), kFourSides);
    EXPECT_THAT(adjacent_pairs(standing_at(jittered(grid(1.0, 0.2), 0.002, seed))), kFourSides);
  }
}

TEST(AdjacentPairs, LineIsAChain) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    EXPECT_THAT(adjacent_pairs(standing_at(
                    jittered({{0, 0, 0}, {0.1, 0, 0}, {0.2, 0, 0}, {0.3, 0, 0}}, 0.005, seed))),
                ElementsAre(Pair("cam0", "cam1"), Pair("cam1", "cam2"), Pair("cam2", "cam3")));
  }
  // An irregular line.
  EXPECT_THAT(adjacent_pairs(standing_at({{0, 0, 0}, {0.01, 0, 0}, {1, 0, 0}})),
              ElementsAre(Pair("cam0", "cam1"), Pair("cam1", "cam2")));
}

TEST(AdjacentPairs, RingIsARing) {
  std::vector<Eigen::Vector3d> centers;
  for (int i = 0; i < 8; ++i) {
    const double angle = i * std::numbers::pi / 4;
    centers.emplace_back(std::cos(angle), std::sin(angle), 0);
  }
  std::vector<std::pair<std::string, std::string>> ring = {{"cam0", "cam1"}, {"cam0", "cam7"}};
  for (int i = 1; i < 7; ++i)
    ring.emplace_back("cam" + std::to_string(i), "cam" + std::to_string(i + 1));
  for (unsigned seed = 0; seed < 20; ++seed) {
    EXPECT_EQ(adjacent_pairs(standing_at(jittered(centers, 0.02, seed))), ring) << seed;
  }
}

TEST(AdjacentPairs, EquilateralTriangleKeepsItsSidesDespiteJitter) {
  const std::vector<Eigen::Vector3d> triangle = {
      {0, 0, 0}, {0.1, 0, 0}, {0.05, 0.1 * std::sqrt(0.75), 0}};
  for (unsigned seed = 0; seed < 50; ++seed) {
    EXPECT_EQ(adjacent_pairs(standing_at(jittered(triangle, 0.0002, seed))).size(), 3U) << seed;
  }
}

TEST(AdjacentPairs, CamerasWithoutPoseOrIntrinsicsTakeNoPart) {
  Calibration calibration = standing_at({{0, 0, 0}, {0.1, 0, 0}, {0.2, 0, 0}, {0.3, 0, 0}});
  calibration.cameras[1].T_cam_rig.reset();
  calibration.cameras[3].intrinsics.reset();
  EXPECT_THAT(adjacent_pairs(calibration), ElementsAre(Pair("cam0", "cam2")));
}

TEST(AdjacentPairs, CamerasThatLookApartAreNone) {
  const Intrinsics a = typical_lens("pinhole");
  EXPECT_THAT(adjacent_pairs(rig(
                  {placed("a", a, {0, 0, 0}), placed("b", a, {0.1, 0, 0}, turn_deg(0, 115, 0))})),
              IsEmpty());
  EXPECT_THAT(adjacent_pairs(rig(
                  {placed("a", a, {0, 0, 0}), placed("b", a, {0.1, 0, 0}, turn_deg(0, 105, 0))})),
              ElementsAre(Pair("a", "b")));
}

TEST(AdjacentPairs, ACameraThatLooksAwaySeparatesNobody) {
  const Intrinsics a = typical_lens("pinhole");
  EXPECT_THAT(adjacent_pairs(rig({placed("a", a, {0, 0, 0}), placed("b", a, {0.1, 0, 0}),
                                  placed("back", a, {0.05, 0, 0}, turn_deg(0, 180, 0))})),
              ElementsAre(Pair("a", "b")));
}

TEST(AdjacentPairs, NoneAtTheSamePlaceOrAlone) {
  EXPECT_THAT(adjacent_pairs(standing_at({{0, 0, 0}, {0, 0, 0}})), IsEmpty());
  EXPECT_THAT(adjacent_pairs(standing_at({{0, 0, 0}})), IsEmpty());
  EXPECT_THAT(adjacent_pairs({}), IsEmpty());
}

}  // namespace
}  // namespace calib
