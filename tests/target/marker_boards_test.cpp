// Detects rendered boards with markers and circles.

#include <gmock/gmock.h>

#include <array>
#include <cmath>
#include <map>
#include <opencv2/imgproc.hpp>

#include "base/errors.hpp"
#include "scene/board_counts.hpp"
#include "scene/board_types.hpp"
#include "synth/render.hpp"
#include "target/board_diagnosis.hpp"
#include "target/board_pattern.hpp"
#include "target/marker_diagnosis.hpp"
#include "target/markers.hpp"
#include "target/printed_boards.hpp"
#include "target/puzzleboard.hpp"

namespace calib {
namespace {

using ::testing::HasSubstr;

Board charuco(int squares_x, int squares_y) {
  Board board{&kCharuco, squares_x - 1, squares_y - 1, 0.04};
  board.marker_m = 0.03;
  board.dictionary = "5X5_250";
  return board;
}

Board aprilgrid() {
  Board board{&kAprilgrid, 8, 6, 0.065};
  board.marker_m = 0.05;
  board.dictionary = "APRILTAG_36h11";
  return board;
}

Board puzzleboard() {
  Board board{&kPuzzleboard, 11, 7, 0.04};
  board.first_marker = 501 * 20 + 31;
  return board;
}

Camera camera_of(const std::string& model = "opencv5") {
  Camera camera{"cam", {1280, 720}};
  camera.intrinsics = make_intrinsics(model, {1280, 720}, 900, 905, 642, 357);
  camera.intrinsics->parameters[4] = -0.12;
  return camera;
}

struct Shot {
  cv::Mat gray;
  std::vector<Eigen::Vector2d> truth;
};

Shot seen(const Board& board, const Pose& T_cam_board, double noise = 2) {
  SynthOptions options;
  options.noise = noise;
  options.blur_px = 0.7;
  const Camera camera = camera_of();
  Shot shot{Renderer(camera, board, options).render(T_cam_board, 7), {}};
  const Projector lens(*camera.intrinsics);
  for (int id = 0; id < corner_count(board); ++id)
    shot.truth.push_back(lens.project(T_cam_board * corner_position(board, id)).value());
  return shot;
}

Pose before_camera(const Board& board, double distance,
                   const Eigen::Vector3d& turn = {0.3, -0.2, 0.1}) {
  const Eigen::Vector2d middle = flat_extent(board) / 2;
  const Eigen::Quaterniond rotation = exp_so3(turn);
  return {rotation,
          Eigen::Vector3d(0, 0, distance) - rotation * Eigen::Vector3d(middle.x(), middle.y(), 0)};
}

double rms(const Shot& shot, const Detection& detection) {
  double squares = 0;
  for (const Corner& corner : detection.corners)
    squares +=
        (Eigen::Vector2d(corner.x, corner.y) - shot.truth[static_cast<std::size_t>(corner.id)])
            .squaredNorm() /
        2;
  return std::sqrt(squares / static_cast<double>(detection.corners.size()));
}

Detection found(const Board& board, const cv::Mat& gray) { return detector_of(board)(gray, board); }

TEST(MarkerBoards, AWholeCharucoBoardIsFoundToAHundredthOfAPixel) {
  for (const auto& [x, y] : {std::pair{8, 6}, {7, 5}, {4, 5}}) {
    SCOPED_TRACE(x);
    const Board board = charuco(x, y);
    const Shot shot = seen(board, before_camera(board, 0.5));
    const Detection detection = found(board, shot.gray);
    EXPECT_EQ(detection.corners.size(), shot.truth.size()) << detection.reason;
    EXPECT_LT(rms(shot, detection), 0.02);
    for (const Corner& corner : detection.corners) EXPECT_GT(corner.sigma_px, 0);
  }
}

TEST(MarkerBoards, APartOfACharucoBoardKeepsItsNumbers) {
  const Board board = charuco(8, 6);
  Shot shot = seen(board, before_camera(board, 0.5));
  shot.gray(cv::Rect(0, 0, 560, 720)).setTo(120);  // Something covers the left part.
  const Detection detection = found(board, shot.gray);
  EXPECT_GT(detection.corners.size(), 8u);
  EXPECT_LT(detection.corners.size(), shot.truth.size());
  EXPECT_LT(rms(shot, detection), 0.03);
}

TEST(MarkerBoards, InvertedPrintsAndLegacyLayoutsAreFoundAndTold) {
  const Board board = charuco(7, 6);  // an even number of rows: the layouts differ
  const Pose pose = before_camera(board, 0.5);
  const Shot shot = seen(board, pose);
  EXPECT_EQ(found(board, shot.gray).print, FoundPrint{});
  const Detection inverted = found(board, ~shot.gray);
  EXPECT_EQ(to_text(inverted.print), "white on black");
  EXPECT_EQ(inverted.corners.size(), shot.truth.size());
  // The legacy layout, seen by the same camera.
  const cv::Mat drawn = rasterize(board_pattern(board, {.legacy_layout = true}), 3000);
  const double rim = 3000 * (board.square_m / 2 + board.square_m);
  const Camera camera = camera_of();
  std::vector<cv::Point2d> from, to;
  Camera plain = camera;
  plain.intrinsics->parameters[4] = 0;
  const Projector lens(*plain.intrinsics);
  for (const int id :
       {0, board.corners_x - 1, corner_count(board) - 1, corner_count(board) - board.corners_x}) {
    const Eigen::Vector2d p = flat_position(board, id);
    from.emplace_back(3000 * p.x() + rim - 0.5, 3000 * p.y() + rim - 0.5);
    const Eigen::Vector2d q = lens.project(pose * corner_position(board, id)).value();
    to.emplace_back(q.x(), q.y());
  }
  cv::Mat picture;
  cv::warpPerspective(
      drawn, picture,
      cv::getPerspectiveTransform(std::vector<cv::Point2f>(from.begin(), from.end()),
                                  std::vector<cv::Point2f>(to.begin(), to.end())),
      {1280, 720}, cv::INTER_AREA, cv::BORDER_CONSTANT, cv::Scalar(128));
  const Detection legacy = found(board, picture);
  EXPECT_EQ(to_text(legacy.print), "legacy layout");
  EXPECT_EQ(legacy.corners.size(), shot.truth.size());
  for (const Corner& corner : legacy.corners) {
    const Eigen::Vector2d q = lens.project(pose * corner_position(board, corner.id)).value();
    EXPECT_LT((q - Eigen::Vector2d(corner.x, corner.y)).norm(), 0.5);
  }
}

TEST(MarkerBoards, OtherMarkersAndNoMarkersAreToldApart) {
  const Board board = charuco(8, 6);
  const Shot shot = seen(board, before_camera(board, 0.5));
  Board other = board;
  other.first_marker = 100;
  EXPECT_EQ(found(other, shot.gray).reason, "other_markers");
  other = board;
  other.dictionary = "6X6_50";
  EXPECT_EQ(found(other, shot.gray).reason, "no_markers");
  EXPECT_THAT(diagnose_markers({shot.gray}, other, {1}),
              HasSubstr("markers 0 to 23 of 5X5 in 1 of 1 images, but 6X6_50 was asked for: use "
                        "--dictionary 5X5_50"));
  other = board;
  other.first_marker = 100;
  EXPECT_THAT(diagnose_markers({shot.gray}, other, {1}), HasSubstr("use --first-marker 0"));
  EXPECT_EQ(diagnose_markers({shot.gray}, board, {1}), "");  // the right markers
}

TEST(MarkerBoards, ASizeThatTheMarkersContradictIsToldWithTheRightOne) {
  const Board board = charuco(8, 6);
  const Shot shot = seen(board, before_camera(board, 0.5));
  for (const auto& [columns, rows] :
       {std::pair{6, 8}, {7, 6}, {9, 6}, {10, 6}, {5, 4}, {8, 5}, {12, 9}, {7, 5}})
    EXPECT_EQ(found(with_counts(board, columns, rows), shot.gray).reason, "wrong_size 8x6")
        << columns << "x" << rows;
  EXPECT_EQ(found(with_counts(board, 7, 5), ~shot.gray).reason, "wrong_size 8x6");
  const Board grid = aprilgrid();
  const Shot tags = seen(grid, before_camera(grid, 0.45));
  for (const auto& [columns, rows] : {std::pair{3, 4}, {5, 3}, {3, 3}, {4, 2}, {6, 6}})
    EXPECT_EQ(found(with_counts(grid, columns, rows), tags.gray).reason, "wrong_size 4x3")
        << columns << "x" << rows;
}

TEST(MarkerBoards, MoreRowsThanAreSeenAndOtherNumbersAreNotAWrongSize) {
  Board board = charuco(8, 6);
  const Shot shot = seen(board, before_camera(board, 0.5));
  EXPECT_EQ(found(with_counts(board, 8, 8), shot.gray).corners.size(), shot.truth.size());
  board.first_marker = 100;  // another board
  EXPECT_EQ(found(with_counts(board, 5, 4), shot.gray).reason, "other_markers");
}

TEST(MarkerBoards, APuzzleboardThatGoesOnBeyondItsSizeIsTold) {
  Board board{&kPuzzleboard, 11, 7, 0.04};
  board.first_marker = 501 * 20 + 31;
  const Shot shot = seen(board, before_camera(board, 0.75));
  for (const auto& [columns, rows] : {std::pair{7, 11}, {9, 7}, {11, 5}, {6, 5}})
    EXPECT_EQ(found(with_counts(board, columns, rows), shot.gray).reason, "wrong_size 11x7")
        << columns << "x" << rows;
  EXPECT_TRUE(found(with_counts(board, 12, 9), shot.gray).found());
}

TEST(MarkerBoards, AWrongFirstMarkerIsToldWithTheRightOne) {
  const auto with_first = [](Board board, int first) {
    board.first_marker = first;
    return board;
  };
  const Board squares = charuco(8, 6), tags = aprilgrid();
  const Shot shot = seen(squares, before_camera(squares, 0.5));
  EXPECT_EQ(found(with_first(squares, 8), shot.gray).reason, "wrong_first_marker 0");
  EXPECT_EQ(found(with_first(squares, 4), ~shot.gray).reason, "wrong_first_marker 0");
  const Shot of_tags = seen(tags, before_camera(tags, 0.45));
  EXPECT_EQ(found(with_first(tags, 4), of_tags.gray).reason, "wrong_first_marker 0");
  const Board puzzle = puzzleboard();
  const Shot of_dots = seen(puzzle, before_camera(puzzle, 0.75));
  for (const int wrong : {501 * 20 + 34, 501 * 20 + 29, 501 * 22 + 31, 501 * 19 + 33})
    EXPECT_EQ(found(with_first(puzzle, wrong), of_dots.gray).reason, "wrong_first_marker 10051");
  EXPECT_THAT(diagnose_puzzleboard({of_dots.gray}, with_first(puzzle, 100)),
              HasSubstr("use --first-marker 10051,"));
}

std::vector<bool> seen_in(const std::vector<cv::Mat>& images, const Board& board) {
  std::vector<bool> points(static_cast<std::size_t>(corner_count(board)));
  for (const cv::Mat& image : images)
    for (const Corner& corner : found(board, image).corners)
      points[static_cast<std::size_t>(corner.id)] = true;
  return points;
}

TEST(MarkerBoards, ABoardThatEndsBeforeItsLastRowsIsTold) {
  for (const auto& [board, told] : {std::pair{charuco(8, 6), charuco(8, 8)},
                                    {aprilgrid(), with_counts(aprilgrid(), 4, 5)},
                                    {puzzleboard(), with_counts(puzzleboard(), 13, 9)}}) {
    SCOPED_TRACE(board.type->name);
    std::vector<cv::Mat> images;
    for (const double turn : {-0.3, 0.3})
      images.push_back(seen(board, before_camera(board, 0.7, {0.2, turn, 0.1})).gray);
    const auto diagnosis = diagnose_extent(images, told, seen_in(images, told));
    ASSERT_TRUE(diagnosis);
    EXPECT_THAT(diagnosis->message, HasSubstr("use --board " + counted_size(board)));
    EXPECT_FALSE(diagnose_extent(images, board, seen_in(images, board)));
  }
}

// The rows from the last but one on, and what is below them, in one gray, or cut off if it is
// negative. Tags are numbered from below, so that their last rows are the upper ones.
cv::Mat hide_last_rows(const Shot& shot, const Board& board, int gray) {
  const bool at_top = board.type == &kAprilgrid;
  const double edge = at_top ? shot.truth[board.corners_x * 2 - 1].y() + 20
                             : shot.truth[corner_count(board) - board.corners_x * 2].y() - 20;
  const int row = static_cast<int>(edge);
  cv::Mat image = shot.gray.clone();
  if (gray < 0) return image.rowRange(at_top ? row : 0, at_top ? image.rows : row).clone();
  image.rowRange(at_top ? 0 : row, at_top ? row : image.rows).setTo(gray);
  return image;
}

TEST(MarkerBoards, LinesThatAreAlwaysHiddenAreNotTakenForTheEndOfTheBoard) {
  for (const Board& board : {charuco(8, 6), aprilgrid(), puzzleboard()}) {
    SCOPED_TRACE(board.type->name);
    const std::array shots = {seen(board, before_camera(board, 0.7, {0, -0.2, 0})),
                              seen(board, before_camera(board, 0.7, {0, 0.2, 0}))};
    for (const int gray : {-1, 60, 200}) {
      std::vector<cv::Mat> images;
      for (const Shot& shot : shots) images.push_back(hide_last_rows(shot, board, gray));
      const std::vector<bool> points = seen_in(images, board);
      EXPECT_TRUE(has_unseen_lines(board, points));
      EXPECT_FALSE(diagnose_extent(images, board, points)) << gray;
    }
  }
}

TEST(MarkerBoards, AnAprilgridIsFoundWithItsNumbers) {
  const Board board = aprilgrid();
  for (const double distance : {0.45, 0.8}) {
    SCOPED_TRACE(distance);
    const Shot shot = seen(board, before_camera(board, distance));
    const Detection detection = found(board, shot.gray);
    EXPECT_GE(detection.corners.size(), 0.9 * static_cast<double>(shot.truth.size()))
        << detection.reason;
    EXPECT_LT(rms(shot, detection), 0.1);
  }
}

// A gray ellipse covers a part of the picture. Returns the number of true corners outside it.
int cover(Shot& shot, const Board& board, cv::Point center, cv::Size half) {
  cv::Mat mask = cv::Mat::zeros(shot.gray.size(), CV_8U);
  cv::ellipse(mask, center, half, 0, 0, 360, 255, cv::FILLED);
  shot.gray.setTo(130, mask);
  int visible = 0;
  for (int id = 0; id < corner_count(board); ++id) {
    const Eigen::Vector2d& p = shot.truth[static_cast<std::size_t>(id)];
    const cv::Rect around(static_cast<int>(p.x()) - 6, static_cast<int>(p.y()) - 6, 13, 13);
    const cv::Rect inside = around & cv::Rect({}, mask.size());
    visible += inside == around && cv::countNonZero(mask(inside)) == 0;
  }
  return visible;
}

TEST(MarkerBoards, CoveredBoardsKeepTheNumbersOfAllCornersThatAreSeen) {
  for (const Board& board : {charuco(9, 7), aprilgrid(), puzzleboard()}) {
    SCOPED_TRACE(board.type->name);
    Shot shot = seen(board, before_camera(board, 0.55));
    const int visible = cover(shot, board, {520, 380}, {150, 110});
    const Detection detection = found(board, shot.gray);
    // A corner without a neighbor in its row or in its column is left out.
    EXPECT_GE(static_cast<int>(detection.corners.size()), 3 * visible / 4) << detection.reason;
    EXPECT_LT(rms(shot, detection), 0.03);
  }
}

TEST(MarkerBoards, APuzzleboardIsFoundWithItsPlaceInThePattern) {
  const Board board = puzzleboard();
  const Shot shot = seen(board, before_camera(board, 0.75, {0.2, -0.3, 2.0}));
  const Detection detection = found(board, shot.gray);
  EXPECT_EQ(detection.corners.size(), shot.truth.size()) << detection.reason;
  EXPECT_LT(rms(shot, detection), 0.02);
  Board elsewhere = board;
  elsewhere.first_marker = 501 * 300 + 100;
  EXPECT_FALSE(found(elsewhere, shot.gray).found());
}

TEST(MarkerBoards, CodesAreReadThroughALensThatBendsTheBoard) {
  for (Board board : {charuco(8, 6), aprilgrid(), puzzleboard()}) {
    SCOPED_TRACE(board.type->name);
    Camera camera{"cam", {1280, 720}};
    camera.intrinsics = make_intrinsics("fisheye", {1280, 720}, 380, 381, 640, 358);
    SynthOptions options;
    const Pose pose = before_camera(board, 0.2);
    Shot shot{Renderer(camera, board, options).render(pose, 5), {}};
    const Projector lens(*camera.intrinsics);
    for (int id = 0; id < corner_count(board); ++id) {
      const auto pixel = lens.project(pose * corner_position(board, id));
      shot.truth.push_back(pixel ? *pixel : Eigen::Vector2d(-100, -100));
    }
    const Detection detection = found(board, shot.gray);
    EXPECT_GE(detection.corners.size(), 20u) << detection.reason;
    EXPECT_LT(rms(shot, detection), 0.03);
  }
}

TEST(MarkerBoards, CirclesAreFoundInTheirOrder) {
  for (const auto& [type, columns, rows] : {std::tuple{&kCircles, 8, 5}, {&kAcircles, 4, 11}}) {
    SCOPED_TRACE(type->name);
    const Board board{type, columns, rows, 0.03};
    const Shot shot = seen(board, before_camera(board, 0.6, {0.2, 0.15, 0.1}));
    const Detection detection = found(board, shot.gray);
    ASSERT_EQ(detection.corners.size(), shot.truth.size()) << detection.reason;
    EXPECT_LT(rms(shot, detection), 0.3);
    const Detection inverted = found(board, ~shot.gray);
    EXPECT_EQ(to_text(inverted.print), "white on black");
  }
}

TEST(Dictionaries, AreFoundByTheNamesPeopleUse) {
  EXPECT_EQ(find_dictionary("DICT_4X4_1000"), "4X4_1000");
  EXPECT_EQ(find_dictionary("4x4_1000"), "4X4_1000");
  EXPECT_EQ(find_dictionary("tag36h11"), "APRILTAG_36h11");
  EXPECT_EQ(find_dictionary("DICT_APRILTAG_36h11"), "APRILTAG_36h11");
  EXPECT_THAT([] { find_dictionary("4X4_1001"); },
              ::testing::ThrowsMessage<Error>(HasSubstr("did you mean '4X4_100'?")));
  EXPECT_THAT(
      [] { marker_code("4X4_50", 50); },
      ::testing::ThrowsMessage<Error>(HasSubstr("has the markers 0 to 49, but 50 is needed")));
}

TEST(BoardPattern, RasterisesTheExactMeanOfEveryPixel) {
  const Board board{&kChessboard, 3, 2, 0.01};
  const BoardPattern pattern = board_pattern(board);
  EXPECT_EQ(pattern.rects.size(), 6u);  // of 4x3 squares
  const cv::Mat fine = rasterize(pattern, 1000), odd = rasterize(pattern, 730);
  EXPECT_EQ(fine.at<uchar>(10, 10), 0);  // the dark square outside corner 0, after half a square
  EXPECT_EQ(fine.at<uchar>(10, 20), 255);
  // Six dark squares of 7.3 pixels on a sheet of 36.5x29.2 pixels, in an image of 37x30.
  EXPECT_NEAR(cv::mean(odd)[0], 255 * (1 - 6 * 7.3 * 7.3 / (37 * 30)), 0.3);
}

}  // namespace
}  // namespace calib
