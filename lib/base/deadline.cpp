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

// Too many that nobody waits for any more would take the machine from those that are waited for.
bool has_place_within(double seconds) {
  for (const Stopwatch watch; abandoned >= kMostAbandoned;) {
    if (watch.seconds() >= seconds) return false;
    throw_if_interrupted();
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

}  // namespace

bool finishes_within(double seconds, std::function<void()> work) {
  if (!has_place_within(seconds)) return false;
  // The work ends, or its end is no longer waited for: whoever comes second knows of the other.
  const auto one_came = std::make_shared<std::atomic<bool>>(false);
  std::packaged_task<void()> task(std::move(work));
  std::future<void> result = task.get_future();
  std::thread([one_came, task = std::move(task)]() mutable {
    task();
    if (one_came->exchange(true)) --abandoned;
  }).detach();
  const bool ended =
      result.wait_for(std::chrono::duration<double>(seconds)) == std::future_status::ready;
  if (!ended) {
    ++abandoned;
    if (!one_came->exchange(true)) return false;
    --abandoned;  // it has ended after all
  }
  result.get();
  return true;
}

bool any_work_abandoned() { return abandoned > 0; }

}  // namespace calib
