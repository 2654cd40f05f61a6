#pragma once
// Reads the image lists of OpenCV's stereo_calib sample: a sequence of file names, alternately of
// the left and the right camera.

#include <filesystem>

#include "image/dataset.hpp"

namespace calib {

/// Whether the file name has the extension of a list (.xml .yml .yaml).
bool is_list_name(const std::filesystem::path& path);

/// Returns the cameras "left" and "right". File names are relative to the folder of the list. The
/// frame number of a pair comes from its file names if all pairs have matching numbers; otherwise
/// it is the index in the list. Throws Error if the file is not such a list, or no image exists.
Dataset read_image_list(const std::filesystem::path& list);

}  // namespace calib
