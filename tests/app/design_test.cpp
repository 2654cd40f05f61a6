// `calib design`: its files, its exit codes, and what it refuses.

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/command_line.hpp"
#include "base/files.hpp"
#include "support/temporary_folder.hpp"

namespace calib::testing {
namespace {

using ::testing::HasSubstr;

class DesignCommand : public ::testing::Test {
 protected:
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
  // The plan of a regular pair of cameras with more flags.
  static std::vector<std::string> plan(const std::vector<std::string>& more) {
    std::vector<std::string> command = {"design", "--cameras", "2",   "--arrangement",
                                        "line",   "--board",   "9x6", "--square",
                                        "30mm",   "--shots",   "8"};
    command.insert(command.end(), more.begin(), more.end());
    return command;
  }
  TemporaryFolder folder_;
};

TEST_F(DesignCommand, WritesItsFileAndAPictureAndPrintsOneScreen) {
  const Outcome outcome = ok(plan({"-o", path("design.yaml"), "--picture", path("volume.svg")}));
  EXPECT_LE(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 24) << outcome.out;
  EXPECT_THAT(outcome.out, HasSubstr("twice the shots"));
  EXPECT_THAT(read_file(path("volume.svg")), HasSubstr("</svg>"));
  EXPECT_THAT(ok({"info", path("design.yaml")}).out, HasSubstr("twice the shots"));
  const std::string first = read_file(path("design.yaml"));
  ok(plan({"-o", path("design.yaml"), "--force", "-j", "1"}));
  EXPECT_EQ(read_file(path("design.yaml")), first);
}

TEST_F(DesignCommand, NeedsNoFileForItsResult) {
  const auto json = nlohmann::json::parse(ok(plan({"--no-changes", "--json"})).out);
  EXPECT_GT(json["points"]["mean_m"], 0);
  EXPECT_EQ(json["cameras"]["cam0"]["boards"], 8);
}

TEST_F(DesignCommand, EndsWithOneWhereThePlanDoesNotDetermineTheRig) {
  expect_refused(plan({"--volume", "-1m..1m,-1m..1m,-3m..-2m"}), 1, {"no two cameras see"});
  expect_refused(plan({"--nearest", "5mm", "--farthest", "6mm"}), 1, {"--nearest, --farthest"});
}

TEST_F(DesignCommand, OverwritesNoInputAndNoOtherResult) {
  ok(plan({"--no-changes", "-o", path("design.yaml")}));
  expect_refused(plan({"-o", path("design.yaml")}), 2, {"exists already"});
  expect_refused(plan({"--picture", path("volume.png")}), 2, {".svg"});
  expect_refused(plan({"-o", path("both.svg"), "--picture", path("both.svg")}), 2, {"both.svg"});
  expect_refused({"extrinsics", path("design.yaml"), "-o", path("x.yaml")}, 2,
                 {"this is a design"});
  write_file(path("rig.yaml"), "cameras: []\n");
  expect_refused({"design", path("rig.yaml"), "--board", "9x6", "--square", "30mm", "-o",
                  path("rig.yaml"), "--force"},
                 2, {"is read by this command"});
}

}  // namespace
}  // namespace calib::testing
