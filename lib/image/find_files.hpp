#pragma once
// The files behind what a user typed: folders, quoted globs, names.

#include <filesystem>
#include <string>
#include <vector>

namespace calib {

/// What a folder holds, hidden entries left out, each list in natural order.
struct FolderContents {
  std::vector<std::filesystem::path> folders, images, videos;
  std::size_t others = 0;  ///< files that are neither
};
/// Throws Error when the folder cannot be read.
FolderContents list_folder(const std::filesystem::path& folder);

/// Whether the text is a pattern (*, ? or [) rather than the name of something that exists.
bool is_glob(const std::string& text);
/// What matches the pattern, sorted like a folder. Throws Error when nothing does.
FolderContents expand_glob(const std::string& pattern);

/// The kinds of image files, for messages.
std::string image_suffixes();

/// Sorts paths so that cam_2 comes before cam_10.
void sort_naturally(std::vector<std::filesystem::path>& paths);

}  // namespace calib
