#include "base/deadline.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>

namespace calib {
namespace {

TEST(Deadline, WaitsForWorkThatEndsInTime) {
  auto done = std::make_shared<bool>(false);
  EXPECT_TRUE(finishes_within(10, [done] { *done = true; }));
  EXPECT_TRUE(*done);
  EXPECT_FALSE(any_work_abandoned());
  EXPECT_THROW(finishes_within(10, [] { throw std::runtime_error("its own"); }),
               std::runtime_error);
}

TEST(Deadline, AbandonsOnlyALimitedNumberOfThreads) {
  const auto go_on = std::make_shared<std::atomic<bool>>(true);
  const auto endless = [go_on] {
    while (*go_on) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  };
  int started = 0;
  while (started < 100 && !finishes_within(0.01, endless)) ++started;
  EXPECT_EQ(started, 100) << "no work ends";
  EXPECT_TRUE(any_work_abandoned());
  *go_on = false;
  while (any_work_abandoned()) std::this_thread::yield();
  EXPECT_TRUE(finishes_within(10, [] {})) << "new work is accepted again";
}

}  // namespace
}  // namespace calib
