#pragma once
// One writer a folder, one writer a file.

#include <filesystem>
#include <string>

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
  virtual ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 protected:
  /// `name` is of the lock's file; `held` is told of `output` when another process has it.
  FolderLock(const std::filesystem::path& folder, const std::string& name,
             const std::filesystem::path& output, const char* held);

 private:
  std::filesystem::path folder_, file_, key_;
  bool made_folder_ = false, is_first_ = false;
  Descriptor open_;
};

/// The same for one file: others may write other files into its folder.
class FileLock : public FolderLock {
 public:
  /// Creates the file's folder if need be. Throws Error naming the process that holds it, and when
  /// the folder cannot be written to.
  explicit FileLock(const std::filesystem::path& file);
};

}  // namespace calib
