#include "base/parallel.hpp"

#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#ifdef CALIB_MARK_ORDER
#include <sanitizer/tsan_interface.h>
#endif

#include "base/interrupt.hpp"
#include "base/progress.hpp"

namespace calib {

Progress& no_progress() {
  static Progress silent;
  return silent;
}

int resolve_jobs(int jobs) { return jobs > 0 ? jobs : oneapi::tbb::info::default_concurrency(); }

namespace {

// More threads than cores only slow the work down, and oneTBB warns about them on stderr.
int arena_threads(int jobs) {
  return std::min(resolve_jobs(jobs), oneapi::tbb::info::default_concurrency());
}

}  // namespace

std::size_t items_in_flight(int jobs) { return 2 * static_cast<std::size_t>(arena_threads(jobs)); }

namespace {

// Happens-before marks for the thread sanitizer, which does not see how oneTBB synchronizes its
// threads: everything before release(address) happens before everything after the next
// acquire(address).
#ifdef CALIB_MARK_ORDER
void release(void* address) { __tsan_release(address); }
void acquire(void* address) { __tsan_acquire(address); }
#else
void release(void*) {}
void acquire(void*) {}
#endif

// One parallel loop: its tasks happen after its construction and before its destruction. The tasks
// are not ordered among each other, so that the sanitizer finds data races between them.
class ParallelRegion {
 public:
  ParallelRegion() { release(&begin_); }
  ~ParallelRegion() { acquire(&end_); }
  ParallelRegion(const ParallelRegion&) = delete;
  ParallelRegion& operator=(const ParallelRegion&) = delete;

  class Task {
   public:
    explicit Task(ParallelRegion& region) : region_(region) { acquire(&region.begin_); }
    ~Task() { release(&region_.end_); }
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;

   private:
    ParallelRegion& region_;
  };

 private:
  char begin_ = 0, end_ = 0;
};

// Tasks with the same `order` run one after the other, possibly on different threads.
class SerialTask {
 public:
  explicit SerialTask(char& order) : order_(order) { acquire(&order_); }
  ~SerialTask() { release(&order_); }
  SerialTask(const SerialTask&) = delete;
  SerialTask& operator=(const SerialTask&) = delete;

 private:
  char& order_;
};

}  // namespace

void parallel_for(std::size_t count, int jobs, const std::function<void(std::size_t)>& work) {
  const auto step = [&](std::size_t i) {
    throw_if_interrupted();
    work(i);
  };
  const int threads = arena_threads(jobs);
  if (threads == 1) {
    for (std::size_t i = 0; i < count; ++i) step(i);
    return throw_if_interrupted();  // Ctrl-C may come during the last call
  }
  // One index per task: a task costs less than a microsecond, the work on an image milliseconds.
  ParallelRegion region;
  oneapi::tbb::task_arena(threads).execute([&] {
    oneapi::tbb::parallel_for(
        oneapi::tbb::blocked_range<std::size_t>(0, count, 1),
        [&](const auto& range) {
          const ParallelRegion::Task task(region);
          for (std::size_t i = range.begin(); i != range.end(); ++i) step(i);
        },
        oneapi::tbb::simple_partitioner());
  });
  throw_if_interrupted();
}

namespace detail {

void run_stream(int jobs, const std::function<Token()>& next,
                const std::function<void(void*)>& work, const std::function<void(void*)>& finish) {
  namespace tbb = oneapi::tbb;
  ParallelRegion region;
  char next_order = 0, finish_order = 0;
  const auto take_next = [&](tbb::flow_control& control) -> Token {
    const ParallelRegion::Task task(region);
    const SerialTask serial(next_order);
    throw_if_interrupted();
    Token item = next();
    if (item) {
      release(item.get());
    } else {
      control.stop();
    }
    return item;
  };
  const auto work_on = [&](Token item) {
    const ParallelRegion::Task task(region);
    const SerialTask serial(*static_cast<char*>(item.get()));
    work(item.get());
    return item;
  };
  const auto finish_item = [&](const Token& item) {
    const ParallelRegion::Task task(region);
    const SerialTask serial(finish_order);
    acquire(item.get());
    finish(item.get());
  };
  tbb::task_arena(arena_threads(jobs)).execute([&] {
    tbb::parallel_pipeline(
        items_in_flight(jobs),
        tbb::make_filter<void, Token>(tbb::filter_mode::serial_in_order, take_next) &
            tbb::make_filter<Token, Token>(tbb::filter_mode::parallel, work_on) &
            tbb::make_filter<Token, void>(tbb::filter_mode::serial_in_order, finish_item));
  });
}

}  // namespace detail
}  // namespace calib
