#pragma once
// The parts of observations.yaml, for writing it view by view.

#include <cstdint>
#include <string>

#include "scene/observations.hpp"

namespace calib {

std::string text_before_views(const Observations& observations, bool has_views);
/// `camera` is the name of the camera.
std::string view_text(const View& view, const std::string& camera);
std::string text_after_views(const Observations& observations);

/// Throws Error if a file of this size is too large to be read.
void require_readable(std::uint64_t bytes);

}  // namespace calib
