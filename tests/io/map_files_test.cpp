#include "io/map_files.hpp"

#include <gmock/gmock.h>

#include <cstring>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "base/files.hpp"
#include "image/codecs.hpp"
#include "support/error_text.hpp"
#include "support/temporary_folder.hpp"

namespace calib {
namespace map_files_test {

using namespace calib::testing;
using ::testing::HasSubstr;

// Maps of odd, unequal sides with fractions, negative and large numbers.
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

TEST_P(MapFiles, AreTheSameBytesEveryTime) {
  const auto& [format, name] = GetParam();
  const TemporaryFolder a, b;
  EXPECT_EQ(write_maps(some_maps(), a.path(), "cam0_cam1", format), name);
  write_maps(some_maps(), b.path(), "cam0_cam1", format);
  EXPECT_EQ(read_file(a.path() / name), read_file(b.path() / name));
}

INSTANTIATE_TEST_SUITE_P(Formats, MapFiles,
                         ::testing::Values(std::pair{MapFormat::kNpy, "cam0_cam1.npy"},
                                           std::pair{MapFormat::kYaml, "cam0_cam1.yml"},
                                           std::pair{MapFormat::kExr, "cam0_cam1.exr"}),
                         [](const auto& instance) {
                           return name_of(kMapFormats, instance.param.first);
                         });

// The matrices of a file of `count` numbers per pixel, which follow `offset` bytes.
std::vector<cv::Mat> channels_of(const std::string& bytes, std::size_t offset, int depth,
                                 int count) {
  cv::Mat merged(37, 53, CV_MAKETYPE(depth, count));
  EXPECT_EQ(bytes.size(), offset + merged.total() * merged.elemSize());
  std::memcpy(merged.data, bytes.data() + offset, bytes.size() - offset);
  std::vector<cv::Mat> channels;
  cv::split(merged, channels);
  return channels;
}

// The header that np.load expects, byte for byte.
std::string npy_header(const std::string& type, const std::string& shape) {
  std::string header("\x93NUMPY\x01\x00\x76\x00", 10);
  header += "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }";
  header.append(127 - header.size(), ' ');
  return header + '\n';
}

TEST(MapFile, NpyOfFloatMapsHasXAndYOfEachPixel) {
  const TemporaryFolder folder;
  const PixelMaps maps = some_maps();
  write_maps(maps, folder.path(), "m", MapFormat::kNpy);
  const std::string bytes = read_file(folder.path() / "m.npy");
  EXPECT_EQ(bytes.substr(0, 128), npy_header("<f4", "37, 53, 2"));
  const std::vector<cv::Mat> found = channels_of(bytes, 128, CV_32F, 2);
  EXPECT_TRUE(same_bits(found[0], maps.x));
  EXPECT_TRUE(same_bits(found[1], maps.y));
}

TEST(MapFile, NpyOfFixedMapsHasWholePixelsAndTheRest) {
  const TemporaryFolder folder;
  const FixedMaps fixed = fixed_maps(some_maps());
  write_maps(some_maps(), folder.path(), "m", MapFormat::kNpy, MapType::kFixed);
  const std::string bytes = read_file(folder.path() / "m.npy");
  EXPECT_EQ(bytes.substr(0, 128), npy_header("<i2", "37, 53, 3"));
  const std::vector<cv::Mat> found = channels_of(bytes, 128, CV_16S, 3);
  cv::Mat xy, weights;
  cv::merge(std::vector<cv::Mat>{found[0], found[1]}, xy);
  found[2].convertTo(weights, CV_16U);
  EXPECT_TRUE(same_bits(xy, fixed.xy));
  EXPECT_TRUE(same_bits(weights, fixed.weights));
}

TEST(MapFile, YamlIsReadByFileStorageAndDescribesTheRawNumbers) {
  const PixelMaps maps = some_maps();
  const FixedMaps fixed = fixed_maps(maps);
  const auto expect_file = [&](MapType type, const cv::Mat& first, const cv::Mat& second,
                               const std::string& first_type, const std::string& second_type) {
    const TemporaryFolder folder;
    EXPECT_EQ(write_maps(maps, folder.path(), "m", MapFormat::kYaml, type), "m.yml");
    const cv::FileStorage storage((folder.path() / "m.yml").string(), cv::FileStorage::READ);
    EXPECT_EQ(storage["kind"].string(), name_of(kMapTypes, type));
    EXPECT_EQ(storage["map1"].string(), first_type);
    EXPECT_EQ(storage["map2"].string(), second_type);
    EXPECT_EQ(static_cast<int>(storage["width"]), 53);
    EXPECT_EQ(static_cast<int>(storage["height"]), 37);
    const std::string raw = read_file(folder.path() / storage["raw"].string());
    const auto offset = static_cast<std::size_t>(static_cast<int>(storage["map2_offset"]));
    ASSERT_EQ(offset, first.total() * first.elemSize());
    ASSERT_EQ(raw.size(), offset + second.total() * second.elemSize());
    EXPECT_EQ(std::memcmp(raw.data(), first.data, offset), 0);
    EXPECT_EQ(std::memcmp(raw.data() + offset, second.data, raw.size() - offset), 0);
  };
  expect_file(MapType::kFloat, maps.x, maps.y, "CV_32FC1", "CV_32FC1");
  expect_file(MapType::kFixed, fixed.xy, fixed.weights, "CV_16SC2", "CV_16UC1");
}

TEST(MapFile, ExrHasXInRedAndYInGreen) {
  const TemporaryFolder folder;
  const PixelMaps maps = some_maps();
  write_maps(maps, folder.path(), "m", MapFormat::kExr);
  const std::string bytes = read_file(folder.path() / "m.exr");
  const cv::Mat bgr = codecs().decode(bytes.data(), bytes.size(), cv::IMREAD_UNCHANGED);
  ASSERT_EQ(bgr.type(), CV_32FC3);
  std::vector<cv::Mat> found;
  cv::split(bgr, found);
  EXPECT_EQ(cv::countNonZero(found[0]), 0);
  EXPECT_TRUE(same_bits(found[2], maps.x));
  EXPECT_TRUE(same_bits(found[1], maps.y));
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
  EXPECT_EQ(error_text([&] {
              write_maps(some_maps(), folder.path(), "m", MapFormat::kExr, MapType::kFixed);
            }),
            "OpenEXR files cannot hold fixed-point maps; choose --maps npy or yaml");
}

}  // namespace map_files_test
}  // namespace calib
