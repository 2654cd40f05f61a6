#pragma once
// A part of a dataset's frames, for finding corners on many machines at once.

#include <string>

#include "image/dataset.hpp"
#include "image/image_stream.hpp"

namespace calib {

struct Shard {
  int number = 1, count = 1;  ///< the first is number 1
  bool operator==(const Shard&) const = default;
};

/// "2/4". Throws Error without naming where the text stands.
Shard parse_shard(const std::string& text);
std::string to_text(const Shard& shard);

/// Every count-th frame of the dataset, so that each frame, with the images of all its cameras, is
/// in one shard, and hard stretches of a recording spread over all of them. With a video, whose
/// length only reading it tells, it is every count-th key.
FrameFilter frames_of(const Dataset& dataset, const Shard& shard);

}  // namespace calib
