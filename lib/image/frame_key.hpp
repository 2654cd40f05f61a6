#pragma once
// The frame number in the name of an image file.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace calib {

/// The frame number of each image of one camera: the run of digits that differs between the names
/// (the last such run; if the names also differ in their text, the last run of digits of each
/// name). Padding is ignored. Names that end in seconds since 1970 with a fraction
/// (1403636579.763) have nanoseconds as their number. Returns nullopt if no name has digits. Throws
/// Error if only some names have digits or a number exceeds kMostFrame.
std::optional<std::vector<std::int64_t>> frame_numbers(
    std::span<const std::filesystem::path> files);

/// Throws Error, which names both files, if two images of one camera have the same frame number.
void require_distinct_frames(std::span<const std::filesystem::path> files,
                             std::span<const std::int64_t> frames);

}  // namespace calib
