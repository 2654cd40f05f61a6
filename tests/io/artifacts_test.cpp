#include "io/artifacts.hpp"

#include <gtest/gtest.h>

#include "base/files.hpp"
#include "scene/board_types.hpp"
#include "support/temporary_folder.hpp"

namespace calib {
namespace artifacts_test {

Observations one_view() {
  Observations observations;
  observations.board = {&kChessboard, 7, 5, 0.03};
  observations.cameras = {{"cam0", {640, 480}}};
  observations.views = {{0, 3, "cam0/0003.png", {{0, 10.25, 20.5, 0.01}, {1, 30, 20}}}};
  return observations;
}

TEST(Artifact, AValueInMemoryHasTheHashOfTheFileThatWouldHoldIt) {
  const testing::TemporaryFolder folder;
  write_file(folder.path() / "a.yaml", to_yaml(one_view()));
  const auto read = read_artifact<Observations>(folder.path() / "a.yaml");
  EXPECT_EQ(read.value, one_view());
  EXPECT_EQ(read.hash, make_artifact(one_view()).hash);
}

TEST(Artifact, AnyEditOfTheFileChangesTheHash) {
  const testing::TemporaryFolder folder;
  write_file(folder.path() / "a.yaml", "# mine\n" + to_yaml(one_view()));
  const auto read = read_artifact<Observations>(folder.path() / "a.yaml");
  EXPECT_EQ(read.value, one_view());
  EXPECT_NE(read.hash, make_artifact(one_view()).hash);
  Observations other = one_view();
  other.views[0].corners[0].x += 1e-6;
  EXPECT_NE(make_artifact(other).hash, make_artifact(one_view()).hash);
}

}  // namespace artifacts_test
}  // namespace calib
