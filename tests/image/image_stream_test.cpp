#include "image/image_stream.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <map>
#include <mutex>
#include <stdexcept>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "image/composites.hpp"
#include "image/gray_range.hpp"
#include "image_files.hpp"
#include "support/error_text.hpp"
#include "support/same_pixels.hpp"
#include "support/temporary_folder.hpp"
#include "video_files.hpp"

namespace calib {
namespace {

using namespace calib::testing;
using ::testing::HasSubstr;

using Slots = std::map<std::pair<std::size_t, std::size_t>, LoadedImage>;

Slots load(const Dataset& dataset, int jobs, const FrameFilter& wanted = {}) {
  Slots slots;
  std::mutex mutex;
  const auto work = [&](LoadedImage& image) {
    const std::lock_guard lock(mutex);
    const auto key = std::pair(image.camera, image.index);
    EXPECT_TRUE(slots.emplace(key, image).second) << "processed twice: " << image.path;
  };
  for_each_image(dataset, PixelFormat::kGray8, jobs, work, wanted);
  return slots;
}

TEST(ForEachImage, EveryImageIsProcessedOnceForAnyNumberOfThreads) {
  const TemporaryFolder folder;
  for (std::uint64_t i = 0; i < 12; ++i) {
    put_image(folder.path() / "a" / (std::to_string(10 * i) + ".png"),
              noise_image(20, 10, CV_8U, i));
    put_image(folder.path() / "b" / (std::to_string(10 * i) + ".png"),
              noise_image(20, 10, CV_8U, 100 + i));
  }
  const Dataset dataset = discover_dataset({folder.path().string()});
  EXPECT_EQ(count_images(dataset), 24u);
  for (const int jobs : {1, 4}) {
    const Slots slots = load(dataset, jobs);
    ASSERT_EQ(slots.size(), 24u);
    const LoadedImage& image = slots.at({1, 7});
    EXPECT_EQ(image.frame, 70);
    EXPECT_EQ(image.path, "b/70.png");
    EXPECT_EQ(image.problem, "");
    EXPECT_TRUE(same_pixels(image.pixels, noise_image(20, 10, CV_8U, 107)));
  }
}

TEST(ForEachImage, ABrokenImageDoesNotStopTheOthers) {
  const TemporaryFolder folder;
  put_image(folder.path() / "a/1.png", noise_image(20, 10, CV_8U, 1));
  put(folder.path() / "a/2.png", "");
  const Slots slots = load(discover_dataset({folder.path().string()}), 2);
  ASSERT_EQ(slots.size(), 2u);
  EXPECT_EQ(slots.at({0, 0}).problem, "");
  EXPECT_EQ(slots.at({0, 1}).problem, "zero bytes");
  EXPECT_TRUE(slots.at({0, 1}).pixels.empty());
}

TEST(ForEachImage, AnExceptionOfTheWorkEndsTheStream) {
  const TemporaryFolder folder;
  for (int i = 0; i < 8; ++i)
    put_image(folder.path() / "a" / (std::to_string(i) + ".png"), noise_image(8, 8, CV_8U, 1));
  ASSERT_TRUE(put_video(folder.path() / "v/b.avi", 64, 48, 8));
  for (const char* input : {"a", "v"}) {
    const Dataset dataset = discover_dataset({(folder.path() / input).string()});
    for (const int jobs : {1, 4}) {
      EXPECT_EQ(error_text([&] {
                  for_each_image(dataset, PixelFormat::kGray8, jobs,
                                 [](LoadedImage&) { throw Error("enough"); });
                }),
                "enough");
    }
  }
}

TEST(ForEachImage, FramesOfAVideoHaveTheirIndices) {
  const TemporaryFolder folder;
  ASSERT_TRUE(put_video(folder.path() / "cam0.avi", 64, 48, 20));
  ASSERT_TRUE(put_video(folder.path() / "cam1.avi", 64, 48, 12));
  const Dataset dataset = discover_dataset({folder.path().string()});
  EXPECT_EQ(count_images(dataset), 32u);
  for (const int jobs : {1, 4}) {
    const Slots slots = load(dataset, jobs);
    ASSERT_EQ(slots.size(), 32u);
    EXPECT_EQ(slots.at({1, 3}).path, "cam1.avi#3");
    for (int i = 0; i < 20; ++i) {
      const LoadedImage& image = slots.at({0, static_cast<std::size_t>(i)});
      EXPECT_EQ(image.frame, i);
      EXPECT_EQ(image.pixels.type(), CV_8UC1);
      // The tolerance is half the difference of two levels.
      EXPECT_NEAR(cv::mean(image.pixels)[0], video_level(i), 3.9);
    }
  }
}

// Two chapters of one recording, of which every third frame is taken.
TEST(ForEachImage, VideosThatFollowOneAnotherAreOneSequence) {
  const TemporaryFolder folder;
  ASSERT_TRUE(put_video(folder.path() / "a.avi", 64, 48, 5));
  ASSERT_TRUE(put_video(folder.path() / "b.avi", 64, 48, 6));
  Dataset dataset{folder.path(), {DatasetCamera{.name = "cam"}}};
  dataset.cameras[0].videos = {"a.avi", "b.avi"};
  dataset.cameras[0].selection = {3, 1, -1};
  EXPECT_EQ(count_images(dataset), 4u);
  for (const int jobs : {1, 4}) {
    const Slots slots = load(dataset, jobs);
    ASSERT_EQ(slots.size(), 4u);
    const LoadedImage& image = slots.at({0, 7});
    EXPECT_EQ(image.frame, 7);
    EXPECT_EQ(image.path, "b.avi#2");
    EXPECT_NEAR(cv::mean(image.pixels)[0], video_level(2), 3.9);
    // 25 frames a second; the second chapter goes on where the first one ends.
    EXPECT_NEAR(image.time_s.value(), 7 / 25.0, 1e-6);
  }
}

TEST(ForEachImage, CompositesAreCutForEachCamera) {
  const TemporaryFolder folder;
  for (std::uint64_t i = 0; i < 6; ++i)
    put_image(folder.path() / "in" / (std::to_string(10 * i) + ".png"),
              noise_image(20, 12, CV_16UC1, i));
  put(folder.path() / "in/60.png", "broken");
  put_image(folder.path() / "in/70.png", noise_image(22, 12, CV_16UC1, 7));
  CompositeOptions options;
  options.layout = "1x2";
  const Dataset dataset = composite_dataset({(folder.path() / "in").string()}, options);
  EXPECT_EQ(count_images(dataset), 16u);
  for (const int jobs : {1, 4}) {
    const Slots slots = load(dataset, jobs);
    ASSERT_EQ(slots.size(), 16u);
    const LoadedImage& image = slots.at({1, 3});
    EXPECT_EQ(image.frame, 30);
    EXPECT_EQ(image.path, "30.png");
    // As if the picture had been cut before it was read.
    EXPECT_TRUE(same_pixels(
        image.pixels, to_gray8(noise_image(20, 12, CV_16UC1, 3)(cv::Rect(10, 0, 10, 12)).clone())));
    EXPECT_EQ(slots.at({0, 6}).problem, "not an image in a known format");
    EXPECT_EQ(slots.at({1, 7}).problem, "is 22x12, expected 20x12 like the other frames");
  }
  EXPECT_NE(hash_contents(dataset, 1), "");
  std::atomic<int> wholes = 0;
  for_each_composite(dataset, PixelFormat::kAsStored, 2,
                     [&](LoadedImage& image) { wholes += image.pixels.cols == 20; });
  EXPECT_EQ(wholes, 6);
}

TEST(ForEachImage, UsesAtMostTheGivenNumberOfThreads) {
  const TemporaryFolder folder;
  ASSERT_TRUE(put_video(folder.path() / "cam0.avi", 64, 48, 25));
  const Dataset dataset = discover_dataset({folder.path().string()});
  std::atomic<int> at_work{0}, most{0};
  for_each_image(dataset, PixelFormat::kGray8, 2, [&](LoadedImage&) {
    const int now = ++at_work;
    int seen = most;
    while (now > seen && !most.compare_exchange_weak(seen, now)) {
    }
    --at_work;
  });
  EXPECT_LE(most, 2);
}

TEST(ForEachImage, ABrokenVideoIsRefusedWithoutMessagesOnStderr) {
  const TemporaryFolder folder;
  put(folder.path() / "cam0.mp4", std::string(5000, 'x'));
  const Dataset dataset = discover_dataset({folder.path().string()});
  ::testing::internal::CaptureStderr();
  EXPECT_THAT(error_text([&] { load(dataset, 1); }),
              HasSubstr("cam0.mp4: not a video that can be decoded"));
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(ForEachImage, ATruncatedVideoIsReportedAtTheFirstMissingFrame) {
  const TemporaryFolder folder;
  ASSERT_TRUE(put_video(folder.path() / "whole.avi", 64, 48, 28));
  const std::string bytes = read_file(folder.path() / "whole.avi");
  put(folder.path() / "cut/cam0.avi", bytes.substr(0, bytes.size() / 2));
  ::testing::internal::CaptureStderr();
  const Slots slots = load(discover_dataset({(folder.path() / "cut").string()}), 2);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  ASSERT_GT(slots.size(), 1u);
  EXPECT_LT(slots.size(), 28u);
  EXPECT_THAT(slots.rbegin()->second.problem, HasSubstr("of 28 frames: is the file complete?"));
  EXPECT_EQ(slots.begin()->second.problem, "");
}

TEST(ForEachImage, UnwantedFramesAreSkipped) {
  const TemporaryFolder folder;
  if (!put_video(folder.path() / "videos/a.avi", 32, 16, 7)) GTEST_SKIP() << "no Motion JPEG here";
  for (int i = 0; i < 7; ++i)
    put_image(folder.path() / "images/a" / (std::to_string(i) + ".png"),
              noise_image(20, 10, CV_8U, 1));
  const auto every_third = [](std::int64_t frame) { return frame % 3 == 1; };
  for (const char* name : {"videos", "images"}) {
    const Dataset dataset = discover_dataset({(folder.path() / name).string()});
    const Slots slots = load(dataset, 2, every_third);
    std::vector<std::int64_t> frames;
    for (const auto& [key, image] : slots) frames.push_back(image.frame);
    EXPECT_THAT(frames, ::testing::ElementsAre(1, 4)) << name;
  }
  const Slots video = load(discover_dataset({(folder.path() / "videos").string()}), 2, every_third);
  EXPECT_NEAR(video.at({0, 4}).pixels.at<std::uint8_t>(8, 16), video_level(4), 3);
}

}  // namespace
}  // namespace calib
