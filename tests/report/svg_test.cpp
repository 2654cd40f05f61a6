#include "report/svg.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

#include "report/svg_bars.hpp"
#include "report/svg_picture.hpp"
#include "report/svg_rig.hpp"
#include "support/synthetic_world.hpp"

namespace calib::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::size_t count_of(const std::string& part, const std::string& text) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

TEST(Svg, NumbersAreShortAndNeverMinusZero) {
  EXPECT_EQ(svg_number(12.34), "12.3");
  EXPECT_EQ(svg_number(12), "12");
  EXPECT_EQ(svg_number(-0.04), "0");
}

TEST(Svg, TextIsEscaped) {
  EXPECT_THAT(svg_text(0, 0, "name", "a<b>&\"'"), HasSubstr("a&lt;b&gt;&amp;&quot;&apos;"));
  EXPECT_THAT(svg_chart(1, 1, "\"<", ""), HasSubstr("aria-label=\"&quot;&lt;\""));
}

TEST(Svg, NiceNumbersAreOneTwoOrFive) {
  EXPECT_DOUBLE_EQ(round_down_nicely(9.9), 5);
  EXPECT_DOUBLE_EQ(round_down_nicely(2), 2);
  EXPECT_DOUBLE_EQ(round_down_nicely(0.0199), 0.01);
  EXPECT_DOUBLE_EQ(round_down_nicely(1e5), 1e5);
}

TEST(Coverage, MarksEmptyCellsAndDrawsEveryCorner) {
  const std::string svg = coverage_svg({640, 480}, {2, 1}, {3, 0}, {{10, 10}, {20, 20}, {30, 30}});
  EXPECT_EQ(count_of("class=\"tint\"", svg), 1u);
  EXPECT_EQ(count_of("class=\"empty\"", svg), 1u);
  EXPECT_EQ(count_of("h0", svg), 3u);
}

TEST(Arrows, AreEnlargedToATwentiethOfThePicture) {
  EXPECT_DOUBLE_EQ(arrow_enlargement({1000, 500}, 0.1), 500);
  EXPECT_DOUBLE_EQ(arrow_enlargement({1000, 500}, 0), 1);
  // The chart is 520 pixels wide, so that a pixel of the image is 0.52: pixel (99.5, 99.5) is at
  // (52, 52), and the arrow is 52 long.
  const std::string svg = arrows_svg({1000, 500}, {{{99.5, 99.5}, {0.2, 0}}}, 500);
  EXPECT_THAT(svg, HasSubstr("M52 52L104 52"));
}

TEST(HeatMap, ShowsEveryValueAndMarksUnknownOnes) {
  const std::string svg = heat_map_svg({400, 300}, {3, 1}, {0.0004, 25, NAN}, "x");
  EXPECT_THAT(svg, AllOf(HasSubstr(">0.000<"), HasSubstr(">25<"), HasSubstr(">-<")));
  // Values below the scale have no color, those above it the full color, on which numbers are
  // light.
  EXPECT_EQ(count_of("fill-opacity=\"1.00\"", svg), 1u);
  EXPECT_EQ(count_of("on-heat", svg), 1u);
}

TEST(Histogram, CountsEveryValueOnce) {
  const Histogram counted = histogram({0, 0.11, 0.99, 5, 1e9}, 1);
  EXPECT_DOUBLE_EQ(counted.width, 0.05);
  EXPECT_EQ(counted.counts.size(), 20u);
  EXPECT_EQ(counted.counts.front(), 1u);
  EXPECT_EQ(counted.counts[2], 1u);
  EXPECT_EQ(counted.counts.back(), 3u);
  EXPECT_THAT(histogram_svg(counted, "px"), HasSubstr("px and more"));
}

TEST(FrameBars, NameTheWorst) {
  const std::string svg = frame_bars_svg({{3, 0.1}, {7, 0.5}, {9, 0.2}}, 0.5, "px");
  EXPECT_THAT(svg, AllOf(HasSubstr("frame 7: 0.5"), HasSubstr("frame 3<"), HasSubstr("frame 9<")));
}

TEST(FrameBars, AreFewOrNoneToo) {
  EXPECT_THAT(frame_bars_svg({}, 1, "px"), Not(HasSubstr("frame 0")));
  EXPECT_THAT(frame_bars_svg({{4, 0.1}}, 1, "px"), HasSubstr("frame 4: 0.1"));
}

TEST(Rig, DrawsEveryCameraAndThinsTheBoards) {
  const World world = make_world(small_rig(3, 20), kBoard, 0);
  const RigScene scene = rig_scene(world.truth, 5);
  EXPECT_EQ(scene.boards, 5u);
  EXPECT_EQ(scene.boards_of, world.truth.frames.size());
  const std::string svg = rig_svg(scene, first_view(scene));
  EXPECT_EQ(count_of("class=\"camera\"", svg), 3u);
  EXPECT_EQ(count_of("class=\"board\"", svg), 5u);
  EXPECT_EQ(count_of("class=\"name\"", svg), 3u);
}

TEST(Rig, StaysOnItsChartHoweverItIsTurned) {
  const World world = make_world(small_rig(3, 20), kBoard, 0);
  const RigScene scene = rig_scene(world.truth, 20);
  RigView view = first_view(scene);
  for (int turn = 0; turn < 8; ++turn) {
    view.yaw_rad = turn * std::numbers::pi / 4;
    // A coordinate beyond the chart would be negative.
    EXPECT_THAT(rig_svg(scene, view), Not(HasSubstr("L-"))) << turn;
  }
}

TEST(Rig, TheScriptGetsTheDrawnScene) {
  const World world = make_world(small_rig(2, 4), kBoard, 0);
  const RigScene scene = rig_scene(world.truth, 4);
  const nlohmann::ordered_json json = rig_json(scene, first_view(scene));
  EXPECT_EQ(json.at("points").size(), scene.points.size());
  EXPECT_EQ(json.at("outlines").size(), scene.outlines.size());
  EXPECT_EQ(json.at("labels").size(), 2u);
}

TEST(Rig, OfOneCameraWithoutBoardsIsDrawn) {
  World world = make_world(small_rig(2, 4), kBoard, 0);
  world.truth.cameras.resize(1);
  world.truth.frames.clear();
  const RigScene scene = rig_scene(world.truth, 4);
  EXPECT_THAT(rig_svg(scene, first_view(scene)),
              AllOf(HasSubstr("class=\"camera\""), Not(HasSubstr("nan")), Not(HasSubstr("inf"))));
}

}  // namespace
}  // namespace calib::testing
