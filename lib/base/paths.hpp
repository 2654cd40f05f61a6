#pragma once
// Where paths lead.

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace calib {

/// The path, then what it links to, and so on to what is no link, whether that exists or not.
std::vector<std::filesystem::path> link_chain(const std::filesystem::path& path);

/// The last of the chain.
std::filesystem::path link_target(const std::filesystem::path& path);

/// Whether both lead to one file or folder, or would if there were one.
bool is_same_place(const std::filesystem::path& a, const std::filesystem::path& b);

/// What the file system refused: "PATH: reason".
std::string reason_of(const std::filesystem::filesystem_error& error);

/// Whether files lie in one of some folders, or are one of them, each asked by its own name and by
/// what it leads to.
class Below {
 public:
  explicit Below(const std::vector<std::filesystem::path>& folders);

  bool holds(const std::filesystem::path& file);

 private:
  bool is_inside(std::filesystem::path place) const;

  std::set<std::filesystem::path> tops_;
  std::map<std::filesystem::path, std::filesystem::path> holders_;  // few folders, many images
};

}  // namespace calib
