#pragma once
// Where slow work says how far it is. Whoever starts the work decides what is shown; the library
// never prints.

#include <cstddef>
#include <string_view>

namespace calib {

/// Shows nothing; app/ derives the bar on a terminal from it. advance() is called from many threads
/// at once.
class Progress {
 public:
  virtual ~Progress() = default;
  /// A new piece of work of `total` steps (0: unknown) begins.
  virtual void begin(std::string_view /*what*/, std::size_t /*total*/) {}
  virtual void advance(std::size_t /*steps*/ = 1) {}
  virtual void end() {}
};

/// A Progress that shows nothing.
Progress& no_progress();

}  // namespace calib
