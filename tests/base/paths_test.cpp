#include "base/paths.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/files.hpp"
#include "support/temporary_folder.hpp"

namespace calib {
namespace {

namespace fs = std::filesystem;
using calib::testing::TemporaryFolder;

class Paths : public ::testing::Test {
 protected:
  Paths() {
    write_file(root() / "made/cam0/1.png", "");
    write_file(root() / "other/1.png", "");
  }
  fs::path root() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
};

TEST_F(Paths, AFolderSetContainsFilesAtAnyDepthAndTheFolderItself) {
  FolderSet folders({root() / "made"});
  EXPECT_TRUE(folders.contains(root() / "made/cam0/1.png"));
  EXPECT_TRUE(folders.contains(root() / "made/not_yet/1.png"));
  EXPECT_TRUE(folders.contains(root() / "made"));
  EXPECT_FALSE(folders.contains(root() / "other/1.png"));
  EXPECT_FALSE(folders.contains(root() / "made2"));
  EXPECT_FALSE(folders.contains(root()));
}

TEST_F(Paths, AFolderSetFollowsLinksInBothDirections) {
  fs::create_directory_symlink("made", root() / "link");
  fs::create_symlink(root() / "made/cam0/1.png", root() / "other/inward.png");
  fs::create_symlink(root() / "other/1.png", root() / "made/outward.png");
  FolderSet folders({root() / "made"});
  EXPECT_TRUE(folders.contains(root() / "link/cam0/1.png"));
  EXPECT_TRUE(folders.contains(root() / "other/inward.png"));
  EXPECT_TRUE(folders.contains(root() / "made/outward.png"));
  EXPECT_TRUE(FolderSet({root() / "link"}).contains(root() / "made/cam0/1.png"));
  EXPECT_TRUE(FolderSet({root() / "new/"}).contains(root() / "new/1.png"));
}

TEST_F(Paths, IsSamePlaceDoesNotNeedExistingFiles) {
  fs::create_directory_symlink("made", root() / "link");
  EXPECT_TRUE(is_same_place(root() / "made/", root() / "link"));
  EXPECT_TRUE(is_same_place(root() / "made/new.yaml", root() / "other/../link/new.yaml"));
  EXPECT_FALSE(is_same_place(root() / "made/new.yaml", root() / "other/new.yaml"));
}

TEST_F(Paths, LinkTargetsNeedNotExistAndCyclesEnd) {
  fs::create_symlink("second", root() / "first");
  fs::create_symlink("new.yaml", root() / "second");
  EXPECT_EQ(link_target(root() / "first"), root() / "new.yaml");
  fs::create_symlink("round", root() / "round");
  EXPECT_EQ(link_target(root() / "round"), root() / "round");
}

TEST_F(Paths, ErrorsNameThePathAndTheReason) {
  try {
    fs::directory_iterator(root() / "none");
    FAIL();
  } catch (const fs::filesystem_error& error) {
    EXPECT_EQ(reason_of(error), (root() / "none").string() + ": No such file or directory");
  }
}

}  // namespace
}  // namespace calib
