#pragma once
// Cuts composite images or videos into one folder of images per camera.

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/option.hpp"
#include "base/progress.hpp"
#include "image/composites.hpp"
#include "image/dataset.hpp"

namespace calib {

struct CropOptions : CompositeOptions {
  std::string format = "png";
};
/// The options of composites (image/composites.hpp), and the file format.
std::vector<Option> describe(CropOptions& options);
/// The option for the file format alone.
Option format_option(CropOptions& options);

struct SkippedFile {
  std::string path;
  std::string reason;
};

struct CropResult {
  /// The root is the output folder, to which the image paths are relative. Each camera has its
  /// image_size and crop.
  Dataset dataset;
  std::size_t frames = 0;            ///< composite frames written
  std::vector<SkippedFile> skipped;  ///< unreadable frames, and frames of a different size
};

/// Cuts a dataset of composites (composite_dataset()). Writes OUT/<camera>/<frame>.<format>, the
/// frame with leading zeros. PNG keeps depth and channels. At most a few frames per thread are in
/// memory. Skips unreadable frames, those of another size than the views were planned for, and
/// those that the format cannot store. Throws Error if no frame is left.
CropResult crop_composites(const Dataset& composites, const CropOptions& options,
                           const std::filesystem::path& output, int jobs, Progress& progress);

}  // namespace calib
