// Images that say when they were taken, through the commands as a user would chain them.

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "app/command_line.hpp"
#include "io/artifacts.hpp"
#include "support/temporary_folder.hpp"

namespace calib {
namespace {

namespace fs = std::filesystem;
using testing::calib_command;
using ::testing::HasSubstr;
using testing::ok;
using testing::Outcome;

// A recording of a board that moves, of two cameras with different clocks.
class Times : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new testing::TemporaryFolder;
    ok({"synth", "--cameras", "2", "--frames", "6", "--size", "320x240", "--board", "8x5",
        "--motion", "smooth", "--time-offset", "cam1=13ms", "--line-delay", "cam0=30us",
        "--lose-frames", "cam1=4+1", "-o", at("moving")});
  }
  static void TearDownTestSuite() { delete folder_; }
  static std::string at(const std::string& name) { return (folder_->path() / name).string(); }

  static testing::TemporaryFolder* folder_;
};
testing::TemporaryFolder* Times::folder_ = nullptr;

TEST_F(Times, SynthWritesTheTrueClocks) {
  const Calibration truth = read_calibration(at("moving/truth.yaml"));
  EXPECT_EQ(truth.cameras[0].time, (CameraTime{0, 1, 30e-6}));
  EXPECT_EQ(truth.cameras[1].time, (CameraTime{0.013, 1, 0}));
  EXPECT_EQ(read_observations(at("moving/observations.yaml")).frame_rate_hz, 30);
  EXPECT_TRUE(fs::exists(at("moving/cam0/0005.png")));
  EXPECT_TRUE(fs::exists(at("moving/cam1/0004.png")));
  EXPECT_FALSE(fs::exists(at("moving/cam1/0005.png")));
}

TEST_F(Times, TheFrameRateReachesTheObservationsAndTheWholeOfShards) {
  const std::vector<std::string> detect = {"detect",   at("moving"), "--board", "8x5",
                                           "--square", "30mm",       "--fps",   "29.97"};
  std::vector<std::string> files;
  for (const char* shard : {"1/2", "2/2"}) {
    files.push_back(at("shard" + std::to_string(files.size()) + ".yaml"));
    std::vector<std::string> command = detect;
    command.insert(command.end(), {"--shard", shard, "-o", files.back()});
    ok(command);
  }
  ok({"merge", files[0], files[1], "-o", at("merged.yaml")});
  EXPECT_EQ(read_observations(at("merged.yaml")).frame_rate_hz, 29.97);
  std::vector<std::string> whole = detect;
  whole.insert(whole.end(), {"-o", at("whole.yaml")});
  ok(whole);
  EXPECT_EQ(read_observations(at("whole.yaml")), read_observations(at("merged.yaml")));
}

TEST_F(Times, NamesThatAreTimesPairImagesAndReachTheViews) {
  for (int frame = 0; frame < 5; ++frame) {
    const auto copy = [&](int camera, std::int64_t time_ns) {
      const std::string folder = "named/cam" + std::to_string(camera);
      fs::create_directories(at(folder));
      fs::copy_file(
          at("moving/cam" + std::to_string(camera) + "/000" + std::to_string(frame) + ".png"),
          at(folder + "/" + std::to_string(time_ns) + ".png"));
    };
    const std::int64_t time_ns = 1403636579763555584 + frame * std::int64_t{33'333'333};
    copy(0, time_ns);
    copy(1, time_ns + 300'000 + frame * 10'000);
  }
  const Outcome shown = ok({"detect", at("named"), "--dry-run", "--json"});
  const auto json = nlohmann::json::parse(shown.out);
  EXPECT_EQ(json["complete"], 5);
  EXPECT_EQ(json["times"]["paired"], 10);
  EXPECT_EQ(json["times"]["alone"], 0);
  EXPECT_NEAR(json["times"]["median_s"].get<double>(), 0.00032, 1e-9);
  EXPECT_NEAR(json["times"]["largest_s"].get<double>(), 0.00034, 1e-9);
  EXPECT_THAT(ok({"detect", at("named"), "--dry-run"}).out,
              HasSubstr("images of a frame are 0.320 ms apart (median), 0.340 ms at most; 10 "
                        "images are paired, 0 are alone"));
  ok({"detect", at("named"), "--board", "8x5", "--square", "30mm", "-o", at("named.yaml")});
  const Observations found = read_observations(at("named.yaml"));
  ASSERT_FALSE(found.views.empty());
  for (const View& view : found.views) {
    const double first_s = static_cast<double>(view.frame - 1403636579763555584) * 1e-9;
    EXPECT_NEAR(time_of(found, view).value() - first_s, view.camera == 0 ? 0 : 0.00032, 0.00003);
  }
}

TEST_F(Times, WrongOptionsAreOneLine) {
  testing::expect_refused({"detect", at("moving"), "--dry-run", "--sync-tolerance", "soon"}, 2,
                          {"sync_tolerance: found 'soon', expected auto, 0"});
  testing::expect_refused({"detect", at("moving"), "--dry-run", "--sync-tolerance", "20ms"}, 2,
                          {"the time of cam0/0000.png is not known"});
}

}  // namespace
}  // namespace calib
