#include "base/interrupt.hpp"

#include <atomic>

#include "base/errors.hpp"

namespace calib {
namespace {
std::atomic<bool> requested{false};
std::atomic<bool> waiting{false};
static_assert(std::atomic<bool>::is_always_lock_free);
}  // namespace

void request_interrupt() noexcept { requested.store(true, std::memory_order_relaxed); }
bool interrupt_requested() noexcept { return requested.load(std::memory_order_relaxed); }
bool take_interrupt() noexcept { return requested.exchange(false, std::memory_order_relaxed); }
void throw_if_interrupted() {
  if (interrupt_requested()) throw Interrupted();
}

WaitsForOthers::WaitsForOthers() noexcept { waiting = true; }
WaitsForOthers::~WaitsForOthers() { waiting = false; }
bool waits_for_others() noexcept { return waiting.load(std::memory_order_relaxed); }

}  // namespace calib
