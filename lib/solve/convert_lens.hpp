#pragma once
// Converts the intrinsics of one lens model to another: the lens of the other model that projects
// the same rays to the same pixels as nearly as possible.

#include <optional>
#include <string>

#include "solve/sample_lens.hpp"

namespace calib {

struct ConvertedLens {
  Intrinsics intrinsics;
  double rms_px = 0;   ///< sqrt(mean |e|^2) over the fitted part of the image
  double max_px = 0;   ///< the largest |e| there
  double covered = 0;  ///< the fitted part as a fraction of the pixels that have a ray
};

/// Fits the lens of `model` by least squares to a grid of pixels and their rays. A model that
/// cannot follow a wide lens to the border of the image is fitted to the widest cone of rays around
/// the optical axis in which its errors stay below 1 px, or, if there is none, to the widest cone
/// that it can project at all. Throws Error if there is no such model, and UndeterminedError if no
/// cone can be fitted.
ConvertedLens convert_lens(const Intrinsics& lens, const std::string& model);

/// A start of a fit: a lens of `model` that projects the rays roughly to their pixels. It has the
/// image, and about the focal length, of `like`. A model that cannot project all rays is fitted to
/// those in the widest cone that it can project. A model whose parameters begin with all those of
/// `like` starts as `like` itself. Returns nullopt if there is no such lens.
std::optional<Intrinsics> lens_through(const std::vector<LensSample>& rays, const Intrinsics& like,
                                       const std::string& model);

}  // namespace calib
