#include "scene/join_recordings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/error_text.hpp"

namespace calib {
namespace {

using ::testing::HasSubstr;

Observations recording(const std::vector<std::string>& cameras, const std::vector<View>& views) {
  Observations observations;
  observations.board = {&kChessboard, 8, 5, 0.04};
  for (const std::string& name : cameras) observations.cameras.push_back({name, {640, 480}});
  observations.views = views;
  return observations;
}

TEST(JoinRecordings, FramesOfTheNextOneComeLater) {
  const Observations joined = join_recordings(
      {{"a.yaml", recording({"b", "c"}, {{{0, 3}, "b/3", {}, 1.5}, {{1, 3}, "c/3", {}, 1.5}})},
       {"b.yaml", recording({"a", "b"}, {{{0, 0}, "a/0", {}, 0.0}, {{1, 3}, "b/3", {}, 2.0}})}});
  ASSERT_EQ(joined.cameras.size(), 3u);
  EXPECT_EQ(joined.cameras[0].name, "a");
  ASSERT_EQ(joined.views.size(), 4u);
  EXPECT_EQ(joined.views[0].image, "a/0");
  EXPECT_EQ(joined.views[0].frame, 1003);
  EXPECT_EQ(joined.views[1].frame, 3);  // of b, in the first recording
  EXPECT_EQ(joined.views[2].frame, 1006);
  EXPECT_GT(*joined.views[2].time_s, *joined.views[1].time_s + 100);
  EXPECT_EQ(joined.views[3].camera, 2);
}

TEST(JoinRecordings, OtherBoardsAndPicturesAreRefused) {
  Observations other = recording({"a"}, {});
  other.cameras[0].image_size = {320, 240};
  const Observations first = recording({"a"}, {});
  EXPECT_THAT(testing::error_text([&] {
                join_recordings({{"a.yaml", first}, {"b.yaml", other}});
              }),
              HasSubstr("b.yaml: the pictures of 'a' are 320x240"));
  other = first;
  other.board.square_m = 0.05;
  EXPECT_THAT(testing::error_text([&] {
                join_recordings({{"a.yaml", first}, {"b.yaml", other}});
              }),
              HasSubstr("b.yaml: is of another board"));
}

}  // namespace
}  // namespace calib
