#pragma once
// Adjust, leave out what does not belong, adjust again.

#include <vector>

#include "scene/observations.hpp"
#include "solve/bundle.hpp"

namespace calib {

/// Judges all corners at the present estimate, adjusts with those that fit, and again until the set
/// no longer changes. The stated rule: with s the robust standard deviation of one coordinate of a
/// camera's errors (median |e| / 1.1774, for Gaussian noise the standard deviation), a corner with
/// |e| > reject * max(s, 0.02 px) is left out, and a view that loses more than half of its corners
/// is left out whole. Every round judges all corners anew, so a corner can come back. Returns what
/// was left out.
std::vector<Rejected> robust_adjust(Bundle& bundle, const Observations& observations,
                                    double reject);

}  // namespace calib
