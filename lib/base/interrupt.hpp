#pragma once
// Ctrl-C as a value that long loops look at. Safe to call from a signal handler.

namespace calib {

void request_interrupt() noexcept;
bool interrupt_requested() noexcept;
/// Throws Interrupted once request_interrupt() has been called.
void throw_if_interrupted();

/// While one lives, the process waits for others that stop by themselves when it is interrupted.
class WaitsForOthers {
 public:
  WaitsForOthers() noexcept;
  ~WaitsForOthers();
  WaitsForOthers(const WaitsForOthers&) = delete;
  WaitsForOthers& operator=(const WaitsForOthers&) = delete;
};
bool waits_for_others() noexcept;

}  // namespace calib
