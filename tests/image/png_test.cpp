#include "image/png.hpp"

#include <gmock/gmock.h>

#include "image/decode.hpp"
#include "image/image_files.hpp"
#include "image/mix_gray.hpp"
#include "support/same_pixels.hpp"

namespace calib {
namespace {

using namespace calib::testing;

std::string_view text(const std::vector<unsigned char>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class PngTypes : public ::testing::TestWithParam<int> {};

TEST_P(PngTypes, OtherDecodersReadOurFiles) {
  for (const cv::Size size : {cv::Size(1, 1), {37, 23}, {640, 3}}) {
    const cv::Mat image = noise_image(size.width, size.height, GetParam(), 5);
    const std::vector<unsigned char> bytes = encode_png(image);
    EXPECT_TRUE(same_pixels(cv::imdecode(bytes, cv::IMREAD_UNCHANGED), image));
    const DecodedImage ours = decode_image(text(bytes), PixelFormat::kAsStored);
    EXPECT_EQ(ours.problem, "");
    EXPECT_TRUE(same_pixels(ours.pixels, image));
  }
}

TEST_P(PngTypes, OurDecoderReadsFilesOfOtherEncoders) {
  const cv::Mat image = noise_image(61, 47, GetParam(), 6);
  const std::string bytes = encode(".png", image);
  EXPECT_TRUE(
      same_pixels(decode_image(std::string_view(bytes), PixelFormat::kAsStored).pixels, image));
}

INSTANTIATE_TEST_SUITE_P(Types, PngTypes,
                         ::testing::Values(CV_8UC1, CV_8UC3, CV_8UC4, CV_16UC1, CV_16UC3,
                                           CV_16UC4));

TEST(EncodePng, EncodesAPartOfAnImage) {
  const cv::Mat whole = noise_image(80, 60, CV_8UC3, 9);
  const cv::Mat part = whole(cv::Rect(7, 5, 31, 20));
  EXPECT_TRUE(same_pixels(cv::imdecode(encode_png(part), cv::IMREAD_UNCHANGED), part));
}

TEST(EncodePng, IsEmptyForOtherTypes) {
  EXPECT_TRUE(encode_png(cv::Mat(4, 4, CV_32FC1)).empty());
  EXPECT_TRUE(encode_png(cv::Mat(4, 4, CV_8UC2)).empty());
  EXPECT_TRUE(encode_png({}).empty());
}

TEST(MixGray, MakesTheLevelsOfDecodedFiles) {
  for (const int type : {CV_8UC3, CV_16UC3}) {
    cv::Mat image = noise_image(61, 47, type, 4);
    const std::string bytes = encode(".png", image);
    const cv::Mat gray = cv::imdecode({bytes.data(), static_cast<int>(bytes.size())},
                                      cv::IMREAD_GRAYSCALE | cv::IMREAD_ANYDEPTH);
    EXPECT_TRUE(same_pixels(gray_of_bgr(image), gray)) << type;
  }
}

// An RGB image with one transparent color, which OpenCV decodes to four channels.
TEST(DecodePng, DoesNotSupportTransparencyAsStored) {
  const std::vector<unsigned char> plain = encode_png(noise_image(8, 8, CV_8UC3, 1));
  std::string bytes(text(plain));
  const std::string chunk("\x00\x00\x00\x06tRNS\x00\x01\x00\x02\x00\x03\x00\x00\x00\x00", 18);
  bytes.insert(8 + 25, chunk);
  EXPECT_TRUE(decode_png(text(plain), false));
  EXPECT_FALSE(decode_png(bytes, false));
  EXPECT_TRUE(decode_png(bytes, true));
}

}  // namespace
}  // namespace calib
