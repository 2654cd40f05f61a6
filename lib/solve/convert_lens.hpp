#pragma once
// A lens of one model as a lens of another: the one that sends the same rays to the same pixels, as
// nearly as it can.

#include <string>

#include "camera/intrinsics.hpp"

namespace calib {

struct ConvertedLens {
  Intrinsics intrinsics;
  double rms_px = 0;   ///< sqrt(mean |e|^2) over the part of the picture that was fitted
  double max_px = 0;   ///< the largest error there
  double covered = 0;  ///< that part, as a share of where the first lens has rays
};

/// Least squares over a grid of pixels and their rays. A formula that cannot follow a wide lens to
/// the edge is fitted to the widest cone of rays that it follows well, rather than badly to all;
/// when it follows none well, to the widest for which it has pixels at all. Throws
/// UndeterminedError when there is none.
ConvertedLens convert_lens(const Intrinsics& lens, const std::string& model);

}  // namespace calib
