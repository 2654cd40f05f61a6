#pragma once
// The crop stage: the cameras' folders and dataset.yaml, put in place together.

#include <string>
#include <vector>

#include "base/folder_lock.hpp"
#include "image/crop.hpp"
#include "pipeline/context.hpp"

namespace calib {

/// Cuts the composites into OUT/<camera>/ and writes OUT/dataset.yaml. Folders of an earlier crop
/// are replaced as a whole, once the new ones are complete: an interrupted run leaves the old ones,
/// and no old file stays among the new. Throws Error as crop_composites does; also when a folder to
/// be written exists and holds something that no earlier crop wrote, and, with context.strict, when
/// a frame cannot be used.
CropResult crop_stage(const std::vector<std::string>& inputs, const CropOptions& options,
                      const FolderLock& output, const Context& context);

}  // namespace calib
