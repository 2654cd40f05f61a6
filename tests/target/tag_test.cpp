#include "target/tag.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "scene/board_types.hpp"
#include "synth/part_layout.hpp"
#include "target/printed_boards.hpp"
#include "target/shots.hpp"

namespace calib {
namespace tag_test {

using ::testing::ElementsAre;

Board tag(int id, const std::string& dictionary = "APRILTAG_36h11") {
  Board board{&kTag, 2, 2, 0.08};
  board.marker_m = 0.08;
  board.dictionary = dictionary;
  board.first_marker = id;
  return board;
}

Board tags_of(const std::string& dictionary, PartLayout layout, int count) {
  Board board;
  board.type = &kSeveralBoards;
  for (int id = 0; id < count; ++id) board.parts.push_back(tag(id, dictionary));
  return with_places(board, layout, 3);
}

SynthOptions usual_pictures() {
  SynthOptions options;
  options.cameras = 2;
  options.frames = 2;
  options.size = "960x720";
  options.noise = 2;
  options.blur_px = 0.7;
  return options;
}

struct Errors {
  int seen = 0, found = 0;
  double squares = 0, in_sigmas = 0, largest = 0;
};

// Compares all corners that are found with the true ones.
Errors errors_of(const Board& board, const SynthOptions& options) {
  Errors errors;
  for (const testing::Shot& shot : testing::shoot_all(board, options)) {
    errors.seen += static_cast<int>(shot.truth.size());
    for (const Corner& corner : detector_of(board)(shot.gray, board).corners) {
      const auto truth = std::find_if(shot.truth.begin(), shot.truth.end(),
                                      [&](const Corner& each) { return each.id == corner.id; });
      if (truth == shot.truth.end()) {
        ADD_FAILURE() << shot.name << ": corner " << corner.id << " cannot be seen";
        continue;
      }
      const double off = std::hypot(corner.x - truth->x, corner.y - truth->y);
      ++errors.found;
      errors.squares += off * off / 2;
      errors.in_sigmas += off * off / 2 / (corner.sigma_px * corner.sigma_px);
      errors.largest = std::max(errors.largest, off);
    }
  }
  return errors;
}

TEST(Tag, CornersOfAWallAreFoundToAFewHundredthsOfAPixel) {
  for (const char* dictionary : {"APRILTAG_36h11", "4X4_50", "6X6_250"}) {
    SCOPED_TRACE(dictionary);
    const Errors errors = errors_of(tags_of(dictionary, PartLayout::kWall, 9), usual_pictures());
    EXPECT_GT(errors.found, 0.9 * errors.seen);
    EXPECT_LT(std::sqrt(errors.squares / errors.found), 0.05);
    EXPECT_LT(errors.largest, 0.4);
    const double ratio = std::sqrt(errors.in_sigmas / errors.found);
    EXPECT_GT(ratio, 0.6);
    EXPECT_LT(ratio, 1.5);
  }
}

TEST(Tag, FacesOfACubeAreFound) {
  SynthOptions options = usual_pictures();
  options.frames = 6;
  const Errors errors = errors_of(tags_of("APRILTAG_36h11", PartLayout::kCube, 6), options);
  EXPECT_GT(errors.found, 0.5 * errors.seen);  // those that are seen from the side are not found
  EXPECT_LT(errors.largest, 0.6);
}

TEST(Tag, ASecondPrintOfANumberIsToldAndLeftOut) {
  Board wall = tags_of("APRILTAG_36h11", PartLayout::kWall, 4);
  wall.parts[3].first_marker = 1;  // as it is printed
  const std::vector<testing::Shot> shots = testing::shoot(wall, usual_pictures());
  ASSERT_FALSE(shots.empty());
  Board told = wall;
  told.parts.pop_back();
  const Detection detection = detect_tags(shots.front().gray, told);
  EXPECT_THAT(detection.repeated, ElementsAre(1));
  for (const Corner& corner : detection.corners) EXPECT_NE(part_point(told, corner.id).part, 1U);
  EXPECT_EQ(detection.corners.size(), 8U);
}

TEST(Tag, SaysWhyThereIsNone) {
  const cv::Mat blank(480, 640, CV_8U, cv::Scalar(200));
  EXPECT_EQ(detect_tags(blank, tag(3)).reason, "no_markers");
  const Board wall = tags_of("APRILTAG_36h11", PartLayout::kWall, 4);
  const std::vector<testing::Shot> shots = testing::shoot(wall, usual_pictures());
  ASSERT_FALSE(shots.empty());
  EXPECT_EQ(detect_tags(shots.front().gray, tag(17)).reason, "other_markers");
}

}  // namespace tag_test
}  // namespace calib
