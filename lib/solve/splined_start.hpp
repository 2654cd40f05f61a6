#pragma once
// Converts a lens of another model to a splined lens: the initial value of its fit.

#include "camera/intrinsics.hpp"

namespace calib {

/// The splined lens that projects like `lens`. Its grid covers the part of the image for which the
/// lens has rays, with a margin of 5 %. Throws UndeterminedError if the lens has rays for less than
/// half of the image.
Intrinsics splined_like(const Intrinsics& lens);

}  // namespace calib
