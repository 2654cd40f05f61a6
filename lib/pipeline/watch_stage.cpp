#include "pipeline/watch_stage.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <set>
#include <thread>

#include "base/errors.hpp"
#include "base/interrupt.hpp"
#include "base/stopwatch.hpp"

namespace calib {
namespace {

using namespace std::chrono_literals;

std::size_t count_frames(const Observations& observations) {
  std::set<std::int64_t> frames;
  for (const View& view : observations.views) frames.insert(view.frame);
  for (const MissingView& missing : observations.missing) frames.insert(missing.frame);
  return frames.size();
}

// One watch of a recording.
class Watch {
 public:
  Watch(WatchedRecording& recording, const Board& board, const WatchOptions& options,
        const Context& context, WatchListener& listener)
      : recording_(recording),
        guide_(board, context.jobs),
        options_(options),
        context_(context),
        listener_(listener) {
    context_.progress = &no_progress();
  }

  WatchEnd run() {
    try {
      while (true) {
        look();
        if (const auto end = reached_end()) return finish(*end);
        start_solve();
        rest();
      }
    } catch (const Interrupted&) {
      if (solve_.valid()) solve_.wait();
      take_interrupt();
      return WatchEnd::kInterrupted;
    }
  }

 private:
  // Looks for new pictures, and gives advice if there are some.
  void look() {
    const Stopwatch watch;
    const std::vector<WatchedPicture> pictures = recording_.poll();
    for (const WatchedPicture& picture : pictures) listener_.saw(picture);
    is_whole_ = recording_.is_live() || (pictures.empty() && recording_.waiting() == 0);
    if (pictures.empty()) return;
    observations_ = recording_.observations();
    advise(watch);
  }

  void advise(const std::optional<Stopwatch>& since) {
    state_ = guide_.advise(observations_);
    listener_.advised(state_, recording_, since ? since->seconds() : 0);
  }

  std::optional<WatchEnd> reached_end() const {
    if (options_.until == Until::kGood && state_.is_enough) return WatchEnd::kGood;
    if (options_.frames > 0 && is_whole_ &&
        count_frames(observations_) >= static_cast<std::size_t>(options_.frames))
      return WatchEnd::kFrames;
    if (options_.timeout_s > 0 && total_.seconds() >= options_.timeout_s) return WatchEnd::kTimeout;
    return std::nullopt;
  }

  bool has_news() const {
    return state_.frames >= kFewestToSolve && observations_.views.size() != solved_views_;
  }

  void start_solve() {
    constexpr double kLeastPause_s = 2;
    if (solve_.valid() || !has_news()) return;
    // Half of the time at most is spent on solves.
    if (solved_views_ > 0 && pause_.seconds() < std::max(kLeastPause_s, solve_s_)) return;
    solved_views_ = observations_.views.size();
    pause_ = {};
    solve_ = std::async(std::launch::async, [observations = observations_, context = context_] {
      return solve_so_far(observations, context);
    });
  }

  void take_solve() {
    guide_.take(solve_.get());
    solve_s_ = pause_.seconds();
    pause_ = {};
    advise(std::nullopt);
  }

  // Waits for the next look at the files.
  void rest() {
    const Stopwatch watch;
    do {
      throw_if_interrupted();
      if (!solve_.valid()) {
        std::this_thread::sleep_for(20ms);
      } else if (solve_.wait_for(20ms) == std::future_status::ready) {
        take_solve();
      }
    } while (watch.seconds() < options_.interval_s);
  }

  // The last state is that of all frames.
  WatchEnd finish(WatchEnd end) {
    if (solve_.valid()) take_solve();
    if (end == WatchEnd::kGood || !has_news()) return end;
    guide_.take(solve_so_far(observations_, context_));
    advise(std::nullopt);
    return end;
  }

  WatchedRecording& recording_;
  FilmingGuide guide_;
  const WatchOptions& options_;
  Context context_;
  WatchListener& listener_;
  Observations observations_;
  FilmingState state_;
  std::future<SolvedSoFar> solve_;
  std::size_t solved_views_ = 0;  // those of the last solve that was started
  double solve_s_ = 0;
  bool is_whole_ = false;  // no picture of the last frame is still to come
  Stopwatch total_, pause_;
};

}  // namespace

std::vector<Option> describe(WatchOptions& o) {
  return {Option::number("interval", o.interval_s,
                         "seconds between two looks at the files, and between two shots of --live")
              .at_least(0.05)
              .at_most(60),
          Option::choice(
              "until", o.until,
              "stopped: end at Ctrl-C; good: also when the verdict is good and more shots would "
              "change little",
              kUntils),
          Option::number("frames", o.frames,
                         "end when the pictures of this many frames were looked at; 0: no limit")
              .at_least(0),
          Option::duration("timeout", o.timeout_s, "end after this time, such as 60s; 0s: never")};
}

WatchEnd watch(WatchedRecording& recording, const Board& board, const WatchOptions& options,
               const Context& context, WatchListener& listener) {
  return Watch(recording, board, options, context, listener).run();
}

}  // namespace calib
