#pragma once
// One writer a folder.

#include <filesystem>

#include "base/descriptor.hpp"

namespace calib {

/// Held while a command writes into a folder. The system lets go of it when the process ends,
/// however it ends: a file that a crash left behind locks nothing. Within one process a folder may
/// be locked again by what its first holder calls.
class FolderLock {
 public:
  /// Creates the folder if need be. Throws Error naming the process that holds it.
  explicit FolderLock(const std::filesystem::path& folder);
  /// Removes the lock's file, and the folder if it was made and nothing is in it.
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  std::filesystem::path folder_, file_, key_;
  bool made_folder_ = false, is_first_ = false;
  Descriptor open_;
};

}  // namespace calib
