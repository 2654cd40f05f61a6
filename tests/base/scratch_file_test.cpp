#include "base/scratch_file.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

#include "support/error_text.hpp"
#include "support/temporary_folder.hpp"

namespace calib {
namespace {

using testing::error_text;
using ::testing::HasSubstr;

TEST(ScratchFile, ReturnsTheBytesThatWereAppended) {
  ScratchFile file;
  const std::string large(300'000, 'x');
  EXPECT_EQ(file.append("first"), 0u);
  EXPECT_EQ(file.append(large), 5u);
  EXPECT_EQ(file.append("last"), 300'005u);
  EXPECT_EQ(file.read(300'005, 4), "last");
  EXPECT_EQ(file.read(0, 5), "first");
  EXPECT_EQ(file.read(5, large.size()), large);
}

class ScratchFolder : public ::testing::Test {
 protected:
  ~ScratchFolder() override { ::unsetenv("TMPDIR"); }
  testing::TemporaryFolder folder_;
};

TEST_F(ScratchFolder, ContainsNoNamedFile) {
  ::setenv("TMPDIR", folder_.path().c_str(), 1);
  ScratchFile file;
  file.append("text");
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(ScratchFolder, IsNamedInTheErrorIfItDoesNotExist) {
  ::setenv("TMPDIR", (folder_.path() / "none").c_str(), 1);
  EXPECT_THAT(error_text([] { ScratchFile(); }), HasSubstr("TMPDIR"));
}

}  // namespace
}  // namespace calib
