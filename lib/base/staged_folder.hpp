#pragma once
// New folders written aside and put in place once they are whole: an interrupted run leaves what
// was there before.

#include <filesystem>
#include <string>
#include <vector>

namespace calib {

class StagedFolder {
 public:
  /// Creates `place` and an empty folder in it to write to; one that an interrupted run left is
  /// removed. Throws Error.
  explicit StagedFolder(const std::filesystem::path& place);
  /// Removes what was not put in place, and `place` if it was made and nothing is in it.
  ~StagedFolder();
  StagedFolder(const StagedFolder&) = delete;
  StagedFolder& operator=(const StagedFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

  /// Throws Error when one of the folders `names` exists in `place`, holds anything, and is not
  /// among those to be replaced.
  void require_free(const std::vector<std::string>& names,
                    const std::vector<std::string>& replaced) const;

  /// Removes the folders `replaced` from `place`, then moves every folder written to path() there.
  /// Throws Error, before anything is removed, as require_free does.
  void put_in_place(const std::vector<std::string>& replaced);

 private:
  std::filesystem::path place_, path_;
  bool made_place_ = false;
};

}  // namespace calib
