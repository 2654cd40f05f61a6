#pragma once
// Cuts composite pictures or videos into one folder a camera.

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/option.hpp"
#include "base/progress.hpp"
#include "image/dataset.hpp"

namespace calib {

struct CropOptions {
  std::string layout;              // "2x2": R rows of C tiles
  std::vector<std::string> roi;    // NAME=X,Y,W,H, instead of a layout
  std::vector<std::string> names;  // of the layout's tiles, row by row
  std::string format = "png";
  int every = 1;
  int start = 0;
  int end = -1;  // last frame, inclusive; -1: to the end
};
std::vector<Option> describe(CropOptions& options);

struct SkippedFile {
  std::string path;
  std::string reason;
};

struct CropResult {
  Dataset dataset;  ///< root = the output folder; image paths relative to it; image_size and crop
                    ///< of each camera set
  std::size_t frames = 0;  ///< composite frames written
  std::vector<SkippedFile>
      skipped;  ///< unreadable frames, and frames of another size than the first
};

using OnCameras = std::function<void(const std::vector<std::string>&)>;

/// `inputs`: images, folders, globs, or videos of composite frames; a file's frame number is its
/// numeric key as in discover_dataset, a video's the index in it (several videos follow one
/// another). --start and --end count frames by position in the sequence. Writes
/// OUT/<camera>/<frame>.<format>, the frame with leading zeros. PNG keeps depth and channels.
/// Memory stays at a few frames a thread. A frame of another size than the first is skipped with
/// its reason. `on_cameras` is told the cameras' names before anything is written; what it throws
/// ends the work. Throws Error when there is no input, no layout, or no readable frame.
/// dataset.provenance.inputs_hash is the hash of the composite files' contents.
CropResult crop_composites(const std::vector<std::string>& inputs, const CropOptions& options,
                           const std::filesystem::path& output, int jobs, Progress& progress,
                           const OnCameras& on_cameras = {});

/// The inputs_hash that crop_composites would give now: for the test whether its inputs have
/// changed.
std::string hash_composites(const std::vector<std::string>& inputs, const CropOptions& options,
                            int jobs);

}  // namespace calib
