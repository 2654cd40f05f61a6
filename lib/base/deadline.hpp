#pragma once
// A time limit for work that cannot be stopped from outside.

#include <functional>

namespace calib {

/// Runs `work` on a new thread and returns true if it ends within `seconds`; rethrows its exception
/// if it ends with one. Otherwise returns false and abandons the thread, which keeps running in the
/// background: `work` must therefore own its data (captured by value or shared). Abandoned threads
/// occupy cores, so at most four may run at a time. If there are four, the function first waits up
/// to `seconds` until one of them ends; if none does, it returns false without starting `work`.
bool finishes_within(double seconds, std::function<void()> work);

/// Returns whether an abandoned thread still runs. The process must then exit without destroying
/// objects that the thread may use.
bool any_work_abandoned();

}  // namespace calib
