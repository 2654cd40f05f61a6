#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <limits>
#include <set>

#include "base/text.hpp"
#include "io/artifacts.hpp"
#include "io/observations_text.hpp"
#include "io/random_parts.hpp"
#include "io/text_file.hpp"
#include "io/yaml_reader.hpp"

namespace calib {
namespace observations_yaml_test {

using testing::coin;
using testing::error_text;
using ::testing::HasSubstr;
using testing::Random;
using testing::replaced;
using testing::uniform;

Observations read_back(const std::string& text) {
  return testing::read_text(text, read_observations);
}
std::string message_of(const std::string& text) {
  return testing::message_of(text, read_observations);
}

// Rounds a pixel as to_yaml() does.
double to_micro(double value) { return *parse_number(to_text(value, 6)); }

std::vector<Corner> random_corners(Random& random, const Board& board, ImageSize size) {
  std::vector<Corner> corners;
  for (int id = 0; id < corner_count(board); ++id) {
    if (random() % 3 == 0) continue;  // The board is partial.
    corners.push_back({id, to_micro(uniform(random, -0.5, size.width - 0.5)),
                       to_micro(uniform(random, -0.5, size.height - 0.5)),
                       coin(random) ? to_micro(uniform(random, 0.001, 2)) : 0});
  }
  return corners;
}

Observations one_camera(const Board& board) {
  Observations world;
  world.board = board;
  world.cameras = {{"cam0", {1280, 720}}};
  return world;
}

Observations random_observations(Random& random) {
  Observations world;
  world.board = testing::random_board(random);
  std::set<std::string> names;
  for (std::size_t n = random() % 5; n > 0; --n) names.insert(testing::odd_name(random));
  std::vector<std::string> ordered(names.begin(), names.end());
  std::sort(ordered.begin(), ordered.end(), natural_less);
  for (const std::string& name : ordered) {
    const int width = 1 + static_cast<int>(random() % 4000);
    const int height = 1 + static_cast<int>(random() % 4000);
    world.cameras.push_back({name, {width, height}});
    if (coin(random)) world.cameras.back().crop = testing::random_crop(random, width, height);
  }
  for (int camera = 0; camera < static_cast<int>(world.cameras.size()); ++camera) {
    // Frame numbers can also be time stamps in nanoseconds.
    std::int64_t frame = coin(random) ? -3 : 1403636579763555584;
    for (std::size_t n = random() % 6; n > 0; --n) {
      frame += 1 + random() % 9;
      const ImageSize size = world.cameras[static_cast<std::size_t>(camera)].image_size;
      if (coin(random)) {
        world.views.push_back(
            {camera, frame, testing::odd_text(random), random_corners(random, world.board, size)});
        if (coin(random)) world.views.back().time_s = testing::random_time_s(random);
      } else {
        world.missing.push_back(
            {camera, frame, testing::odd_text(random), testing::odd_text(random)});
        world.missing.back().is_broken = coin(random);
        if (coin(random)) world.missing.back().other_size = {size.height, size.width};
      }
    }
  }
  world.provenance = testing::random_provenance(random);
  if (coin(random)) world.frame_rate_hz = uniform(random, 0.1, 1000);
  if (coin(random)) {
    world.choice = {{}, random() % 1000};
    for (std::size_t n = random() % 4; n > 0; --n)
      world.choice->frames.push_back(
          {static_cast<std::int64_t>(random() % 1000), uniform(random, 1, 9)});
  }
  return world;
}

TEST(ObservationsYaml, RandomWorldsReadBackEqualAndWriteTheSameBytes) {
  Random random(1);
  for (int i = 0; i < 200; ++i) {
    const Observations world = random_observations(random);
    const std::string text = to_yaml(world);
    const Observations read = read_back(text);
    ASSERT_EQ(read, world) << text;
    ASSERT_EQ(to_yaml(read), text);
  }
}

TEST(ObservationsYaml, PixelsAreRoundedOnceAndThenStay) {
  Random random(2);
  Observations world = one_camera({&kChessboard, 40, 25, 0.01});
  View view{0, 1, "a.png", {}};
  for (int id = 0; id < 1000; ++id) {
    view.corners.push_back(
        {id, uniform(random, -0.5, 1279.5), uniform(random, -0.5, 719.5), uniform(random, 0, 1)});
  }
  view.corners[0].x = -1e-9;         // must not be written as "-0"
  view.corners[1].sigma_px = 1e-12;  // must not be written as 0, which means unknown
  world.views = {view};
  const std::string text = to_yaml(world);
  const Observations read = read_back(text);
  EXPECT_EQ(to_yaml(read), text);
  for (std::size_t i = 0; i < view.corners.size(); ++i) {
    const Corner &a = read.views[0].corners[i], &b = view.corners[i];
    // Half of the last decimal, and rounding errors.
    EXPECT_NEAR(a.x, b.x, 0.51e-6);
    EXPECT_NEAR(a.y, b.y, 0.51e-6);
    EXPECT_NEAR(a.sigma_px, b.sigma_px, 1e-6);
  }
  EXPECT_THAT(text, HasSubstr("\n      0 0 "));
  EXPECT_EQ(read.views[0].corners[1].sigma_px, 1e-6);
}

const char* const kFile =
    "calib_version: \"0.1.0\"\n"
    "kind: observations\n"
    "board: {type: chessboard, corners: [11, 8], square_m: 0.03}\n"
    "cameras:\n"
    "  cam0: {image_size: [1280, 720]}\n"
    "  cam1: {image_size: [1280, 720], crop: {source_size: [2560, 720], rect: [1280, 0, 1280, "
    "720]}}\n"
    "views:\n"
    "  - camera: cam0\n"
    "    frame: 12\n"
    "    image: cam0/0012.png\n"
    "    corners: |\n"
    "      0 312.0412 201.9934\n"
    "      1 340.118 203.2217 0.04\n"
    "missing:\n"
    "  - {camera: cam1, frame: 12, image: cam1/0012.png, reason: no_board}\n"
    "provenance:\n"
    "  inputs_hash: abc\n"
    "  options:\n"
    "    detector: opencv\n"
    "...\n";

TEST(ObservationsYaml, HasTheFormatThatUsersRelyOn) {
  Observations expected = one_camera({&kChessboard, 11, 8, 0.03});
  expected.cameras.push_back({"cam1", {1280, 720}, CropInfo{2560, 720, 1280, 0, 1280, 720}});
  expected.views = {
      {0, 12, "cam0/0012.png", {{0, 312.0412, 201.9934, 0}, {1, 340.118, 203.2217, 0.04}}}};
  expected.missing = {{1, 12, "cam1/0012.png", "no_board"}};
  expected.provenance = {"abc", {{"detector", "opencv"}}};
  EXPECT_EQ(to_yaml(expected), kFile);
  EXPECT_EQ(read_back(kFile), expected);
}

TEST(ObservationsYaml, TimesAreOptionalKeys) {
  Observations timed = read_back(kFile);
  EXPECT_EQ(time_of(timed, timed.views[0]), std::nullopt);
  timed.frame_rate_hz = 30;
  EXPECT_EQ(time_of(timed, timed.views[0]), 12 / 30.0);
  timed.views[0].time_s = 12.345678901;
  EXPECT_EQ(time_of(timed, timed.views[0]), 12.345678901);
  const std::string text = to_yaml(timed);
  EXPECT_THAT(text, HasSubstr("}\nframe_rate_hz: 30\ncameras:\n"));
  EXPECT_THAT(text,
              HasSubstr("    image: cam0/0012.png\n    time_s: 12.345678901\n    corners: |"));
  EXPECT_EQ(read_back(text), timed);
}

TEST(ObservationsYaml, BrokenTimesNameTheirPlace) {
  const auto broken = [](const std::string& from, const std::string& to) {
    return message_of(replaced(kFile, from, to));
  };
  EXPECT_EQ(broken("    image:", "    time_s: 1403636579763555584\n    image:"),
            "f.yaml:10:13: found 1403636579763555584 for 'views[0].time_s', expected seconds since "
            "the first image: subtract the time of the first image, and convert to seconds");
  EXPECT_EQ(broken("views:", "frame_rate_hz: 0\nviews:"),
            "f.yaml:7:16: found 0 for 'frame_rate_hz', expected a positive number of frames per "
            "second");
}

TEST(ObservationsYaml, ReadsTheFewestKeysInAnyOrder) {
  const Observations read = read_back(
      "views:\n"
      "  - {corners: \"3 1 2\\n1 5 6\", camera: cam10, frame: 2}\n"
      "  - {corners: \"\", camera: cam2, frame: 1}\n"
      "  - {corners: \"0 1 2\", camera: cam2, frame: 0}\n"
      "cameras: {cam10: {image_size: [10, 10]}, cam2: {image_size: [10, 10]}}\n"
      "board: {square_m: 1, corners: [2, 2], type: chessboard}\n"
      "kind: observations\n");
  // Cameras are in natural order, views are sorted by camera and frame, and corners by id.
  EXPECT_EQ(read.cameras[0].name, "cam2");
  const std::vector<View> expected = {
      {0, 0, "", {{0, 1, 2}}}, {0, 1, "", {}}, {1, 2, "", {{1, 5, 6}, {3, 1, 2}}}};
  EXPECT_EQ(read.views, expected);
}

TEST(ObservationsYaml, BrokenCornersNameTheirLine) {
  const auto broken = [](const std::string& from, const std::string& to) {
    return message_of(replaced(kFile, from, to));
  };
  EXPECT_EQ(broken("1 340.118", "88 340.118"),
            "f.yaml:13:7: corner 88 is not on the 11x8 board (0 to 87)");
  EXPECT_EQ(broken("1 340.118", "-1 340.118"),
            "f.yaml:13:7: corner -1 is not on the 11x8 board (0 to 87)");
  EXPECT_EQ(broken("1 340.118", "1.5 340.118"),
            "f.yaml:13:7: found '1.5', expected the id of a corner");
  EXPECT_EQ(broken("1 340.118", "0 340.118"), "f.yaml:13:7: corner 0 appears twice in this view");
  EXPECT_EQ(broken("340.118", "nan"), "f.yaml:13:9: found 'nan', expected a finite number");
  EXPECT_EQ(broken("203.2217", "x"), "f.yaml:13:17: found 'x', expected a finite number");
  EXPECT_EQ(broken("0.04", "-0.04"),
            "f.yaml:13:26: found -0.04 for sigma_px, expected 0 (unknown) or at least 1e-06");
  EXPECT_EQ(broken("340.118", "1340.118"),
            "f.yaml:13:9: corner 1 at (1340.118, 203.2217) is outside the 1280x720 image");
  EXPECT_EQ(broken("201.9934", "-11"),
            "f.yaml:12:9: corner 0 at (312.0412, -11) is outside the 1280x720 image");
  EXPECT_EQ(broken(" 203.2217 0.04", ""),
            "f.yaml:13:7: found '1 340.118', expected: id x y [sigma_px]");
  EXPECT_EQ(broken("0.04", "0.04 7"),
            "f.yaml:13:7: found '1 340.118 203.2217 0.04 7', expected: id x y [sigma_px]");
}

TEST(ObservationsYaml, BrokenViewsNameTheirPlace) {
  const auto broken = [](const std::string& from, const std::string& to) {
    return message_of(replaced(kFile, from, to));
  };
  EXPECT_EQ(broken("camera: cam0", "camera: cam9"),
            "f.yaml:8:13: unknown camera 'cam9', expected one of cam0, cam1 (did you mean "
            "'cam0'?)");
  EXPECT_EQ(broken("{camera: cam1, frame: 12", "{camera: cam0, frame: 12"),
            "f.yaml:15:5: camera 'cam0' has a second entry for frame 12 (first on line 8)");
  EXPECT_EQ(broken("frame: 12", "frame: -9223372036854775808"),
            "f.yaml:9:12: found -9223372036854775808 for 'views[0].frame', expected at most "
            "2305843009213693952");
  EXPECT_EQ(broken("frame: 12", "frame: 12.5"),
            "f.yaml:9:12: found '12.5' for 'views[0].frame', expected a whole number");
  EXPECT_EQ(broken("image: cam0", "imgae: cam0"),
            "f.yaml:10:5: unknown key 'imgae' in 'views[0]' (did you mean 'image'?)");
  EXPECT_EQ(broken("views:", "veiws:"), "f.yaml:7:1: unknown key 'veiws' (did you mean 'views'?)");
}

TEST(ObservationsYaml, BrokenHeadsNameTheirPlace) {
  const auto broken = [](const std::string& from, const std::string& to) {
    return message_of(replaced(kFile, from, to));
  };
  EXPECT_EQ(broken("0.03", "0"),
            "f.yaml:3:55: found 0 for 'board.square_m', expected a positive number of meters");
  EXPECT_EQ(broken("[11, 8]", "[11]"),
            "f.yaml:3:36: found 1 numbers for 'board.corners', expected 2");
  EXPECT_EQ(broken("[11, 8]", "[11, 0]"),
            "f.yaml:3:41: found 0 for 'board.corners[1]', expected a whole number of at least 1");
  EXPECT_EQ(broken("[11, 8]", "[99999, 99999]"),
            "f.yaml:3:36: found 9999800001 corners for 'board', expected at most 1000000");
  EXPECT_EQ(broken("rect: [1280, 0", "rect: [1281, 0"),
            "f.yaml:6:74: 'cameras.cam1.crop.rect' (x, y, width, height) reaches beyond the "
            "2560x720 source");
  EXPECT_EQ(broken("cam1: {image_size: [1280", "cam1: {image_size: [640"),
            "f.yaml:6:73: 'cameras.cam1.crop.rect' cuts 1280x720 pixels, but the camera's "
            "image_size is 640x720");
  EXPECT_EQ(broken("0.1.0", "7.0.0"),
            "f.yaml:1:16: calib 7.0.0 wrote this file, which this calib 0.1.0 cannot read: "
            "install the newer calib");
  EXPECT_EQ(broken("0.1.0", "new"),
            "f.yaml:1:16: found 'new' for 'calib_version', expected a version such as \"0.1.0\"");
  EXPECT_EQ(broken("kind: observations", "kind: observation"),
            "f.yaml:2:7: found 'observation' for 'kind', expected one of dataset, observations, "
            "calibration, rectification, design (did you mean 'observations'?)");
}

TEST(ObservationsYaml, WhatCannotBeReadBackIsNotWritten) {
  Observations world = read_back(kFile);
  world.views[0].corners[0].x = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(error_text([&] { to_yaml(world); }), "corner 0 is not finite; it cannot be written");
  world = read_back(kFile);
  world.cameras[1].name = "cam0";
  EXPECT_EQ(error_text([&] { to_yaml(world); }), "two entries for the camera 'cam0'");
}

TEST(ObservationsYaml, MoreThanIsReadIsNotWritten) {
  EXPECT_NO_THROW(require_readable(YamlNode::kMaxBytes));
  EXPECT_THAT(error_text([] { require_readable(YamlNode::kMaxBytes + 1); }),
              HasSubstr("1 GiB, which is the largest file that is read"));
}

TEST(ObservationsYaml, AnyDamageIsReadOrAnErrorWithItsPlace) {
  testing::expect_damage_is_told(kFile, read_observations);
}

TEST(ObservationsYaml, ReadsAndWritesFourThousandViewsQuickly) {
  Random random(3);
  Observations world = one_camera({&kChessboard, 11, 8, 0.03});
  for (int frame = 0; frame < 4000; ++frame) {
    View view{0, frame, "cam0/image.png", {}};
    for (int id = 0; id < 88; ++id) {
      view.corners.push_back(
          {id, to_micro(uniform(random, 0, 1279)), to_micro(uniform(random, 0, 719)), 0.045123});
    }
    world.views.push_back(view);
  }
  const std::clock_t start = std::clock();
  const std::string text = to_yaml(world);
  const std::clock_t written = std::clock();
  const Observations read = read_back(text);
  const std::clock_t end = std::clock();
  EXPECT_EQ(read, world);
  RecordProperty("write_ms", static_cast<int>((written - start) * 1000 / CLOCKS_PER_SEC));
  RecordProperty("read_ms", static_cast<int>((end - written) * 1000 / CLOCKS_PER_SEC));
  // Processor time does not depend on the load of the machine. Measured 0.7 s for these 11 MB. The
  // limit leaves time for sanitizers, but a reader with quadratic time would take minutes.
  EXPECT_LT(end - start, 15 * CLOCKS_PER_SEC);
}

}  // namespace observations_yaml_test
}  // namespace calib
