#pragma once
// A bar on a terminal, nothing in a pipe.

#include <memory>
#include <ostream>

#include "base/progress.hpp"

namespace calib {

/// A bar with rate and time left when `err` is the terminal's stderr and `quiet` is not set; else
/// one that shows nothing.
std::unique_ptr<Progress> make_progress(std::ostream& err, bool quiet);

}  // namespace calib
