#pragma once
// One process at a time writes into an output folder, and one writes an output file.

#include <filesystem>
#include <string>

#include "base/file_descriptor.hpp"

namespace calib {

/// A file that this process has locked. The system unlocks it when the process ends, however it
/// ends: a file that a crash left behind locks nothing.
class LockFile {
 public:
  /// Creates the folder if it is missing. Throws Error when the file cannot be written, and, naming
  /// the process, when another lock of it exists: `output` and `use` ("is writing this file") tell
  /// what that process does.
  LockFile(const std::filesystem::path& folder, const std::string& name,
           const std::filesystem::path& output, const char* use);
  /// Removes the file, and the folders that the constructor made if they are empty.
  ~LockFile();
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;

 private:
  std::filesystem::path folder_, file_, topmost_made_;
  FileDescriptor open_;
};

/// An output folder that nobody else writes to. A folder is locked once, by the code that was given
/// its path; every function that writes into it takes the lock as an argument. A path as that
/// argument locks the folder for the call.
class FolderLock {
 public:
  /// Creates the folder if it is missing, and removes half-written files of processes that were
  /// killed. Throws Error as LockFile does.
  FolderLock(const std::filesystem::path& folder);
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  LockFile lock_;
};

/// An output file, or what it links to, that nobody else writes. Others may write other files into
/// its folder, and one that has locked the whole folder may write this file too.
class FileLock {
 public:
  /// Creates the file's folder if it is missing. Throws Error as LockFile does.
  explicit FileLock(const std::filesystem::path& file);

 private:
  LockFile lock_;
};

}  // namespace calib
