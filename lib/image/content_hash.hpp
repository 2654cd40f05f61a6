#pragma once
// Hashes of the contents of images and videos, for provenance. An unreadable file has a fixed hash
// instead of an error: the code that decodes the file reports the reason.

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace calib {

/// The hash of the bytes of an image file.
std::string hash_image(std::string_view bytes);
/// The hash of an unreadable file.
std::string hash_of_unreadable();
/// The hash of a sequence of hashes.
std::string combine_hashes(std::span<const std::string> hashes);
/// The combined hash of `count` image and video files; `file` returns the path of each. Paths are
/// created one at a time because all paths together may need more memory than the images.
std::string hash_picture_files(std::size_t count,
                               const std::function<std::filesystem::path(std::size_t)>& file,
                               int jobs);
std::string hash_picture_files(std::span<const std::filesystem::path> files, int jobs);

}  // namespace calib
