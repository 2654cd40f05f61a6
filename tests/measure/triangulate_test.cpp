#include "measure/triangulate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <Eigen/LU>
#include <cmath>
#include <optional>

#include "measure/measured_rig.hpp"
#include "measure/prepared_rig.hpp"
#include "support/error_text.hpp"

namespace calib {
namespace triangulate_test {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::MeasuredRig;
using testing::noisy_pixels;
using testing::points_before;

const MeasuredRig& rig() { return testing::usual_rig(); }

TEST(Triangulate, PlacesExactPixelsExactly) {
  const PointTracks points = points_before(rig().truth, 40);
  const Triangulation found = triangulate(rig().truth, noisy_pixels(rig().truth, points, 0), {}, 0);
  EXPECT_EQ(found.known, 40);
  for (std::size_t i = 0; i < points.values.size(); ++i) {
    // Rounding alone remains of the iteration.
    EXPECT_LT((found.points.values[i].position - points.values[i].position).norm(), 1e-9);
    EXPECT_LT(found.points.values[i].residual_px, 1e-6);
    EXPECT_EQ(found.points.values[i].views, 3);
  }
}

TEST(Triangulate, DoesNotDependOnThreads) {
  const PixelTracks pixels = noisy_pixels(rig().truth, points_before(rig().truth, 300), 0.3);
  const Triangulation one = triangulate(rig().found, pixels, {}, 1);
  const Triangulation two = triangulate(rig().found, pixels, {}, 2);
  for (std::size_t i = 0; i < pixels.keys.size(); ++i) {
    EXPECT_EQ(one.points.values[i].position, two.points.values[i].position);
    EXPECT_EQ(one.points.values[i].covariance, two.points.values[i].covariance);
  }
}

TEST(Triangulate, GivesTheSameByAPreparedRig) {
  const PixelTracks pixels = noisy_pixels(rig().truth, points_before(rig().truth, 30), 0.3);
  const PreparedRig prepared = prepare_rig(rig().found, pixels.cameras);
  const Triangulation once = triangulate(rig().found, pixels, {}, 0);
  for (int time = 0; time < 2; ++time) {
    const Triangulation again = triangulate(rig().found, prepared, pixels, {}, 0);
    for (std::size_t i = 0; i < pixels.keys.size(); ++i) {
      EXPECT_EQ(again.points.values[i].position, once.points.values[i].position);
      EXPECT_EQ(again.points.values[i].covariance, once.points.values[i].covariance);
    }
  }
}

TEST(Triangulate, LeavesOutACameraThatContradictsTheOthers) {
  const PointTracks points = points_before(rig().truth, 60);
  PixelTracks pixels = noisy_pixels(rig().truth, points, 0.2);
  pixels.pixels[pixels.at(7, 1)] += Eigen::Vector2d(25, -12);
  pixels.pixels[pixels.at(8, 0)] += Eigen::Vector2d(20, 30);
  const Triangulation found = triangulate(rig().truth, pixels, {}, 0);
  EXPECT_EQ(
      found.cameras[1].contradicted + found.cameras[0].contradicted + found.cameras[2].contradicted,
      2);
  EXPECT_EQ(found.points.values[7].views, 2);
  for (const std::size_t i : {7, 8}) {
    const Point3d& point = found.points.values[i];
    const Eigen::Vector3d error = point.position - points.values[i].position;
    // Six standard deviations.
    EXPECT_LT(error.dot(to_matrix(point.covariance).inverse() * error), 36);
  }
}

TEST(Triangulate, CountsThePointsWhoseTwoViewsDisagree) {
  const PointTracks points = points_before(rig().truth, 2);
  PixelTracks pixels = noisy_pixels(rig().truth, points, 0);
  for (std::size_t i = 0; i < 2; ++i)
    pixels.pixels[pixels.at(i, 2)] = Eigen::Vector2d::Constant(kMissing);
  EXPECT_EQ(triangulate(rig().truth, pixels, {}, 0).disagreeing, 0);
  // Across the line between the cameras, where no depth explains it.
  pixels.pixels[pixels.at(1, 1)] += Eigen::Vector2d(20, 20);
  for (const double sigma_px : {0.0, 1.0}) {
    const Triangulation found = triangulate(rig().truth, pixels, {.sigma_px = sigma_px}, 0);
    EXPECT_EQ(found.disagreeing, 1);
    EXPECT_GT(found.largest_px, 4);
    EXPECT_THAT(doubts(rig().truth, found),
                ::testing::Contains(HasSubstr("allows at 1 of the points")));
  }
}

TEST(Triangulate, LeavesEmptyWhatCannotBePlaced) {
  const PointTracks points = points_before(rig().truth, 30);
  PixelTracks pixels = noisy_pixels(rig().truth, points, 0.2);
  for (const std::size_t camera : {1, 2})
    pixels.pixels[pixels.at(0, camera)] = Eigen::Vector2d::Constant(kMissing);
  // A point a thousand kilometers away.
  PointTracks far = points;
  far.values[1].position = 1e6 * points.values[1].position;
  const PixelTracks far_pixels = noisy_pixels(rig().truth, far, 0);
  for (const std::size_t camera : {0, 1, 2})
    pixels.pixels[pixels.at(1, camera)] = far_pixels.pixels[far_pixels.at(1, camera)];
  const Triangulation found = triangulate(rig().truth, pixels, {}, 0);
  EXPECT_EQ(found.too_few_views, 1);
  EXPECT_EQ(found.far_away, 1);
  EXPECT_EQ(found.known, 28);
  EXPECT_FALSE(found.points.values[0].known());
  EXPECT_FALSE(found.points.values[1].known());
}

TEST(Triangulate, FindsTheNoiseOfThePixels) {
  const PixelTracks pixels = noisy_pixels(rig().truth, points_before(rig().truth, 2000), 0.7);
  const Triangulation found = triangulate(rig().truth, pixels, {}, 0);
  EXPECT_EQ(found.sigma_from, SigmaSource::kResiduals);
  // The median of 2000 chi-squares of three degrees of freedom is known to 2 %.
  EXPECT_NEAR(found.sigma_px, 0.7, 0.05);
}

TEST(Triangulate, RefusesCamerasAndPixelsOfAnotherRig) {
  PixelTracks pixels = noisy_pixels(rig().truth, points_before(rig().truth, 5), 0);
  PixelTracks renamed = pixels;
  renamed.cameras[0] = "cam7";
  EXPECT_THAT(testing::error_text([&] { triangulate(rig().truth, renamed, {}, 0); }),
              HasSubstr("there is no camera 'cam7' in the calibration"));
  for (Eigen::Vector2d& pixel : pixels.pixels) pixel *= 4;
  EXPECT_THAT(testing::error_text([&] { triangulate(rig().truth, pixels, {}, 0); }),
              HasSubstr("are outside its 1280x720 picture"));
}

// Pixels of pictures that are so many times as large as those that were calibrated.
void resize(PixelTracks& tracks, std::optional<std::size_t> camera, double factor) {
  for (std::size_t key = 0; key < tracks.keys.size(); ++key) {
    for (std::size_t c = 0; c < tracks.cameras.size(); ++c) {
      Eigen::Vector2d& pixel = tracks.pixels[tracks.at(key, c)];
      if (!camera || c == *camera) pixel = Eigen::Vector2d(factor * (pixel.array() + 0.5) - 0.5);
    }
  }
}

TEST(Triangulate, NamesTheFactorOfPicturesOfAnotherSize) {
  const PointTracks points = points_before(rig().truth, 40);
  for (const double factor : {0.5, 2.0 / 3, 0.8, 1.25}) {
    for (const auto camera : {std::optional<std::size_t>(), std::optional<std::size_t>(1)}) {
      PixelTracks pixels = noisy_pixels(rig().truth, points, 0.2);
      resize(pixels, camera, factor);
      for (const double sigma_px : {0.0, 0.5}) {
        const Triangulation found = triangulate(rig().found, pixels, {.sigma_px = sigma_px}, 0);
        ASSERT_TRUE(found.picture_factor.has_value()) << factor;
        EXPECT_EQ(found.picture_factor->camera, camera ? pixels.cameras[*camera] : "");
        EXPECT_NEAR(found.picture_factor->factor, factor, 0.004 * factor);
        EXPECT_THAT(doubts(rig().found, found),
                    ::testing::Contains(
                        AllOf(HasSubstr(camera ? " --camera cam1 --factor " : ".yaml --factor "),
                              HasSubstr("calib rescale"))));
      }
    }
  }
}

TEST(Triangulate, DoesNotTakeNoiseForAnotherSize) {
  const PointTracks points = points_before(rig().truth, 40);
  for (const double noise_px : {0.1, 5.0, 40.0}) {
    const Triangulation found =
        triangulate(rig().found, noisy_pixels(rig().truth, points, noise_px), {}, 0);
    EXPECT_FALSE(found.picture_factor.has_value()) << noise_px;
    EXPECT_EQ(found.large_noise_px.has_value(), noise_px > 20);
  }
}

TEST(Triangulate, StatesPositionsInTheWorld) {
  const PointTracks points = points_before(rig().truth, 20);
  Calibration moved = rig().truth;
  moved.world = WorldFrame{{exp_so3({0.3, -1, 2}), {1, 2, 3}}};
  const PixelTracks pixels = noisy_pixels(rig().truth, points, 0.1);
  const Triangulation in_rig = triangulate(rig().truth, pixels, {}, 0);
  const Triangulation in_world = triangulate(moved, pixels, {}, 0);
  const Eigen::Matrix3d R = moved.world->T_world_rig.rotation.toRotationMatrix();
  for (std::size_t i = 0; i < points.values.size(); ++i) {
    const Point3d &a = in_rig.points.values[i], &b = in_world.points.values[i];
    EXPECT_LT((b.position - moved.world->T_world_rig * a.position).norm(), 1e-12);
    const Eigen::Matrix3d turned = R * to_matrix(a.covariance) * R.transpose();
    EXPECT_LT((to_matrix(b.covariance) - turned).norm(), 1e-9 * turned.norm());
  }
}

TEST(Triangulate, SaysWhereTheCalibrationsErrorsComeFrom) {
  const PixelTracks pixels = noisy_pixels(rig().truth, points_before(rig().truth, 20), 0.1);
  const auto trace = [&](const Calibration& calibration) {
    return to_matrix(
               triangulate(calibration, pixels, {.sigma_px = 0.1}, 0).points.values[0].covariance)
        .trace();
  };
  Calibration without = rig().found;
  without.covariance.reset();
  EXPECT_EQ(parameter_factor(rig().found, pixels.cameras).source,
            ParameterFactor::Source::kCovariance);
  EXPECT_EQ(parameter_factor(without, pixels.cameras).source, ParameterFactor::Source::kDeviations);
  EXPECT_EQ(parameter_factor(rig().truth, pixels.cameras).source, ParameterFactor::Source::kNone);
  // Lenses and poses trade for each other, so that their errors are larger without correlations.
  EXPECT_GT(trace(without), trace(rig().found));
  EXPECT_GT(trace(rig().found), trace(rig().truth));
}

TEST(Triangulate, NamesDoubts) {
  PixelTracks pixels = noisy_pixels(rig().truth, points_before(rig().truth, 20), 0.1);
  EXPECT_THAT(doubts(rig().found, triangulate(rig().found, pixels, {}, 0)), IsEmpty());
  pixels.pixels[pixels.at(3, 1)] = {-900, 5};
  Calibration spoiled = rig().truth;
  spoiled.cameras[0].time = CameraTime{.offset_s = -0.004};
  spoiled.cameras[2].T_cam_rig.reset();
  const std::string unposed = spoiled.cameras[2].name, other = spoiled.cameras[1].name;
  EXPECT_THAT(doubts(spoiled, triangulate(spoiled, pixels, {}, 0)),
              ElementsAre(HasSubstr("the cameras are up to 4.0 ms apart in time"),
                          other + ": left out 1 pixel outside the picture",
                          unposed + " has no lens or no pose in the calibration: its pixels were "
                                    "not used",
                          HasSubstr("the calibration has no standard deviations")));
}

// The calibration with errors drawn from its covariance.
Calibration with_errors(const Calibration& calibration, std::mt19937& random) {
  std::normal_distribution<double> normal(0, 1);
  const JointCovariance::Factor& factor = calibration.covariance->factors[0];
  const Eigen::VectorXd draw =
      Eigen::VectorXd::NullaryExpr(factor.std.size(), [&] { return normal(random); });
  const Eigen::VectorXd errors = factor.std.asDiagonal() * (factor.rows * draw);
  Calibration result = calibration;
  Eigen::Index at = 0;
  for (const JointCovariance::Columns& columns : calibration.covariance->columns) {
    Camera& camera = *find_camera(result, columns.camera);
    for (const int k : columns.lens)
      camera.intrinsics->parameters[static_cast<std::size_t>(k)] += errors[at++];
    if (!columns.pose) continue;
    camera.T_cam_rig = retract(*camera.T_cam_rig, errors.segment<6>(at));
    at += 6;
  }
  return result;
}

TEST(Triangulate, CoversTheTruthAsOftenAsStated) {
  constexpr int kCalibrations = 400, kPoints = 10;
  constexpr double kNoise_px = 0.05;      // about what the errors of the calibration do
  constexpr double kEllipsoid95 = 7.815;  // chi-square of three degrees of freedom
  const PointTracks points = points_before(rig().found, kPoints);
  std::mt19937 random(5);
  int inside = 0;
  for (int i = 0; i < kCalibrations; ++i) {
    // The solved rig is the truth here, and errors of it are what a solve finds.
    const PixelTracks pixels = noisy_pixels(rig().found, points, kNoise_px, i);
    const Triangulation found =
        triangulate(with_errors(rig().found, random), pixels, {.sigma_px = kNoise_px}, 1);
    for (std::size_t k = 0; k < kPoints; ++k) {
      const Point3d& point = found.points.values[k];
      const Eigen::Vector3d error = point.position - points.values[k].position;
      inside += error.dot(to_matrix(point.covariance).inverse() * error) < kEllipsoid95 ? 1 : 0;
    }
  }
  // Points of one calibration share its errors: there are at least 400 independent ones, of which
  // the share is known to 1.1 %.
  EXPECT_NEAR(inside / (1.0 * kCalibrations * kPoints), 0.95, 0.03);
}

}  // namespace triangulate_test
}  // namespace calib
