#pragma once
// From what a user typed to cameras with their files: the first half of discover_dataset.

#include <filesystem>
#include <string>
#include <vector>

namespace calib {

/// One camera's files before frames are numbered.
struct CameraSource {
  std::string origin;                         ///< what the user named, for messages
  std::vector<std::string> names;             ///< for the camera, best first
  std::vector<std::filesystem::path> images;  ///< natural order; empty for a video
  std::vector<std::string> texts;  ///< of each image: its name without what the whole glob shares
  std::filesystem::path video;

  const std::string& name() const { return names.front(); }
};

/// The cameras inside one folder: its folders, videos, or its own images (one camera).
std::vector<CameraSource> sources_in_folder(const std::filesystem::path& folder);

/// The cameras of one input among several: a camera's folder, a video, a glob, NAME=any of these.
std::vector<CameraSource> sources_of_input(const std::string& input);

/// Leaves each source the first of its names that no other camera has. Throws Error when two
/// cameras are left with one name.
void settle_names(std::vector<CameraSource>& sources);

}  // namespace calib
