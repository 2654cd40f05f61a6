// Runs commands on the images in data/, as a user would, and compares the results with reference
// values.

#include <gmock/gmock.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "app/command_line.hpp"
#include "evaluate/compare.hpp"
#include "io/artifacts.hpp"
#include "support/temporary_folder.hpp"

namespace calib::testing {
namespace {

namespace fs = std::filesystem;

const fs::path kData = fs::path(CALIB_SOURCE_DIR) / "data";

class Golden : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Detectors, Golden, ::testing::Values("opencv", "fast"),
                         [](const auto& test) { return test.param; });

TEST_P(Golden, DemoFramesGiveTheTrueRig) {
  const TemporaryFolder folder;
  const std::string out = folder.path() / "out";
  const Outcome outcome =
      calib_command({"run", kData / "demo", "--layout", "2x2", "--board", "11x8", "--square",
                     "30mm", "--detector", GetParam(), "-o", out});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, ::testing::HasSubstr("verdict: good"));

  const Observations observations = read_observations(out + "/observations.yaml");
  // Each camera sees 19 whole boards and one that is cut by the border of the image.
  const std::size_t cut = GetParam() == "fast" ? 4 : 0;
  EXPECT_EQ(observations.views.size(), 76 + cut);
  EXPECT_EQ(observations.missing.size(), 4 - cut);
  for (const CameraDifference& d : compare(read_calibration(out + "/calibration.yaml"),
                                           read_calibration(kData / "demo_truth.yaml"))) {
    // Twelve parameters per camera would stay below 4, but JPEG compression adds noise to the
    // corners that is not in their sigma.
    EXPECT_LT(d.worst_sigmas.value(), 5) << d.name;
    EXPECT_LT(d.projection_px.mean, 0.04) << d.name;
  }
}

TEST_P(Golden, OpencvSampleStereo) {
  const fs::path pictures = kData / "opencv_stereo";
  if (!fs::exists(pictures / "cam1/0014.jpg"))
    GTEST_SKIP() << pictures << " is not there: scripts/sample_data.sh fetches it";
  const TemporaryFolder folder;
  const std::string out = folder.path() / "out";
  const Outcome outcome = calib_command({"run", pictures, "--board", "9x6", "--square", "25mm",
                                         "--detector", GetParam(), "-o", out, "--json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(read_observations(out + "/observations.yaml").views.size(), 26u);
  const auto json = nlohmann::json::parse(outcome.out);
  const auto& pair = json.at("pairs").at(0);
  EXPECT_NEAR(pair.at("baseline_m").get<double>(), 0.0832, 0.0005);
  EXPECT_LT(pair.at("row_error_px").at("mean").get<double>(), 0.25);
}

}  // namespace
}  // namespace calib::testing
