#pragma once
// Ctrl-C as a value that long loops look at. Safe to call from a signal handler.

namespace calib {

void request_interrupt() noexcept;
bool interrupt_requested() noexcept;
/// Throws Interrupted once request_interrupt() has been called.
void throw_if_interrupted();

}  // namespace calib
