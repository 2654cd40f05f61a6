#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "io/artifacts.hpp"
#include "io/random_parts.hpp"
#include "io/text_file.hpp"

namespace calib {
namespace design_yaml_test {

using ::testing::HasSubstr;
using testing::Random;
using testing::uniform;

DesignSummary random_design(Random& random) {
  DesignSummary design{.board = Board{&kChessboard, 9, 6, uniform(random, 0.01, 0.1)},
                       .shots = 40,
                       .placed = 38,
                       .near_m = uniform(random, 0.1, 1),
                       .far_m = uniform(random, 1, 2),
                       .max_tilt_deg = 45,
                       .corner_px = 0.1,
                       .point_px = uniform(random, 0.1, 1),
                       .exact_board = testing::coin(random)};
  for (const char* name : {"left", "right"}) {
    DesignedCamera& camera = design.cameras.emplace_back(
        DesignedCamera{name + testing::odd_name(random), "pinhole", {640, 480}, 12});
    camera.lens = {{"fx", uniform(random, 0, 1)}, {"fy", 0.25}, {"cx", 1e-7}, {"cy", 0.5}};
    camera.pixel_median = uniform(random, 0, 1);
    camera.pixel_worst = 2;
    if (design.cameras.size() == 1) continue;
    camera.rotation_rad = Eigen::Vector3d(1e-5, uniform(random, 0, 1), 0);
    camera.center_m = Eigen::Vector3d(uniform(random, 0, 1), 0, 1e-4);
  }
  design.pairs = {{design.cameras[0].name, design.cameras[1].name, 7}};
  design.box = {Eigen::Vector3d(-1, -2, 0.5), Eigen::Vector3d(1, 2, uniform(random, 1, 2))};
  design.in_room = testing::coin(random);
  for (int i = 0; i < PointGrid::kX * PointGrid::kY * PointGrid::kZ; ++i)
    design.points.std_m.push_back(i % 7 == 0 ? std::nan("") : uniform(random, 1e-5, 1e-2));
  design.points.mean_m = uniform(random, 0, 1);
  design.points.seen_share = 0.75;
  design.changes = {{"twice the shots", true, 0.1, 0.2, 0.05}, {"boards: nearer", false}};
  design.provenance = testing::random_provenance(random);
  return design;
}

TEST(DesignYaml, ReadsBackAndWritesTheSameBytes) {
  Random random(1);
  for (int i = 0; i < 50; ++i) {
    const std::string text = to_yaml(random_design(random));
    const DesignSummary read = testing::read_text(text, read_design);
    ASSERT_EQ(to_yaml(read), text);
    EXPECT_TRUE(std::isnan(read.points.std_m[0]));
    EXPECT_EQ(read.cameras[0].lens[0].first, "fx");
    EXPECT_FALSE(read.cameras[0].center_m.has_value());
    EXPECT_TRUE(read.cameras[1].center_m.has_value());
  }
}

TEST(DesignYaml, SaysWhereAFileIsWrong) {
  Random random(1);
  const std::string text = to_yaml(random_design(random));
  const auto message = [&](const std::string& from, const std::string& to) {
    return testing::message_of(testing::replaced(text, from, to), read_design);
  };
  EXPECT_THAT(message("shots: 40", "shots: 0"), HasSubstr("plan.shots"));
  EXPECT_THAT(message("shots:", "shoots:"), HasSubstr("shoots"));
  EXPECT_THAT(message("grid: [9, 9, 5]", "grid: [9, 9, 6]"), HasSubstr("expected the grid"));
  EXPECT_THAT(message("kind: design", "kind: calibration"), HasSubstr("expected a design"));
}

}  // namespace design_yaml_test
}  // namespace calib
