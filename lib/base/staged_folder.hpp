#pragma once
// Replaces folders and files as one transaction: results are written to a staging folder and moved
// to their place once they are complete. If the process is killed before that, the old results are
// unchanged; if it is killed during the move, the next StagedFolder in that place completes it.

#include <filesystem>
#include <string>
#include <vector>

#include "base/folder_lock.hpp"

namespace calib {

class StagedFolder {
 public:
  /// Creates `place` if it does not exist, locks it, and creates an empty staging folder in it.
  /// Removes the staging folder of a killed run. Throws Error.
  explicit StagedFolder(const std::filesystem::path& place);
  /// Removes the staging folder, and `place` if the constructor created it and it is empty.
  ~StagedFolder();
  StagedFolder(const StagedFolder&) = delete;
  StagedFolder& operator=(const StagedFolder&) = delete;

  /// The staging folder.
  const std::filesystem::path& path() const { return path_; }

  /// Throws Error if one of the folders `names` exists in `place`, is not empty, and is not in
  /// `replaced`.
  void require_free(const std::vector<std::string>& names,
                    const std::vector<std::string>& replaced) const;

  /// Flushes the staging folder to disk, removes the folders and files `replaced` from `place`, and
  /// moves everything from the staging folder to `place`. The file called `file` with the content
  /// `text` (none if `file` is empty) describes the result: it is moved last, and its old version
  /// is removed first. Throws Error like require_free() before anything is removed.
  void put_in_place(const std::vector<std::string>& replaced, const std::string& file = "",
                    const std::string& text = "");

  /// Completes a put_in_place() that was interrupted; for commands that read from `place` before
  /// they write to it. The caller must hold the lock of `place`.
  static void end_interrupted(const std::filesystem::path& place);

  /// Throws Error if a put_in_place() was interrupted; for commands that only read from `place`.
  static void require_whole(const std::filesystem::path& place);

 private:
  FolderLock lock_;
  std::filesystem::path place_, path_;
};

}  // namespace calib
