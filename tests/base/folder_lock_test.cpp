#include "base/folder_lock.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "base/files.hpp"
#include "base/half_written.hpp"
#include "support/error_text.hpp"
#include "support/temporary_folder.hpp"

namespace calib {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(FolderLock, ExcludesOtherProcesses) {
  const testing::TemporaryFolder place;
  const fs::path folder = place.path() / "out";
  {
    const FolderLock lock(folder);

    const int status =
        std::system(("flock -n " + (folder / ".calib.lock").string() + " true").c_str());
    EXPECT_NE(status, 0);
    EXPECT_THAT(testing::error_text([&] { const FolderLock again(folder); }),
                HasSubstr("another calib"))
        << "a second owner in this process";
  }
  EXPECT_FALSE(fs::exists(folder)) << "nothing is left behind";
}

TEST(FolderLock, DoesNotFollowALinkInThePlaceOfTheLockFile) {
  const testing::TemporaryFolder place;
  write_file(place.path() / "notes", "mine");
  fs::create_symlink("notes", place.path() / ".calib.lock");
  EXPECT_THAT(testing::error_text([&] { const FolderLock lock(place.path()); }),
              HasSubstr("cannot be written to"));
  EXPECT_EQ(read_file(place.path() / "notes"), "mine");
}

TEST(FolderLock, NamesTheProcessThatHoldsItAndEndsWithThatProcess) {
  const testing::TemporaryFolder place;
  const fs::path file = place.path() / ".calib.lock";
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const FolderLock lock(place.path());
    [[maybe_unused]] const ssize_t written = ::write(ready[1], "x", 1);
    ::pause();
  }
  char byte;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_THAT(testing::error_text([&] { const FolderLock lock(place.path()); }),
              AllOf(HasSubstr("another calib (process " + std::to_string(child) + ")"),
                    HasSubstr("choose another --output")));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(fs::exists(file)) << "a killed process leaves its lock file";
  const FolderLock lock(place.path());
}

TEST(FileLock, ExcludesOtherProcessesFromTheSameFile) {
  const testing::TemporaryFolder place;
  const fs::path folder = place.path() / "new", file = folder / "a.yaml";
  {
    const FileLock lock(file);
    const FileLock other(folder / "b.yaml");
    const std::string words = "flock -n -E 75 " + (folder / ".a.yaml.lock").string() + " true";
    EXPECT_EQ(WEXITSTATUS(std::system(words.c_str())), 75);
  }
  EXPECT_FALSE(fs::exists(folder)) << "nothing is left behind";
}

TEST(FileLock, LocksTheTargetOfALink) {
  const testing::TemporaryFolder place;
  fs::create_directory(place.path() / "there");
  fs::create_symlink("there/a.yaml", place.path() / "link.yaml");
  const FileLock lock(place.path() / "link.yaml");
  EXPECT_TRUE(fs::exists(place.path() / "there/.a.yaml.lock"));
  EXPECT_FALSE(fs::exists(place.path() / ".link.yaml.lock"));
}

TEST(FileLock, RemovesEmptyFoldersThatItCreated) {
  const testing::TemporaryFolder place;
  { const FileLock lock(place.path() / "a/b/c.yaml"); }
  EXPECT_FALSE(fs::exists(place.path() / "a"));
  {
    const FileLock lock(place.path() / "a/b/c.yaml");
    write_file(place.path() / "a/b/c.yaml", "x");
  }
  EXPECT_TRUE(fs::exists(place.path() / "a/b/c.yaml"));
}

// Each process removes the folder that it created, possibly while the other locks a file in it.
TEST(FileLock, SurvivesTheRemovalOfANewFolderByAnotherProcess) {
  const testing::TemporaryFolder place;
  const auto come_and_go = [&](const char* name) {
    for (int i = 0; i < 500; ++i) EXPECT_NO_THROW(const FileLock lock(place.path() / "a/b" / name));
  };
  const pid_t child = ::fork();
  if (child == 0) {
    come_and_go("child.yaml");
    ::_exit(::testing::Test::HasFailure() ? 1 : 0);
  }
  come_and_go("parent.yaml");
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST(FolderLock, RemovesTheTemporaryFilesOfKilledProcesses) {
  const testing::TemporaryFolder place;
  fs::path left = testing::leave_half_written(place.path() / "a.yaml");
  { const FileLock lock(place.path() / "b.yaml"); }
  EXPECT_TRUE(fs::exists(left)) << "it belongs to another file";
  { const FileLock lock(place.path() / "a.yaml"); }
  EXPECT_FALSE(fs::exists(left));
  left = testing::leave_half_written(place.path() / "a.yaml");
  EXPECT_TRUE(fs::exists(left));
  { const FolderLock lock(place.path()); }
  EXPECT_FALSE(fs::exists(left));
}

TEST(FolderLock, RefusesAFileInThePlaceOfTheFolder) {
  const testing::TemporaryFolder place;
  write_file(place.path() / "file", "x");
  EXPECT_THAT(testing::error_text([&] { const FolderLock lock(place.path() / "file"); }),
              HasSubstr("is a file, expected a folder"));
}

}  // namespace
}  // namespace calib
