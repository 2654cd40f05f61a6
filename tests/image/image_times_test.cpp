#include "image/image_times.hpp"

#include <gmock/gmock.h>

#include "support/camera_images.hpp"
#include "support/error_text.hpp"

namespace calib {
namespace {

using ::testing::ElementsAre;
using testing::error_text;
using testing::frames_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A camera with numbered images at these times.
DatasetCamera camera(const std::string& name, const std::vector<double>& times_s,
                     std::int64_t first = 0) {
  DatasetCamera result{.name = name};
  for (const double time_s : times_s) {
    const std::int64_t frame = first + static_cast<std::int64_t>(result.images.size());
    result.images.push_back({frame, name + "/" + std::to_string(frame) + ".png", time_s});
  }
  return result;
}

// `count` numbers from `first` on, `step` apart, of which every second is `jitter` late.
std::vector<std::int64_t> numbers(std::int64_t first, std::int64_t step, int count = 12,
                                  std::int64_t jitter = 0) {
  std::vector<std::int64_t> result;
  for (int i = 0; i < count; ++i) result.push_back(first + i * step + i % 2 * jitter);
  return result;
}

TEST(TimesOfNumbers, TellsTheUnitOfTimesSince1970) {
  constexpr std::int64_t kNs = 1403636579763555584;
  EXPECT_EQ(times_of_numbers({kNs, kNs + 50'000'000}), (TimesNs{kNs, kNs + 50'000'000}));
  EXPECT_THAT(times_of_numbers({1403636579763555, 1403636579813555}),
              ElementsAre(1403636579763555'000, 1403636579813555'000));
  EXPECT_THAT(times_of_numbers({1403636579763, 1403636579813}),
              ElementsAre(1403636579763'000'000, 1403636579813'000'000));
  EXPECT_THAT(times_of_numbers({1403636579, 1403636581}),
              ElementsAre(1403636579'000'000'000, 1403636581'000'000'000));
  EXPECT_THAT(times_of_numbers({kNs}), ElementsAre(kNs));
}

TEST(TimesOfNumbers, KnowsTimesSinceTheStartOfADevice) {
  // Microseconds and nanoseconds of cameras with 30 frames per second.
  EXPECT_EQ(times_of_numbers(numbers(81'234'567, 33'333, 12, 7))[1] -
                times_of_numbers(numbers(81'234'567, 33'333, 12, 7))[0],
            33'340'000);
  EXPECT_EQ(times_of_numbers(numbers(5'000'000'000, 50'000'000)),
            numbers(5'000'000'000, 50'000'000));
}

TEST(TimesOfNumbers, LeavesNumbersOfFramesAlone) {
  EXPECT_THAT(times_of_numbers(numbers(0, 1)), IsEmpty());
  EXPECT_THAT(times_of_numbers(numbers(1'000'000'001, 1)), IsEmpty());
  EXPECT_THAT(times_of_numbers(numbers(1'403'636'579'763'555'584, 1)), IsEmpty());
  EXPECT_THAT(times_of_numbers(numbers(0, 1000)), IsEmpty());
  EXPECT_THAT(times_of_numbers(numbers(0, 30, 40, 1)), IsEmpty());
  // A choice of frames from a long video.
  EXPECT_THAT(times_of_numbers({1203, 4500, 7777, 9000, 15123, 16000, 21999, 25001, 31234, 38000}),
              IsEmpty());
  EXPECT_THAT(times_of_numbers({20230415, 20230416}), IsEmpty());
}

TEST(PairByTime, TheNearestWinsAndTakesTheNumberOfTheFirstCamera) {
  Dataset dataset;
  dataset.cameras = {camera("a", {0, 0.1, 0.2, 0.3}),
                     camera("b", {0.0996, 0.108, 0.2004, 0.3003, 0.4}, 10)};
  pair_by_time(dataset, 0.02);
  EXPECT_THAT(frames_of(dataset.cameras[0]), ElementsAre(0, 1, 2, 3));
  // The second of two images near one frame is alone, and so is the last.
  EXPECT_THAT(frames_of(dataset.cameras[1]), ElementsAre(1, 2, 3, 11, 14));
  EXPECT_EQ(dataset.cameras[1].images[0].path, "b/10.png");
  const auto spread = time_spread(dataset);
  EXPECT_EQ(spread->paired, 6u);
  EXPECT_EQ(spread->alone, 3u);
  EXPECT_NEAR(spread->largest_s, 0.0004, 1e-9);
  EXPECT_NEAR(spread->median_s, 0.0004, 1e-9);
}

TEST(PairByTime, ANumberThatIsTakenIsReplaced) {
  Dataset dataset;
  dataset.cameras = {camera("a", {0, 0.1}), camera("b", {0.05, 0.1}), camera("c", {0.05, 0.11})};
  pair_by_time(dataset, 0.02);
  // b's first image cannot be frame 0, which is a's first image; c's first image joins it.
  EXPECT_THAT(frames_of(dataset.cameras[1]), ElementsAre(1, 2));
  EXPECT_EQ(dataset.cameras[1].images[1].path, "b/0.png");
  EXPECT_THAT(frames_of(dataset.cameras[2]), ElementsAre(1, 2));
}

TEST(PairByTime, NamesTheImageWithoutATime) {
  Dataset dataset;
  dataset.cameras = {camera("a", {0, 0.1})};
  dataset.cameras[0].images[1].time_s.reset();
  EXPECT_THAT(error_text([&] { pair_by_time(dataset, 0.02); }),
              HasSubstr("the time of a/1.png is not known"));
}

TEST(RisingTimes, NameTheImagesThatGoBack) {
  Dataset dataset;
  dataset.cameras = {camera("a", {0, 0.5, 0.25})};
  EXPECT_THAT(error_text([&] { require_rising_times(dataset, "f.csv"); }),
              HasSubstr("f.csv: a/2.png was taken 0.250000 s before a/1.png"));
  dataset.cameras = {camera("a", {0, 0.5, 0.5})};
  EXPECT_THAT(error_text([&] { require_rising_times(dataset, "f.csv"); }),
              HasSubstr("a/1.png and a/2.png have the same time, 0.500000 s"));
}

TEST(TimeGap, NamesTheCameraWithAnotherClock) {
  Dataset dataset;
  dataset.cameras = {camera("a", {0, 1}), camera("b", {0.5, 1.5}), camera("c", {3600, 3601})};
  EXPECT_THAT(time_gap(dataset), HasSubstr("the images of c were taken from 3600.000 to 3601.000"));
  dataset.cameras.pop_back();
  EXPECT_EQ(time_gap(dataset), "");
}

TEST(UsualTolerance, IsHalfAFrameOfTheFastestCamera) {
  Dataset dataset;
  dataset.cameras = {camera("a", {0, 0.1, 0.2}), camera("b", {0, 0.01, 0.02})};
  EXPECT_DOUBLE_EQ(usual_tolerance_s(dataset), 0.005);
  dataset.cameras.pop_back();
  EXPECT_DOUBLE_EQ(usual_tolerance_s(dataset), 0.02);
}

TEST(SyncTolerance, TakesATimeOrAuto) {
  EXPECT_EQ(sync_tolerance_s({}), std::nullopt);
  EXPECT_EQ(sync_tolerance_s({.sync_tolerance = "20ms"}), 0.02);
  EXPECT_EQ(sync_tolerance_s({.sync_tolerance = "0"}), 0.0);
  for (const char* wrong : {"-1ms", "soon"})
    EXPECT_THAT(error_text([&] { sync_tolerance_s({.sync_tolerance = wrong}); }),
                HasSubstr("sync_tolerance: found '" + std::string(wrong) + "', expected auto, 0"));
}

}  // namespace
}  // namespace calib
