#include <gtest/gtest.h>

#include "support/uncertainty_sampling.hpp"

namespace calib {
namespace {

TEST(SlowUncertainty, PredictsTheScatterOfManySolves) {
  const int runs = 40;
  const auto samples =
      testing::sample_uncertainty(testing::small_rig(2, 12), testing::kBoard, 0.1, runs, 0);
  // 24 ratios with a standard deviation of 1 / sqrt(2 * 40) = 0.11; 3.5 standard deviations.
  for (const auto& [name, sampled] : samples.quantities) {
    if (name.find("pixel") == std::string::npos) {
      EXPECT_NEAR(sampled.ratio(), 1, 0.39) << name;
    } else {
      // The scatter is that of both directions, the prediction that of the worse one.
      EXPECT_GT(sampled.ratio(), 1 - 0.39) << name;
      EXPECT_LT(sampled.ratio(), std::sqrt(2.0) * 1.39) << name;
    }
  }
  EXPECT_LT(std::abs(samples.chi_squared_sigmas()), 3.5);
}

}  // namespace
}  // namespace calib
