#include "pipeline/inputs_hash.hpp"

#include "base/hash.hpp"
#include "base/text.hpp"
#include "base/version.hpp"

namespace calib {

std::string combined_hash(std::initializer_list<std::string_view> parts) {
  Hasher hasher;
  hasher.add(kVersion);
  for (const std::string_view part : parts) hasher.add(part);
  return hasher.hex();
}

std::string dataset_hash(const Dataset& dataset, int jobs) {
  return dataset_hash(dataset, hash_contents(dataset, jobs));
}

std::string dataset_hash(const Dataset& dataset, const std::string& contents) {
  Hasher hasher;
  hasher.add(kVersion);
  for (const DatasetCamera& camera : dataset.cameras) {
    hasher.add(camera.name);
    for (const std::string& video : camera.videos) hasher.add(video);
    for (const int value : {camera.selection.every, camera.selection.start, camera.selection.end}) {
      hasher.add(std::to_string(value));
    }
    for (const std::size_t position : camera.selection.only) hasher.add(std::to_string(position));
    for (const ImageFile& image : camera.images) {
      hasher.add(std::to_string(image.frame)).add(image.path);
      if (image.time_s) hasher.add(to_text(*image.time_s));
    }
    for (const VideoFrame& frame : camera.video_frames) {
      hasher.add(std::to_string(frame.frame));
      if (frame.time_s) hasher.add(to_text(*frame.time_s));
    }
    if (!camera.crop) continue;
    const CropInfo& c = *camera.crop;
    for (const int value : {c.source_width, c.source_height, c.x, c.y, c.width, c.height}) {
      hasher.add(std::to_string(value));
    }
  }
  if (dataset.frame_rate_hz) hasher.add(to_text(*dataset.frame_rate_hz));
  return hasher.add(contents).hex();
}

bool is_current(const Provenance& found, const Provenance& expected) {
  return !expected.inputs_hash.empty() && found == expected;
}

}  // namespace calib
