#include "base/parallel.hpp"

#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>

#include "base/interrupt.hpp"
#include "base/progress.hpp"

namespace calib {

Progress& no_progress() {
  static Progress silent;
  return silent;
}

int resolve_jobs(int jobs) { return jobs > 0 ? jobs : oneapi::tbb::info::default_concurrency(); }

namespace {

// More threads than cores only slow the work down, and oneTBB writes a warning to stderr about
// them.
int arena_threads(int jobs) {
  return std::min(resolve_jobs(jobs), oneapi::tbb::info::default_concurrency());
}

}  // namespace

void parallel_for(std::size_t count, int jobs, const std::function<void(std::size_t)>& work) {
  const auto step = [&](std::size_t i) {
    throw_if_interrupted();
    work(i);
  };
  const int threads = arena_threads(jobs);
  if (threads == 1) {
    for (std::size_t i = 0; i < count; ++i) step(i);
    return throw_if_interrupted();  // during the last one too
  }
  // One index a task: an image takes milliseconds, a task a fraction of a microsecond.
  oneapi::tbb::task_arena(threads).execute([&] {
    oneapi::tbb::parallel_for(
        oneapi::tbb::blocked_range<std::size_t>(0, count, 1),
        [&](const auto& range) {
          for (std::size_t i = range.begin(); i != range.end(); ++i) step(i);
        },
        oneapi::tbb::simple_partitioner());
  });
  throw_if_interrupted();
}

namespace detail {

void run_stream(int jobs, std::size_t in_flight, const std::function<Token()>& next,
                const std::function<void(void*)>& work, const std::function<void(void*)>& finish) {
  namespace tbb = oneapi::tbb;
  tbb::task_arena(arena_threads(jobs)).execute([&] {
    tbb::parallel_pipeline(
        std::max<std::size_t>(in_flight, 1),
        tbb::make_filter<void, Token>(tbb::filter_mode::serial_in_order,
                                      [&](tbb::flow_control& control) -> Token {
                                        throw_if_interrupted();
                                        Token item = next();
                                        if (!item) control.stop();
                                        return item;
                                      }) &
            tbb::make_filter<Token, Token>(tbb::filter_mode::parallel,
                                           [&](Token item) {
                                             work(item.get());
                                             return item;
                                           }) &
            tbb::make_filter<Token, void>(tbb::filter_mode::serial_in_order,
                                          [&](const Token& item) { finish(item.get()); }));
  });
}

}  // namespace detail
}  // namespace calib
