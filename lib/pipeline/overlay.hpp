#pragma once
// Pictures of what detect found, for people to look at.

#include <filesystem>

#include "image/dataset.hpp"
#include "pipeline/context.hpp"
#include "scene/observations.hpp"

namespace calib {

/// Writes OUT/<camera>/<frame>.jpg for every readable image, with the corners found or the reason
/// why there are none, and OUT/<camera>.jpg with up to 100 of them on one sheet. Returns the number
/// of images drawn. Throws Error when OUT holds anything that is in the way.
std::size_t write_overlays(const Dataset& dataset, const Observations& observations,
                           const std::filesystem::path& output, const Context& context);

}  // namespace calib
