#include "image/decode.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "base/files.hpp"
#include "image_files.hpp"
#include "support/same_pixels.hpp"
#include "support/temporary_folder.hpp"

namespace calib {
namespace {

using namespace calib::testing;
using ::testing::HasSubstr;

DecodedImage decode(std::string_view bytes, PixelFormat format) {
  return decode_image(bytes, format);
}

// The lossless formats and pixel types that cameras write.
struct Stored {
  std::string suffix;
  int type;
};

class Lossless : public ::testing::TestWithParam<Stored> {};

TEST_P(Lossless, KeepsDepthChannelsAndEveryPixelAsStored) {
  const cv::Mat image = noise_image(37, 23, GetParam().type, 1);
  const DecodedImage decoded = decode(encode(GetParam().suffix, image), PixelFormat::kAsStored);
  EXPECT_EQ(decoded.problem, "");
  EXPECT_TRUE(same_pixels(decoded.pixels, image));
}

TEST_P(Lossless, GrayIsOneChannelOfEightBits) {
  const cv::Mat image = noise_image(37, 23, GetParam().type, 2);
  const DecodedImage decoded = decode(encode(GetParam().suffix, image), PixelFormat::kGray8);
  EXPECT_EQ(decoded.problem, "");
  EXPECT_EQ(decoded.pixels.type(), CV_8UC1);
  EXPECT_EQ(decoded.pixels.size(), image.size());
}

// Our PNG decoder must give the same pixels as OpenCV's for all row filters.
TEST_P(Lossless, GrayEqualsOpencvs) {
  cv::Mat image = noise_image(67, 43, GetParam().type, 3);
  image.colRange(20, 50).setTo(cv::Scalar(90, 60, 200));
  for (const int strategy : {0, 1, 3}) {
    const std::string bytes =
        encode(GetParam().suffix, image, {cv::IMWRITE_PNG_STRATEGY, strategy});
    const cv::Mat buffer(1, static_cast<int>(bytes.size()), CV_8U, const_cast<char*>(bytes.data()));
    cv::Mat expected = cv::imdecode(buffer, cv::IMREAD_GRAYSCALE | cv::IMREAD_ANYDEPTH);
    if (expected.depth() == CV_16U) expected.convertTo(expected, CV_8U, 1.0 / 256);
    EXPECT_TRUE(same_pixels(decode(bytes, PixelFormat::kGray8).pixels, expected));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Formats, Lossless,
    ::testing::Values(Stored{".png", CV_8UC1}, Stored{".png", CV_8UC3}, Stored{".png", CV_8UC4},
                      Stored{".png", CV_16UC1}, Stored{".png", CV_16UC3}, Stored{".png", CV_16UC4},
                      Stored{".bmp", CV_8UC1}, Stored{".bmp", CV_8UC3}, Stored{".tif", CV_8UC1},
                      Stored{".tif", CV_8UC3}, Stored{".tif", CV_16UC1}, Stored{".tif", CV_16UC3},
                      Stored{".pgm", CV_8UC1}, Stored{".pgm", CV_16UC1}, Stored{".ppm", CV_8UC3}),
    [](const auto& test) {
      return test.param.suffix.substr(1) + "_" + std::to_string(test.param.type);
    });

TEST(Decode, SixteenBitsBecomeEightByRoundingA256th) {
  const cv::Mat image = (cv::Mat_<ushort>(1, 6) << 0, 127, 129, 255, 40000, 65535);
  const DecodedImage decoded = decode(encode(".png", image), PixelFormat::kGray8);
  const cv::Mat expected = (cv::Mat_<uchar>(1, 6) << 0, 0, 1, 1, 156, 255);
  EXPECT_TRUE(same_pixels(decoded.pixels, expected)) << decoded.pixels;
}

TEST(Decode, TwelveBitImagesAreScaledFromTwelveBits) {
  const cv::Mat image = (cv::Mat_<ushort>(1, 4) << 0, 16, 2048, 4095);
  const DecodedImage decoded = decode(encode(".png", image), PixelFormat::kGray8);
  const cv::Mat expected = (cv::Mat_<uchar>(1, 4) << 0, 1, 128, 255);
  EXPECT_TRUE(same_pixels(decoded.pixels, expected)) << decoded.pixels;
}

TEST(Decode, AlphaHasNoInfluenceOnGray) {
  const cv::Mat color = noise_image(16, 8, CV_8UC3, 3);
  cv::Mat with_alpha;
  cv::cvtColor(color, with_alpha, cv::COLOR_BGR2BGRA);
  cv::RNG random(4);
  for (cv::Vec4b& pixel : cv::Mat_<cv::Vec4b>(with_alpha))
    pixel[3] = static_cast<uchar>(random.uniform(0, 256));
  const cv::Mat plain = decode(encode(".png", color), PixelFormat::kGray8).pixels;
  EXPECT_TRUE(same_pixels(decode(encode(".png", with_alpha), PixelFormat::kGray8).pixels, plain));
}

// Inserts an EXIF segment with the orientation 6: rotated by 90 degrees.
std::string with_exif_rotation(const std::string& jpeg) {
  using namespace std::string_literals;
  const std::string tiff = "II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"s;
  const std::string body = "Exif\0\0"s + tiff;
  const std::string segment = "\xFF\xE1"s + '\0' + static_cast<char>(body.size() + 2) + body;
  return jpeg.substr(0, 2) + segment + jpeg.substr(2);
}

TEST(Decode, ExifRotationIsIgnored) {
  const std::string turned = with_exif_rotation(encode(".jpg", noise_image(40, 24, CV_8UC3, 5)));
  // The segment is valid: OpenCV rotates the image.
  const std::vector<uchar> buffer(turned.begin(), turned.end());
  ASSERT_EQ(cv::imdecode(buffer, cv::IMREAD_COLOR).size(), cv::Size(24, 40));
  for (const PixelFormat format : {PixelFormat::kGray8, PixelFormat::kAsStored})
    EXPECT_EQ(decode(turned, format).pixels.size(), cv::Size(40, 24));
}

// libjpeg is used directly, but must give the same pixels as OpenCV.
TEST(Decode, JpegPixelsEqualOpencvs) {
  for (const int type : {CV_8UC1, CV_8UC3}) {
    for (const int progressive : {0, 1}) {
      cv::Mat image = noise_image(67, 43, type, 8);
      cv::GaussianBlur(image, image, {}, 2);
      const std::string bytes = encode(".jpg", image, {cv::IMWRITE_JPEG_PROGRESSIVE, progressive});
      const std::vector<uchar> buffer(bytes.begin(), bytes.end());
      EXPECT_TRUE(same_pixels(decode(bytes, PixelFormat::kGray8).pixels,
                              cv::imdecode(buffer, cv::IMREAD_GRAYSCALE)));
      EXPECT_TRUE(same_pixels(decode(bytes, PixelFormat::kAsStored).pixels,
                              cv::imdecode(buffer, cv::IMREAD_UNCHANGED)));
    }
  }
}

TEST(Decode, AJpegWithMissingDataBeforeItsEndMarkerIsAProblem) {
  const std::string whole = encode(".jpg", noise_image(64, 48, CV_8UC1, 9));
  const std::string bytes = whole.substr(0, whole.size() / 2) + "\xFF\xD9";  // the end marker
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(decode(bytes, PixelFormat::kGray8).problem, "corrupt JPEG");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(Decode, AHeaderWithTooManyPixelsIsRefused) {
  for (const char* suffix : {".png", ".jpg", ".bmp", ".tif", ".pgm", ".webp"}) {
    const std::string bytes = encode(suffix, noise_image(64, 48, CV_8UC1, 10));
    limit_pixels(64 * 48 - 1);
    EXPECT_THAT(decode(bytes, PixelFormat::kGray8).problem,
                HasSubstr("has 64x48 pixels, more than"))
        << suffix;
    limit_pixels(64 * 48);
    EXPECT_EQ(decode(bytes, PixelFormat::kGray8).problem, "") << suffix;
  }
  limit_pixels(kMostPixels);
}

std::string corpus_file(const std::string& name) {
  return read_file(std::string(CALIB_SOURCE_DIR) + "/tests/fuzz/corpus/image/" + name);
}

TEST(Decode, TheSizeIsFoundInUnusualHeaders) {
  EXPECT_THAT(decode(corpus_file("lone_markers.jpg"), PixelFormat::kGray8).problem,
              HasSubstr("has 30000x30000 pixels, more than the 250 million"));
  limit_pixels(1'000'000);
  EXPECT_THAT(decode(corpus_file("large.webp"), PixelFormat::kGray8).problem,
              HasSubstr("has 16383x16383 pixels"));
  EXPECT_THAT(decode(corpus_file("lone_markers.jpg"), PixelFormat::kGray8).problem,
              HasSubstr("has 30000x30000 pixels"));
  limit_pixels(kMostPixels);
}

TEST(Decode, UnusualHeadersAreRead) {
  EXPECT_EQ(decode(corpus_file("os2.bmp"), PixelFormat::kGray8).problem, "");
  EXPECT_EQ(decode(corpus_file("comment.pgm"), PixelFormat::kGray8).problem, "");
  EXPECT_EQ(decode(corpus_file("comment_without_end.pgm"), PixelFormat::kGray8).problem,
            "corrupt PGM/PPM (no size in its header)");
}

// Unusual kinds of files. Each image has stripes of eight pixels, dark (30) and bright (200).
class UnusualKind : public ::testing::TestWithParam<std::string> {};

TEST_P(UnusualKind, HasItsPixelsAsStored) {
  const DecodedImage decoded = decode(corpus_file(GetParam()), PixelFormat::kGray8);
  EXPECT_EQ(decoded.problem, "");
  ASSERT_EQ(decoded.pixels.size(), cv::Size(48, 32));
  EXPECT_NEAR(decoded.pixels.at<uchar>(4, 4), 30, 8);
  EXPECT_NEAR(decoded.pixels.at<uchar>(4, 12), 200, 8);
}

INSTANTIATE_TEST_SUITE_P(Files, UnusualKind,
                         ::testing::Values("cmyk.jpg", "rotated.jpg", "palette.png", "palette2.png",
                                           "interlaced.png", "animated.png", "rotated.tif",
                                           "rotated_color.tif"),
                         [](const auto& test) {
                           std::string name = test.param;
                           name[name.find('.')] = '_';
                           return name;
                         });

TEST(Decode, AnAnimationIsRefused) {
  EXPECT_EQ(decode(corpus_file("animated.webp"), PixelFormat::kGray8).problem,
            "animated WebP, expected a single image");
}

TEST(Decode, ADamagedCmykJpegIsAProblem) {
  const std::string whole = corpus_file("cmyk.jpg");
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(decode(whole.substr(0, whole.size() - 20) + "\xFF\xD9", PixelFormat::kGray8).problem,
            "corrupt JPEG");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

// Such a file of one kilobyte would take hours to decode: each scan covers the whole image.
TEST(Decode, AJpegOfThousandsOfScansIsRefused) {
  const std::string whole =
      encode(".jpg", noise_image(64, 48, CV_8UC1, 8), {cv::IMWRITE_JPEG_PROGRESSIVE, 1});
  const std::size_t last = whole.rfind("\xFF\xDA");
  const std::string scan = whole.substr(last, whole.size() - 2 - last);
  std::string many = whole.substr(0, last);
  for (int i = 0; i < 1000; ++i) many += scan;
  EXPECT_EQ(decode(many + "\xFF\xD9", PixelFormat::kGray8).problem, "JPEG of more than 200 scans");
}

TEST(Decode, TheSuffixDoesNotMatter) {
  const TemporaryFolder folder;
  put(folder.path() / "a.jpg", encode(".png", noise_image(40, 24, CV_8UC1, 5)));
  EXPECT_EQ(decode_image(folder.path() / "a.jpg", PixelFormat::kGray8).problem, "");
}

TEST(Decode, AFileLargerThanAnyImageIsNotRead) {
  const TemporaryFolder folder;
  put(folder.path() / "a.png", "");
  std::filesystem::resize_file(folder.path() / "a.png", std::uintmax_t{1} << 33);
  EXPECT_THAT(decode_image(folder.path() / "a.png", PixelFormat::kGray8).problem,
              HasSubstr("more than"));
}

TEST(Decode, UnreadableFilesHaveAReason) {
  const TemporaryFolder folder;
  put(folder.path() / "empty.png", "");
  put(folder.path() / "text.png", "this is a note, not a picture");
  std::filesystem::create_directory(folder.path() / "folder.png");
  const auto problem = [&](const std::string& name) {
    const DecodedImage decoded = decode_image(folder.path() / name, PixelFormat::kGray8);
    EXPECT_TRUE(decoded.pixels.empty());
    return decoded.problem;
  };
  EXPECT_EQ(problem("missing.png"), "no such file");
  EXPECT_EQ(problem("empty.png"), "zero bytes");
  EXPECT_EQ(problem("text.png"), "not an image in a known format");
  EXPECT_EQ(problem("folder.png"), "is a folder, expected a file");
  ASSERT_EQ(::mkfifo((folder.path() / "pipe.png").c_str(), 0600), 0);
  EXPECT_EQ(problem("pipe.png"), "is a pipe or device, expected a file");
}

class Truncated : public ::testing::TestWithParam<std::string> {};

// The file is refused at any length, and nothing is printed on stderr.
TEST_P(Truncated, IsAProblemAtEveryLengthAndNothingIsPrinted) {
  const std::string whole = encode("." + GetParam(), noise_image(33, 21, CV_8UC3, 6));
  ASSERT_EQ(decode(whole, PixelFormat::kAsStored).problem, "");
  ::testing::internal::CaptureStderr();
  for (std::size_t length = 12; length < whole.size(); length += 7) {
    const DecodedImage decoded = decode(whole.substr(0, length), PixelFormat::kAsStored);
    EXPECT_TRUE(decoded.pixels.empty()) << length << " of " << whole.size() << " bytes";
    EXPECT_NE(decoded.problem, "") << length << " of " << whole.size() << " bytes";
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

INSTANTIATE_TEST_SUITE_P(Formats, Truncated,
                         ::testing::Values("jpg", "png", "bmp", "tif", "ppm", "webp"),
                         [](const auto& test) { return test.param; });

TEST(Decode, TruncationIsNamedWithItsFormat) {
  const cv::Mat image = noise_image(64, 48, CV_8UC1, 7);
  const auto problem = [&](const std::string& suffix) {
    const std::string whole = encode(suffix, image);
    return decode(whole.substr(0, whole.size() / 2), PixelFormat::kGray8).problem;
  };
  EXPECT_EQ(problem(".jpg"), "truncated JPEG");
  EXPECT_EQ(problem(".png"), "truncated PNG");
  EXPECT_EQ(problem(".bmp"), "truncated BMP");
  EXPECT_EQ(problem(".pgm"), "truncated PGM/PPM");
  EXPECT_EQ(problem(".webp"), "truncated WebP");
  EXPECT_EQ(problem(".tif"), "corrupt TIFF");
}

TEST(Decode, AProgressiveJpegWithManyScansIsAccepted) {
  const std::string whole =
      encode(".jpg", noise_image(64, 48, CV_8UC3, 8),
             {cv::IMWRITE_JPEG_PROGRESSIVE, 1, cv::IMWRITE_JPEG_RST_INTERVAL, 2});
  EXPECT_EQ(decode(whole, PixelFormat::kGray8).problem, "");
  EXPECT_EQ(decode(whole.substr(0, whole.size() - 2), PixelFormat::kGray8).problem,
            "truncated JPEG");
}

// The preview in the EXIF data of a camera has its own end marker.
TEST(Decode, TheEndMarkerOfAThumbnailIsNotTheEndOfTheJpeg) {
  using namespace std::string_literals;
  const std::string whole = encode(".jpg", noise_image(64, 48, CV_8UC1, 9));
  const std::string thumbnail = "Exif\0\0\xFF\xD8\xFF\xDA\0\2\1\xFF\xD9"s;
  const std::string segment = "\xFF\xE1\0"s + static_cast<char>(thumbnail.size() + 2) + thumbnail;
  const std::string with_thumbnail = whole.substr(0, 2) + segment + whole.substr(2);
  EXPECT_EQ(decode(with_thumbnail, PixelFormat::kGray8).problem, "");
  EXPECT_EQ(
      decode(with_thumbnail.substr(0, with_thumbnail.size() - 100), PixelFormat::kGray8).problem,
      "truncated JPEG");
}

TEST(Decode, AFlippedBitInAPngIsFoundWithoutMessagesOnStderr) {
  std::string bytes = encode(".png", noise_image(64, 48, CV_8UC1, 10));
  bytes[bytes.size() / 2] ^= 0x10;
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(decode(bytes, PixelFormat::kGray8).problem, "corrupt PNG (wrong checksum)");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(Decode, SuffixesOfImagesAndVideosMayHaveAnyCase) {
  for (const char* name : {"a.png", "a.JPG", "b/a.jpeg", "a.bmp", "a.tif", "a.TIFF", "a.pgm",
                           "a.ppm", "a.webp", "1.2.png"})
    EXPECT_TRUE(is_image_name(name)) << name;
  for (const char* name : {"a.mp4", "a.AVI", "a.mkv", "a.mov", "a.m4v", "a.webm"})
    EXPECT_TRUE(is_video_name(name)) << name;
  for (const char* name : {"a.txt", "png", ".png", "a.png.txt", "a"}) {
    EXPECT_FALSE(is_image_name(name)) << name;
    EXPECT_FALSE(is_video_name(name)) << name;
  }
}

}  // namespace
}  // namespace calib
