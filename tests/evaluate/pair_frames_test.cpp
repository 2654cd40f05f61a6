#include "evaluate/pair_frames.hpp"

#include <gtest/gtest.h>

namespace calib::testing {
namespace {

TEST(PairFrames, AreAllOfAFewCameras) {
  EXPECT_EQ(pair_frame_step(5000, 2), 1);
  EXPECT_EQ(pair_frame_step(4000, 4), 1);
}

TEST(PairFrames, OfManyCamerasAreAnEvenChoice) {
  EXPECT_EQ(pair_frame_step(1000, 64), 13);
  EXPECT_EQ(pair_frame_step(1000, 30), 5);
  EXPECT_EQ(pair_frame_step(20, 64), 1) << "a pair with few frames keeps them";
}

TEST(PairFrames, AreNeverTooFewToTell) {
  for (const std::size_t common : {40, 41, 80, 81, 120, 4000})
    EXPECT_GE((common + pair_frame_step(common, 1000) - 1) / pair_frame_step(common, 1000), 40);
}

}  // namespace
}  // namespace calib::testing
