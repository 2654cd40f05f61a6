#pragma once
// Work that may take longer than anyone will wait, and that cannot be stopped from outside.

#include <functional>

namespace calib {

/// Runs `work` on a thread of its own. False when it has not ended after `seconds`: it is then
/// abandoned, goes on unseen, and what it holds must be its own (captured by value or shared). A
/// few may be abandoned at a time, since they use up the cores: beyond that one of them has
/// `seconds` to end, or false is returned without a begin. Exceptions of work that ends in time are
/// passed on.
bool finishes_within(double seconds, std::function<void()> work);

/// Whether abandoned work still runs: the process must then end without destroying what it uses.
bool any_work_abandoned();

}  // namespace calib
