#pragma once
// Symbolic links, and the question whether paths lead to the same place.

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace calib {

/// The path itself, then the target of each symbolic link in turn. The last one is no link; it need
/// not exist.
std::vector<std::filesystem::path> link_chain(const std::filesystem::path& path);

/// The last path of link_chain().
std::filesystem::path link_target(const std::filesystem::path& path);

/// The folder that holds the path: "." for a bare file name.
std::filesystem::path parent_of(const std::filesystem::path& path);

/// Whether both paths lead to the same file or folder, which need not exist.
bool is_same_place(const std::filesystem::path& a, const std::filesystem::path& b);

/// The error as text: "PATH: reason".
std::string reason_of(const std::filesystem::filesystem_error& error);

/// A set of folders, which answers whether a file lies in one of them at any depth. Symbolic links
/// are followed: both the link and its target count. Caches the parents of the files asked for.
class FolderSet {
 public:
  explicit FolderSet(const std::vector<std::filesystem::path>& folders);

  /// Whether the file lies in one of the folders or is one of them.
  bool contains(const std::filesystem::path& file);

 private:
  bool is_inside(std::filesystem::path place) const;

  std::set<std::filesystem::path> folders_;
  std::map<std::filesystem::path, std::filesystem::path> parents_;  // to where they lead
};

}  // namespace calib
