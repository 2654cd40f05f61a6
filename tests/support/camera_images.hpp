#pragma once
// The frame numbers and paths of a camera's images, as lists that a test can compare.

#include <cstdint>
#include <string>
#include <vector>

#include "image/dataset.hpp"

namespace calib::testing {

inline std::vector<std::int64_t> frames_of(const DatasetCamera& camera) {
  std::vector<std::int64_t> frames;
  for (const ImageFile& image : camera.images) frames.push_back(image.frame);
  return frames;
}

inline std::vector<std::string> paths_of(const DatasetCamera& camera) {
  std::vector<std::string> paths;
  for (const ImageFile& image : camera.images) paths.push_back(image.path);
  return paths;
}

}  // namespace calib::testing
