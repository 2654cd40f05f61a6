#include "app/progress_bar.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <iostream>
#include <mutex>
#include <string>

namespace calib {
namespace {

using Clock = std::chrono::steady_clock;

class ProgressBar final : public Progress {
 public:
  explicit ProgressBar(std::ostream& err) : err_(err) {}

  void begin(std::string_view what, std::size_t total) override {
    const std::lock_guard lock(mutex_);
    what_ = what;
    total_ = total;
    done_ = 0;
    start_ = drawn_ = Clock::now();
    draw();
  }

  void advance(std::size_t steps) override {
    const std::lock_guard lock(mutex_);
    done_ += steps;
    const auto now = Clock::now();
    if (now - drawn_ < std::chrono::milliseconds(100)) return;
    drawn_ = now;
    draw();
  }

  void end() override {
    const std::lock_guard lock(mutex_);
    err_ << "\r\033[K" << std::flush;  // for the summary
  }

 private:
  void draw() {
    if (total_ == 0) {
      err_ << fmt::format("\r\033[K{} ...", what_) << std::flush;
      return;
    }
    constexpr std::size_t kWidth = 30;
    const std::size_t filled = kWidth * std::min(done_, total_) / total_;
    const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    const double rate = seconds > 0 ? static_cast<double>(done_) / seconds : 0;
    const std::string left =
        rate > 0 && done_ < total_
            ? fmt::format(", {:.0f} s left", static_cast<double>(total_ - done_) / rate)
            : std::string();
    err_ << fmt::format("\r\033[K{} [{:#<{}}{:.<{}}] {}/{} {:.0f}/s{}", what_, "", filled, "",
                        kWidth - filled, done_, total_, rate, left)
         << std::flush;
  }

  std::ostream& err_;
  std::mutex mutex_;
  std::string what_;
  std::size_t total_ = 0, done_ = 0;
  Clock::time_point start_, drawn_;
};

}  // namespace

std::unique_ptr<Progress> make_progress(std::ostream& err, bool quiet) {
  if (!quiet && &err == &std::cerr && isatty(STDERR_FILENO))
    return std::make_unique<ProgressBar>(err);
  return std::make_unique<Progress>();
}

}  // namespace calib
