#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/artifacts.hpp"
#include "io/random_parts.hpp"
#include "io/text_file.hpp"

namespace calib {
namespace rectification_yaml_test {

using testing::coin;
using testing::Random;
using testing::replaced;

RectificationEntries read_back(const std::string& text) {
  return testing::read_text(text, read_rectification);
}

RectifiedCamera random_camera(Random& random, ImageSize size) {
  RectifiedCamera camera;
  camera.name = testing::odd_name(random);
  camera.R_rect_cam = testing::random_pose(random).rotation.toRotationMatrix();
  camera.P =
      Eigen::Matrix<double, 3, 4>::NullaryExpr([&] { return testing::uniform(random, -9, 9); });
  camera.valid = {3, 4, size.width - 3, size.height - 9};
  camera.scale = testing::uniform(random, 0.1, 2);
  camera.roll_deg = testing::uniform(random, -180, 180);
  return camera;
}

RectifiedPair random_pair(Random& random, const RectifiedSet& set) {
  RectifiedPair pair;
  pair.first = set.cameras[0].name;
  pair.second = set.cameras[1].name;
  pair.vertical = coin(random);
  pair.baseline_m = testing::uniform(random, 0, 2);
  if (coin(random))
    pair.Q = Eigen::Matrix4d::NullaryExpr([&] { return testing::uniform(random, -9, 9); });
  if (coin(random)) pair.departure_px = testing::uniform(random, 0, 1);
  if (coin(random)) pair.matched_share = testing::uniform(random, 0, 1);
  if (coin(random)) pair.errors = AlignmentErrors{random() % 999 + 1, 0.25, 0.5, 1};
  return pair;
}

RectificationEntry random_entry(Random& random) {
  RectificationEntry entry;
  RectifiedSet& set = entry.set;
  set.projection = coin(random) ? RectifiedProjection::kLatlon : RectifiedProjection::kPinhole;
  set.image_size = {10 + static_cast<int>(random() % 3000), 10 + static_cast<int>(random() % 999)};
  set.valid = {1, 2, 3, 4};
  if (coin(random)) entry.images = 40;
  if (coin(random)) entry.previews = 3;
  if (coin(random)) set.distance_m = testing::uniform(random, 0.1, 2);
  for (std::size_t i = 0; i < 2 + random() % 3; ++i) {
    set.cameras.push_back(random_camera(random, set.image_size));
    set.cameras.back().name += std::to_string(i);
    entry.maps.push_back(coin(random) ? "m" + testing::odd_text(random) : "");
  }
  for (std::size_t n = random() % 3; n > 0; --n) set.pairs.push_back(random_pair(random, set));
  return entry;
}

void expect_same(const RectifiedCamera& read, const RectifiedCamera& written) {
  EXPECT_EQ(read.name, written.name);
  EXPECT_EQ(read.R_rect_cam, written.R_rect_cam);
  EXPECT_EQ(read.P, written.P);
  EXPECT_EQ(read.valid, written.valid);
  EXPECT_EQ(read.scale, written.scale);
  EXPECT_EQ(read.roll_deg, written.roll_deg);
}

void expect_same(const RectifiedPair& read, const RectifiedPair& written) {
  EXPECT_EQ(read.first, written.first);
  EXPECT_EQ(read.second, written.second);
  EXPECT_EQ(read.vertical, written.vertical);
  EXPECT_EQ(read.baseline_m, written.baseline_m);
  EXPECT_EQ(read.Q, written.Q);
  EXPECT_EQ(read.departure_px, written.departure_px);
  EXPECT_EQ(read.matched_share, written.matched_share);
  ASSERT_EQ(read.errors.has_value(), written.errors.has_value());
  if (read.errors) {
    EXPECT_EQ(read.errors->corners, written.errors->corners);
    EXPECT_EQ(read.errors->mean_px, written.errors->mean_px);
    EXPECT_EQ(read.errors->p95_px, written.errors->p95_px);
    EXPECT_EQ(read.errors->max_px, written.errors->max_px);
  }
}

TEST(RectificationYaml, RandomEntriesReadBackEqualAndWriteTheSameBytes) {
  Random random(1);
  for (int i = 0; i < 100; ++i) {
    RectificationEntries written;
    for (std::size_t n = random() % 4; n > 0; --n) written.sets.push_back(random_entry(random));
    written.provenance = testing::random_provenance(random);
    const std::string text = to_yaml(written);
    const RectificationEntries read = read_back(text);
    ASSERT_EQ(read.sets.size(), written.sets.size()) << text;
    EXPECT_EQ(read.provenance, written.provenance);
    for (std::size_t k = 0; k < read.sets.size(); ++k) {
      const RectifiedSet &a = read.sets[k].set, &b = written.sets[k].set;
      EXPECT_EQ(a.projection, b.projection);
      EXPECT_EQ(a.image_size, b.image_size);
      EXPECT_EQ(a.valid, b.valid);
      EXPECT_EQ(a.distance_m, b.distance_m);
      EXPECT_EQ(read.sets[k].maps, written.sets[k].maps);
      EXPECT_EQ(read.sets[k].images, written.sets[k].images);
      EXPECT_EQ(read.sets[k].previews, written.sets[k].previews);
      ASSERT_EQ(a.cameras.size(), b.cameras.size());
      ASSERT_EQ(a.pairs.size(), b.pairs.size());
      for (std::size_t c = 0; c < a.cameras.size(); ++c) expect_same(a.cameras[c], b.cameras[c]);
      for (std::size_t p = 0; p < a.pairs.size(); ++p) expect_same(a.pairs[p], b.pairs[p]);
    }
    ASSERT_EQ(to_yaml(read), text);
  }
}

const char* const kFile =
    "calib_version: \"0.1.0\"\n"
    "kind: rectification\n"
    "sets:\n"
    "  - projection: pinhole\n"
    "    image_size: [640, 480]\n"
    "    valid: [2, 3, 600, 400]\n"
    "    distance_m: 0.75\n"
    "    cameras:\n"
    "      - name: left\n"
    "        R_rect_cam:\n"
    "          - [1, 0, 0]\n"
    "          - [0, 1, 0]\n"
    "          - [0, 0, 1]\n"
    "        P:\n"
    "          - [500, 0, 320, 0]\n"
    "          - [0, 500, 240, 0]\n"
    "          - [0, 0, 1, 0]\n"
    "        valid: [2, 3, 600, 400]\n"
    "        scale: 0.99\n"
    "        roll_deg: -0.5\n"
    "        map: left_right/left.npy\n"
    "      - name: right\n"
    "        R_rect_cam:\n"
    "          - [1, 0, 0]\n"
    "          - [0, 1, 0]\n"
    "          - [0, 0, 1]\n"
    "        P:\n"
    "          - [500, 0, 320, -41.6]\n"
    "          - [0, 500, 240, 0]\n"
    "          - [0, 0, 1, 0]\n"
    "        valid: [0, 0, 640, 480]\n"
    "        scale: 1.01\n"
    "        roll_deg: 0.5\n"
    "    pairs:\n"
    "      - first: left\n"
    "        second: right\n"
    "        aligned: rows\n"
    "        baseline_m: 0.0832\n"
    "        error_px: {corners: 1404, mean: 0.1, p95: 0.25, max: 0.5}\n"
    "        matched_share: 0.75\n"
    "        Q:\n"
    "          - [1, 0, 0, -320]\n"
    "          - [0, 1, 0, -240]\n"
    "          - [0, 0, 0, 500]\n"
    "          - [0, 0, 12, 0]\n"
    "...\n";

TEST(RectificationYaml, HasTheFormatThatUsersRelyOn) {
  const RectificationEntries read = read_back(kFile);
  EXPECT_EQ(to_yaml(read), kFile);
  EXPECT_EQ(read.sets[0].set.cameras[1].P(0, 3), -41.6);
  EXPECT_EQ(read.sets[0].set.cameras[0].valid, (PixelRect{2, 3, 600, 400}));
  EXPECT_EQ(read.sets[0].maps, (std::vector<std::string>{"left_right/left.npy", ""}));
}

TEST(RectificationYaml, AnyDamageIsReadOrAnErrorWithItsPlace) {
  testing::expect_damage_is_told(kFile, read_rectification);
}

TEST(RectificationYaml, BrokenFilesNameTheirPlace) {
  const auto broken = [](const std::string& from, const std::string& to) {
    return testing::message_of(replaced(kFile, from, to), read_rectification);
  };
  EXPECT_EQ(broken("[0, 1, 0]", "[0, 2, 0]"),
            "f.yaml:11:11: 'sets[0].cameras[0].R_rect_cam' is not a rotation: it is off by 3");
  EXPECT_EQ(broken("        valid: [2, 3, 600, 400]", "        valid: [2, 3, 640, 400]"),
            "f.yaml:18:16: 'sets[0].cameras[0].valid' (x, y, width, height) reaches beyond the "
            "640x480 image");
  EXPECT_EQ(broken("aligned: rows", "aligned: row"),
            "f.yaml:37:18: found 'row' for 'sets[0].pairs[0].aligned', expected one of rows, "
            "columns (did "
            "you mean 'rows'?)");
  EXPECT_EQ(
      broken("second: right", "second: rigth"),
      "f.yaml:36:17: found 'rigth' for 'sets[0].pairs[0].second', expected one of left, right (did "
      "you mean 'right'?)");
  EXPECT_EQ(broken("          - [0, 0, 1, 0]\n", ""),
            "f.yaml:15:11: found 2 rows, expected a 3x4 matrix");
  EXPECT_EQ(broken("name: right", "name: left"), "f.yaml:22:15: two cameras are named 'left'");
  EXPECT_EQ(broken("baseline_m", "baseline"),
            "f.yaml:38:9: unknown key 'baseline' in 'sets[0].pairs[0]' (did you mean "
            "'baseline_m'?)");
}

}  // namespace rectification_yaml_test
}  // namespace calib
