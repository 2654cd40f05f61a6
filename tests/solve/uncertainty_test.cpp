#include <gtest/gtest.h>

#include "support/uncertainty_sampling.hpp"

namespace calib {
namespace {

TEST(SlowUncertainty, ScatterOfManySolvesIsWhatEachPredicts) {
  const int runs = 40;
  const auto samples =
      testing::sample_uncertainty(testing::small_rig(2, 12), testing::kBoard, 0.1, runs, 0);
  // Of 24 numbers with a relative standard deviation of 1 / sqrt(2 * 40) = 0.11 none should be
  // further off than 3.5 of these.
  for (const auto& [name, sampled] : samples.quantities) {
    if (name.find("pixel") == std::string::npos) {
      EXPECT_NEAR(sampled.ratio(), 1, 0.39) << name;
    } else {
      // Two directions, of which the prediction tells the worse.
      EXPECT_GT(sampled.ratio(), 1 - 0.39) << name;
      EXPECT_LT(sampled.ratio(), std::sqrt(2.0) * 1.39) << name;
    }
  }
  EXPECT_LT(std::abs(samples.chi_squared_sigmas()), 3.5);
}

}  // namespace
}  // namespace calib
