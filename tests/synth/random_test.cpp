#include "synth/random.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace calib {
namespace {

// The C++ standard defines the 10000th number of a default mt19937_64; our own functions must not
// change either.
TEST(Random, IsTheStandardsGenerator) {
  Random random(std::mt19937_64::default_seed);
  for (int i = 0; i < 9999; ++i) random.bits();
  EXPECT_EQ(random.bits(), 9981545732273789042ULL);
}

TEST(Random, UniformCoversTheUnitInterval) {
  Random random(1);
  double sum = 0, low = 1, high = 0;
  constexpr int kCount = 100000;
  for (int i = 0; i < kCount; ++i) {
    const double u = random.uniform();
    ASSERT_GE(u, 0);
    ASSERT_LT(u, 1);
    sum += u;
    low = std::min(low, u);
    high = std::max(high, u);
  }
  // Five standard errors of sqrt(1/12 / 1e5) = 0.0009.
  EXPECT_NEAR(sum / kCount, 0.5, 0.0046);
  EXPECT_LT(low, 1e-3);
  EXPECT_GT(high, 1 - 1e-3);
}

TEST(Random, NormalHasUnitMoments) {
  Random random(2);
  double sum = 0, squares = 0, fourth = 0;
  constexpr int kCount = 200000;
  for (int i = 0; i < kCount; ++i) {
    const double z = random.normal();
    sum += z;
    squares += z * z;
    fourth += z * z * z * z;
  }
  // Five standard errors, which are 1, sqrt(2) and sqrt(96) divided by sqrt(2e5).
  EXPECT_NEAR(sum / kCount, 0, 0.0112);
  EXPECT_NEAR(squares / kCount, 1, 0.0158);
  EXPECT_NEAR(fourth / kCount, 3, 0.11);
}

TEST(Random, BelowReachesEveryValue) {
  Random random(3);
  std::set<int> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random.below(7));
  EXPECT_EQ(seen, (std::set<int>{0, 1, 2, 3, 4, 5, 6}));
}

TEST(Random, EveryViewHasItsOwnSeed) {
  std::set<std::uint64_t> seeds;
  for (int seed = 0; seed < 10; ++seed) {
    for (int camera = 0; camera < 10; ++camera) {
      for (int frame = 0; frame < 100; ++frame) seeds.insert(view_seed(seed, camera, frame));
    }
  }
  EXPECT_EQ(seeds.size(), 10000u);
  EXPECT_NE(named_seed(1, "cam0"), named_seed(1, "cam1"));
  EXPECT_NE(named_seed(1, "cam0"), named_seed(2, "cam0"));
}

}  // namespace
}  // namespace calib
