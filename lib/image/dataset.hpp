#pragma once
// A dataset: which file belongs to which camera and frame. It is read from dataset.yaml (io/) or
// found here from folders and globs.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "camera/intrinsics.hpp"
#include "scene/provenance.hpp"

namespace calib {

struct ImageFile {
  std::int64_t frame = 0;  ///< the number in its name; all cameras' images of a frame share it
  std::string path;        ///< relative to Dataset::root, or absolute
  /// When it was taken, in seconds since the first image of the dataset; absent: not known.
  std::optional<double> time_s = std::nullopt;
  bool operator==(const ImageFile&) const = default;
};

struct DatasetCamera {
  std::string name;
  ImageSize image_size = {};                    ///< 0x0: not known until the images are read
  std::optional<CropInfo> crop = std::nullopt;  ///< its rectangle in a composite image
  std::vector<ImageFile> images = {};           ///< ordered by frame; empty for a video
  std::string video = {};  ///< the path of a video, whose frames are numbered from 0; or empty
  bool operator==(const DatasetCamera&) const = default;
};

struct Dataset {
  std::filesystem::path root;          ///< the folder of relative paths
  std::vector<DatasetCamera> cameras;  ///< in natural order of names
  Provenance provenance = {};
  /// Frames per second at which frame numbers count; absent: not known.
  std::optional<double> frame_rate_hz = std::nullopt;
};

/// Finds the cameras and frames in the inputs that a user gives: a folder with one folder per
/// camera (also EuRoC's mav0/cam0/data), a folder with one video per camera, several camera
/// folders, several videos, quoted globs ('left*.jpg' 'right*.jpg'), or NAME=GLOB. The frame number
/// is the run of digits in which the names of a camera's images differ (the last such run); padding
/// is ignored and nanoseconds fit. Names without digits are matched by their text. Throws Error if
/// nothing is found, if two images of a camera have the same frame number, or if two cameras would
/// have the same name.
Dataset discover_dataset(const std::vector<std::string>& inputs);

/// The hash of the contents of all images and videos, in the order of cameras and frames. See
/// content_hash.hpp.
std::string hash_contents(const Dataset& dataset, int jobs);

/// For one frame: the index of each camera's image in DatasetCamera::images, or -1 if it has none.
struct FrameRow {
  std::int64_t frame = 0;
  std::vector<int> image;
};
/// All frames of the image cameras in ascending order. Cameras with a video have -1.
std::vector<FrameRow> frame_table(const Dataset& dataset);

/// The path with which the file can be opened: root / path, or `path` if it is absolute.
std::filesystem::path resolve(const Dataset& dataset, const std::string& path);

}  // namespace calib
