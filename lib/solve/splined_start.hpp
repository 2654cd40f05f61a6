#pragma once
// A splined lens that does what a lens of another model does: where its fit starts.

#include "camera/intrinsics.hpp"

namespace calib {

/// The grid covers the whole picture. `lens` is followed as far as it has rays; beyond, the surface
/// goes on smoothly. Throws UndeterminedError when the lens has rays for less than half of the
/// picture.
Intrinsics splined_like(const Intrinsics& lens);

}  // namespace calib
