#include "io/map_files.hpp"

#include <gmock/gmock.h>

#include <cstring>
#include <opencv2/core.hpp>

#include "base/files.hpp"
#include "support/error_text.hpp"
#include "support/temporary_folder.hpp"

namespace calib {
namespace {

using namespace calib::testing;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// Not square, odd, with fractions of every size, negative and large numbers.
PixelMaps some_maps() {
  PixelMaps maps{cv::Mat(37, 53, CV_32FC1), cv::Mat(37, 53, CV_32FC1)};
  cv::RNG random(5);
  random.fill(maps.x, cv::RNG::UNIFORM, -2.0, 1280.0);
  random.fill(maps.y, cv::RNG::UNIFORM, -2.0, 720.0);
  maps.x.at<float>(0, 0) = maps.y.at<float>(0, 0) = -1;
  maps.x.at<float>(36, 52) = 1.17549435e-38F;
  maps.y.at<float>(36, 52) = 32766.0F;
  return maps;
}

bool same_bits(const cv::Mat& a, const cv::Mat& b) {
  return a.size() == b.size() && a.type() == b.type() && a.isContinuous() && b.isContinuous() &&
         std::memcmp(a.data, b.data, a.total() * a.elemSize()) == 0;
}

class MapFiles : public ::testing::TestWithParam<std::pair<MapFormat, std::string>> {};

TEST_P(MapFiles, ReadBackBitForBit) {
  const auto& [format, name] = GetParam();
  const TemporaryFolder folder;
  const PixelMaps maps = some_maps();
  ASSERT_EQ(write_maps(maps, folder.path() / "maps", "cam0_cam1", format), name);
  const PixelMaps back = read_maps(folder.path() / "maps" / name);
  EXPECT_TRUE(same_bits(back.x, maps.x));
  EXPECT_TRUE(same_bits(back.y, maps.y));
}

TEST_P(MapFiles, AreTheSameBytesEveryTime) {
  const auto& [format, name] = GetParam();
  const TemporaryFolder a, b;
  write_maps(some_maps(), a.path(), "cam0_cam1", format);
  write_maps(some_maps(), b.path(), "cam0_cam1", format);
  EXPECT_EQ(read_file(a.path() / name), read_file(b.path() / name));
}

TEST_P(MapFiles, NamesABrokenFile) {
  const auto& [format, name] = GetParam();
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / name;
  write_file(file, "no maps at all\n");
  EXPECT_THAT(error_text([&] { read_maps(file); }), StartsWith(file.string() + ": "));
  write_maps(some_maps(), folder.path(), "cam0_cam1", format);
  const std::string whole = read_file(file);
  write_file(file, whole.substr(0, whole.size() / 2));
  EXPECT_THAT(error_text([&] { read_maps(file); }), StartsWith(file.string() + ": "));
  EXPECT_THAT(error_text([&] { read_maps(folder.path() / ("x" + name)); }),
              HasSubstr("no such file"));
}

INSTANTIATE_TEST_SUITE_P(Formats, MapFiles,
                         ::testing::Values(std::pair{MapFormat::kNpy, "cam0_cam1.npy"},
                                           std::pair{MapFormat::kYaml, "cam0_cam1.yml"},
                                           std::pair{MapFormat::kExr, "cam0_cam1.exr"}),
                         [](const auto& instance) {
                           return name_of(kMapFormats, instance.param.first);
                         });

// The layout that np.load expects, byte for byte.
TEST(MapFile, NpyIsVersionOne) {
  const TemporaryFolder folder;
  const PixelMaps maps{(cv::Mat1f(1, 2) << 1, 2), (cv::Mat1f(1, 2) << 3, 4)};
  write_maps(maps, folder.path(), "m", MapFormat::kNpy);
  std::string expected("\x93NUMPY\x01\x00\x76\x00", 10);
  expected += "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 2), }";
  expected.append(127 - expected.size(), ' ');
  expected += '\n';
  const float values[] = {1, 3, 2, 4};  // x, y of the first pixel, then of the second
  expected.append(reinterpret_cast<const char*>(values), sizeof values);
  EXPECT_EQ(read_file(folder.path() / "m.npy"), expected);
}

TEST(MapFile, NpyOfAnotherKindIsRefused) {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "m.npy";
  write_maps({cv::Mat1f(1, 2), cv::Mat1f(1, 2)}, folder.path(), "m", MapFormat::kNpy);
  std::string bytes = read_file(file);
  bytes.replace(bytes.find("<f4"), 3, "<f8");
  write_file(file, bytes);
  EXPECT_THAT(error_text([&] { read_maps(file); }),
              HasSubstr("found an array of type '<f8', fortran_order False, shape (1, 2, 2), "
                        "expected '<f4', False, (height, width, 2)"));
}

TEST(MapFile, YamlIsReadByFileStorageAndDescribesTheRawNumbers) {
  const TemporaryFolder folder;
  const PixelMaps maps = some_maps();
  write_maps(maps, folder.path(), "m", MapFormat::kYaml, MapType::kFixed);
  const cv::FileStorage storage((folder.path() / "m.yml").string(), cv::FileStorage::READ);
  EXPECT_EQ(storage["kind"].string(), "fixed");
  EXPECT_EQ(storage["map1"].string(), "CV_16SC2");
  EXPECT_EQ(storage["map2"].string(), "CV_16UC1");
  EXPECT_EQ(static_cast<int>(storage["width"]), 53);
  const std::string raw = read_file(folder.path() / storage["raw"].string());
  const FixedMaps fixed = fixed_maps(maps);
  const auto offset = static_cast<std::size_t>(static_cast<int>(storage["map2_offset"]));
  ASSERT_EQ(offset, fixed.xy.total() * 4);
  ASSERT_EQ(raw.size(), offset + fixed.weights.total() * 2);
  EXPECT_EQ(std::memcmp(raw.data(), fixed.xy.data, offset), 0);
  EXPECT_EQ(std::memcmp(raw.data() + offset, fixed.weights.data, raw.size() - offset), 0);
}

TEST(MapFile, FixedOnesReadBackBitForBit) {
  const FixedMaps fixed = fixed_maps(some_maps());
  for (const MapFormat format : {MapFormat::kNpy, MapFormat::kYaml}) {
    const TemporaryFolder folder;
    const std::string name = write_maps(some_maps(), folder.path(), "m", format, MapType::kFixed);
    const FixedMaps back = read_fixed_maps(folder.path() / name);
    EXPECT_TRUE(same_bits(back.xy, fixed.xy)) << name;
    EXPECT_TRUE(same_bits(back.weights, fixed.weights)) << name;
    EXPECT_THAT(error_text([&] { read_maps(folder.path() / name); }), HasSubstr("expected"));
  }
  const TemporaryFolder folder;
  EXPECT_EQ(error_text([&] {
              write_maps(some_maps(), folder.path(), "m", MapFormat::kExr, MapType::kFixed);
            }),
            "OpenEXR files cannot hold fixed-point maps; choose --maps npy or yaml");
}

TEST(MapFile, TheRawFileStaysInItsFolder) {
  const TemporaryFolder folder;
  write_maps(some_maps(), folder.path(), "m", MapFormat::kYaml);
  const std::filesystem::path file = folder.path() / "m.yml";
  std::string text = read_file(file);
  text.replace(text.find("\"m.raw\""), 7, "\"../m.raw\"");
  write_file(file, text);
  EXPECT_THAT(error_text([&] { read_maps(file); }), HasSubstr("raw '../m.raw'"));
}

TEST(MapFile, NoneWritesNothing) {
  const TemporaryFolder folder;
  EXPECT_EQ(write_maps(some_maps(), folder.path() / "maps", "m", MapFormat::kNone), "");
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "maps"));
}

TEST(MapFile, RefusesEmptyMapsAndUnknownFiles) {
  const TemporaryFolder folder;
  EXPECT_THAT(error_text([&] { write_maps({}, folder.path(), "m", MapFormat::kNpy); }),
              HasSubstr("m: the maps for it are empty"));
  EXPECT_THAT(error_text([&] { read_maps(folder.path() / "m.tiff"); }),
              HasSubstr("found extension '.tiff', expected maps in .npy, .yml or .exr"));
}

}  // namespace
}  // namespace calib
