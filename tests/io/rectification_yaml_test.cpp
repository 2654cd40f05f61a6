#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/artefacts.hpp"
#include "io/random_parts.hpp"
#include "io/text_file.hpp"

namespace calib {
namespace {

using testing::coin;
using testing::Random;
using testing::replaced;

std::vector<RectificationEntry> read_back(const std::string& text) {
  return testing::read_text(text, read_rectification);
}

RectifiedCamera random_camera(Random& random, ImageSize size) {
  RectifiedCamera camera;
  camera.name = testing::odd_text(random);
  camera.R_rect_cam = testing::random_pose(random).rotation.toRotationMatrix();
  camera.P =
      Eigen::Matrix<double, 3, 4>::NullaryExpr([&] { return testing::uniform(random, -9, 9); });
  camera.valid = {3, 4, size.width - 3, size.height - 9};
  return camera;
}

RectificationEntry random_entry(Random& random) {
  RectificationEntry entry;
  RectifiedPair& pair = entry.pair;
  pair.image_size = {10 + static_cast<int>(random() % 3000), 10 + static_cast<int>(random() % 999)};
  pair.first = random_camera(random, pair.image_size);
  pair.second = random_camera(random, pair.image_size);
  pair.vertical = coin(random);
  pair.baseline_m = testing::uniform(random, 0, 2);
  pair.Q = Eigen::Matrix4d::NullaryExpr([&] { return testing::uniform(random, -9, 9); });
  if (coin(random)) entry.first_map = "m" + testing::odd_text(random);
  if (coin(random)) entry.second_map = "m" + testing::odd_text(random);
  if (coin(random)) entry.row_error_mean_px = testing::uniform(random, 0, 1);
  return entry;
}

void expect_same(const RectifiedCamera& read, const RectifiedCamera& written) {
  EXPECT_EQ(read.name, written.name);
  EXPECT_EQ(read.R_rect_cam, written.R_rect_cam);
  EXPECT_EQ(read.P, written.P);
  EXPECT_EQ(read.valid, written.valid);
}

TEST(RectificationYaml, RandomEntriesReadBackEqualAndWriteTheSameBytes) {
  Random random(1);
  for (int i = 0; i < 100; ++i) {
    std::vector<RectificationEntry> entries;
    for (std::size_t n = random() % 4; n > 0; --n) entries.push_back(random_entry(random));
    const Provenance provenance = testing::random_provenance(random);
    const std::string text = to_yaml(entries, provenance);
    const auto read = read_back(text);
    ASSERT_EQ(read.size(), entries.size()) << text;
    for (std::size_t k = 0; k < read.size(); ++k) {
      expect_same(read[k].pair.first, entries[k].pair.first);
      expect_same(read[k].pair.second, entries[k].pair.second);
      EXPECT_EQ(read[k].pair.vertical, entries[k].pair.vertical);
      EXPECT_EQ(read[k].pair.image_size, entries[k].pair.image_size);
      EXPECT_EQ(read[k].pair.baseline_m, entries[k].pair.baseline_m);
      EXPECT_EQ(read[k].pair.Q, entries[k].pair.Q);
      EXPECT_EQ(read[k].first_map, entries[k].first_map);
      EXPECT_EQ(read[k].second_map, entries[k].second_map);
      EXPECT_EQ(read[k].row_error_mean_px, entries[k].row_error_mean_px);
    }
    const Provenance read_again = testing::read_text(
        text, [](const std::filesystem::path& file) { return read_provenance(file); });
    ASSERT_EQ(to_yaml(read, read_again), text);
  }
}

const char* const kFile =
    "calib_version: \"0.1.0\"\n"
    "kind: rectification\n"
    "pairs:\n"
    "  - vertical: false\n"
    "    image_size: [640, 480]\n"
    "    baseline_m: 0.0832\n"
    "    row_error_mean_px: 0.11\n"
    "    first:\n"
    "      camera: left\n"
    "      R_rect_cam:\n"
    "        - [1, 0, 0]\n"
    "        - [0, 1, 0]\n"
    "        - [0, 0, 1]\n"
    "      P:\n"
    "        - [500, 0, 320, 0]\n"
    "        - [0, 500, 240, 0]\n"
    "        - [0, 0, 1, 0]\n"
    "      valid: [2, 3, 600, 400]\n"
    "      map: left_right_left.npy\n"
    "    second:\n"
    "      camera: right\n"
    "      R_rect_cam:\n"
    "        - [1, 0, 0]\n"
    "        - [0, 1, 0]\n"
    "        - [0, 0, 1]\n"
    "      P:\n"
    "        - [500, 0, 320, -41.6]\n"
    "        - [0, 500, 240, 0]\n"
    "        - [0, 0, 1, 0]\n"
    "      valid: [0, 0, 640, 480]\n"
    "    Q:\n"
    "      - [1, 0, 0, -320]\n"
    "      - [0, 1, 0, -240]\n"
    "      - [0, 0, 0, 500]\n"
    "      - [0, 0, 12, 0]\n";

TEST(RectificationYaml, HasTheFormatThatUsersRelyOn) {
  const auto read = read_back(kFile);
  EXPECT_EQ(to_yaml(read, {}), kFile);
  EXPECT_EQ(read[0].pair.second.P(0, 3), -41.6);
  EXPECT_EQ(read[0].pair.first.valid, (PixelRect{2, 3, 600, 400}));
  EXPECT_EQ(read[0].first_map, "left_right_left.npy");
  EXPECT_EQ(read[0].second_map, "");
}

TEST(RectificationYaml, AnyDamageIsReadOrAnErrorWithItsPlace) {
  testing::expect_damage_is_told(kFile, read_rectification);
}

TEST(RectificationYaml, BrokenFilesNameTheirPlace) {
  const auto broken = [](const std::string& from, const std::string& to) {
    return testing::message_of(replaced(kFile, from, to), read_rectification);
  };
  EXPECT_EQ(broken("[0, 1, 0]", "[0, 2, 0]"),
            "f.yaml:11:9: 'pairs[0].first.R_rect_cam' is not a rotation: it is off by 3");
  EXPECT_EQ(broken("[2, 3, 600, 400]", "[2, 3, 640, 400]"),
            "f.yaml:18:14: 'pairs[0].first.valid' (x, y, width, height) reaches beyond the 640x480 "
            "image");
  EXPECT_EQ(broken("vertical: false", "vertical: no"),
            "f.yaml:4:15: found 'no' for 'pairs[0].vertical', expected true or false");
  EXPECT_EQ(broken("        - [0, 0, 1, 0]\n", ""),
            "f.yaml:15:9: found 2 rows, expected a 3x4 matrix");
  EXPECT_EQ(broken("baseline_m", "baseline"),
            "f.yaml:6:5: unknown key 'baseline' in 'pairs[0]' (did you mean 'baseline_m'?)");
}

}  // namespace
}  // namespace calib
