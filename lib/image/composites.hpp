#pragma once
// Finds composite frames, each of which shows several cameras, in the inputs that a user gives:
// images in the order of their numbers, or videos in the order given.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace calib {

struct Composites {
  std::vector<std::filesystem::path> files;  ///< images ordered by frame, or videos as given
  std::vector<std::int64_t> frames;          ///< the frame numbers of the images; empty for videos
  bool are_videos = false;
};

/// `inputs` are images, folders, globs or videos. Throws Error if one of them contains neither
/// images nor videos, if there are both images and videos, or if two images have the same frame
/// number.
Composites find_composites(const std::vector<std::string>& inputs);

}  // namespace calib
