#pragma once
// Makes the stated standard deviations of corners consistent with each other.

#include <vector>

#include "solve/bundle.hpp"

namespace calib {

/// Divides the corners of each camera, in the order of their stated sigmas, into groups of equal
/// size, and compares the robust scale of the errors of each group, in units of its sigmas, with
/// that of all corners of the camera. Where it is more than 1.5 times as large or small, the sigmas
/// of the group are multiplied by this ratio: corners that claim to be sharper than they are would
/// otherwise decide the result alone. `views` refer to `bundle`, whose present values give the
/// errors.
void rescale_sigmas(const Bundle& bundle, int jobs, std::vector<BundleView>& views);

}  // namespace calib
