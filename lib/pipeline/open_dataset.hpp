#pragma once
// What the user named as images: a dataset.yaml, a folder that holds one, an OpenCV image list, or
// anything that discover_dataset() knows.

#include <filesystem>
#include <string>
#include <vector>

#include "image/dataset.hpp"

namespace calib {

/// Whether calib wrote the file, or would take it for its own: it says which calib in its first
/// lines.
bool is_own_artifact(const std::filesystem::path& path);

/// `cameras` are --cam NAME=GLOB entries, which stand for themselves: with any, `inputs` must be
/// empty.
Dataset open_dataset(const std::vector<std::string>& inputs,
                     const std::vector<std::string>& cameras = {});

/// Throws Error when an image or video of the dataset lies in one of the folders (or is one of the
/// files) `names` below `output`, which will be replaced.
void require_elsewhere(const Dataset& dataset, const std::filesystem::path& output,
                       const std::vector<std::string>& names);
/// The same when the file `output` is one of them, or the dataset.yaml beside them.
void require_not_read(const Dataset& dataset, const std::filesystem::path& output);

/// Throws Error when `folder` lies in one of the folders `inputs`, whose folders are cameras: the
/// next command would take it for one more. Not for folders that hold a dataset.yaml.
void require_outside(const std::vector<std::string>& inputs, const std::filesystem::path& folder);

/// Throws Error when images of the dataset lie right in `folder`.
void require_no_image_folder(const Dataset& dataset, const std::filesystem::path& folder);

}  // namespace calib
