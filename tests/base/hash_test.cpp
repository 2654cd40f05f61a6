#include "base/hash.hpp"

#include <gmock/gmock.h>

#include <set>

#include "base/files.hpp"
#include "support/error_text.hpp"
#include "support/temporary_folder.hpp"

namespace calib {
namespace {

using testing::error_text;
using ::testing::MatchesRegex;
using ::testing::StartsWith;
using testing::TemporaryFolder;

std::string hash_of(std::initializer_list<std::string_view> parts) {
  Hasher hasher;
  for (const auto part : parts) hasher.add(part);
  return hasher.hex();
}

TEST(Hasher, GivesThirtyTwoHexadecimalDigits) {
  EXPECT_THAT(hash_of({"calib"}), MatchesRegex("[0-9a-f]{32}"));
  EXPECT_THAT(hash_of({}), MatchesRegex("[0-9a-f]{32}"));
}

TEST(Hasher, DependsOnPartsOrderAndContent) {
  const std::set<std::string> hashes = {
      hash_of({}),          hash_of({""}),    hash_of({"", ""}),
      hash_of({"ab", "c"}), hash_of({"abc"}), hash_of({"a", "bc"}),
      hash_of({"c", "ab"}), hash_of({"abd"}), hash_of({std::string_view("ab\0", 3)})};
  EXPECT_EQ(hashes.size(), 9u);
}

// Artifacts contain hashes: a different algorithm would make all existing results stale.
TEST(Hasher, IsStableFromReleaseToRelease) {
  EXPECT_EQ(hash_of({"calib"}), "d4e7c75ce61440993a64591f8285649b");
}

TEST(Hasher, CanBeReadWhileItGrows) {
  Hasher hasher;
  hasher.add("one");
  EXPECT_EQ(hasher.hex(), hash_of({"one"}));
  hasher.add("two");
  EXPECT_EQ(hasher.hex(), hash_of({"one", "two"}));
}

TEST(HashFile, DependsOnTheContentOnly) {
  const TemporaryFolder folder;
  const std::string large(3'000'000, 'x');  // read in several blocks
  write_file(folder.path() / "a", large);
  write_file(folder.path() / "b", large);
  write_file(folder.path() / "c", large + "y");
  write_file(folder.path() / "empty", "");
  EXPECT_EQ(hash_file(folder.path() / "a"), hash_file(folder.path() / "b"));
  EXPECT_NE(hash_file(folder.path() / "a"), hash_file(folder.path() / "c"));
  EXPECT_NE(hash_file(folder.path() / "a"), hash_file(folder.path() / "empty"));
}

TEST(HashFile, NamesAnUnreadableFile) {
  const TemporaryFolder folder;
  const std::string missing = (folder.path() / "missing").string();
  EXPECT_THAT(error_text([&] { hash_file(missing); }), StartsWith(missing + ": "));
  EXPECT_THAT(error_text([&] { hash_file(folder.path()); }),
              StartsWith(folder.path().string() + ": "));
}

}  // namespace
}  // namespace calib
