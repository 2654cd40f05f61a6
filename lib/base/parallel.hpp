#pragma once
// Parallel loops (oneTBB). Callers store results by index, so that they do not depend on the number
// and timing of threads.

#include <cstddef>
#include <functional>
#include <memory>

namespace calib {
namespace detail {
using Token = std::shared_ptr<void>;
void run_stream(int jobs, const std::function<Token()>& next,
                const std::function<void(void*)>& work, const std::function<void(void*)>& finish);
}  // namespace detail

/// Calls work(i) for every i in [0, count) on at most `jobs` threads (0: one per core), but never
/// on more threads than cores. If a call throws, the running calls end and the first exception is
/// rethrown. Throws Interrupted at Ctrl-C.
void parallel_for(std::size_t count, int jobs, const std::function<void(std::size_t)>& work);

/// A pipeline of three steps that run at the same time: next(item) fills one item after another and
/// returns false at the end; work(item) runs on at most `jobs` threads; finish(item), if given,
/// runs on one item at a time in the order of next(). At most items_in_flight(jobs) items exist at
/// a time. T must be default-constructible. Exceptions and Ctrl-C as for parallel_for().
template <class T>
void parallel_stream(int jobs, const std::function<bool(T&)>& next,
                     const std::function<void(T&)>& work,
                     const std::function<void(T&)>& finish = {}) {
  detail::run_stream(
      jobs,
      [&]() -> detail::Token {
        auto item = std::make_shared<T>();
        return next(*item) ? item : nullptr;
      },
      [&](void* item) { work(*static_cast<T*>(item)); },
      [&](void* item) {
        if (finish) finish(*static_cast<T*>(item));
      });
}

/// The number of items that parallel_stream() keeps in memory: for each thread one at work and one
/// waiting.
std::size_t items_in_flight(int jobs);

/// Returns `jobs`, or the number of cores if it is 0.
int resolve_jobs(int jobs);

}  // namespace calib
