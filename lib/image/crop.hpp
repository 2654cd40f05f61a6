#pragma once
// Cuts composite images or videos into one folder of images per camera.

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
  std::string layout;              ///< "2x2": R rows of C tiles
  std::vector<std::string> roi;    ///< NAME=X,Y,W,H, instead of a layout
  std::vector<std::string> names;  ///< of the tiles of the layout, row by row
  std::string format = "png";
  int every = 1;
  int start = 0;
  int end = -1;  ///< last frame, inclusive; -1: no limit
};
std::vector<Option> describe(CropOptions& options);

struct SkippedFile {
  std::string path;
  std::string reason;
};

struct CropResult {
  /// The root is the output folder, to which the image paths are relative. Each camera has its
  /// image_size and crop. provenance.inputs_hash is the hash of the contents of the inputs.
  Dataset dataset;
  std::size_t frames = 0;            ///< composite frames written
  std::vector<SkippedFile> skipped;  ///< unreadable frames, and frames of a different size
};

using OnCameras = std::function<void(const std::vector<std::string>&)>;

/// `inputs` are images, folders, globs or videos of composite frames. The frame number of an image
/// is the number in its name, as in discover_dataset(); that of a video frame is its index, counted
/// through all videos. --start, --end and --every count positions in the sequence. Writes
/// OUT/<camera>/<frame>.<format>, the frame with leading zeros. PNG keeps depth and channels. At
/// most a few frames per thread are in memory. Skips unreadable frames and those whose size differs
/// from most others. Calls `on_cameras` with the names of the cameras before writing anything; if
/// it throws, nothing is written. Throws Error if there is no input, no layout, or no readable
/// frame, or if views visibly meet elsewhere than the layout has it (image/view_seams.hpp).
CropResult crop_composites(const std::vector<std::string>& inputs, const CropOptions& options,
                           const std::filesystem::path& output, int jobs, Progress& progress,
                           const OnCameras& on_cameras = {});

/// The inputs_hash that crop_composites() would return now, to check whether the inputs have
/// changed.
std::string hash_composites(const std::vector<std::string>& inputs, const CropOptions& options,
                            int jobs);

}  // namespace calib
