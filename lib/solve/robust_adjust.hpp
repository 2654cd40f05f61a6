#pragma once
// Bundle adjustment with rejection of outliers.

#include <vector>

#include "scene/observations.hpp"
#include "solve/bundle.hpp"

namespace calib {

/// From this value of `reject` on, all corners are believed as they are: none is left out, and no
/// sigma is changed. This is the classic recipe of other programs.
inline constexpr double kBelieveAll = 1000;

/// Adjusts the bundle with a Cauchy loss, makes the sigmas of the corners consistent
/// (rescale_sigmas()), then alternates between selecting the inliers and
/// adjusting with them until they no longer change (at most 8 rounds). Let s be the robust scale of
/// a camera's errors e: median(|e| / sigma) / 1.1774, which is 1 for Gaussian noise of the corners'
/// sigmas (1 px if unknown). A corner is an outlier if |e| > reject * max(s * sigma, 0.001 px). A
/// view is rejected as a whole if more than half of its corners are outliers or fewer than 4 are
/// inliers. Every round tests all corners, so that an outlier can become an inlier again. On return
/// the bundle has the inliers; the result lists the outliers. `observations` are those that the
/// views refer to.
std::vector<Rejected> robust_adjust(Bundle& bundle, const Observations& observations, double reject,
                                    int jobs = 1);

/// The options of an adjustment with the Cauchy loss that suits the present errors of the bundle.
AdjustOptions loss_options(const Bundle& bundle, int jobs = 1);

/// Only the adjustment with the Cauchy loss, with all views that can be projected; the others are
/// removed from the bundle.
void adjust_with_cauchy_loss(Bundle& bundle, int jobs = 1);

}  // namespace calib
