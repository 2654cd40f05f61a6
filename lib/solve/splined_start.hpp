#pragma once
// A splined lens that does what a lens of another model does: where its fit starts.

#include "camera/intrinsics.hpp"

namespace calib {

/// The grid covers the part of the picture for which `lens` has rays, and a little more. Throws
/// UndeterminedError when the lens has rays for less than half of the picture.
Intrinsics splined_like(const Intrinsics& lens);

}  // namespace calib
