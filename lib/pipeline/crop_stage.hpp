#pragma once
// The crop stage: the cameras' folders and dataset.yaml, put in place together.

#include "base/folder_lock.hpp"
#include "image/crop.hpp"
#include "pipeline/context.hpp"

namespace calib {

Provenance crop_provenance(const Dataset& composites, CropOptions options, const Context& context);

/// Cuts the composites (image/composites.hpp) into OUT/<camera>/ and writes OUT/dataset.yaml with
/// this provenance. Folders of an earlier crop
/// are replaced as a whole, once the new ones are complete: an interrupted run leaves the old ones,
/// and no old file stays among the new. Throws Error as crop_composites does; also when a folder to
/// be written exists and holds something that no earlier crop wrote, and, with context.strict, when
/// a frame cannot be used.
CropResult crop_stage(const Dataset& composites, const CropOptions& options,
                      const Provenance& provenance, const FolderLock& output,
                      const Context& context);

}  // namespace calib
