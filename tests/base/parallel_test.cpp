#include "base/parallel.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <numeric>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/errors.hpp"
#include "base/interrupt.hpp"

namespace calib {
namespace {

using namespace std::chrono_literals;

class ParallelTest : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Jobs, ParallelTest, ::testing::Values(0, 1, 2, 5));

TEST_P(ParallelTest, CallsEveryIndexOnce) {
  std::vector<std::atomic<int>> calls(1000);
  parallel_for(calls.size(), GetParam(), [&](std::size_t i) { ++calls[i]; });
  for (const auto& count : calls) EXPECT_EQ(count, 1);
}

TEST_P(ParallelTest, AcceptsZeroItems) {
  parallel_for(0, GetParam(), [](std::size_t) { FAIL(); });
  parallel_stream<int>(
      GetParam(), [](int&) { return false; }, [](int&) { FAIL(); });
}

TEST_P(ParallelTest, RethrowsWithTypeAndMessage) {
  const auto run = [&] {
    parallel_for(100, GetParam(), [](std::size_t i) {
      if (i == 42) throw UndeterminedError("item 42");
    });
  };
  EXPECT_THROW(
      {
        try {
          run();
        } catch (const UndeterminedError& error) {
          EXPECT_STREQ(error.what(), "item 42");
          throw;
        }
      },
      UndeterminedError);
}

TEST_P(ParallelTest, NoCallIsRunningAfterAnException) {
  std::atomic<int> running{0};
  EXPECT_THROW(parallel_for(50, GetParam(),
                            [&](std::size_t i) {
                              ++running;
                              std::this_thread::sleep_for(1ms);
                              --running;
                              if (i == 3) throw std::runtime_error("stop");
                            }),
               std::runtime_error);
  EXPECT_EQ(running, 0);
}

TEST_P(ParallelTest, UsesAtMostTheGivenNumberOfThreads) {
  std::mutex mutex;
  std::set<std::thread::id> threads;
  std::atomic<int> now{0}, most{0};
  parallel_for(64, GetParam(), [&](std::size_t) {
    const int count = ++now;
    int seen = most;
    while (count > seen && !most.compare_exchange_weak(seen, count)) {
    }
    std::this_thread::sleep_for(500us);
    --now;
    const std::lock_guard lock(mutex);
    threads.insert(std::this_thread::get_id());
  });
  EXPECT_LE(most, resolve_jobs(GetParam()));
  EXPECT_GE(threads.size(), 1u);
}

TEST_P(ParallelTest, MayBeNested) {
  std::vector<std::atomic<int>> sums(20);
  parallel_for(sums.size(), GetParam(), [&](std::size_t i) {
    parallel_for(10, GetParam(), [&](std::size_t j) { sums[i] += static_cast<int>(j); });
  });
  for (const auto& sum : sums) EXPECT_EQ(sum, 45);
}

TEST_P(ParallelTest, StreamProcessesEveryItemOnce) {
  int made = 0;
  std::vector<std::atomic<int>> calls(300);
  parallel_stream<int>(
      GetParam(),
      [&](int& item) {
        item = made++;
        return item < 300;
      },
      [&](int& item) { ++calls[static_cast<std::size_t>(item)]; });
  for (const auto& count : calls) EXPECT_EQ(count, 1);
  EXPECT_EQ(made, 301);  // next() is not called again after it has returned false
}

// This limits the memory of a run over thousands of images.
TEST_P(ParallelTest, StreamLimitsTheNumberOfItemsInMemory) {
  static std::atomic<int> alive;
  static std::atomic<int> most;
  alive = most = 0;
  struct Image {
    Image() {
      const int count = ++alive;
      int seen = most;
      while (count > seen && !most.compare_exchange_weak(seen, count)) {
      }
    }
    Image(const Image&) = delete;
    Image& operator=(const Image&) = delete;
    ~Image() { --alive; }
  };
  int made = 0;
  parallel_stream<Image>(
      GetParam(), [&](Image&) { return ++made <= 60; },
      [](Image&) { std::this_thread::sleep_for(200us); });
  EXPECT_LE(static_cast<std::size_t>(most), items_in_flight(GetParam()));
  EXPECT_EQ(alive, 0);
}

TEST_P(ParallelTest, StreamFinishesInOrder) {
  int next = 0;
  std::vector<int> finished;
  std::atomic<int> worked{0};
  parallel_stream<int>(
      GetParam(),
      [&](int& item) {
        item = next;
        return next++ < 200;
      },
      [&](int& item) {
        // Some items take longer, so that later ones overtake them.
        std::this_thread::sleep_for(std::chrono::microseconds(item % 5 == 0 ? 300 : 10));
        item *= 2;
        ++worked;
      },
      [&](int& item) { finished.push_back(item); });
  ASSERT_EQ(finished.size(), 200u);
  EXPECT_EQ(worked, 200);
  for (int i = 0; i < 200; ++i) EXPECT_EQ(finished[i], 2 * i);
}

TEST_P(ParallelTest, StreamRethrowsExceptionsOfNextAndWork) {
  EXPECT_THROW(parallel_stream<int>(
                   GetParam(), [](int&) -> bool { throw Error("cannot read"); }, [](int&) {}),
               Error);
  EXPECT_THROW(parallel_stream<int>(
                   GetParam(), [](int&) { return true; }, [](int&) { throw Error("cannot work"); }),
               Error);
}

TEST(ResolveJobs, ZeroMeansAllCores) {
  EXPECT_EQ(resolve_jobs(3), 3);
  EXPECT_GE(resolve_jobs(0), 1);
}

// An interrupt cannot be reset, so each of these tests runs in a separate process.
void expect_interrupted(int jobs) {
  std::atomic<int> calls{0};
  try {
    parallel_for(100'000, jobs, [&](std::size_t i) {
      ++calls;
      if (i == 10) request_interrupt();
    });
  } catch (const Interrupted& stop) {
    std::fprintf(stderr, "%s", calls < 100'000 ? stop.what() : "too late");
    std::_Exit(7);
  }
  std::_Exit(8);
}

TEST_P(ParallelTest, CtrlCStopsALoop) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(expect_interrupted(GetParam()), ::testing::ExitedWithCode(7), "interrupted");
}

TEST_P(ParallelTest, CtrlCStopsAStream) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto run = [&] {
    int made = 0;
    try {
      parallel_stream<int>(
          GetParam(),
          [&](int&) {
            if (++made == 5) request_interrupt();
            return made < 1000;
          },
          [](int&) {});
    } catch (const Interrupted&) {
      std::_Exit(made < 1000 ? 7 : 9);
    }
    std::_Exit(8);
  };
  EXPECT_EXIT(run(), ::testing::ExitedWithCode(7), "");
}

}  // namespace
}  // namespace calib
