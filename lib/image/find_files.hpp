#pragma once
// Lists the image and video files of folders and globs.

#include <filesystem>
#include <string>
#include <vector>

namespace calib {

/// The contents of a folder without hidden entries, each list in natural order.
struct FolderContents {
  std::vector<std::filesystem::path> folders, images, videos;
  std::vector<std::filesystem::path> unsupported;  ///< images that decode_image() does not support
  std::size_t others = 0;                          ///< all other files
};
/// Throws Error if the folder cannot be read.
FolderContents list_folder(const std::filesystem::path& folder);

/// Whether the text contains a wildcard (*, ? or [) and is not the path of an existing file.
bool is_glob(const std::string& text);
/// The files and folders that match the pattern. Throws Error if there are none.
FolderContents expand_glob(const std::string& pattern);

/// The suffixes of image files as text for messages: "png, jpg, ... or webp".
std::string image_suffixes();

/// Sorts paths in natural order: cam_2 comes before cam_10.
void sort_naturally(std::vector<std::filesystem::path>& paths);

}  // namespace calib
