#pragma once
// Work spread over threads (oneTBB). Results go into slots by index, so that no result depends on
// the threads.

#include <cstddef>
#include <functional>

namespace calib {

/// Calls work(i) for every i in [0, count), on at most `jobs` threads (0: all cores), and no more
/// than there are cores. The first exception is rethrown after the calls under way have ended;
/// Ctrl-C throws Interrupted.
void parallel_for(std::size_t count, int jobs, const std::function<void(std::size_t)>& work);

/// Takes items one after another from `next` (called serially, returns false at the end) and runs
/// work(item) for each on at most `jobs` threads, with at most items_in_flight() alive at once;
/// then finish(item), if there is one, serially and in the order of next(). All three overlap. T
/// must be movable and default-constructible.
template <class T>
void parallel_stream(int jobs, const std::function<bool(T&)>& next,
                     const std::function<void(T&)>& work,
                     const std::function<void(T&)>& finish = {});

/// Items alive at once for `jobs` threads: one at work and one waiting for each that there can be.
std::size_t items_in_flight(int jobs);

/// `jobs` itself, or the number of cores when it is 0.
int resolve_jobs(int jobs);

}  // namespace calib

#include "base/parallel_stream.hpp"  // IWYU pragma: export
