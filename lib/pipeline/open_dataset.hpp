#pragma once
// Opens what the user named as images: a dataset.yaml, a folder that holds one, an OpenCV image
// list, or anything that discover_dataset() knows.

#include <filesystem>
#include <string>
#include <vector>

#include "image/dataset.hpp"
#include "scene/calibration.hpp"

namespace calib {

/// Whether calib wrote the file, or would read it as its own: its first lines have calib_version.
bool is_own_artifact(const std::filesystem::path& path);

/// `cameras` are --cam NAME=GLOB entries. Either they or `inputs` must be empty.
Dataset open_dataset(const std::vector<std::string>& inputs,
                     const std::vector<std::string>& cameras = {}, const TimeOptions& times = {});

/// The pictures that a calibration is used on. Composites are cut where the calibration says that
/// the pictures of its cameras were cut.
Dataset open_pictures(const std::vector<std::string>& inputs, const Calibration& calibration);

/// Throws Error when an image or video of the dataset lies in one of the folders `names` in
/// `output`, or is one of these files: they will be replaced.
void require_elsewhere(const Dataset& dataset, const std::filesystem::path& output,
                       const std::vector<std::string>& names);
/// Throws Error when the file `output` is an image or video of the dataset, or its dataset.yaml.
void require_not_read(const Dataset& dataset, const std::filesystem::path& output);

/// Throws Error when `folder` lies in one of the folders `inputs`, where every folder is a camera:
/// the next command would take it for one more. A folder with a dataset.yaml lists its cameras, so
/// `folder` may lie in it.
void require_outside(const std::vector<std::string>& inputs, const std::filesystem::path& folder);

/// Throws Error when results in `folder` would stand among the pictures that are read: when it is
/// one of the folders `inputs` without a dataset.yaml, holds images of the dataset, or lies in a
/// folder below these inputs that holds images.
void require_apart(const Dataset& dataset, const std::vector<std::string>& inputs,
                   const std::filesystem::path& folder);

/// Throws Error when an image of the dataset lies in `folder` itself.
void require_no_image_folder(const Dataset& dataset, const std::filesystem::path& folder);

}  // namespace calib
