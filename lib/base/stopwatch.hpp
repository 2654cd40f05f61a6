#pragma once
// Measures elapsed time.

#include <chrono>

namespace calib {

class Stopwatch {
 public:
  /// The time since construction.
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace calib
