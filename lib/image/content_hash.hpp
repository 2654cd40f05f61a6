#pragma once
// The hash of what picture files hold, for provenance. A file that cannot be read counts as such
// rather than ending the run: reading it for its pixels says why.

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace calib {

/// Of an image's bytes.
std::string hash_image(std::string_view bytes);
/// What stands for a file that cannot be read.
std::string hash_of_unreadable();
/// Of hashes, in this order.
std::string combine_hashes(std::span<const std::string> hashes);
/// Of `count` images and videos, in this order; the same as combining the hash of each. Paths are
/// made when they are needed: many at once take more memory than the pictures.
std::string hash_picture_files(std::size_t count,
                               const std::function<std::filesystem::path(std::size_t)>& file,
                               int jobs);
std::string hash_picture_files(std::span<const std::filesystem::path> files, int jobs);

}  // namespace calib
