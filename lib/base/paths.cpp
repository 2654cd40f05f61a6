#include "base/paths.hpp"

#include <system_error>

namespace calib {
namespace fs = std::filesystem;

namespace {

// Without links or a slash at the end; the path itself where it cannot be followed.
fs::path place_of(const fs::path& path) {
  std::error_code error;
  const fs::path found = fs::weakly_canonical(path, error);
  return error ? path : found.has_filename() ? found : found.parent_path();
}

}  // namespace

std::vector<fs::path> link_chain(const fs::path& path) {
  constexpr int kMostLinks = 40;  // as the system
  std::vector<fs::path> chain{path};
  std::error_code error;
  while (chain.size() <= kMostLinks && fs::is_symlink(chain.back(), error))
    chain.push_back(chain.back().parent_path() / fs::read_symlink(chain.back(), error));
  return chain;
}

fs::path link_target(const fs::path& path) { return link_chain(path).back(); }

bool is_same_place(const fs::path& a, const fs::path& b) { return place_of(a) == place_of(b); }

std::string reason_of(const fs::filesystem_error& error) {
  std::string paths = error.path1().string();
  if (!error.path2().empty()) paths += " and " + error.path2().string();
  return (paths.empty() ? "" : paths + ": ") + error.code().message();
}

Below::Below(const std::vector<fs::path>& folders) {
  for (const fs::path& folder : folders) tops_.insert(place_of(folder));
}

bool Below::holds(const fs::path& file) {
  const fs::path holder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  auto known = holders_.find(holder);
  if (known == holders_.end()) known = holders_.emplace(holder, place_of(holder)).first;
  if (is_inside(known->second / file.filename())) return true;
  return fs::is_symlink(file) && is_inside(place_of(file));
}

bool Below::is_inside(fs::path place) const {
  for (; place.has_relative_path(); place = place.parent_path())
    if (tops_.contains(place)) return true;
  return false;
}

}  // namespace calib
