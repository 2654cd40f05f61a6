#pragma once
// The merge stage: the shards' observations -> those of the whole.

#include <filesystem>
#include <string>
#include <vector>

#include "scene/observations.hpp"

namespace calib {

struct ShardFile {
  std::filesystem::path path;  ///< for messages
  Observations observations;
};

struct MergeResult {
  Observations observations;
  std::string note;  ///< what only a look at the images could settle; empty: nothing
};

/// What detect() gives for the whole dataset, byte for byte once written. Throws Error, naming the
/// file, unless every shard is there exactly once, made from the same images by the same options;
/// UndeterminedError when no image shows the board, or most show another.
MergeResult merge_shards(std::vector<ShardFile> shards);

}  // namespace calib
