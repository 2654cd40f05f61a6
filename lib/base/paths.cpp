#include "base/paths.hpp"

#include <system_error>

namespace calib {
namespace fs = std::filesystem;

namespace {

// The path without symbolic links and without a trailing slash; `path` itself if that fails.
fs::path place_of(const fs::path& path) {
  std::error_code error;
  const fs::path found = fs::weakly_canonical(path, error);
  return error ? path : found.has_filename() ? found : found.parent_path();
}

}  // namespace

std::vector<fs::path> link_chain(const fs::path& path) {
  constexpr int kMostLinks = 40;  // the limit of Linux
  std::vector<fs::path> chain{path};
  std::error_code error;
  while (chain.size() <= kMostLinks && fs::is_symlink(chain.back(), error))
    chain.push_back(chain.back().parent_path() / fs::read_symlink(chain.back(), error));
  return chain;
}

fs::path link_target(const fs::path& path) { return link_chain(path).back(); }

fs::path parent_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

bool is_same_place(const fs::path& a, const fs::path& b) { return place_of(a) == place_of(b); }

std::string reason_of(const fs::filesystem_error& error) {
  std::string paths = error.path1().string();
  if (!error.path2().empty()) paths += " and " + error.path2().string();
  return (paths.empty() ? "" : paths + ": ") + error.code().message();
}

FolderSet::FolderSet(const std::vector<fs::path>& folders) {
  for (const fs::path& folder : folders) folders_.insert(place_of(folder));
}

bool FolderSet::contains(const fs::path& file) {
  const fs::path parent = parent_of(file);
  auto known = parents_.find(parent);
  if (known == parents_.end()) known = parents_.emplace(parent, place_of(parent)).first;
  if (is_inside(known->second / file.filename())) return true;
  return fs::is_symlink(file) && is_inside(place_of(file));
}

bool FolderSet::is_inside(fs::path place) const {
  for (; place.has_relative_path(); place = place.parent_path())
    if (folders_.contains(place)) return true;
  return false;
}

}  // namespace calib
