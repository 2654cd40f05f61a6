#include "image/video.hpp"

#include <gmock/gmock.h>

#include "base/errors.hpp"
#include "image/decode.hpp"
#include "image/image_files.hpp"
#include "support/temporary_folder.hpp"

namespace calib {
namespace {

using namespace calib::testing;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(VideoWriter, FramesCanBeReadBack) {
  const TemporaryFolder folder;
  for (const char* name : {"out.avi", "out.mp4"}) {
    const std::filesystem::path path = folder.path() / name;
    {
      VideoWriter writer(path, 12.5, 64, 48);
      writer.write(cv::Mat(48, 64, CV_8UC1, cv::Scalar(60)));
      writer.write(cv::Mat(48, 64, CV_8UC3, cv::Scalar::all(120)));
      writer.write(cv::Mat(48, 64, CV_8UC4, cv::Scalar::all(180)));
    }
    VideoReader reader(path);
    EXPECT_DOUBLE_EQ(reader.fps(), 12.5);
    cv::Mat frame;
    for (const int gray : {60, 120, 180}) {
      ASSERT_TRUE(reader.read(PixelFormat::kGray8, frame)) << name;
      EXPECT_EQ(frame.size(), cv::Size(64, 48));
      EXPECT_NEAR(frame.at<uchar>(20, 20), gray, 4);  // both codecs are lossy
    }
    EXPECT_FALSE(reader.read(PixelFormat::kGray8, frame));
  }
}

TEST(VideoReader, FramesHaveTheTimesThatTheContainerStates) {
  const TemporaryFolder folder;
  for (const char* name : {"out.avi", "out.mp4"}) {
    const std::filesystem::path path = folder.path() / name;
    {
      VideoWriter writer(path, 12.5, 64, 48);
      for (int i = 0; i < 3; ++i) writer.write(cv::Mat(48, 64, CV_8UC1, cv::Scalar(60)));
    }
    VideoReader reader(path);
    cv::Mat frame;
    reader.read(PixelFormat::kGray8, frame);
    EXPECT_NEAR(reader.time_s().value(), 0, 1e-6) << name;
    reader.skip();
    reader.read(PixelFormat::kGray8, frame);
    EXPECT_NEAR(reader.time_s().value(), 0.16, 1e-6) << name;
  }
}

// FFmpeg would take these names for a protocol or an address.
TEST(Video, AFileNameIsNeverTakenForAnAddress) {
  const TemporaryFolder folder;
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  std::filesystem::create_directories("http:/host");
  for (const char* name : {"12:30:05.avi", "http://host/x.avi"}) {
    VideoWriter writer(name, 10, 64, 48);
    writer.write(cv::Mat(48, 64, CV_8UC1, cv::Scalar(60)));
    writer.finish();
    cv::Mat frame;
    EXPECT_TRUE(VideoReader(name).read(PixelFormat::kGray8, frame)) << name;
  }
  std::filesystem::current_path(before);
}

TEST(VideoReader, ChecksTheLimitOfPixels) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "out.avi";
  VideoWriter writer(path, 10, 64, 48);
  writer.write(cv::Mat(48, 64, CV_8UC1, cv::Scalar(60)));
  writer.finish();
  limit_pixels(1000);
  EXPECT_THAT([&] { VideoReader reader(path); },
              ThrowsMessage<Error>(HasSubstr("out.avi: has 64x48 pixels, more than")));
  limit_pixels(kMostPixels);
}

TEST(VideoWriter, RefusesOtherSuffixesDepthsAndSizes) {
  const TemporaryFolder folder;
  EXPECT_THAT([&] { VideoWriter(folder.path() / "out.gif", 10, 64, 48); },
              ThrowsMessage<Error>(HasSubstr("expected a video file name that ends in .avi")));
  VideoWriter writer(folder.path() / "out.avi", 10, 64, 48);
  EXPECT_THAT([&] { writer.write(cv::Mat(48, 64, CV_16UC1)); },
              ThrowsMessage<Error>(HasSubstr("found a frame of 64x48 pixels and 16 bits, expected "
                                             "64x48 pixels and 8 bits")));
  EXPECT_THAT([&] { writer.write(cv::Mat(40, 64, CV_8UC1)); },
              ThrowsMessage<Error>(HasSubstr("found a frame of 64x40 pixels")));
}

}  // namespace
}  // namespace calib
