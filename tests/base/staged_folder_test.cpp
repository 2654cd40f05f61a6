#include "base/staged_folder.hpp"

#include <gtest/gtest.h>

#include "base/files.hpp"
#include "support/error_text.hpp"
#include "support/temporary_folder.hpp"

namespace calib {
namespace {

namespace fs = std::filesystem;
using testing::error_text;
using testing::TemporaryFolder;

TEST(StagedFolder, MovesNewFoldersToTheirPlace) {
  const TemporaryFolder folder;
  const fs::path place = folder.path() / "new" / "place";
  {
    const FolderLock lock(place);
    StagedFolder staged(lock);
    write_file(staged.path() / "left" / "1.png", "new");
    EXPECT_FALSE(fs::exists(place / "left"));
    staged.put_in_place({});
  }
  EXPECT_EQ(read_file(place / "left" / "1.png"), "new");
  EXPECT_EQ(std::distance(fs::directory_iterator(place), {}), 1) << "nothing else is left";
}

TEST(StagedFolder, KeepsTheOldFoldersIfNothingIsPutInPlace) {
  const TemporaryFolder folder;
  write_file(folder.path() / "left" / "1.png", "old");
  {
    const FolderLock lock(folder.path());
    const StagedFolder staged(lock);
    write_file(staged.path() / "left" / "1.png", "half");
  }
  EXPECT_EQ(read_file(folder.path() / "left" / "1.png"), "old");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 1);
}

TEST(StagedFolder, ReplacesWholeFolders) {
  const TemporaryFolder folder;
  write_file(folder.path() / "left" / "9.png", "old");
  write_file(folder.path() / "gone" / "1.png", "old");
  const FolderLock lock(folder.path());
  StagedFolder staged(lock);
  write_file(staged.path() / "left" / "1.png", "new");
  staged.put_in_place({"left", "gone"});
  EXPECT_EQ(read_file(folder.path() / "left" / "1.png"), "new");
  EXPECT_FALSE(fs::exists(folder.path() / "left" / "9.png"));
  EXPECT_FALSE(fs::exists(folder.path() / "gone"));
}

TEST(StagedFolder, RefusesToReplaceAnUnlistedFolderAndRemovesNothing) {
  const TemporaryFolder folder;
  write_file(folder.path() / "left" / "holiday.png", "mine");
  write_file(folder.path() / "right" / "1.png", "old");
  const FolderLock lock(folder.path());
  StagedFolder staged(lock);
  write_file(staged.path() / "left" / "1.png", "new");
  EXPECT_NE(error_text([&] { staged.put_in_place({"right"}); }).find("left"), std::string::npos);
  EXPECT_EQ(read_file(folder.path() / "left" / "holiday.png"), "mine");
  EXPECT_EQ(read_file(folder.path() / "right" / "1.png"), "old");
}

// The state after a crash: the note exists, some folders have been moved, others have not.
TEST(StagedFolder, CompletesAnInterruptedMove) {
  const TemporaryFolder folder;
  const fs::path whole = folder.path() / ".calib.finished";
  write_file(folder.path() / "left" / "1.png", "new, moved already");
  write_file(folder.path() / "right" / "1.png", "old");
  write_file(folder.path() / "gone" / "1.png", "old");
  write_file(whole / "right" / "1.png", "new");
  write_file(whole / "data.yaml", "new");
  write_file(folder.path() / "blank " / "1.png", "old");
  write_file(folder.path() / "blank" / "1.png", "mine");
  write_file(whole / ".replaces", "data.yaml\ngone\nblank \n");
  EXPECT_NE(error_text([&] { StagedFolder::require_whole(folder.path()); }).find("run it again"),
            std::string::npos);
  {
    const FolderLock lock(folder.path());
    const StagedFolder staged(lock);
  }
  EXPECT_EQ(read_file(folder.path() / "left" / "1.png"), "new, moved already");
  EXPECT_EQ(read_file(folder.path() / "right" / "1.png"), "new");
  EXPECT_EQ(read_file(folder.path() / "data.yaml"), "new");
  EXPECT_EQ(read_file(folder.path() / "blank" / "1.png"), "mine");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 4);
  StagedFolder::require_whole(folder.path());
}

// Such a folder may be part of files from another source.
TEST(StagedFolder, RemovesNothingOutsideForAForgedNote) {
  const TemporaryFolder folder;
  write_file(folder.path() / "mine" / "1.png", "mine");
  const fs::path place = folder.path() / "place";
  write_file(place / ".calib.finished" / ".replaces", "data.yaml\n../mine\n");
  EXPECT_NE(error_text([&] { StagedFolder::end_interrupted(place); }).find("'../mine'"),
            std::string::npos);
  EXPECT_EQ(read_file(folder.path() / "mine" / "1.png"), "mine");
}

TEST(StagedFolder, MovesNothingOutOfTheTargetOfALink) {
  const TemporaryFolder folder;
  const fs::path place = folder.path() / "place";
  write_file(folder.path() / "mine" / "1.png", "mine");
  write_file(folder.path() / "mine" / ".replaces", "");
  fs::create_directory(place);
  fs::create_directory_symlink(folder.path() / "mine", place / ".calib.finished");
  StagedFolder::end_interrupted(place);
  EXPECT_EQ(read_file(folder.path() / "mine" / "1.png"), "mine");
  EXPECT_FALSE(fs::exists(place / "1.png"));
}

TEST(StagedFolder, KeepsHiddenFoldersOfOtherPrograms) {
  const TemporaryFolder folder;
  write_file(folder.path() / ".unfinished" / "a", "mine");
  write_file(folder.path() / ".finished" / "b", "mine");
  const FolderLock lock(folder.path());
  StagedFolder(lock).put_in_place({});
  EXPECT_EQ(read_file(folder.path() / ".unfinished" / "a"), "mine");
  EXPECT_EQ(read_file(folder.path() / ".finished" / "b"), "mine");
}

TEST(StagedFolder, RemovesTheStagingFolderOfAKilledRun) {
  const TemporaryFolder folder;
  const FolderLock lock(folder.path());
  const fs::path aside = StagedFolder(lock).path();
  write_file(aside / "left" / "stale.png", "stale");
  const StagedFolder staged(lock);
  EXPECT_TRUE(fs::is_empty(staged.path()));
}

}  // namespace
}  // namespace calib
