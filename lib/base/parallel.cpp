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

// More threads than cores only slow the work down, and oneTBB writes a warning to stderr about
// them.
int arena_threads(int jobs) {
  return std::min(resolve_jobs(jobs), oneapi::tbb::info::default_concurrency());
}

}  // namespace

std::size_t items_in_flight(int jobs) { return 2 * static_cast<std::size_t>(arena_threads(jobs)); }

namespace {

// For the thread sanitizer, which does not see the order that oneTBB keeps: what came before a
// give() of an address comes before its take().
#ifdef CALIB_MARK_ORDER
void give(void* address) { __tsan_release(address); }
void take(void* address) { __tsan_acquire(address); }
#else
void give(void*) {}
void take(void*) {}
#endif

// Lives in the caller while work is spread: steps come after its start and before its end. Between
// two steps there is no order, so that a sanitizer finds what they wrongly share.
class Spread {
 public:
  Spread() { give(&begin_); }
  ~Spread() { take(&end_); }
  Spread(const Spread&) = delete;
  Spread& operator=(const Spread&) = delete;

  class Step {
   public:
    explicit Step(Spread& spread) : spread_(spread) { take(&spread.begin_); }
    ~Step() { give(&spread_.end_); }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    Spread& spread_;
  };

 private:
  char begin_ = 0, end_ = 0;
};

// Steps of which one runs after the other, on whatever thread.
class Serial {
 public:
  explicit Serial(char& order) : order_(order) { take(&order_); }
  ~Serial() { give(&order_); }
  Serial(const Serial&) = delete;
  Serial& operator=(const Serial&) = delete;

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
    return throw_if_interrupted();  // during the last one too
  }
  // One index a task: an image takes milliseconds, a task a fraction of a microsecond.
  Spread spread;
  oneapi::tbb::task_arena(threads).execute([&] {
    oneapi::tbb::parallel_for(
        oneapi::tbb::blocked_range<std::size_t>(0, count, 1),
        [&](const auto& range) {
          const Spread::Step order(spread);
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
  Spread spread;
  char nexts = 0, finishes = 0;
  const auto take_next = [&](tbb::flow_control& control) -> Token {
    const Spread::Step step(spread);
    const Serial order(nexts);
    throw_if_interrupted();
    Token item = next();
    if (item) {
      give(item.get());
    } else {
      control.stop();
    }
    return item;
  };
  const auto work_on = [&](Token item) {
    const Spread::Step step(spread);
    const Serial order(*static_cast<char*>(item.get()));
    work(item.get());
    return item;
  };
  const auto finish_item = [&](const Token& item) {
    const Spread::Step step(spread);
    const Serial order(finishes);
    take(item.get());
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
