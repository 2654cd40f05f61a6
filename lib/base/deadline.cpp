#include "base/deadline.hpp"

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <thread>

#include "base/interrupt.hpp"
#include "base/stopwatch.hpp"

namespace calib {
namespace {

constexpr int kMostAbandoned = 4;
std::atomic<int> abandoned{0};

// Waits until fewer than kMostAbandoned threads are abandoned. Returns false after `seconds`.
bool may_start_within(double seconds) {
  for (const Stopwatch watch; abandoned >= kMostAbandoned;) {
    if (watch.seconds() >= seconds) return false;
    throw_if_interrupted();
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

}  // namespace

bool finishes_within(double seconds, std::function<void()> work) {
  if (!may_start_within(seconds)) return false;
  // Set by the first of two events: the work ends, or this function stops waiting for it.
  // exchange() tells the side of the second event that the other side came first.
  const auto decided = std::make_shared<std::atomic<bool>>(false);
  std::packaged_task<void()> task(std::move(work));
  std::future<void> result = task.get_future();
  std::thread([decided, task = std::move(task)]() mutable {
    task();
    if (decided->exchange(true)) --abandoned;
  }).detach();
  const bool ended =
      result.wait_for(std::chrono::duration<double>(seconds)) == std::future_status::ready;
  if (!ended) {
    ++abandoned;
    if (!decided->exchange(true)) return false;
    --abandoned;  // the work ended just after the wait
  }
  result.get();
  return true;
}

bool any_work_abandoned() { return abandoned > 0; }

}  // namespace calib
