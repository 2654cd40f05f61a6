#pragma once
// Which file is which camera at which frame. Read from dataset.yaml (io/), or found from folders
// and globs here.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "camera/intrinsics.hpp"
#include "scene/provenance.hpp"

namespace calib {

struct ImageFile {
  std::int64_t frame = 0;  ///< the numeric key in the name: one key is one synchronized frame
  std::string path;        ///< relative to Dataset::root, or absolute
  bool operator==(const ImageFile&) const = default;
};

struct DatasetCamera {
  std::string name;
  ImageSize image_size = {};                    ///< 0x0: not known before the images are read
  std::optional<CropInfo> crop = std::nullopt;  ///< where crop cut this camera out of a composite
  std::vector<ImageFile> images = {};           ///< rising frames; empty for a video
  std::string video = {};  ///< path of a video, whose frame i has the key i; else empty
  bool operator==(const DatasetCamera&) const = default;
};

struct Dataset {
  std::filesystem::path root;          ///< what relative paths are relative to
  std::vector<DatasetCamera> cameras;  ///< natural order of names
  Provenance provenance = {};
};

/// Finds the cameras and frames behind what a user names: one folder with one folder a camera (also
/// EuRoC's mav0/cam0/data), a folder with one video a camera, several camera folders, several
/// videos, quoted globs
/// ('left*.jpg' 'right*.jpg'), or NAME=GLOB. The frame is the run of digits that varies between one
/// camera's names (the last one, when several do), whatever its padding; nanoseconds fit. Names
/// without digits are matched by their text. Throws Error when nothing is found, when two images of
/// one camera have the same key (naming both), or when two cameras get one name.
Dataset discover_dataset(const std::vector<std::string>& inputs);

/// The hash of the contents of every image and video, cameras and frames in order: for provenance,
/// and for the test whether a stage's inputs have changed. A file that cannot be read counts as
/// such.
std::string hash_contents(const Dataset& dataset, int jobs);

/// One synchronized frame: for every camera the index into its images, or -1.
struct FrameRow {
  std::int64_t frame = 0;
  std::vector<int> image;
};
/// All frames in rising order: what `detect --dry-run` prints. Cameras with videos are left out
/// (-1).
std::vector<FrameRow> frame_table(const Dataset& dataset);

/// The path that opens: root / file.path unless that is absolute.
std::filesystem::path resolve(const Dataset& dataset, const std::string& path);

}  // namespace calib
