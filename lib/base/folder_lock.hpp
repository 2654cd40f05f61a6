#pragma once
// One writer a folder, one writer a file.

#include <filesystem>
#include <string>

#include "base/file_descriptor.hpp"

namespace calib {

/// Held while a command writes into a folder. The system lets go of it when the process ends,
/// however it ends: a file that a crash left behind locks nothing, and half-written ones are
/// removed by the next holder. Within one process a folder may
/// be locked again by what its first holder calls.
class FolderLock {
 public:
  /// Creates the folder if need be. Throws Error naming the process that holds it.
  explicit FolderLock(const std::filesystem::path& folder);
  /// Removes the lock's file, and the folders that were made if nothing is in them.
  virtual ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 protected:
  /// `name` is of the lock's file; `held` is told of `output` when another process has it.
  FolderLock(const std::filesystem::path& folder, const std::string& name,
             const std::filesystem::path& output, const char* held);

 private:
  std::filesystem::path folder_, file_, key_, topmost_made_;
  bool is_first_ = false;
  FileDescriptor open_;
};

/// The same for one file, or what it links to: others may write other files into its folder, and
/// one that holds the whole folder may write this file too.
class FileLock : public FolderLock {
 public:
  /// Creates the file's folder if need be. Throws Error naming the process that holds it, and when
  /// the folder cannot be written to.
  explicit FileLock(const std::filesystem::path& file);

 private:
  FileLock(const std::filesystem::path& told, const std::filesystem::path& file);
};

}  // namespace calib
