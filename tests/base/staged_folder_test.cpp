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

void put(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  write_file(file, text);
}

TEST(StagedFolder, PutsWhatWasWrittenInPlace) {
  const TemporaryFolder folder;
  const fs::path place = folder.path() / "new" / "place";
  {
    const FolderLock lock(place);
    StagedFolder staged(lock);
    put(staged.path() / "left" / "1.png", "new");
    EXPECT_FALSE(fs::exists(place / "left"));
    staged.put_in_place({});
  }
  EXPECT_EQ(read_file(place / "left" / "1.png"), "new");
  EXPECT_EQ(std::distance(fs::directory_iterator(place), {}), 1) << "nothing else stays";
}

TEST(StagedFolder, LeavesTheEarlierFoldersWhenNotFinished) {
  const TemporaryFolder folder;
  put(folder.path() / "left" / "1.png", "old");
  {
    const FolderLock lock(folder.path());
    const StagedFolder staged(lock);
    put(staged.path() / "left" / "1.png", "half");
  }
  EXPECT_EQ(read_file(folder.path() / "left" / "1.png"), "old");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 1);
}

TEST(StagedFolder, ReplacesWholeFolders) {
  const TemporaryFolder folder;
  put(folder.path() / "left" / "9.png", "old");
  put(folder.path() / "gone" / "1.png", "old");
  const FolderLock lock(folder.path());
  StagedFolder staged(lock);
  put(staged.path() / "left" / "1.png", "new");
  staged.put_in_place({"left", "gone"});
  EXPECT_EQ(read_file(folder.path() / "left" / "1.png"), "new");
  EXPECT_FALSE(fs::exists(folder.path() / "left" / "9.png"));
  EXPECT_FALSE(fs::exists(folder.path() / "gone"));
}

TEST(StagedFolder, RefusesAFolderThatIsNotToBeReplacedAndRemovesNothing) {
  const TemporaryFolder folder;
  put(folder.path() / "left" / "holiday.png", "mine");
  put(folder.path() / "right" / "1.png", "old");
  const FolderLock lock(folder.path());
  StagedFolder staged(lock);
  put(staged.path() / "left" / "1.png", "new");
  EXPECT_NE(error_text([&] { staged.put_in_place({"right"}); }).find("left"), std::string::npos);
  EXPECT_EQ(read_file(folder.path() / "left" / "holiday.png"), "mine");
  EXPECT_EQ(read_file(folder.path() / "right" / "1.png"), "old");
}

// As a crash leaves it at any point: the note is there, some folders have moved, others not yet.
TEST(StagedFolder, EndsWhatACrashHasCutShort) {
  const TemporaryFolder folder;
  const fs::path whole = folder.path() / ".calib.finished";
  put(folder.path() / "left" / "1.png", "new, moved already");
  put(folder.path() / "right" / "1.png", "old");
  put(folder.path() / "gone" / "1.png", "old");
  put(whole / "right" / "1.png", "new");
  put(whole / "data.yaml", "new");
  put(folder.path() / "blank " / "1.png", "old");
  put(folder.path() / "blank" / "1.png", "mine");
  put(whole / ".replaces", "data.yaml\ngone\nblank \n");
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

// Such a folder may have come with someone else's files.
TEST(StagedFolder, RemovesNothingElsewhereForANoteThatItDidNotWrite) {
  const TemporaryFolder folder;
  put(folder.path() / "mine" / "1.png", "mine");
  const fs::path place = folder.path() / "place";
  put(place / ".calib.finished" / ".replaces", "data.yaml\n../mine\n");
  EXPECT_NE(error_text([&] { StagedFolder::end_interrupted(place); }).find("'../mine'"),
            std::string::npos);
  EXPECT_EQ(read_file(folder.path() / "mine" / "1.png"), "mine");
}

TEST(StagedFolder, MovesNothingOutOfAFolderThatALinkLeadsTo) {
  const TemporaryFolder folder;
  const fs::path place = folder.path() / "place";
  put(folder.path() / "mine" / "1.png", "mine");
  put(folder.path() / "mine" / ".replaces", "");
  fs::create_directory(place);
  fs::create_directory_symlink(folder.path() / "mine", place / ".calib.finished");
  StagedFolder::end_interrupted(place);
  EXPECT_EQ(read_file(folder.path() / "mine" / "1.png"), "mine");
  EXPECT_FALSE(fs::exists(place / "1.png"));
}

// Others keep hidden folders too.
TEST(StagedFolder, LeavesHiddenFoldersOfOthers) {
  const TemporaryFolder folder;
  put(folder.path() / ".unfinished" / "a", "mine");
  put(folder.path() / ".finished" / "b", "mine");
  const FolderLock lock(folder.path());
  StagedFolder(lock).put_in_place({});
  EXPECT_EQ(read_file(folder.path() / ".unfinished" / "a"), "mine");
  EXPECT_EQ(read_file(folder.path() / ".finished" / "b"), "mine");
}

TEST(StagedFolder, RemovesWhatAnInterruptedRunLeft) {
  const TemporaryFolder folder;
  const FolderLock lock(folder.path());
  const fs::path aside = StagedFolder(lock).path();
  put(aside / "left" / "stale.png", "stale");
  const StagedFolder staged(lock);
  EXPECT_TRUE(fs::is_empty(staged.path()));
}

}  // namespace
}  // namespace calib
