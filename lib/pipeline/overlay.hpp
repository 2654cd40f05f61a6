#pragma once
// Draws the result of `detect` into the pictures, for visual inspection.

#include <filesystem>
#include <string>
#include <vector>

#include "base/staged_folder.hpp"
#include "image/dataset.hpp"
#include "pipeline/context.hpp"
#include "scene/observations.hpp"

namespace calib {

/// Locks its output folder before the corners are found, so that no time is lost when it is taken.
class Overlays {
 public:
  /// Throws Error when `output` holds files that would have to be replaced, or is a folder of the
  /// dataset's images. `dataset` is kept as a reference.
  Overlays(const Dataset& dataset, const std::filesystem::path& output, const Context& context);

  /// Writes <camera>/<frame>.jpg for every readable image, with the corners found or the reason why
  /// there are none, and <camera>.jpg with up to 100 of them on one sheet. Returns the number of
  /// images drawn.
  std::size_t write(const Observations& observations);

 private:
  const Dataset& dataset_;
  Context context_;
  FolderLock lock_;
  StagedFolder staged_;
  std::vector<std::string> replaced_;
};

}  // namespace calib
