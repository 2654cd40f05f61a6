#pragma once
// Progress reports of slow work. The library never prints: the caller decides what is shown.

#include <cstddef>
#include <string_view>

namespace calib {

/// The base class shows nothing; app/ derives a progress bar from it. advance() is called from many
/// threads at the same time.
class Progress {
 public:
  virtual ~Progress() = default;
  /// Starts a new piece of work of `total` steps (0: unknown).
  virtual void begin(std::string_view /*what*/, std::size_t /*total*/) {}
  virtual void advance(std::size_t /*steps*/ = 1) {}
  virtual void end() {}
};

/// A Progress that shows nothing.
Progress& no_progress();

}  // namespace calib
