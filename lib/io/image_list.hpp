#pragma once
// OpenCV's image lists, as its stereo_calib sample reads them: a sequence of names, alternately of
// the left and the right camera.

#include <filesystem>

#include "image/dataset.hpp"

namespace calib {

/// Whether the name ends like a list (.xml .yml .yaml).
bool is_list_name(const std::filesystem::path& path);

/// The cameras left and right. Names are relative to the list's folder; a pair has the frame number
/// of its names where all pairs agree, else its place in the list. Throws Error.
Dataset read_image_list(const std::filesystem::path& list);

}  // namespace calib
