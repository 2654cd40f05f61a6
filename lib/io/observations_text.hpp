#pragma once
// The parts of observations.yaml, for one that is written view by view.

#include <cstdint>
#include <string>

#include "scene/observations.hpp"

namespace calib {

/// Everything before the first view.
std::string text_before_views(const Observations& observations, bool has_views);
/// One view of the camera of that name.
std::string view_text(const View& view, const std::string& camera);
/// Everything after the last view.
std::string text_after_views(const Observations& observations);

/// Throws Error when a file of so many bytes would not be read again.
void require_readable(std::uint64_t bytes);

}  // namespace calib
