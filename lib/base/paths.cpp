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

}  // namespace calib
