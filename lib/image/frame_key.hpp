#pragma once
// The frame number in a file's name.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace calib {

/// The frame of each file of one camera: the run of digits that varies between the names (the last
/// one, when several do; the last run of each name, when the names differ in their text), whatever
/// its padding. Nothing when no name has digits. Throws Error, naming the file, when only some
/// have, or when a number exceeds 64 bits.
std::optional<std::vector<std::int64_t>> frame_numbers(
    std::span<const std::filesystem::path> files);

/// Throws Error, naming both files, when two of one camera have the same frame.
void require_distinct_frames(std::span<const std::filesystem::path> files,
                             std::span<const std::int64_t> frames);

}  // namespace calib
