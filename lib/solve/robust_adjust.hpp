#pragma once
// Adjust, leave out what does not belong, adjust again.

#include <vector>

#include "scene/observations.hpp"
#include "solve/bundle.hpp"

namespace calib {

/// Adjusts with a robust (Cauchy) loss, then judges all corners, adjusts with those that fit, and
/// again until the set no longer changes. The stated rule: with s the robust scale of a camera's
/// errors in units of the corners' own sigmas (median |e| / sigma / 1.1774, which is 1 for Gaussian
/// noise of that sigma; sigma is 1 px where it is unknown), a corner with |e| > reject * max(s *
/// sigma, 0.001 px) is left out, and a view that loses more than half of its corners, or keeps
/// fewer than 4, is left out whole. Every round judges all corners anew, so a corner can come back.
/// Returns what was left out.
std::vector<Rejected> robust_adjust(Bundle& bundle, const Observations& observations, double reject,
                                    int jobs = 1);

/// Only the robust fit: all views that can be projected take part, and stay in the bundle.
void loss_adjust(Bundle& bundle, int jobs = 1);

}  // namespace calib
