#pragma once
// A progress bar for terminals.

#include <memory>
#include <ostream>

#include "base/progress.hpp"

namespace calib {

/// A bar with the rate and the remaining time if `err` is std::cerr, which is a terminal, and
/// `quiet` is false; otherwise an object that shows nothing.
std::unique_ptr<Progress> make_progress(std::ostream& err, bool quiet);

}  // namespace calib
