#pragma once
// The crop stage: the cameras' folders and dataset.yaml, put in place together.

#include <filesystem>
#include <string>
#include <vector>

#include "image/crop.hpp"
#include "pipeline/context.hpp"

namespace calib {

/// Cuts the composites into OUT/<camera>/ and writes OUT/dataset.yaml. The folders that an earlier
/// crop left there are replaced whole, once the new ones are complete: an interrupted run leaves
/// the old ones, and none of their files stays among the new. Throws Error as crop_composites does;
/// also with context.strict when a frame cannot be used, and when a folder to be written exists and
/// holds something that no earlier crop wrote.
CropResult crop_stage(const std::vector<std::string>& inputs, const CropOptions& options,
                      const std::filesystem::path& output, const Context& context);

}  // namespace calib
