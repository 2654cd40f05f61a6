#include "base/paths.hpp"

#include <system_error>

namespace calib {
namespace fs = std::filesystem;

fs::path link_target(fs::path path) {
  constexpr int kMostLinks = 40;  // as the system
  std::error_code error;
  for (int i = 0; i < kMostLinks && fs::is_symlink(path, error); ++i)
    path = path.parent_path() / fs::read_symlink(path, error);
  return path;
}

bool is_same_place(const fs::path& a, const fs::path& b) {
  const auto place = [](const fs::path& path) {
    std::error_code error;
    const fs::path found = fs::weakly_canonical(path, error);
    return error ? path : found.has_filename() ? found : found.parent_path();
  };
  return place(a) == place(b);
}

std::string reason_of(const fs::filesystem_error& error) {
  std::string paths = error.path1().string();
  if (!error.path2().empty()) paths += " and " + error.path2().string();
  return (paths.empty() ? "" : paths + ": ") + error.code().message();
}

namespace {

fs::path place_of(const fs::path& path) {
  std::error_code error;
  return fs::weakly_canonical(path, error);
}

}  // namespace

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
