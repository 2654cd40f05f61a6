#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/command_line.hpp"
#include "base/files.hpp"
#include "support/temporary_folder.hpp"

namespace calib::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

std::vector<json> events_of(const std::string& lines) {
  std::vector<json> events;
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);) events.push_back(json::parse(line));
  return events;
}

std::vector<json> events_named(const std::vector<json>& events, const std::string& name) {
  std::vector<json> found;
  for (const json& event : events)
    if (event.at("event") == name) found.push_back(event);
  return found;
}

TEST(WatchCommand, TellsPicturesAdviceAndStateAsJson) {
  const TemporaryFolder folder;
  const std::string images = folder.path() / "images", output = folder.path() / "observations.yaml",
                    calibration = folder.path() / "calibration.yaml";
  ok({"synth", "--board", "9x6", "--square", "25mm", "--cameras", "2", "--frames", "8", "--size",
      "640x480", "-o", images});
  const std::vector<std::string> board = {"--board", "9x6", "--square", "25mm"};
  const auto with = [&](std::vector<std::string> args, const std::vector<std::string>& more) {
    args.insert(args.end(), board.begin(), board.end());
    args.insert(args.end(), more.begin(), more.end());
    return args;
  };
  const std::vector<json> events =
      events_of(ok(with({"watch", images}, {"--frames", "8", "--interval", "0.05", "--json", "-o",
                                            output, "--calibration", calibration}))
                    .out);
  const std::vector<json> pictures = events_named(events, "picture");
  ASSERT_EQ(pictures.size(), 16U);
  EXPECT_EQ(pictures[0].at("camera"), "cam0");
  EXPECT_EQ(pictures[0].at("image"), "cam0/0000.png");
  const std::vector<json> advice = events_named(events, "advice");
  ASSERT_GE(advice.size(), 2U);
  EXPECT_FALSE(advice[0].at("next").at("text").get<std::string>().empty());
  const json& last = advice.back();
  EXPECT_TRUE(last.at("state").contains("verdict")) << "the last state is that of all frames";
  EXPECT_EQ(last.at("state").at("cameras").size(), 2U);
  EXPECT_FALSE(last.at("next").at("outlines").empty());
  ASSERT_EQ(events_named(events, "end").size(), 1U);
  EXPECT_EQ(events_named(events, "end")[0].at("reason"), "frames");

  // The same files as those of the commands that do it afterwards.
  const std::string found = folder.path() / "found.yaml", lenses = folder.path() / "lenses.yaml",
                    rig = folder.path() / "rig.yaml";
  ok(with({"detect", images}, {"-o", found}));
  ok({"intrinsics", found, "-o", lenses});
  ok({"extrinsics", found, "--calibration", lenses, "-o", rig});
  EXPECT_EQ(read_file(output), read_file(found));
  EXPECT_EQ(read_file(calibration), read_file(rig));
}

TEST(WatchCommand, EndsWhereNoPictureArrives) {
  const TemporaryFolder folder;
  fs::create_directories(folder.path() / "cam0");
  const std::string root = folder.path().string();
  expect_refused({"watch", root, "--board", "9x6", "--square", "25mm", "--timeout", "100ms"}, 2,
                 {"no picture has arrived in the time of --timeout"});
  expect_refused({"watch", root + "/none", "--board", "9x6", "--square", "25mm"}, 2,
                 {"none: no such file or folder"});
}

TEST(WatchCommand, NamesTheCameraThatHasStopped) {
  const TemporaryFolder folder;
  const std::string images = folder.path() / "images";
  ok({"synth", "--board", "9x6", "--square", "25mm", "--cameras", "2", "--frames", "6", "--size",
      "320x240", "-o", images});
  for (const char* name : {"0001", "0002", "0003", "0004", "0005"})
    fs::remove(folder.path() / "images/cam1" / (std::string(name) + ".png"));
  const std::vector<json> advice =
      events_named(events_of(ok({"watch", images, "--board", "9x6", "--square", "25mm", "--frames",
                                 "6", "--interval", "0.05", "--json"})
                                 .out),
                   "advice");
  ASSERT_FALSE(advice.empty());
  EXPECT_THAT(advice.back().at("doubts").dump(), HasSubstr("cam1: far fewer pictures"));
}

TEST(WatchCommand, NamesTheBoardThatIsSeen) {
  const TemporaryFolder folder;
  const std::string images = folder.path() / "images", output = folder.path() / "observations.yaml";
  ok({"synth", "--board", "9x6", "--square", "25mm", "--cameras", "1", "--frames", "3", "--size",
      "640x480", "-o", images});
  expect_refused({"watch", images, "--board", "8x5", "--square", "25mm", "--frames", "3",
                  "--interval", "0.05", "-o", output},
                 1, {"the board is not 8x5", "use --board 9x6"});
  EXPECT_FALSE(fs::exists(output));
}

}  // namespace
}  // namespace calib::testing
