#include "solve/board_distances.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/progress.hpp"
#include "scene/board_types.hpp"
#include "solve/board_findings.hpp"
#include "solve/solve_rig.hpp"
#include "support/synthetic_world.hpp"
#include "synth/part_layout.hpp"

namespace calib {
namespace board_distances_test {

using ::testing::Contains;
using ::testing::Field;
using ::testing::Not;

constexpr double kSigma_px = 0.05;

Board wall_of_tags(int count, double side_m) {
  Board wall;
  wall.type = &kSeveralBoards;
  for (int id = 0; id < count; ++id) {
    Board tag{&kTag, 2, 2, side_m};
    tag.marker_m = side_m;
    tag.dictionary = "APRILTAG_36h11";
    tag.first_marker = id;
    wall.parts.push_back(tag);
  }
  return with_places(wall, PartLayout::kWall, 5);
}

// What cameras see of a wall whose tags stand anywhere, and what is known of the cameras.
testing::World wall_world(int frames = 12) {
  return testing::make_world(testing::small_rig(3, frames), wall_of_tags(8, 0.06), kSigma_px);
}

Calibration solved(const testing::World& world, const std::vector<BoardDistance>& distances,
                   double told_side = 1) {
  Observations observations = world.observations;
  observations.board.distances = distances;
  for (Board& part : observations.board.parts) {
    part.T_board_part.reset();
    part.square_m *= told_side;
    part.marker_m *= told_side;
  }
  Calibration lenses = world.truth;
  for (Camera& camera : lenses.cameras) camera.T_cam_rig.reset();
  return solve_rig(observations, lenses, {}, 1, no_progress());
}

double true_distance(const testing::World& world, const BoardDistance& distance) {
  return (mean_position(world.board, distance.to) - mean_position(world.board, distance.from))
      .norm();
}

std::vector<int> corners_of_tag(int part) {
  return {4 * part, 4 * part + 1, 4 * part + 2, 4 * part + 3};
}

BoardDistance measured(const testing::World& world, int from, int to, double error_m,
                       double sigma_m) {
  BoardDistance distance{corners_of_tag(from), corners_of_tag(to), 0, sigma_m};
  distance.length_m = true_distance(world, distance) + error_m;
  return distance;
}

const auto kHasCode = [](FindingCode code) { return Contains(Field(&Finding::code, code)); };

TEST(BoardDistances, AWallOfTagsIsPlaced) {
  const testing::World world = wall_world();
  const Calibration found = solved(world, {});
  for (const BoardDistance& distance : {measured(world, 0, 7, 0, 1), measured(world, 2, 5, 0, 1)}) {
    const double length =
        (mean_position(found.board, distance.to) - mean_position(found.board, distance.from))
            .norm();
    EXPECT_NEAR(length, true_distance(world, distance), 2e-3);
  }
}

// The side of the tags is known to a percent only, and a tape tells the rest.
TEST(BoardDistances, AMeasuredDistanceIsUsed) {
  const testing::World world = wall_world();
  const BoardDistance distance = measured(world, 0, 7, 0, 1e-5);
  const Calibration without = solved(world, {}), with = solved(world, {distance});
  const auto error = [&](const Calibration& found) {
    return std::abs(
        (mean_position(found.board, distance.to) - mean_position(found.board, distance.from))
            .norm() -
        true_distance(world, distance));
  };
  EXPECT_LT(error(with), 3e-5);
  EXPECT_LT(error(with), error(without));
  EXPECT_THAT(with.findings, kHasCode(FindingCode::kDistanceFound));
  EXPECT_THAT(with.findings, Not(kHasCode(FindingCode::kDistanceDisagrees)));
}

TEST(BoardDistances, AWrongDistanceIsToldAndNotUsed) {
  const testing::World world = wall_world();
  const Calibration found = solved(world, {measured(world, 0, 7, 0.1, 1e-3)});
  EXPECT_THAT(found.findings, kHasCode(FindingCode::kDistanceDisagrees));
  EXPECT_THAT(found.findings, Not(kHasCode(FindingCode::kDistanceFound)));
  EXPECT_EQ(found.cameras[1].T_cam_rig, solved(world, {}).cameras[1].T_cam_rig);
}

TEST(BoardFindings, ABoardThatMovedIsNamed) {
  testing::World world = wall_world(20);
  // Tag 3 is glued to another place after half of the frames.
  Calibration later = world.truth;
  later.board.parts[3].T_board_part->translation.x() += 0.02;
  const Observations moved = true_observations(later, 4);
  for (View& view : world.observations.views) {
    if (view.frame < 10) continue;
    for (const View& other : moved.views) {
      if (other.frame != view.frame || other.camera != view.camera) continue;
      for (Corner& corner : view.corners)
        for (const Corner& at : other.corners)
          if (at.id == corner.id && part_point(world.board, corner.id).part == 3) {
            corner.x = at.x;
            corner.y = at.y;
          }
    }
  }
  const Calibration found = solved(world, {});
  EXPECT_THAT(found.findings, kHasCode(FindingCode::kBoardInconsistent));
  EXPECT_THAT(solved(wall_world(20), {}).findings, Not(kHasCode(FindingCode::kBoardInconsistent)));
}

}  // namespace board_distances_test
}  // namespace calib
