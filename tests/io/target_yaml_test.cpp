#include "io/target_yaml.hpp"

#include <gmock/gmock.h>

#include "io/text_file.hpp"

namespace calib {
namespace target_yaml_test {

using ::testing::HasSubstr;

Board read(const std::string& text) { return testing::read_text(text, read_target); }
std::string refusal(const std::string& text) { return testing::message_of(text, read_target); }

const char* const kKalibrGrid =
    "target_type: 'aprilgrid'\n"
    "tagCols: 6\n"
    "tagRows: 5\n"
    "tagSize: 0.088\n"
    "tagSpacing: 0.3\n";

TEST(ReadTarget, TakesKalibrsBoards) {
  const Board april = read(kKalibrGrid);
  EXPECT_EQ(april.type, &kAprilgrid);
  EXPECT_EQ(size_text(april), "12x10");
  EXPECT_DOUBLE_EQ(april.square_m, 0.088 * 1.3);
  EXPECT_EQ(april.dictionary, "APRILTAG_36h11");
  EXPECT_EQ(read("target_type: checkerboard\ntargetCols: 9\ntargetRows: 6\n"
                 "rowSpacingMeters: 0.03\ncolSpacingMeters: 0.03\n"),
            (Board{&kChessboard, 9, 6, 0.03}));
  EXPECT_EQ(read("target_type: circlegrid\ntargetCols: 4\ntargetRows: 11\nspacingMeters: 0.02\n"
                 "asymmetricGrid: true\n"),
            (Board{&kAcircles, 4, 11, 0.02}));
}

TEST(ReadTarget, TellsASpacingInMetersFromARatio) {
  EXPECT_EQ(refusal(testing::replaced(kKalibrGrid, "0.3", "0.0264")),
            "f.yaml:5:13: found 0.0264 for 'tagSpacing', expected the gap between tags divided by "
            "tagSize, 0.1 to 2: 0.0264 m would be 0.3000");
}

TEST(ReadTarget, NamesWhatIsWrong) {
  EXPECT_THAT(refusal(testing::replaced(kKalibrGrid, "aprilgrid", "aprilgird")),
              HasSubstr("did you mean 'aprilgrid'?"));
  EXPECT_THAT(refusal(testing::replaced(kKalibrGrid, "tagSize: 0.088", "tagSize: 88")),
              HasSubstr("found 88 for 'tagSize', expected meters above 0 and below 10"));
  EXPECT_THAT(refusal("target_type: checkerboard\ntargetCols: 9\ntargetRows: 6\n"
                      "rowSpacingMeters: 0.03\ncolSpacingMeters: 0.04\n"),
              HasSubstr("expected squares that are as high as they are wide"));
  for (const auto& [columns, rows] :
       {std::pair("65536", "65536"), std::pair("2147483647", "2"), std::pair("1001", "1000")}) {
    EXPECT_THAT(
        refusal("target_type: checkerboard\ntargetCols: " + std::string(columns) +
                "\ntargetRows: " + rows + "\nrowSpacingMeters: 0.03\ncolSpacingMeters: 0.03\n"),
        HasSubstr("f.yaml:2:13: found " + std::string(columns) + " by " + rows +
                  " for 'targetCols' and 'targetRows', expected at most 1000000"));
  }
  EXPECT_THAT(refusal(testing::replaced(kKalibrGrid, "tagCols: 6", "tagCols: 1073741824")),
              HasSubstr("f.yaml:2:10: found 1073741824 by 5"));
}

}  // namespace target_yaml_test
}  // namespace calib
