#include "synth/render.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "base/parallel.hpp"
#include "scene/board_faces.hpp"
#include "support/error_text.hpp"
#include "synth/random.hpp"
#include "synth/usual_board.hpp"
#include "target/chessboard_pattern.hpp"

namespace calib {
namespace {

using calib::testing::error_text;
using ::testing::HasSubstr;

constexpr double kDark = 40, kBright = 215;  // gray levels in full light

SynthOptions plain() {
  SynthOptions options;
  options.noise = 0;
  options.blur_px = 0;
  options.falloff = 0;
  return options;
}

Camera barrel_camera(ImageSize size = {640, 480}) {
  Camera camera{"cam0", size};
  camera.intrinsics =
      make_intrinsics("opencv5", size, 520, 521, size.width / 2.0 + 1.3, size.height / 2.0 - 2.1);
  const std::vector<double> distortion = {-0.28, 0.07, 2e-4, -1e-4, 0.005};
  std::copy(distortion.begin(), distortion.end(), camera.intrinsics->parameters.begin() + 4);
  return camera;
}

// A board whose middle is at `place`, and which faces the camera if `turn` is zero.
Pose board_at(const Eigen::Vector3d& place, const Eigen::Vector3d& turn) {
  const Eigen::Quaterniond rotation = exp_so3(turn);
  return {rotation, place - rotation * (0.03 * Eigen::Vector3d(5, 3.5, 0))};
}

const Pose kTilted = board_at({0.01, -0.02, 0.75}, {0.4, -0.5, 0.15});
const Pose kFacing = board_at({0, 0, 0.5}, {0, 0, 0});

TEST(Render, IsTheSameEveryTimeOnAnyThread) {
  const SynthOptions options;
  const Renderer renderer(barrel_camera(), testing::kUsualBoard, options);
  const cv::Mat once = renderer.render(kTilted, view_seed(1, 0, 5));
  const Renderer again(barrel_camera(), testing::kUsualBoard, options);
  std::vector<cv::Mat> pictures(8);
  parallel_for(pictures.size(), 4,
               [&](std::size_t i) { pictures[i] = again.render(kTilted, view_seed(1, 0, 5)); });
  for (const cv::Mat& picture : pictures) EXPECT_EQ(cv::norm(picture, once, cv::NORM_INF), 0);
  EXPECT_GT(cv::norm(renderer.render(kTilted, view_seed(1, 0, 6)), once, cv::NORM_INF), 0);
}

TEST(Render, IsAnEightBitGrayPictureOfTheCamerasSize) {
  const cv::Mat picture =
      Renderer(barrel_camera({321, 243}), testing::kUsualBoard, {}).render(kTilted, 1);
  EXPECT_EQ(picture.type(), CV_8UC1);
  EXPECT_EQ(picture.size(), cv::Size(321, 243));
}

// Every square, the quiet zone and the background are where the true pose puts them.
TEST(Render, ShowsTheBoardWithItsQuietZone) {
  const Projector projector(*barrel_camera().intrinsics);
  const cv::Mat picture =
      Renderer(barrel_camera(), testing::kUsualBoard, plain()).render(kTilted, 1);
  for (double x = -2.5; x < 13; ++x) {
    for (double y = -2.5; y < 10; ++y) {
      const auto pixel = projector.project(kTilted * (0.03 * Eigen::Vector3d(x, y, 0)));
      const cv::Point p(cvRound(pixel->x()), cvRound(pixel->y()));
      ASSERT_TRUE(cv::Rect(cv::Point(), picture.size()).contains(p));
      const double reflectance = chessboard_reflectance(testing::kUsualBoard, 0.03 * x, 0.03 * y);
      const int gray = picture.at<uchar>(p);
      if (reflectance < 0) {
        EXPECT_LT(gray, 190) << x << " " << y;
        EXPECT_GT(gray, 45) << x << " " << y;
      } else {
        EXPECT_EQ(gray, reflectance > 0 ? kBright : kDark) << x << " " << y;
      }
    }
  }
}

// The reference is the mean of 64 x 64 exact rays for each pixel.
TEST(Render, AgreesWithBruteForceSampling) {
  constexpr int kSamples = 64;
  const Camera camera = barrel_camera();
  const Projector projector(*camera.intrinsics);
  const cv::Mat picture = Renderer(camera, testing::kUsualBoard, plain()).render(kTilted, 1);
  const Pose T_board_cam = kTilted.inverse();
  double sum = 0, squares = 0, worst = 0;
  int count = 0;
  for (const int id : {0, 49, 87}) {
    const Eigen::Vector2d corner =
        *projector.project(kTilted * corner_position(testing::kUsualBoard, id)) +
        Eigen::Vector2d(0.5, 0.5);
    for (int y = static_cast<int>(corner.y()) - 3; y < corner.y() + 3; ++y) {
      for (int x = static_cast<int>(corner.x()) - 3; x < corner.x() + 3; ++x) {
        double mean = 0;
        for (int i = 0; i < kSamples * kSamples; ++i) {
          const Eigen::Vector2d offset((i % kSamples + 0.5) / kSamples - 0.5,
                                       (i / kSamples + 0.5) / kSamples - 0.5);
          const Eigen::Vector3d ray =
              T_board_cam.rotation * *projector.unproject(Eigen::Vector2d(x, y) + offset);
          const Eigen::Vector3d hit =
              T_board_cam.translation - ray * (T_board_cam.translation.z() / ray.z());
          mean += chessboard_reflectance(testing::kUsualBoard, hit.x(), hit.y());
        }
        mean = kDark + (kBright - kDark) * mean / (kSamples * kSamples);
        const double error = picture.at<uchar>(y, x) - mean;
        sum += error;
        squares += error * error;
        worst = std::max(worst, std::abs(error));
        ++count;
      }
    }
  }
  // Rounding to integers gives up to 0.5. Each of the 64 rows of samples meets a slanted edge
  // within 1/64 px, which gives 175 / 64 / sqrt(12) / sqrt(64) = 0.1; four times this is allowed.
  EXPECT_LT(worst, 0.9);
  // Rounding gives 0.29 and sampling 0.1.
  EXPECT_LT(std::sqrt(squares / count), 0.35);
  // An error of 0.005 px would add 0.9 gray levels to each pixel of an edge.
  EXPECT_NEAR(sum / count, 0, 0.1);
}

// Measures where the edge between two squares crosses a row of pixels (a column if `transposed`),
// from the sum of the gray levels between the middles of the squares, which blur does not change:
// sum = dark * (edge - first + 0.5) + bright * (last + 0.5 - edge).
double edge_from_light(const cv::Mat& picture, bool transposed, int row, int first, int last) {
  const auto gray = [&](int i) {
    return static_cast<double>(transposed ? picture.at<uchar>(i, row) : picture.at<uchar>(row, i));
  };
  const double low = gray(first), high = gray(last);
  double sum = 0;
  for (int i = first; i <= last; ++i) sum += gray(i);
  return (sum - high * (last + 0.5) + low * (first - 0.5)) / (low - high);
}

// A point of an edge between two squares.
struct EdgePoint {
  int line = 0, square = 0;  // the line of the board, and the square along it
  int row = 0;               // the row of pixels
  double place = 0;          // the measured position in that row
  double truth = 0;
};

// Points on every inner edge of the board, in the middle of each side of a square.
std::vector<EdgePoint> edge_points(const cv::Mat& picture, const Projector& projector,
                                   const Pose& T_cam_board, bool transposed) {
  std::vector<EdgePoint> points;
  const int along = transposed ? 0 : 1;  // index of the pixel coordinate along the edge
  const int lines = transposed ? testing::kUsualBoard.corners_y : testing::kUsualBoard.corners_x;
  const int squares = transposed ? testing::kUsualBoard.corners_x : testing::kUsualBoard.corners_y;
  const auto pixel = [&](double line, double place) {
    const Eigen::Vector3d p(transposed ? place : line, transposed ? line : place, 0);
    return *projector.project(T_cam_board * (testing::kUsualBoard.square_m * p));
  };
  for (int line = 0; line < lines; ++line) {
    for (int square = -1; square < squares; ++square) {
      const double begin = pixel(line, square + 0.3)[along], end = pixel(line, square + 0.7)[along];
      for (int row = static_cast<int>(std::ceil(std::min(begin, end))); row < std::max(begin, end);
           ++row) {
        double low = square + 0.2, high = square + 0.8;  // Bisection for the point in this row.
        if (pixel(line, low)[along] > pixel(line, high)[along]) std::swap(low, high);
        for (int i = 0; i < 50; ++i) {
          const double middle = (low + high) / 2;
          (pixel(line, middle)[along] < row ? low : high) = middle;
        }
        const int before = cvRound(pixel(line - 0.5, low)[1 - along]);
        const int after = cvRound(pixel(line + 0.5, low)[1 - along]);
        points.push_back({line, square, row,
                          edge_from_light(picture, transposed, row, std::min(before, after),
                                          std::max(before, after)),
                          pixel(line, low)[1 - along]});
      }
    }
  }
  return points;
}

// Boards everywhere in the image, near and far, with little roll, so that a row of pixels goes from
// the middle of one square to the middle of the next.
const std::vector<Pose> kPlaces = {board_at({0, 0, 0.5}, {0.02, 0.01, 0.05}),
                                   board_at({0.13, 0.05, 0.6}, {0.5, 0.1, 0.1}),
                                   board_at({-0.14, 0.06, 0.6}, {0.1, 0.55, -0.1}),
                                   board_at({0.2, -0.1, 0.75}, {-0.3, -0.4, 0.12}),
                                   board_at({-0.2, -0.1, 0.75}, {0.3, -0.5, 0.08})};

// A camera of a synthetic rig with typical distortion of the model.
Camera synthetic_camera(const std::string& model) {
  SynthOptions options;
  options.model = model;
  options.frames = 1;
  options.cameras = 1;
  return make_synthetic_rig(options, testing::kUsualBoard).cameras[0];
}

class EdgePlaces : public ::testing::TestWithParam<std::tuple<std::string, double, bool>> {};

TEST_P(EdgePlaces, AreTrue) {
  const auto& [model, blur_px, transposed] = GetParam();
  SynthOptions options = plain();
  options.blur_px = blur_px;
  const Camera camera = synthetic_camera(model);
  const Renderer renderer(camera, testing::kUsualBoard, options);
  const Projector projector(*camera.intrinsics);
  for (const Pose& pose : kPlaces) {
    const std::vector<EdgePoint> points =
        edge_points(renderer.render(pose, 1), projector, pose, transposed);
    ASSERT_GT(points.size(), 500u);
    double sum = 0, squares = 0;
    for (const EdgePoint& point : points) {
      sum += point.place - point.truth;
      squares += (point.place - point.truth) * (point.place - point.truth);
    }
    const double count = static_cast<double>(points.size());
    // Rounding adds 0.29 gray levels to each pixel that is neither dark nor bright, of which there
    // are up to ten if a blurred edge is slanted: 0.29 * sqrt(10) / 175 px.
    EXPECT_LT(std::sqrt(squares / count), 0.0053) << pose.translation.transpose();
    // The rounding averages out.
    EXPECT_NEAR(sum / count, 0, 0.0005) << pose.translation.transpose();
  }
}

INSTANTIATE_TEST_SUITE_P(Renders, EdgePlaces,
                         ::testing::Combine(::testing::Values("pinhole", "opencv5", "opencv12",
                                                              "fisheye"),
                                            ::testing::Values(0.0, 0.7), ::testing::Bool()));

// The least-squares line place = a + b * row through the points of one line next to one corner.
Eigen::Vector2d fit_line(const std::vector<EdgePoint>& points, int line, int corner) {
  Eigen::Matrix2d normal = Eigen::Matrix2d::Zero();
  Eigen::Vector2d right = Eigen::Vector2d::Zero();
  for (const EdgePoint& point : points) {
    if (point.line != line || point.square < corner - 1 || point.square > corner) continue;
    const Eigen::Vector2d row(1, point.row);
    normal += row * row.transpose();
    right += row * point.place;
  }
  return normal.fullPivLu().solve(right);
}

// The accuracy that the header states, for the crossing of the edges at each corner. There is no
// distortion, so that the edges are straight.
TEST(Render, EdgesCrossWithinFiveThousandthsOfTheTrueCorner) {
  SynthOptions options = plain();
  options.blur_px = 0.7;
  const Camera camera = synthetic_camera("pinhole");
  const Renderer renderer(camera, testing::kUsualBoard, options);
  const Projector projector(*camera.intrinsics);
  for (const Pose& pose : kPlaces) {
    const cv::Mat picture = renderer.render(pose, 1);
    const std::vector<EdgePoint> down = edge_points(picture, projector, pose, false);
    const std::vector<EdgePoint> across = edge_points(picture, projector, pose, true);
    for (int id = 0; id < corner_count(testing::kUsualBoard); ++id) {
      const int i = id % testing::kUsualBoard.corners_x, j = id / testing::kUsualBoard.corners_x;
      const Eigen::Vector2d v = fit_line(down, i, j), h = fit_line(across, j, i);
      const double x = (v[0] + v[1] * h[0]) / (1 - v[1] * h[1]);
      const Eigen::Vector2d measured(x, h[0] + h[1] * x);
      const Eigen::Vector2d error =
          measured - *projector.project(pose * corner_position(testing::kUsualBoard, id));
      EXPECT_LT(error.norm(), 0.005) << pose.translation.transpose() << ", corner " << id;
    }
  }
}

// cornerSubPix finds the true corners within its own accuracy.
TEST(Render, CornerSubPixFindsTheTrueCorners) {
  SynthOptions options = plain();
  options.blur_px = 0.7;
  options.frames = 8;
  options.partial = 0;
  options.cameras = 1;
  const Calibration truth = make_synthetic_rig(options, testing::kUsualBoard);
  const Renderer renderer(truth.cameras[0], testing::kUsualBoard, options);
  Eigen::Vector2d sum = Eigen::Vector2d::Zero();
  double squares = 0;
  int count = 0;
  for (const View& view : true_observations(truth, 0).views) {
    const cv::Mat picture = renderer.render(truth.frames.at(view.frame), 1);
    std::vector<cv::Point2f> corners;
    for (const Corner& corner : view.corners) corners.emplace_back(corner.x, corner.y);
    cv::cornerSubPix(picture, corners, cv::Size(4, 4), cv::Size(-1, -1),
                     cv::TermCriteria(cv::TermCriteria::EPS + cv::TermCriteria::COUNT, 100, 1e-4));
    for (std::size_t i = 0; i < corners.size(); ++i) {
      const Eigen::Vector2d error(corners[i].x - view.corners[i].x,
                                  corners[i].y - view.corners[i].y);
      sum += error;
      squares += error.squaredNorm();
      ++count;
    }
  }
  // cornerSubPix samples bilinearly, so that its error depends on the position within a pixel: 0.03
  // px in images without noise, which is far more than the error of the image.
  EXPECT_LT(std::sqrt(squares / count / 2), 0.04);
  // This error has no preferred direction. Five standard errors over about 700 corners.
  EXPECT_LT((sum / count).norm(), 0.008);
}

// Two pixels away from the edges, only falloff and noise change the gray levels.
cv::Mat flat_mask(const cv::Mat& clean) {
  cv::Mat bright = clean == kBright;
  cv::erode(bright, bright, cv::Mat::ones(9, 9, CV_8U));
  return bright;
}

TEST(Render, NoiseHasTheAskedDeviation) {
  SynthOptions options = plain();
  const cv::Mat clean = Renderer(barrel_camera(), testing::kUsualBoard, options).render(kFacing, 1);
  options.noise = 3;
  const cv::Mat noisy = Renderer(barrel_camera(), testing::kUsualBoard, options).render(kFacing, 1);
  const cv::Mat mask = flat_mask(clean);
  const double count = cv::countNonZero(mask);
  ASSERT_GT(count, 5000);
  cv::Scalar mean, deviation;
  cv::meanStdDev(noisy, mean, deviation, mask);
  // Rounding adds 1 / 12 to the variance. Five standard errors.
  EXPECT_NEAR(deviation[0], std::sqrt(9 + 1.0 / 12), 5 * 3 / std::sqrt(2 * count));
  EXPECT_NEAR(mean[0], kBright, 5 * 3 / std::sqrt(count));
}

TEST(Render, LightFallsTowardTheCorners) {
  SynthOptions options = plain();
  const cv::Mat clean = Renderer(barrel_camera(), testing::kUsualBoard, options).render(kFacing, 1);
  options.falloff = 0.4;
  const cv::Mat dimmed =
      Renderer(barrel_camera(), testing::kUsualBoard, options).render(kFacing, 1);
  const cv::Mat mask = flat_mask(clean);
  int count = 0;
  for (int y = 0; y < mask.rows; ++y) {
    for (int x = 0; x < mask.cols; ++x) {
      if (mask.at<uchar>(y, x) == 0) continue;
      const double square =
          (std::pow(x - 319.5, 2) + std::pow(y - 239.5, 2)) / (319.5 * 319.5 + 239.5 * 239.5);
      // Rounding gives half a gray level.
      ASSERT_NEAR(dimmed.at<uchar>(y, x), kBright * (1 - 0.4 * square), 0.51) << x << " " << y;
      ++count;
    }
  }
  EXPECT_GT(count, 5000);
  // The corner of the image loses the whole share. It shows background, and is therefore compared
  // with the image without falloff.
  EXPECT_NEAR(dimmed.at<uchar>(0, 0), 0.6 * clean.at<uchar>(0, 0), 1);
}

// The derivative of a blurred step is a normal distribution with the variance sigma^2, plus 1/12
// for the width of a pixel.
// A board that moves by some pixels while the rows are read looks like one that is where each row
// sees it: sheared, or longer.
TEST(Render, RowsSeeTheBoardOneAfterTheOther) {
  const Renderer renderer(barrel_camera(), testing::kUsualBoard, plain());
  const double line_delay_s = 50e-6;
  const Eigen::Vector3d velocity(0.4, -0.3, 0);  // meters per second
  const auto moved = [&](double time_s) {
    return Pose{kTilted.rotation, kTilted.translation + time_s * velocity};
  };
  const cv::Mat picture = renderer.render(MovingBoard{moved, line_delay_s, 0}, 1);
  for (const int row : {190, 240, 290}) {
    const cv::Mat still = renderer.render(moved(line_delay_s * row), 1);
    // The rows above and below are a hundredth of a pixel away from where the still board has them.
    EXPECT_LE(cv::norm(picture.row(row), still.row(row), cv::NORM_INF), 6) << row;
    EXPECT_GT(cv::norm(picture.row(row), renderer.render(moved(0), 1).row(row), cv::NORM_INF), 60);
  }
}

TEST(Render, AnExposureIsTheMeanOfWhatIsSeen) {
  const Renderer renderer(barrel_camera(), testing::kUsualBoard, plain());
  const auto moved = [&](double time_s) {
    return Pose{kFacing.rotation, kFacing.translation + time_s * Eigen::Vector3d(1, 0, 0)};
  };
  const double exposure_s = 4e-3;  // 4 px
  const cv::Mat picture = renderer.render(MovingBoard{moved, 0, exposure_s}, 1);
  cv::Mat sum(picture.size(), CV_64F, cv::Scalar(0));
  constexpr int kSteps = 200;
  for (int i = 0; i < kSteps; ++i)
    cv::accumulate(renderer.render(moved(exposure_s * ((i + 0.5) / kSteps - 0.5)), 1), sum);
  cv::Mat mean;
  cv::Mat(sum / kSteps).convertTo(mean, CV_8U);
  // Steps of a quarter of a pixel change an edge of 175 gray levels by a few of them.
  EXPECT_LE(cv::norm(picture, mean, cv::NORM_INF), 4);
  EXPECT_GT(cv::norm(picture, renderer.render(moved(0), 1), cv::NORM_INF), 60);
}

TEST(Render, BlurHasTheAskedWidth) {
  for (const double blur_px : {0.7, 1.5}) {
    SynthOptions options = plain();
    options.blur_px = blur_px;
    Camera camera{"cam0", {640, 480}};
    camera.intrinsics = make_intrinsics("pinhole", {640, 480}, 1000, 1000, 319.7, 239.5);
    const cv::Mat picture = Renderer(camera, testing::kUsualBoard, options).render(kFacing, 1);
    // The vertical edge at x = 5 squares, which is at 319.7 px. A square has 60 px.
    const int row = 240;
    double weight = 0, mean = 0, square = 0;
    for (int x = 300; x < 340; ++x) {
      const double step = picture.at<uchar>(row, x + 1) - picture.at<uchar>(row, x);
      weight += step;
      mean += step * (x + 0.5);
      square += step * (x + 0.5) * (x + 0.5);
    }
    mean /= weight;
    EXPECT_NEAR(std::abs(weight), kBright - kDark, 1e-9);
    // Rounding of about ten pixels.
    EXPECT_NEAR(mean, 319.7, 0.01);
    // Without blur, the step is inside one pixel, at a fifth of it, and has the variance 0.2 * 0.8.
    // The tolerance covers rounding of the tails and the end of the kernel at four sigma.
    EXPECT_NEAR(square / weight - mean * mean, blur_px * blur_px + 0.16, 0.05) << blur_px;
  }
}

TEST(Render, TheBackIsAPlainSheet) {
  const cv::Mat empty = Renderer(barrel_camera(), testing::kUsualBoard, plain())
                            .render(board_at({0, 0, -1}, {0, 0, 0}), 1);
  const Pose back = board_at({0, 0, 0.5}, {0, 3.14159265358979, 0});
  const cv::Mat picture = Renderer(barrel_camera(), testing::kUsualBoard, plain()).render(back, 1);
  const cv::Mat sheet = picture != empty;
  EXPECT_GT(cv::countNonZero(sheet), 50000);
  cv::Mat inside;
  cv::erode(picture == 150, inside, cv::Mat::ones(3, 3, CV_8U));
  EXPECT_GT(cv::countNonZero(inside), 50000);
}

// From each side a panel looks like the board on this side alone, whatever its thickness.
TEST(Render, APanelShowsTheFaceThatIsTurnedToTheCamera) {
  const Board front = testing::kUsualBoard;
  const Board back{&kChessboard, 6, 5, 0.04};
  for (const double thickness_m : {0.0, 0.01}) {
    const Pose T_front_back = back_pose(front, back, {thickness_m, 0.3});
    const Renderer panel(barrel_camera(), two_faced(front, back, T_front_back), plain());
    const Renderer only_front(barrel_camera(), front, plain());
    const Renderer only_back(barrel_camera(), back, plain());
    const cv::Mat seen_front = panel.render(kTilted, 1);
    EXPECT_EQ(cv::norm(seen_front, only_front.render(kTilted, 1), cv::NORM_INF), 0);
    const Pose turned = kTilted * T_front_back.inverse();
    const cv::Mat seen_back = panel.render(turned, 1);
    EXPECT_EQ(cv::norm(seen_back, only_back.render(turned * T_front_back, 1), cv::NORM_INF), 0);
    EXPECT_GT(cv::norm(seen_back, seen_front, cv::NORM_INF), 100);
  }
}

TEST(Render, ABoardBehindTheCameraIsNotSeen) {
  for (const std::string model : {"opencv5", "fisheye"}) {
    Camera camera{"cam0", {640, 480}};
    camera.intrinsics = make_intrinsics(model, {640, 480}, 400, 400, 319.5, 239.5);
    const Renderer renderer(camera, testing::kUsualBoard, plain());
    const cv::Mat a = renderer.render(board_at({0, 0, -1}, {0, 0, 0}), 1);
    const cv::Mat b = renderer.render(board_at({0.3, 0.1, -2}, {0.5, 0.3, 0}), 1);
    EXPECT_EQ(cv::norm(a, b, cv::NORM_INF), 0) << model;
  }
}

// A board that is half in front of the camera and half behind it.
TEST(Render, ABoardThroughTheCamerasPlaneIsDrawnAsFarAsItIsSeen) {
  const Pose through = board_at({0, 0, 0.05}, {1.2, 0, 0});
  const Renderer renderer(barrel_camera(), testing::kUsualBoard, plain());
  const cv::Mat picture = renderer.render(through, 1);
  EXPECT_GT(cv::countNonZero(picture == kDark) + cv::countNonZero(picture == 150), 1000);
}

TEST(Render, AFisheyeSeesBeyondTheRightAngle) {
  Camera camera{"cam0", {640, 480}};
  camera.intrinsics = make_intrinsics("fisheye", {640, 480}, 180, 180, 319.5, 239.5);
  const Pose sideways = board_at({0.3, 0, -0.02}, {0, 1.5, 0});  // 94 degrees off the axis
  const cv::Mat picture = Renderer(camera, testing::kUsualBoard, plain()).render(sideways, 1);
  const Projector projector(*camera.intrinsics);
  for (const double x : {2.5, 4.5, 5.5}) {
    const auto pixel = projector.project(sideways * (0.03 * Eigen::Vector3d(x, 3.5, 0)));
    ASSERT_TRUE(pixel);
    EXPECT_EQ(
        picture.at<uchar>(cvRound(pixel->y()), cvRound(pixel->x())),
        chessboard_reflectance(testing::kUsualBoard, 0.03 * x, 0.03 * 3.5) > 0 ? kBright : kDark);
  }
}

TEST(Render, PixelsWithoutARayAreDark) {
  Camera camera{"cam0", {200, 200}};
  camera.intrinsics = make_intrinsics("opencv4", {200, 200}, 60, 60, 99.5, 99.5);
  camera.intrinsics->parameters[4] = -0.1;
  const cv::Mat picture = Renderer(camera, testing::kUsualBoard, plain()).render(kFacing, 1);
  EXPECT_LT(picture.at<uchar>(0, 0), 10);
  EXPECT_LT(picture.at<uchar>(199, 199), 10);
}

TEST(Render, BackgroundsDifferBetweenCamerasAndSeeds) {
  const Pose nowhere = board_at({0, 0, -1}, {0, 0, 0});
  Camera other = barrel_camera();
  other.name = "cam1";
  SynthOptions reseeded = plain();
  reseeded.seed = 2;
  const cv::Mat a = Renderer(barrel_camera(), testing::kUsualBoard, plain()).render(nowhere, 1);
  EXPECT_GT(
      cv::norm(a, Renderer(other, testing::kUsualBoard, plain()).render(nowhere, 1), cv::NORM_INF),
      20);
  EXPECT_GT(
      cv::norm(a, Renderer(barrel_camera(), testing::kUsualBoard, reseeded).render(nowhere, 1),
               cv::NORM_INF),
      20);
}

TEST(Render, NeedsIntrinsics) {
  EXPECT_THAT(error_text([] {
                Renderer(Camera{"cam7", {64, 64}}, testing::kUsualBoard, {});
              }),
              HasSubstr("camera 'cam7' has no intrinsics"));
}

}  // namespace
}  // namespace calib
