#include "evaluate/camera_pairs.hpp"

#include <gmock/gmock.h>

namespace calib {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(CameraPairs, ContainEveryPairOnce) {
  EXPECT_THAT(camera_pairs({0, 2, 5}),
              ElementsAre(CameraPair{0, 2}, CameraPair{0, 5}, CameraPair{2, 5}));
  EXPECT_THAT(camera_pairs({3}), IsEmpty());
  EXPECT_THAT(camera_pairs({}), IsEmpty());
}

TEST(MostPairFrames, KeepsAllFramesOfASmallRigAndLimitsThoseOfALargeOne) {
  EXPECT_GE(most_pair_frames(2), 5000);
  EXPECT_GE(most_pair_frames(4), 4000);
  EXPECT_EQ(most_pair_frames(30), 229);
  EXPECT_EQ(most_pair_frames(64), 80);
  EXPECT_EQ(most_pair_frames(1000), 80);
}

}  // namespace
}  // namespace calib
