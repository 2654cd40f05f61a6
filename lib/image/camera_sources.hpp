#pragma once
// Finds the cameras and their files behind the inputs that a user gives: the first half of
// discover_dataset().

#include <filesystem>
#include <string>
#include <vector>

namespace calib {

/// The files of one camera, before their frame numbers are known.
struct CameraSource {
  std::string origin;                         ///< the input, for messages
  std::vector<std::string> names;             ///< possible names of the camera, best first
  std::vector<std::filesystem::path> images;  ///< in natural order; empty for a video
  std::vector<std::string> texts;  ///< of each image: its name without the fixed parts of the glob
  std::filesystem::path video;     ///< empty for images

  const std::string& name() const { return names.front(); }
};

/// The cameras in a folder that is the only input: one for each subfolder with images, one for each
/// video, or a single one for the images in the folder itself. Throws Error if there are none.
std::vector<CameraSource> sources_in_folder(const std::filesystem::path& folder);

/// The cameras of one input of several: the folder of a camera, a video, a glob, or NAME=INPUT with
/// one of these. Throws Error if there are none.
std::vector<CameraSource> sources_of_input(const std::string& input);

/// Makes the names of the cameras unique: two cameras with the same first name both drop it for
/// their next one. Throws Error if two cameras have no different names left.
void settle_names(std::vector<CameraSource>& sources);

}  // namespace calib
