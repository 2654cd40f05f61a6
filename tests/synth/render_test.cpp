#include "synth/render.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "base/parallel.hpp"
#include "support/error_text.hpp"
#include "synth/random.hpp"
#include "target/chessboard_pattern.hpp"

namespace calib {
namespace {

using calib::testing::error_text;
using ::testing::HasSubstr;

const Board kBoard{"chessboard", 11, 8, 0.03};
constexpr double kDark = 40, kBright = 215;  // in full light

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

// The board's middle at `place`, turned by `turn` from facing the camera.
Pose board_at(const Eigen::Vector3d& place, const Eigen::Vector3d& turn) {
  const Eigen::Quaterniond rotation = exp_so3(turn);
  return {rotation, place - rotation * (0.03 * Eigen::Vector3d(5, 3.5, 0))};
}

const Pose kTilted = board_at({0.01, -0.02, 0.55}, {0.4, -0.5, 0.15});
const Pose kFacing = board_at({0, 0, 0.5}, {0, 0, 0});

TEST(Render, IsTheSameEveryTimeOnAnyThread) {
  const SynthOptions options;
  const Renderer renderer(barrel_camera(), kBoard, options);
  const cv::Mat once = renderer.render(kTilted, view_seed(1, 0, 5));
  const Renderer again(barrel_camera(), kBoard, options);
  std::vector<cv::Mat> pictures(8);
  parallel_for(pictures.size(), 4,
               [&](std::size_t i) { pictures[i] = again.render(kTilted, view_seed(1, 0, 5)); });
  for (const cv::Mat& picture : pictures) EXPECT_EQ(cv::norm(picture, once, cv::NORM_INF), 0);
  EXPECT_GT(cv::norm(renderer.render(kTilted, view_seed(1, 0, 6)), once, cv::NORM_INF), 0);
}

TEST(Render, IsAnEightBitGreyPictureOfTheCamerasSize) {
  const cv::Mat picture = Renderer(barrel_camera({321, 243}), kBoard, {}).render(kTilted, 1);
  EXPECT_EQ(picture.type(), CV_8UC1);
  EXPECT_EQ(picture.size(), cv::Size(321, 243));
}

// Every square, the quiet zone and what lies beyond, where the truth says they are.
TEST(Render, ShowsTheBoardWithItsQuietZone) {
  const Projector projector(*barrel_camera().intrinsics);
  const cv::Mat picture = Renderer(barrel_camera(), kBoard, plain()).render(kTilted, 1);
  for (double x = -2.5; x < 13; ++x) {
    for (double y = -2.5; y < 10; ++y) {
      const auto pixel = projector.project(kTilted * (0.03 * Eigen::Vector3d(x, y, 0)));
      const cv::Point p(cvRound(pixel->x()), cvRound(pixel->y()));
      ASSERT_TRUE(cv::Rect(cv::Point(), picture.size()).contains(p));
      const double reflectance = chessboard_reflectance(kBoard, 0.03 * x, 0.03 * y);
      const int grey = picture.at<uchar>(p);
      if (reflectance < 0) {
        EXPECT_LT(grey, 190) << x << " " << y;
        EXPECT_GT(grey, 45) << x << " " << y;
      } else {
        EXPECT_EQ(grey, reflectance > 0 ? kBright : kDark) << x << " " << y;
      }
    }
  }
}

// The judge: each pixel as the mean of 32 x 32 exact rays.
TEST(Render, AgreesWithBruteForceSampling) {
  constexpr int kSamples = 32;
  const Camera camera = barrel_camera();
  const Projector projector(*camera.intrinsics);
  const cv::Mat picture = Renderer(camera, kBoard, plain()).render(kTilted, 1);
  const Pose T_board_cam = kTilted.inverse();
  double sum = 0, squares = 0, worst = 0;
  int count = 0;
  for (const int id : {0, 16, 49, 87}) {
    const Eigen::Vector2d corner =
        *projector.project(kTilted * corner_position(kBoard, id)) + Eigen::Vector2d(0.5, 0.5);
    for (int y = static_cast<int>(corner.y()) - 4; y < corner.y() + 4; ++y) {
      for (int x = static_cast<int>(corner.x()) - 4; x < corner.x() + 4; ++x) {
        double mean = 0;
        for (int i = 0; i < kSamples * kSamples; ++i) {
          const Eigen::Vector2d offset((i % kSamples + 0.5) / kSamples - 0.5,
                                       (i / kSamples + 0.5) / kSamples - 0.5);
          const Eigen::Vector3d ray =
              T_board_cam.rotation * *projector.unproject(Eigen::Vector2d(x, y) + offset);
          const Eigen::Vector3d hit =
              T_board_cam.translation - ray * (T_board_cam.translation.z() / ray.z());
          mean += chessboard_reflectance(kBoard, hit.x(), hit.y());
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
  // 0.5 by rounding to whole grey levels; 1024 samples along a slanted edge are wrong by some
  // 1 / 1024 x sqrt(32) x 175 / sqrt(12) = 0.3 (standard deviation), three of which are allowed
  EXPECT_LT(worst, 1.4);
  // rounding 0.29 and sampling 0.3 together
  EXPECT_LT(std::sqrt(squares / count), 0.45);
  // an edge off by 0.005 px would add 0.9 grey levels to each of its pixels
  EXPECT_NEAR(sum / count, 0, 0.1);
}

// Where the edge between two squares crosses a line of pixels, from the light between the squares'
// middles: with d dark and b bright, sum = d * (edge - first + 0.5) + b * (last + 0.5 - edge). The
// blur keeps the sum. `transposed` looks at columns of pixels instead of rows.
double edge_from_light(const cv::Mat& picture, bool transposed, int row, int first, int last) {
  const auto grey = [&](int i) {
    return static_cast<double>(transposed ? picture.at<uchar>(i, row) : picture.at<uchar>(row, i));
  };
  const double low = grey(first), high = grey(last);
  double sum = 0;
  for (int i = first; i <= last; ++i) sum += grey(i);
  return (sum - high * (last + 0.5) + low * (first - 0.5)) / (low - high);
}

struct EdgeErrors {
  double rms = 0, mean = 0, worst = 0;
  int count = 0;
};

// Compares every inner edge of the board, along the middle of each square's side, with the truth.
EdgeErrors edge_errors(const cv::Mat& picture, const Projector& projector, const Pose& T_cam_board,
                       bool transposed) {
  EdgeErrors errors;
  const int along = transposed ? 0 : 1;  // the pixel coordinate along the edge
  const int lines = transposed ? kBoard.corners_y : kBoard.corners_x;
  const int squares = transposed ? kBoard.corners_x : kBoard.corners_y;
  const auto pixel = [&](double line, double place) {
    const Eigen::Vector3d p = transposed ? Eigen::Vector3d(place, line, 0)  //
                                         : Eigen::Vector3d(line, place, 0);
    return *projector.project(T_cam_board * (kBoard.square_m * p));
  };
  for (int line = 0; line < lines; ++line) {
    for (int square = 0; square + 1 < squares; ++square) {
      const double begin = pixel(line, square + 0.3)[along], end = pixel(line, square + 0.7)[along];
      for (int row = static_cast<int>(std::ceil(std::min(begin, end))); row < std::max(begin, end);
           ++row) {
        double low = square + 0.2, high = square + 0.8;  // bisection for the place on this row
        if (pixel(line, low)[along] > pixel(line, high)[along]) std::swap(low, high);
        for (int i = 0; i < 50; ++i) {
          const double middle = (low + high) / 2;
          (pixel(line, middle)[along] < row ? low : high) = middle;
        }
        const double truth = pixel(line, low)[1 - along];
        const int before = cvRound(pixel(line - 0.5, low)[1 - along]);
        const int after = cvRound(pixel(line + 0.5, low)[1 - along]);
        const double error = edge_from_light(picture, transposed, row, std::min(before, after),
                                             std::max(before, after)) -
                             truth;
        errors.mean += error;
        errors.rms += error * error;
        errors.worst = std::max(errors.worst, std::abs(error));
        ++errors.count;
      }
    }
  }
  errors.mean /= errors.count;
  errors.rms = std::sqrt(errors.rms / errors.count);
  return errors;
}

class EdgePlaces : public ::testing::TestWithParam<std::tuple<std::string, double, bool>> {};

TEST_P(EdgePlaces, AreTrueToFiveThousandthsOfAPixel) {
  const auto& [model, blur_px, transposed] = GetParam();
  SynthOptions options = plain();
  options.blur_px = blur_px;
  options.model = model;
  options.frames = 6;
  options.partial = 0;
  options.cameras = 1;
  const Calibration truth = make_synthetic_rig(options, kBoard);
  const Camera& camera = truth.cameras[0];
  const Renderer renderer(camera, kBoard, options);
  const Projector projector(*camera.intrinsics);
  for (const auto& [frame, T_rig_board] : truth.frames) {
    // Portrait boards have their edges the other way round in the picture.
    const Eigen::Vector3d right = T_rig_board.rotation * Eigen::Vector3d::UnitX();
    if (std::abs(right.x()) < 0.8) continue;
    const EdgeErrors errors =
        edge_errors(renderer.render(T_rig_board, 1), projector, T_rig_board, transposed);
    ASSERT_GT(errors.count, 500) << "frame " << frame;
    // Rounding to whole grey levels adds 0.29 to each blurred pixel, one without blur and some five
    // with: up to 0.29 * sqrt(5) / 175 px to the place. The rounding averages out in the mean.
    EXPECT_LT(errors.rms, 0.0045) << "frame " << frame;
    EXPECT_NEAR(errors.mean, 0, 0.0005) << "frame " << frame;
  }
}

INSTANTIATE_TEST_SUITE_P(Renders, EdgePlaces,
                         ::testing::Combine(::testing::Values("pinhole", "opencv5", "opencv12",
                                                              "fisheye"),
                                            ::testing::Values(0.0, 0.7), ::testing::Bool()));

// The saddle points themselves, by the usual refinement.
TEST(Render, CornersAreWhereTheTruthSays) {
  SynthOptions options = plain();
  options.blur_px = 0.7;
  options.frames = 8;
  options.partial = 0;
  options.cameras = 1;
  const Calibration truth = make_synthetic_rig(options, kBoard);
  const Renderer renderer(truth.cameras[0], kBoard, options);
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
  // cornerSubPix itself is off by hundredths of a pixel with the corner's place in its pixel (its
  // samples are bilinear), with a random sign: far more than the picture, which is judged above
  EXPECT_LT(std::sqrt(squares / count / 2), 0.02);
  EXPECT_LT((sum / count).norm(), 0.002);
}

// Two pixels away from an edge, neither blur nor edge matters: what is left is light and noise.
cv::Mat flat_mask(const cv::Mat& clean) {
  cv::Mat bright = clean == kBright;
  cv::erode(bright, bright, cv::Mat::ones(9, 9, CV_8U));
  return bright;
}

TEST(Render, NoiseHasTheAskedDeviation) {
  SynthOptions options = plain();
  const cv::Mat clean = Renderer(barrel_camera(), kBoard, options).render(kFacing, 1);
  options.noise = 3;
  const cv::Mat noisy = Renderer(barrel_camera(), kBoard, options).render(kFacing, 1);
  const cv::Mat mask = flat_mask(clean);
  const double count = cv::countNonZero(mask);
  ASSERT_GT(count, 5000);
  cv::Scalar mean, deviation;
  cv::meanStdDev(noisy, mean, deviation, mask);
  // rounding adds 1 / 12 to the variance; five standard errors
  EXPECT_NEAR(deviation[0], std::sqrt(9 + 1.0 / 12), 5 * 3 / std::sqrt(2 * count));
  EXPECT_NEAR(mean[0], kBright, 5 * 3 / std::sqrt(count));
}

TEST(Render, LightFallsTowardsTheCorners) {
  SynthOptions options = plain();
  const cv::Mat clean = Renderer(barrel_camera(), kBoard, options).render(kFacing, 1);
  options.falloff = 0.4;
  const cv::Mat dimmed = Renderer(barrel_camera(), kBoard, options).render(kFacing, 1);
  const cv::Mat mask = flat_mask(clean);
  int count = 0;
  for (int y = 0; y < mask.rows; ++y) {
    for (int x = 0; x < mask.cols; ++x) {
      if (mask.at<uchar>(y, x) == 0) continue;
      const double square = std::pow((x - 319.5) / 399.4, 2) + std::pow((y - 239.5) / 399.4, 2);
      // half a grey level by rounding
      ASSERT_NEAR(dimmed.at<uchar>(y, x), kBright * (1 - 0.4 * square), 0.51) << x << " " << y;
      ++count;
    }
  }
  EXPECT_GT(count, 5000);
  // the very corner loses all of the asked share: background, so against the clean picture
  EXPECT_NEAR(dimmed.at<uchar>(0, 0), 0.6 * clean.at<uchar>(0, 0), 1);
}

// A blurred step is the normal distribution: its derivative's variance is sigma^2, plus 1/12 for
// the pixel's own width.
TEST(Render, BlurHasTheAskedWidth) {
  for (const double blur_px : {0.7, 1.5}) {
    SynthOptions options = plain();
    options.blur_px = blur_px;
    Camera camera{"cam0", {640, 480}};
    camera.intrinsics = make_intrinsics("pinhole", {640, 480}, 1000, 1000, 319.7, 239.5);
    const cv::Mat picture = Renderer(camera, kBoard, options).render(kFacing, 1);
    // the vertical edge x = 5 squares, at 319.7; squares are 60 px
    const int row = 239 + 30;
    double weight = 0, mean = 0, square = 0;
    for (int x = 300; x < 340; ++x) {
      const double step = picture.at<uchar>(row, x + 1) - picture.at<uchar>(row, x);
      weight += step;
      mean += step * (x + 0.5);
      square += step * (x + 0.5) * (x + 0.5);
    }
    mean /= weight;
    EXPECT_NEAR(std::abs(weight), kBright - kDark, 1e-9);
    // rounding of some ten pixels to whole grey levels
    EXPECT_NEAR(mean, 319.7, 0.01);
    // the step before the blur lies on one pixel and has variance 0.3 * 0.7 there; rounding of the
    // tails, and the kernel's cut at four sigma
    EXPECT_NEAR(square / weight - mean * mean, blur_px * blur_px + 0.21, 0.05) << blur_px;
  }
}

TEST(Render, TheBackIsAPlainSheet) {
  const cv::Mat empty =
      Renderer(barrel_camera(), kBoard, plain()).render(board_at({0, 0, -1}, {0, 0, 0}), 1);
  const Pose back = board_at({0, 0, 0.5}, {0, 3.14159265358979, 0});
  const cv::Mat picture = Renderer(barrel_camera(), kBoard, plain()).render(back, 1);
  const cv::Mat sheet = picture != empty;
  EXPECT_GT(cv::countNonZero(sheet), 50000);
  cv::Mat inside;
  cv::erode(picture == 150, inside, cv::Mat::ones(3, 3, CV_8U));
  EXPECT_GT(cv::countNonZero(inside), 50000);
}

TEST(Render, ABoardBehindTheCameraIsNotSeen) {
  for (const std::string model : {"opencv5", "fisheye"}) {
    Camera camera{"cam0", {640, 480}};
    camera.intrinsics = make_intrinsics(model, {640, 480}, 400, 400, 319.5, 239.5);
    const Renderer renderer(camera, kBoard, plain());
    const cv::Mat a = renderer.render(board_at({0, 0, -1}, {0, 0, 0}), 1);
    const cv::Mat b = renderer.render(board_at({0.3, 0.1, -2}, {0.5, 0.3, 0}), 1);
    EXPECT_EQ(cv::norm(a, b, cv::NORM_INF), 0) << model;
  }
}

// Half in front of the camera, half behind it.
TEST(Render, ABoardThroughTheCamerasPlaneIsDrawnAsFarAsItIsSeen) {
  const Pose through = board_at({0.1, 0.1, 0.05}, {1.2, 0, 0});
  const Renderer renderer(barrel_camera(), kBoard, plain());
  const cv::Mat picture = renderer.render(through, 1);
  EXPECT_GT(cv::countNonZero(picture == kDark) + cv::countNonZero(picture == 150), 1000);
}

TEST(Render, AFisheyeSeesBeyondTheRightAngle) {
  Camera camera{"cam0", {640, 480}};
  camera.intrinsics = make_intrinsics("fisheye", {640, 480}, 180, 180, 319.5, 239.5);
  const Pose sideways = board_at({0.3, 0, -0.02}, {0, 1.5, 0});  // 94 degrees off the axis
  const cv::Mat picture = Renderer(camera, kBoard, plain()).render(sideways, 1);
  const Projector projector(*camera.intrinsics);
  for (const double x : {2.5, 4.5, 5.5}) {
    const auto pixel = projector.project(sideways * (0.03 * Eigen::Vector3d(x, 3.5, 0)));
    ASSERT_TRUE(pixel);
    EXPECT_EQ(picture.at<uchar>(cvRound(pixel->y()), cvRound(pixel->x())),
              chessboard_reflectance(kBoard, 0.03 * x, 0.03 * 3.5) > 0 ? kBright : kDark);
  }
}

TEST(Render, PixelsWithoutARayAreDark) {
  Camera camera{"cam0", {200, 200}};
  camera.intrinsics = make_intrinsics("opencv4", {200, 200}, 60, 60, 99.5, 99.5);
  camera.intrinsics->parameters[4] = -0.1;
  const cv::Mat picture = Renderer(camera, kBoard, plain()).render(kFacing, 1);
  EXPECT_LT(picture.at<uchar>(0, 0), 10);
  EXPECT_LT(picture.at<uchar>(199, 199), 10);
}

TEST(Render, BackgroundsDifferBetweenCamerasAndSeeds) {
  const Pose nowhere = board_at({0, 0, -1}, {0, 0, 0});
  Camera other = barrel_camera();
  other.name = "cam1";
  SynthOptions reseeded = plain();
  reseeded.seed = 2;
  const cv::Mat a = Renderer(barrel_camera(), kBoard, plain()).render(nowhere, 1);
  EXPECT_GT(cv::norm(a, Renderer(other, kBoard, plain()).render(nowhere, 1), cv::NORM_INF), 20);
  EXPECT_GT(
      cv::norm(a, Renderer(barrel_camera(), kBoard, reseeded).render(nowhere, 1), cv::NORM_INF),
      20);
}

TEST(Render, NeedsIntrinsics) {
  EXPECT_THAT(error_text([] {
                Renderer(Camera{"cam7", {64, 64}}, kBoard, {});
              }),
              HasSubstr("camera 'cam7' has no intrinsics"));
}

}  // namespace
}  // namespace calib
