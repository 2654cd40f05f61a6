#pragma once
// The merge stage: the observations of all shards -> the observations of the whole dataset.

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
  std::string note;  ///< a problem that only the images could clarify; empty: none
};

/// Gives what detect() gives for the whole dataset; once written, its bytes are the same. Throws
/// Error, naming the file, unless every shard is there exactly once, made from the same images by
/// the same options, and UndeterminedError when no image shows the board, or most show another.
MergeResult merge_shards(std::vector<ShardFile> shards);

}  // namespace calib
