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
  /// Makes an empty folder in `place` to write to; one that an interrupted run left is removed.
  /// `place` must stay locked for as long as this lives. Throws Error.
  explicit StagedFolder(const FolderLock& place);
  explicit StagedFolder(FolderLock&& place) = delete;  // would be locked for this line only
  /// Removes what was not put in place.
  ~StagedFolder();
  StagedFolder(const StagedFolder&) = delete;
  StagedFolder& operator=(const StagedFolder&) = delete;

  /// The staging folder.
  const std::filesystem::path& path() const { return path_; }

  /// Throws Error if one of the folders `names` exists in `place`, is not empty, and is not in
  /// `replaced`.
  void require_free(const std::vector<std::string>& names,
                    const std::vector<std::string>& replaced) const;

  /// Brings all to disk, removes the folders or files `replaced` from `place`, moves all that was
  /// written to path() there, and last the file `file` with `text`, which says that all of them are
  /// there (`file` empty: none); an earlier one goes first. Throws Error, before anything is
  /// removed, as require_free does.
  void put_in_place(const std::vector<std::string>& replaced, const std::string& file = "",
                    const std::string& text = "");

  /// Completes an interrupted put_in_place(). Call it before reading from `place` if results will
  /// be written there later.
  static void end_interrupted(const FolderLock& place);

  /// Throws Error if a put_in_place() was interrupted; for commands that only read from `place`.
  static void require_whole(const std::filesystem::path& place);

 private:
  std::filesystem::path place_, path_;
};

}  // namespace calib
