#pragma once
// Ctrl-C as a flag that long loops check. The functions may be called from a signal handler.

namespace calib {

void request_interrupt() noexcept;
bool interrupt_requested() noexcept;
/// Throws Interrupted once request_interrupt() has been called.
void throw_if_interrupted();

/// Whether request_interrupt() has been called. Also resets the request, so that a command that
/// Ctrl-C ends can still write its result. The next Ctrl-C interrupts this writing.
bool take_interrupt() noexcept;

/// While such an object exists, the process is not killed some time after Ctrl-C: it waits for
/// child processes that end by themselves, or writes what it has.
class WaitsForOthers {
 public:
  WaitsForOthers() noexcept;
  ~WaitsForOthers();
  WaitsForOthers(const WaitsForOthers&) = delete;
  WaitsForOthers& operator=(const WaitsForOthers&) = delete;
};
/// Whether such an object exists.
bool waits_for_others() noexcept;

}  // namespace calib
