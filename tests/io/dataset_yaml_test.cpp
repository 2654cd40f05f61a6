#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "base/files.hpp"
#include "base/text.hpp"
#include "io/artifacts.hpp"
#include "io/random_parts.hpp"
#include "io/text_file.hpp"

namespace calib {
namespace dataset_yaml_test {

using testing::coin;
using testing::error_text;
using ::testing::HasSubstr;
using testing::Random;
using testing::replaced;

Dataset read_back(const std::string& text) { return testing::read_text(text, read_dataset); }
std::string message_of(const std::string& text) { return testing::message_of(text, read_dataset); }

DatasetCamera random_camera(Random& random, const std::string& name) {
  DatasetCamera camera{.name = name};
  if (coin(random)) {
    camera.image_size = {1 + static_cast<int>(random() % 999), 1 + static_cast<int>(random() % 99)};
    if (coin(random))
      camera.crop = testing::random_crop(random, camera.image_size.width, camera.image_size.height);
  }
  if (coin(random)) {
    camera.videos = {"v" + testing::odd_text(random)};
    return camera;
  }
  std::int64_t frame = coin(random) ? -3 : 1403636579763555584;
  for (std::size_t n = random() % 5; n > 0; --n)
    camera.images.push_back(
        {frame += 1 + random() % 9, "i" + testing::odd_text(random),
         coin(random) ? std::optional(testing::random_time_s(random)) : std::nullopt});
  return camera;
}

TEST(DatasetYaml, RandomWorldsReadBackEqualAndWriteTheSameBytes) {
  Random random(1);
  for (int i = 0; i < 200; ++i) {
    Dataset world;
    std::set<std::string> names;
    for (std::size_t n = random() % 5; n > 0; --n) names.insert(testing::odd_name(random));
    for (const std::string& name : names) world.cameras.push_back(random_camera(random, name));
    std::sort(world.cameras.begin(), world.cameras.end(),
              [](const auto& a, const auto& b) { return natural_less(a.name, b.name); });
    world.provenance = testing::random_provenance(random);
    if (coin(random)) world.frame_rate_hz = testing::uniform(random, 0.1, 1000);
    const std::string text = to_yaml(world);
    const Dataset read = read_back(text);
    ASSERT_EQ(read.cameras, world.cameras) << text;
    ASSERT_EQ(read.provenance, world.provenance) << text;
    ASSERT_EQ(read.frame_rate_hz, world.frame_rate_hz) << text;
    ASSERT_EQ(to_yaml(read), text);
  }
}

const char* const kFile =
    "calib_version: \"0.1.0\"\n"
    "kind: dataset\n"
    "cameras:\n"
    "  cam0:\n"
    "    image_size: [640, 480]\n"
    "    crop: {source_size: [1280, 480], rect: [0, 0, 640, 480]}\n"
    "    images:\n"
    "      9: cam0/0009.png\n"
    "      12: cam0/0012.png\n"
    "  cam1:\n"
    "    video: cam1.mp4\n"
    "...\n";

TEST(DatasetYaml, HasTheFormatThatUsersRelyOn) {
  const std::vector<DatasetCamera> expected = {
      {.name = "cam0",
       .image_size = {640, 480},
       .crop = CropInfo{1280, 480, 0, 0, 640, 480},
       .images = {{9, "cam0/0009.png"}, {12, "cam0/0012.png"}}},
      {.name = "cam1", .videos = {"cam1.mp4"}}};
  const Dataset read = read_back(kFile);
  EXPECT_EQ(read.cameras, expected);
  EXPECT_EQ(to_yaml(read), kFile);
}

TEST(DatasetYaml, VideosMayFollowOneAnother) {
  const std::string text = replaced(kFile, "video: cam1.mp4", "video: [a.mp4, \"b: 2.mp4\"]");
  const Dataset read = read_back(text);
  EXPECT_EQ(read.cameras[1].videos, (std::vector<std::string>{"a.mp4", "b: 2.mp4"}));
  EXPECT_EQ(read_back(to_yaml(read)).cameras, read.cameras);
  EXPECT_EQ(message_of(replaced(kFile, "video: cam1.mp4", "video: []")),
            "f.yaml:11:12: 'cameras.cam1.video' has no entry, expected a video");
}

TEST(DatasetYaml, ImagesMayHaveTimes) {
  const Dataset read = read_back(
      replaced(kFile, "9: cam0/0009.png", "9: {path: cam0/0009.png, time_s: 0.300000001}"));
  EXPECT_EQ(read.cameras[0].images[0], (ImageFile{9, "cam0/0009.png", 0.300000001}));
  EXPECT_EQ(message_of(replaced(kFile, "9: cam0/0009.png", "9: {path: cam0/0009.png, time: 0.3}")),
            "f.yaml:8:32: unknown key 'time' in 'cameras.cam0.images.9' (did you mean 'time_s'?)");
}

TEST(DatasetYaml, PathsAreRelativeToTheFile) {
  const testing::TemporaryFolder folder;
  write_file(folder.path() / "sub/dataset.yaml", kFile);
  EXPECT_EQ(read_dataset(folder.path() / "sub/dataset.yaml").root, folder.path() / "sub");
}

TEST(DatasetYaml, SortsImagesAndCameras) {
  const Dataset read = read_back(
      "kind: dataset\ncameras:\n  cam10: {images: {3: c, 1: a, 2: b}}\n  cam9: {images: {}}\n");
  EXPECT_EQ(read.cameras[0].name, "cam9");
  const std::vector<ImageFile> expected = {{1, "a"}, {2, "b"}, {3, "c"}};
  EXPECT_EQ(read.cameras[1].images, expected);
}

TEST(DatasetYaml, AnyDamageIsReadOrAnErrorWithItsPlace) {
  testing::expect_damage_is_told(kFile, read_dataset);
}

TEST(DatasetYaml, BrokenFilesNameTheirPlace) {
  const auto broken = [](const std::string& from, const std::string& to) {
    return message_of(replaced(kFile, from, to));
  };
  EXPECT_EQ(broken("9: cam0", "x: cam0"),
            "f.yaml:8:7: found 'x' for a frame, expected a whole number");
  EXPECT_EQ(broken("9: cam0", "012: cam0"), "f.yaml:9:7: frame 12 appears twice for this camera");
  EXPECT_EQ(broken("9: cam0", "12: cam0"), "f.yaml:9:7: duplicate key '12' (first on line 8)");
  EXPECT_EQ(broken("cam0/0009.png", "\"\""),
            "f.yaml:8:10: the path for 'cameras.cam0.images.9' is empty");
  EXPECT_EQ(broken("cam0/0009.png", R"("cam0/0009.png\0.txt")"),
            "f.yaml:8:10: the path for 'cameras.cam0.images.9' contains a NUL");
  for (const char* path : {"/etc/passwd", "../other/0009.png", "cam0/../../0009.png"}) {
    EXPECT_EQ(broken("cam0/0009.png", path),
              "f.yaml:8:10: '" + std::string(path) +
                  "' for 'cameras.cam0.images.9' leads out of this file's folder: put the file "
                  "above the images, or pass their folders, or --cam NAME=GLOB, instead of it");
  }
  EXPECT_THAT(broken("video: cam1.mp4", "video: ../cam1.mp4"), HasSubstr("f.yaml:11:12: "));
  for (const char* name : {"../x", "/tmp/x", ".x"}) {
    EXPECT_EQ(broken("cam1:", std::string(name) + ":"),
              "f.yaml:10:3: '" + std::string(name) +
                  "' cannot name a camera: it becomes a folder, so it must not be empty, begin "
                  "with '.', or contain / or \\");
  }
  EXPECT_EQ(broken("    video: cam1.mp4\n", "    image_size: [2, 2]\n"),
            "f.yaml:10:3: 'cameras.cam1' has neither images nor a video, expected one of 'images' "
            "and 'video'");
  EXPECT_EQ(broken("video: cam1.mp4\n", "video: cam1.mp4\n    images: {}\n"),
            "f.yaml:10:3: 'cameras.cam1' has both, expected one of 'images' and 'video'");
  EXPECT_EQ(broken("image_size: [640, 480]", "image_size: [640, 0]"),
            "f.yaml:5:23: found 0 for 'cameras.cam0.image_size[1]', expected a whole number of at "
            "least 1");
  EXPECT_EQ(broken("video:", "vidoe:"),
            "f.yaml:11:5: unknown key 'vidoe' in 'cameras.cam1' (did you mean 'video'?)");
}

TEST(DatasetYaml, ReadsTenThousandFramesOfFourCamerasQuickly) {
  Dataset world;
  for (int camera = 0; camera < 4; ++camera) {
    world.cameras.push_back({.name = "cam" + std::to_string(camera)});
    for (int frame = 0; frame < 10000; ++frame)
      world.cameras.back().images.push_back({frame, "cam0/" + std::to_string(frame) + ".png"});
  }
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(read_back(to_yaml(world)).cameras, world.cameras);
  // Measured below 0.3 s. A reader with quadratic time would take far longer.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

}  // namespace dataset_yaml_test
}  // namespace calib
