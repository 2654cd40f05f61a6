#include "evaluate/pair_frames.hpp"

#include <gtest/gtest.h>

namespace calib::testing {
namespace {

TEST(PairFrames, AreAllOfAFewCameras) {
  EXPECT_EQ(pair_frame_step(5000, 2), 1);
  EXPECT_EQ(pair_frame_step(4000, 4), 1);
}

TEST(PairFrames, OfManyCamerasAreAnEvenChoice) {
  EXPECT_EQ(pair_frame_step(1000, 64), 21);
  EXPECT_EQ(pair_frame_step(20, 64), 1) << "a pair with few frames keeps them";
}

TEST(PairFrames, AreNeverTooFewToTell) {
  EXPECT_EQ(pair_frame_step(39, 1000), 1);
  EXPECT_GE(4000 / pair_frame_step(4000, 1000), 39);
}

}  // namespace
}  // namespace calib::testing
