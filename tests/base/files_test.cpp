#include "base/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "base/errors.hpp"
#include "base/file_descriptor.hpp"
#include "base/half_written.hpp"
#include "support/error_text.hpp"
#include "support/temporary_folder.hpp"

namespace calib {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using testing::error_text;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing::TemporaryFolder;

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

TEST(WriteFile, ReadsBackByteForByte) {
  const TemporaryFolder folder;
  const std::string bytes("a\0b\r\n\xff", 6);
  write_file(folder.path() / "file", bytes);
  EXPECT_EQ(read_file(folder.path() / "file"), bytes);
  write_file(folder.path() / "empty", "");
  EXPECT_EQ(read_file(folder.path() / "empty"), "");
  const std::string large(1'234'567, 'z');
  write_file(folder.path() / "large", large);
  EXPECT_EQ(read_file(folder.path() / "large"), large);
}

TEST(WriteFile, CreatesFoldersAndLeavesNothingElse) {
  const TemporaryFolder folder;
  write_file(folder.path() / "a/b/file.yaml", "text");
  write_file(folder.path() / "a/b/file.yaml", "new");
  EXPECT_EQ(read_file(folder.path() / "a/b/file.yaml"), "new");
  EXPECT_THAT(names_in(folder.path() / "a/b"), ElementsAre("file.yaml"));
}

TEST(ReadFile, ReadsAPipeAndDoesNotWaitIfItHasNoWriter) {
  const TemporaryFolder folder;
  const fs::path pipe = folder.path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(error_text([&] { read_file(pipe); }), EndsWith("nobody writes to, expected a file"));
  const FileDescriptor keeper(::open(pipe.c_str(), O_RDONLY | O_NONBLOCK));
  write_file(pipe, "text");  // a pipe keeps its content as long as it has a reader
  EXPECT_EQ(read_file(pipe), "text");
}

TEST(ReadFile, RefusesFilesAboveTheSizeLimit) {
  const TemporaryFolder folder;
  write_file(folder.path() / "file", "12345");
  EXPECT_EQ(read_file(folder.path() / "file", 5), "12345");
  EXPECT_THAT(error_text([&] { read_file(folder.path() / "file", 4); }), HasSubstr("more than 4"));
  EXPECT_THAT(error_text([&] { read_file("/dev/zero", 100'000); }), HasSubstr("more than 100000"));
}

TEST(WriteFile, KeepsThePermissionsOfTheFile) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "a.yaml";
  write_file(file, "old");
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  write_file(file, "new");
  EXPECT_EQ(read_file(file), "new");
  EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST(WriteFile, WritesPiecesInOrder) {
  const TemporaryFolder folder;
  write_file(folder.path() / "file", [](const Append& append) {
    append("one ");
    append("two");
  });
  EXPECT_EQ(read_file(folder.path() / "file"), "one two");
}

TEST(WriteFile, LeavesTheOldFileIfThePiecesThrow) {
  const TemporaryFolder folder;
  write_file(folder.path() / "file", "old");
  EXPECT_THROW(write_file(folder.path() / "file",
                          [](const Append& append) {
                            append("new");
                            throw Error("no more");
                          }),
               Error);
  EXPECT_EQ(read_file(folder.path() / "file"), "old");
  EXPECT_THAT(names_in(folder.path()), ElementsAre("file"));
}

// This guarantees that a killed run leaves the old file or the new one.
TEST(WriteFile, ReadersSeeTheOldFileOrTheNewOne) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "file";
  const std::string old_bytes(300'000, 'o'), new_bytes(500'000, 'n');
  write_file(file, old_bytes);
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (int i = 0; i < 20; ++i) write_file(file, i % 2 == 0 ? new_bytes : old_bytes);
    done = true;
  });
  int reads = 0, torn = 0;
  while (!done || reads == 0) {
    const std::string seen = read_file(file);
    torn += seen != old_bytes && seen != new_bytes;
    ++reads;
  }
  writer.join();
  EXPECT_EQ(torn, 0) << "of " << reads << " reads";
}

TEST(WriteFile, ManyThreadsMayWriteTheSameFile) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "file";
  std::vector<std::thread> threads;
  for (char c = 'a'; c < 'e'; ++c)
    threads.emplace_back([&, c] { write_file(file, std::string(10'000, c)); });
  for (auto& thread : threads) thread.join();
  const std::string bytes = read_file(file);
  EXPECT_EQ(bytes, std::string(10'000, bytes.front()));
  EXPECT_THAT(names_in(folder.path()), ElementsAre("file"));
}

TEST(WriteFile, OntoAFolderFailsAndCleansUp) {
  const TemporaryFolder folder;
  fs::create_directory(folder.path() / "taken");
  EXPECT_EQ(error_text([&] { write_file(folder.path() / "taken", "x"); }),
            (folder.path() / "taken").string() + ": cannot write: Is a directory");
  EXPECT_THAT(names_in(folder.path()), ElementsAre("taken"));
}

TEST(WriteFile, BelowAFileFailsAndNamesTheFolder) {
  const TemporaryFolder folder;
  write_file(folder.path() / "file", "x");
  EXPECT_THAT(error_text([&] { write_file(folder.path() / "file/below.yaml", "x"); }),
              StartsWith((folder.path() / "file").string() + ": cannot create the folder: "));
}

// `-o /dev/null` must not turn the device into a file.
TEST(WriteFile, WritesIntoDevicesAndPipesInsteadOfReplacingThem) {
  const TemporaryFolder folder;
  const fs::path link = folder.path() / "null";
  fs::create_symlink("/dev/null", link);
  write_file(link, "gone");
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST(WriteFile, FollowsALinkToAFileThatDoesNotExist) {
  const TemporaryFolder folder;
  fs::create_symlink("v2.yaml", folder.path() / "latest.yaml");
  write_file(folder.path() / "latest.yaml", "new");
  EXPECT_TRUE(fs::is_symlink(folder.path() / "latest.yaml"));
  EXPECT_EQ(read_file(folder.path() / "v2.yaml"), "new");
}

// If the system does not tell when processes started, an earlier process with the same id may have
// left files with the same names.
TEST(WriteFile, SkipsTemporaryNamesThatExist) {
  const TemporaryFolder folder;
  std::string name;  // ".file.PID-START.N.tmp"
  write_file(folder.path() / "file",
             [&](const Append&) { name = names_in(folder.path()).front(); });
  const std::size_t end = name.rfind(".tmp"), number = name.rfind('.', end - 1) + 1;
  const int used = std::stoi(name.substr(number, end - number));
  for (int i = 1; i <= 200; ++i)
    std::ofstream(folder.path() / fmt::format("{}{}.tmp", name.substr(0, number), used + i))
        << "left";
  write_file(folder.path() / "file", "text");
  EXPECT_EQ(read_file(folder.path() / "file"), "text");
}

TEST(RemoveAbandoned, RemovesTheFilesOfEndedProcesses) {
  const TemporaryFolder folder;
  const fs::path gone = testing::leave_half_written(folder.path() / "a.yaml");
  const fs::path other = testing::leave_half_written(folder.path() / "b.yaml");
  const fs::path mine = folder.path() / ".a.yaml.x.0.tmp";
  for (const fs::path& file : {gone, other}) ASSERT_TRUE(fs::exists(file));
  write_file(mine, "mine");
  remove_abandoned(folder.path(), "a.yaml");
  EXPECT_FALSE(fs::exists(gone));
  for (const fs::path& kept : {other, mine}) EXPECT_TRUE(fs::exists(kept)) << kept;
  remove_abandoned(folder.path());
  EXPECT_FALSE(fs::exists(other));
  EXPECT_TRUE(fs::exists(mine));
}

TEST(RemoveAbandoned, KeepsFilesThatAreBeingWritten) {
  const TemporaryFolder folder;
  write_file(folder.path() / "a.yaml", [&](const Append& append) {
    append("whole");
    remove_abandoned(folder.path());
  });
  EXPECT_EQ(read_file(folder.path() / "a.yaml"), "whole");
}

// In containers every process may have the id 1.
TEST(RemoveAbandoned, RemovesTheFilesOfAnEarlierProcessWithTheSameId) {
  const TemporaryFolder folder;
  const fs::path left = folder.path() / fmt::format(".a.yaml.{}-1.0.tmp", ::getpid());
  write_file(left, "left");
  remove_abandoned(folder.path());
  EXPECT_FALSE(fs::exists(left));
}

TEST(HoldsOnlyNumbered, IsFalseWithAnyOtherFile) {
  const TemporaryFolder folder;
  const auto holds = [&] { return holds_only_numbered(folder.path() / "cam0", {".png", ".jpg"}); };
  EXPECT_TRUE(holds()) << "the folder does not exist";
  write_file(folder.path() / "cam0/000001.png", "");
  write_file(folder.path() / "cam0/2.jpg", "");
  EXPECT_TRUE(holds());
  for (const char* name : {"3.txt", "a.png", "000001_b.png", "4.png/5.png"}) {
    write_file(folder.path() / "cam0" / name, "");
    EXPECT_FALSE(holds()) << name;
    fs::remove_all(folder.path() / "cam0" / *fs::path(name).begin());
    EXPECT_TRUE(holds()) << name;
  }
}

TEST(WriteFile, KeepsALinkAndWritesWhatItPointsTo) {
  const TemporaryFolder folder;
  write_file(folder.path() / "v1.yaml", "old");
  fs::create_symlink("v1.yaml", folder.path() / "latest.yaml");
  write_file(folder.path() / "latest.yaml", "new");
  EXPECT_TRUE(fs::is_symlink(folder.path() / "latest.yaml"));
  EXPECT_EQ(read_file(folder.path() / "v1.yaml"), "new");
}

TEST(ReadFile, ReportsTheReasonOfAFailure) {
  const TemporaryFolder folder;
  const std::string missing = (folder.path() / "missing.yaml").string();
  EXPECT_EQ(error_text([&] { read_file(missing); }), missing + ": no such file");
  EXPECT_EQ(error_text([&] { read_file(folder.path()); }),
            folder.path().string() + ": is a folder, expected a file");
  write_file(folder.path() / "rig.yaml", "x");
  EXPECT_THAT(error_text([&] { read_file(folder.path()); }), EndsWith("; it holds rig.yaml"));
  write_file(folder.path() / "file", "x");
  EXPECT_THAT(error_text([&] { read_file(folder.path() / "file/x"); }),
              EndsWith(": cannot open: Not a directory"));
}

TEST(ReadFile, ReportsMissingPermission) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const TemporaryFolder folder;
  write_file(folder.path() / "file", "x");
  fs::permissions(folder.path() / "file", fs::perms::none);
  EXPECT_THAT(error_text([&] { read_file(folder.path() / "file"); }),
              EndsWith(": cannot open: Permission denied"));
}

// Files in /proc report the size 0.
TEST(ReadFile, ReadsFilesWhoseSizeIsUnknown) {
  EXPECT_THAT(read_file("/proc/self/status"), ::testing::HasSubstr("Pid:"));
}

TEST(RefuseOverwrite, AsksForForce) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "calibration.yaml";
  refuse_overwrite(file, false);
  write_file(file, "x");
  refuse_overwrite(file, true);
  EXPECT_EQ(
      error_text([&] { refuse_overwrite(file, false); }),
      file.string() + ": exists already; choose another --output, or pass --force to overwrite it");
}

TEST(RefuseOverwrite, AcceptsDevices) { EXPECT_NO_THROW(refuse_overwrite("/dev/null", false)); }

TEST(RefuseOverwrite, SeesFoldersAndBrokenLinks) {
  const TemporaryFolder folder;
  EXPECT_THROW(refuse_overwrite(folder.path(), false), Error);
  fs::create_symlink("nowhere", folder.path() / "broken");
  EXPECT_THROW(refuse_overwrite(folder.path() / "broken", false), Error);
}

TEST(IsFileName, RefusesPathsAndHiddenNames) {
  for (const char* name : {"cam0", "a b", "k\xc3\xa4mera"}) EXPECT_TRUE(is_file_name(name)) << name;
  for (const char* name : {"", ".", "..", ".hidden", "a/b", "a\\b", "a\nb"})
    EXPECT_FALSE(is_file_name(name)) << name;
  EXPECT_FALSE(is_file_name(std::string(201, 'a')));
}

}  // namespace
}  // namespace calib
