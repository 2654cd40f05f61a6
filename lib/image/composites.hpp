#pragma once
// The composite frames that a user named, in order: images by their number, or videos one after
// another.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace calib {

struct Composites {
  std::vector<std::filesystem::path> files;  ///< images in rising frames, or videos in order
  std::vector<std::int64_t> frames;          ///< of the images
  bool are_videos = false;
};

/// `inputs`: images, folders, globs or videos. Throws Error when one of them holds nothing, when
/// images and videos mix, or when two images have one frame number.
Composites find_composites(const std::vector<std::string>& inputs);

}  // namespace calib
