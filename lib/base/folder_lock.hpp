#pragma once
// Locks that keep two processes from writing to the same folder or file.

#include <filesystem>
#include <string>

#include "base/file_descriptor.hpp"

namespace calib {

/// Held while a command writes into a folder. The system releases the lock when the process ends,
/// even if it is killed; the next holder removes the temporary files that were left behind. The
/// holder's process may lock the folder again.
class FolderLock {
 public:
  /// Creates the folder if it does not exist. Throws Error, which names the process that holds the
  /// lock.
  explicit FolderLock(const std::filesystem::path& folder);
  /// Removes the lock file, and the folders that the constructor created if they are empty.
  virtual ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 protected:
  /// `name` is the name of the lock file. `output` and `held` are for the error message: "OUTPUT:
  /// another calib HELD".
  FolderLock(const std::filesystem::path& folder, const std::string& name,
             const std::filesystem::path& output, const char* held);

 private:
  std::filesystem::path folder_, file_, key_, topmost_made_;
  bool is_first_ = false;
  FileDescriptor open_;
};

/// The same for one file, or for the target if the file is a symbolic link. It does not exclude
/// locks of other files in the folder, nor a FolderLock of the folder.
class FileLock : public FolderLock {
 public:
  /// Creates the file's folder if it does not exist. Throws Error, which names the process that
  /// holds the lock; also if the folder cannot be written to.
  explicit FileLock(const std::filesystem::path& file);

 private:
  FileLock(const std::filesystem::path& given, const std::filesystem::path& target);
};

}  // namespace calib
