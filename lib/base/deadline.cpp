#include "base/deadline.hpp"

#include <atomic>
#include <chrono>
#include <future>
#include <thread>

namespace calib {
namespace {

constexpr int kMostAbandoned = 4;
std::atomic<int> abandoned{0};

}  // namespace

bool finishes_within(double seconds, std::function<void()> work) {
  if (abandoned >= kMostAbandoned) return false;
  // 0: under way; 1: ended; 2: abandoned. Whoever comes second knows what the other did.
  const auto state = std::make_shared<std::atomic<int>>(0);
  std::packaged_task<void()> task(std::move(work));
  std::future<void> result = task.get_future();
  std::thread([state, task = std::move(task)]() mutable {
    task();
    int expected = 0;
    if (!state->compare_exchange_strong(expected, 1)) --abandoned;
  }).detach();
  const bool ended =
      result.wait_for(std::chrono::duration<double>(seconds)) == std::future_status::ready;
  if (!ended) {
    ++abandoned;
    int expected = 0;
    if (state->compare_exchange_strong(expected, 2)) return false;
    --abandoned;  // it has ended after all
  }
  result.get();
  return true;
}

bool any_work_abandoned() { return abandoned > 0; }

}  // namespace calib
