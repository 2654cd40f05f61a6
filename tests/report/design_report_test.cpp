#include "report/design_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace calib {
namespace design_report_test {

using ::testing::HasSubstr;

DesignSummary example_design(int cameras) {
  DesignSummary design{.board = Board{&kChessboard, 9, 6, 0.03},
                       .shots = 40,
                       .placed = 38,
                       .near_m = 0.5,
                       .far_m = 1.5,
                       .max_tilt_deg = 45,
                       .corner_px = 0.1,
                       .point_px = 0.1};
  for (int i = 0; i < cameras; ++i) {
    design.cameras.push_back({"cam" + std::to_string(i), "pinhole", {640, 480}, 12});
    design.cameras.back().lens = {{"fx", 0.25}, {"fy", 0.125}, {"cx", 0.5}, {"cy", 0.5}};
  }
  design.pairs = {{"cam0", "cam1", 0}};
  design.box = {Eigen::Vector3d(-1, -1, 1), Eigen::Vector3d(1, 1, 2)};
  design.points.std_m.assign(PointGrid::kX * PointGrid::kY * PointGrid::kZ, 0.00042);
  design.points.std_m[3] = std::nan("");
  design.points.mean_m = design.points.worst_m = 0.00042;
  design.points.seen_share = 1;
  for (int i = 0; i < 6; ++i) design.changes.push_back({"change", true, 0.00031, 0.0005, 0.0001});
  design.changes.push_back({"a change too far", false});
  return design;
}

TEST(DesignReport, FitsAScreenForManyCameras) {
  for (const int cameras : {2, 8, 40}) {
    const std::string text = design_text(example_design(cameras), 24);
    EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 24) << text;
    EXPECT_THAT(text, HasSubstr("0.42"));
    EXPECT_THAT(text, HasSubstr("1 of 1 pairs see no board together: cam0-cam1"));
    EXPECT_THAT(text, HasSubstr("no place found for 2 of 40"));
  }
  EXPECT_THAT(design_text(example_design(40), 24), HasSubstr("more cameras"));
}

TEST(DesignReport, JsonHasAllNumbers) {
  const auto json = design_json(example_design(2));
  EXPECT_EQ(json["cameras"]["cam1"]["lens_std"]["fx"], 0.25);
  EXPECT_EQ(json["points"]["mean_m"], 0.00042);
  EXPECT_EQ(json["changes"].back()["determined"], false);
}

TEST(DesignReport, PictureShowsEachPointOnce) {
  const std::string svg = volume_svg(example_design(2));
  const auto count = [&](const std::string& word) {
    int found = 0;
    for (std::size_t at = svg.find(word); at != std::string::npos; at = svg.find(word, at + 1))
      ++found;
    return found;
  };
  EXPECT_EQ(count(">0.42<"), PointGrid::kX * PointGrid::kY * PointGrid::kZ - 1);
  EXPECT_EQ(count("class=\"empty\""), 1);
  EXPECT_TRUE(svg.starts_with("<svg xmlns="));
}

}  // namespace design_report_test
}  // namespace calib
