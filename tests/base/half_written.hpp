#pragma once
// The temporary file of a process that is killed while it writes a file.

#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "base/files.hpp"

namespace calib::testing {

/// Leaves such a file in the folder of `path` and returns its path.
inline std::filesystem::path leave_half_written(const std::filesystem::path& path) {
  const pid_t child = ::fork();
  if (child == 0) {
    write_file(path, [](const Append& append) {
      append("half");
      ::_exit(0);
    });
  }
  ::waitpid(child, nullptr, 0);
  const std::string start = "." + path.filename().string() + "." + std::to_string(child);
  for (const auto& entry : std::filesystem::directory_iterator(path.parent_path())) {
    if (entry.path().filename().string().starts_with(start)) return entry.path();
  }
  return {};
}

}  // namespace calib::testing
