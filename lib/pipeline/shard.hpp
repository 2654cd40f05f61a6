#pragma once
// A part of a dataset's frames, for finding corners on many machines at once.

#include <string>

#include "image/dataset.hpp"
#include "image/image_stream.hpp"

namespace calib {

struct Shard {
  int number = 1, count = 1;  ///< numbers start at 1
  bool operator==(const Shard&) const = default;
};

/// Parses "2/4". The message of its Error does not name the file or flag that holds the text.
Shard parse_shard(const std::string& text);
std::string to_text(const Shard& shard);

/// Selects every count-th frame of the dataset. Each frame, with the images of all cameras, is in
/// one shard, and hard stretches of a recording spread over all shards. When the dataset has a
/// video, whose length is not known before it is read, it selects every count-th frame number
/// instead.
FrameFilter frames_of(const Dataset& dataset, const Shard& shard);

}  // namespace calib
