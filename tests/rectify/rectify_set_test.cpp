#include <gmock/gmock.h>

#include <Eigen/Dense>
#include <cmath>
#include <map>
#include <numbers>
#include <opencv2/calib3d.hpp>

#include "base/errors.hpp"
#include "camera/model_list.hpp"
#include "rectify/pair_world.hpp"
#include "rectify/rectify.hpp"

namespace calib {
namespace {

using namespace calib::testing;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

const std::vector<std::string> kOpencvModels = {"pinhole", "opencv4",  "opencv5",
                                                "opencv8", "opencv12", "opencv14"};

struct Reference {
  cv::Matx33d R1, R2;
  cv::Matx34d P1, P2;
  cv::Matx44d Q;
};

Reference opencv_rectification(const Calibration& calibration, double alpha) {
  const Camera& a = calibration.cameras[0];
  const Camera& b = calibration.cameras[1];
  const Pose T = *b.T_cam_rig * a.T_cam_rig->inverse();
  const cv::Matx33d R = to_cv<3, 3>(T.rotation.toRotationMatrix());
  const cv::Vec3d t(T.translation.x(), T.translation.y(), T.translation.z());
  Reference result;
  cv::stereoRectify(camera_matrix(*a.intrinsics), distortion(*a.intrinsics),
                    camera_matrix(*b.intrinsics), distortion(*b.intrinsics),
                    cv_size(a.intrinsics->image_size), R, t, result.R1, result.R2, result.P1,
                    result.P2, result.Q, cv::CALIB_ZERO_DISPARITY, alpha);
  return result;
}

TwoCameras rectified(const Calibration& calibration, double alpha = 0,
                     ImageSize size = {640, 480}) {
  return rectify_two(calibration, calibration.cameras[0].name, calibration.cameras[1].name,
                     at_size(alpha, size));
}

// All example distortions of all models.
std::vector<Intrinsics> all_lenses() {
  std::vector<Intrinsics> lenses;
  for_each_type(ModelList{}, [&]<class Model>() {
    for (const auto& example : Model::examples()) {
      lenses.push_back(lens(std::string(Model::name), example, Model::kSeesBehind ? 250 : 420));
    }
  });
  return lenses;
}

// Points in front of the rig that both cameras see.
std::vector<Eigen::Vector3d> points_before_the_rig() {
  std::vector<Eigen::Vector3d> points;
  for (const double z : {0.6, 1.5, 8.0})
    for (const double x : {-0.35, -0.1, 0.2, 0.4})
      for (const double y : {-0.25, 0.0, 0.3}) points.emplace_back(x * z, y * z, z);
  return points;
}

Eigen::Vector2d rectified_point(const Camera& camera, const RectifiedCamera& side,
                                const Eigen::Vector3d& point) {
  const Projector projector(*camera.intrinsics);
  const auto pixel = projector.project(*camera.T_cam_rig * point);
  EXPECT_TRUE(pixel) << camera.name << " does not see " << point.transpose();
  const auto result =
      rectified_pixel(projector, side, ViewPlane{}, pixel.value_or(Eigen::Vector2d::Zero()));
  EXPECT_TRUE(result) << camera.name << " at " << point.transpose();
  return result.value_or(Eigen::Vector2d::Constant(NAN));
}

void expect_like_opencv(const Calibration& calibration, double alpha) {
  SCOPED_TRACE(calibration.cameras[0].intrinsics->model + ", alpha " + std::to_string(alpha));
  const TwoCameras pair = rectified(calibration, alpha);
  const Reference reference = opencv_rectification(calibration, alpha);
  EXPECT_LT(cv::norm(to_cv<3, 3>(pair.first.R_rect_cam) - reference.R1), 1e-9);
  EXPECT_LT(cv::norm(to_cv<3, 3>(pair.second.R_rect_cam) - reference.R2), 1e-9);
  for (const auto& [side, P] : {std::pair{pair.first, reference.P1}, {pair.second, reference.P2}}) {
    const int row = pair.vertical ? 1 : 0;
    // OpenCV samples nine points per side, takes the width instead of width - 1 for the last pixel,
    // and uses float: this changes the scale by half a percent and the offset by a pixel.
    EXPECT_NEAR(side.P(0, 0), P(0, 0), 0.005 * P(0, 0));
    EXPECT_EQ(side.P(0, 0), side.P(1, 1));
    EXPECT_NEAR(side.P(0, 2), P(0, 2), 1.0);
    EXPECT_NEAR(side.P(1, 2), P(1, 2), 1.0);
    // The same baseline in meters, with the same sign.
    EXPECT_NEAR(side.P(row, 3) / side.P(0, 0), P(row, 3) / P(0, 0), 1e-9);
    EXPECT_EQ(side.P(1 - row, 3), 0);
    EXPECT_EQ(side.P(2, 3), 0);
  }
  // The elements of Q that do not depend on scale or offset.
  EXPECT_NEAR(pair.Q(3, 2), reference.Q(3, 2), 1e-9);
  EXPECT_EQ(pair.Q(3, 3), 0);
  // The others follow from our P.
  EXPECT_EQ(pair.Q(0, 3), -pair.first.P(0, 2));
  EXPECT_EQ(pair.Q(1, 3), -pair.first.P(1, 2));
  EXPECT_EQ(pair.Q(2, 3), pair.first.P(0, 0));
  const cv::Matx44d Q = to_cv<4, 4>(pair.Q);
  for (int i = 0; i < 16; ++i) {
    EXPECT_EQ(Q.val[i] == 0, reference.Q.val[i] == 0) << "entry " << i << " of Q";
  }
}

TEST(RectifySet, AgreesWithStereoRectify) {
  for (const std::string& model : kOpencvModels) {
    for (const double alpha : {0.0, 0.3, 1.0}) {
      const Intrinsics a = typical_lens(model);
      Intrinsics b = a;
      b.parameters[0] += 7;
      b.parameters[2] -= 9;
      expect_like_opencv(horizontal_pair(a, b), alpha);
      expect_like_opencv(vertical_pair(a, b), alpha);
    }
  }
}

TEST(RectifySet, KeepsTheOrderOfTheCameras) {
  const Intrinsics a = typical_lens("opencv5");
  const Calibration calibration = horizontal_pair(a, a);
  const TwoCameras pair = rectify_two(calibration, "left", "right", at_size(0));
  const TwoCameras swapped = rectify_two(calibration, "right", "left", at_size(0));
  EXPECT_EQ(pair.first.name, "left");
  EXPECT_EQ(swapped.first.name, "right");
  // The second camera is to the right of the first: -fx * B.
  EXPECT_NEAR(pair.second.P(0, 3), -pair.first.P(0, 0) * pair.baseline_m, 1e-9);
  EXPECT_NEAR(swapped.second.P(0, 3), swapped.first.P(0, 0) * swapped.baseline_m, 1e-9);
  EXPECT_NEAR(pair.baseline_m, std::sqrt(0.12 * 0.12 + 0.004 * 0.004 + 0.006 * 0.006), 1e-12);
  // The order does not turn the image upside down.
  EXPECT_GT(swapped.first.R_rect_cam(0, 0), 0.9);
  EXPECT_GT(swapped.first.R_rect_cam(1, 1), 0.9);
}

TEST(RectifySet, PutsAPointOnTheSameRowAndQGivesItBack) {
  for (const Intrinsics& intrinsics : all_lenses()) {
    SCOPED_TRACE(intrinsics.model);
    const Calibration calibration = horizontal_pair(intrinsics, intrinsics);
    const TwoCameras pair = rectified(calibration);
    EXPECT_FALSE(pair.vertical);
    const Pose& T_cam_rig = *calibration.cameras[0].T_cam_rig;
    for (const Eigen::Vector3d& point : points_before_the_rig()) {
      const Eigen::Vector2d p = rectified_point(calibration.cameras[0], pair.first, point);
      const Eigen::Vector2d q = rectified_point(calibration.cameras[1], pair.second, point);
      // unproject() is accurate to 1e-9 px in the source, and the rectified scale is similar.
      EXPECT_NEAR(p.y(), q.y(), 1e-6);
      const Eigen::Vector4d found = pair.Q * Eigen::Vector4d(p.x(), p.y(), p.x() - q.x(), 1);
      const Eigen::Vector3d expected = pair.first.R_rect_cam * (T_cam_rig * point);
      // A disparity of 5 px at 8 m with an error of 1e-8 px gives a depth error of 2e-8 m.
      EXPECT_LT((found.hnormalized() - expected).norm(), 1e-6) << point.transpose();
      EXPECT_GT(p.x(), q.x());  // The disparity is positive.
    }
  }
}

TEST(RectifySet, PutsAPointOnTheSameColumnOfAVerticalPair) {
  for (const Intrinsics& intrinsics : all_lenses()) {
    SCOPED_TRACE(intrinsics.model);
    const Calibration calibration = vertical_pair(intrinsics, intrinsics);
    const TwoCameras pair = rectified(calibration);
    EXPECT_TRUE(pair.vertical);
    const Pose& T_cam_rig = *calibration.cameras[0].T_cam_rig;
    for (const Eigen::Vector3d& point : points_before_the_rig()) {
      const Eigen::Vector2d p = rectified_point(calibration.cameras[0], pair.first, point);
      const Eigen::Vector2d q = rectified_point(calibration.cameras[1], pair.second, point);
      EXPECT_NEAR(p.x(), q.x(), 1e-6);  // as above
      const Eigen::Vector4d found = pair.Q * Eigen::Vector4d(p.x(), p.y(), p.y() - q.y(), 1);
      const Eigen::Vector3d expected = pair.first.R_rect_cam * (T_cam_rig * point);
      EXPECT_LT((found.hnormalized() - expected).norm(), 1e-6) << point.transpose();  // as above
    }
  }
}

TEST(RectifySet, PProjectsPointsOfTheFirstRectifiedCamera) {
  const Intrinsics a = typical_lens("opencv8");
  for (const Calibration& calibration : {horizontal_pair(a, a), vertical_pair(a, a)}) {
    const TwoCameras pair = rectified(calibration);
    const Eigen::Vector3d point(0.2, -0.1, 1.3);
    const Eigen::Vector3d in_first =
        pair.first.R_rect_cam * (*calibration.cameras[0].T_cam_rig * point);
    const Eigen::Vector3d image = pair.second.P * in_first.homogeneous();
    const Eigen::Vector2d seen = rectified_point(calibration.cameras[1], pair.second, point);
    EXPECT_LT((image.hnormalized() - seen).norm(), 1e-6);  // px; unproject() has 1e-9
  }
}

void expect_inside_source(const Intrinsics& intrinsics, const RectifiedCamera& side,
                          ImageSize size) {
  const PixelMaps maps = pixel_maps(intrinsics, side, ViewPlane{}, size);
  const cv::Rect valid(side.valid.x, side.valid.y, side.valid.width, side.valid.height);
  double low = 0, high = 0;
  // The tolerance of valid_mask().
  cv::minMaxLoc(maps.x(valid), &low, &high);
  EXPECT_GE(low, -1.01e-3) << side.name;
  EXPECT_LE(high, intrinsics.image_size.width - 1 + 1.01e-3) << side.name;
  cv::minMaxLoc(maps.y(valid), &low, &high);
  EXPECT_GE(low, -1.01e-3) << side.name;
  EXPECT_LE(high, intrinsics.image_size.height - 1 + 1.01e-3) << side.name;
}

TEST(RectifySet, ValidPixelsComeFromInsideTheSource) {
  for (const std::string& model : model_names()) {
    for (const double alpha : {0.0, 0.4, 1.0}) {
      SCOPED_TRACE(model + ", alpha " + std::to_string(alpha));
      const Intrinsics a = typical_lens(model);
      const TwoCameras pair = rectified(horizontal_pair(a, a), alpha);
      expect_inside_source(a, pair.first, pair.image_size);
      expect_inside_source(a, pair.second, pair.image_size);
    }
  }
}

TEST(RectifySet, AlphaZeroFillsTheImageAndAlphaOneKeepsTheSource) {
  for (const std::string& model : model_names()) {
    SCOPED_TRACE(model);
    const Intrinsics a = typical_lens(model);
    const Calibration calibration = horizontal_pair(a, a);
    const TwoCameras filled = rectified(calibration, 0);
    for (const RectifiedCamera& side : {filled.first, filled.second}) {
      // at most a pixel is lost on a side, where the border was sampled on its chord
      EXPECT_GE(side.valid.width, filled.image_size.width - 2);
      EXPECT_GE(side.valid.height, filled.image_size.height - 2);
    }
    const TwoCameras whole = rectified(calibration, 1);
    const Projector projector(a);
    for (const Eigen::Vector2d& corner :
         std::vector<Eigen::Vector2d>{{0, 0}, {639, 0}, {0, 479}, {639, 479}, {320, 0}, {0, 240}}) {
      for (const RectifiedCamera& side : {whole.first, whole.second}) {
        const auto pixel = rectified_pixel(projector, side, ViewPlane{}, corner);
        ASSERT_TRUE(pixel);
        // The outermost samples touch the border; points between them have smaller errors.
        EXPECT_GE(pixel->minCoeff(), -0.05);
        EXPECT_LE(pixel->x(), 639.05);
        EXPECT_LE(pixel->y(), 479.05);
      }
    }
  }
}

TEST(RectifySet, WideFisheyeKeepsAUsableScale) {
  // 640 px at 180 px a radian: the image's sides see 102 degrees off the axis, its corners 127
  const Intrinsics wide = lens("fisheye", {0.002, -0.001, 0, 0}, 180);
  for (const double alpha : {0.0, 1.0}) {
    SCOPED_TRACE(alpha);
    const TwoCameras pair = rectified(horizontal_pair(wide, wide), alpha);
    // 80 degrees on the left and right need 320 / tan(80) = 56 px, 71 degrees up and down need 82
    // px.
    EXPECT_GE(pair.first.P(0, 0), 40);
    EXPECT_LE(pair.first.P(0, 0), 120);
    EXPECT_NEAR(pair.first.P(0, 2), 320, 20);  // The cameras are rotated by up to 2.5 degrees.
    EXPECT_NEAR(pair.first.P(1, 2), 240, 20);
    expect_inside_source(wide, pair.first, pair.image_size);
    EXPECT_GE(pair.first.valid.width, 400);
  }
}

TEST(RectifySet, LensThatFoldsInsideItsImageIsCutWhereItFolds) {
  // r (1 - 0.4 r^2) has its maximum at r = 0.91, which is 0.61 focal lengths from the center: 366
  // of 400 px.
  const Intrinsics folding = lens("opencv4", {-0.4, 0, 0, 0}, 600);
  ASSERT_FALSE(Projector(folding).unproject({0, 0}));
  const TwoCameras pair = rectified(horizontal_pair(folding, folding), 0);
  expect_inside_source(folding, pair.first, pair.image_size);
  EXPECT_GE(pair.first.valid.width * pair.first.valid.height, 0.9 * 640 * 480);
}

TEST(RectifySet, ImagesOfDifferentSizes) {
  const Intrinsics a = typical_lens("opencv5");
  Intrinsics b = make_intrinsics("opencv5", {800, 400}, 500, 505, 390, 210);
  b.parameters[4] = -0.1;
  const Calibration calibration = horizontal_pair(a, b);
  const TwoCameras pair = rectified(calibration, 0, {800, 480});
  expect_inside_source(a, pair.first, pair.image_size);
  expect_inside_source(b, pair.second, pair.image_size);
  const Eigen::Vector3d point(0.1, 0.05, 1);
  EXPECT_NEAR(rectified_point(calibration.cameras[0], pair.first, point).y(),
              rectified_point(calibration.cameras[1], pair.second, point).y(), 1e-6);  // as above
}

// Cameras that look 45 degrees along their baseline: the rectified axis is outside both images, and
// OpenCV's rule would show only black.
TEST(RectifySet, FitsTheImageWhenTheAxisLiesOutsideThePictures) {
  const Intrinsics a = typical_lens("opencv5");
  const Calibration calibration = rig({placed("a", a, {0, 0, 0}, turn_deg(0, 45, 0)),
                                       placed("b", a, {0.3, 0, 0}, turn_deg(0, 45, 0))});
  for (const double alpha : {0.0, 0.5, 1.0}) {
    SCOPED_TRACE(alpha);
    const TwoCameras pair = rectified(calibration, alpha);
    for (const RectifiedCamera& side : {pair.first, pair.second}) {
      expect_inside_source(a, side, pair.image_size);
      EXPECT_GE(side.valid.width * side.valid.height, 0.2 * 640 * 480);
    }
    const Eigen::Vector3d point(1.1, 0.05, 1);
    EXPECT_NEAR(rectified_point(calibration.cameras[0], pair.first, point).y(),
                rectified_point(calibration.cameras[1], pair.second, point).y(), 1e-6);  // as above
  }
}

// Cameras that are toed in so much that they see the same points only near the rig. On a common
// plane, their images are side by side.
TEST(RectifySet, StronglyConvergingPairsAreRefused) {
  const Intrinsics a = typical_lens("opencv5");
  EXPECT_THAT(
      [&] {
        rectify_set(rig({placed("a", a, {0, 0, 0}, turn_deg(0, 45, 0)),
                         placed("b", a, {1.0, 0, 0}, turn_deg(0, -45, 0))}),
                    {"a", "b"}, {});
      },
      ThrowsMessage<UndeterminedError>(AllOf(HasSubstr("hardly any valid area in common"),
                                             HasSubstr("differ by 90.0 degrees"))));
}

// The area that is valid in both images is as large as possible if the images are rolled.
TEST(RectifySet, RolledPicturesShowTheLargestCommonRectangle) {
  const Intrinsics a = typical_lens("pinhole");
  for (const double roll : {0.0, 20.0, 40.0, 45.0}) {
    SCOPED_TRACE(roll);
    const RectifiedSet set = rectify_set(rig({placed("a", a, {0, 0, 0}, turn_deg(0, 0, roll)),
                                              placed("b", a, {0.01, 0, 0}, turn_deg(0, 0, roll))}),
                                         {"a", "b"}, {})
                                 .set;
    EXPECT_GE(set.valid.width, set.image_size.width - 3);
    EXPECT_GE(set.valid.height, set.image_size.height - 3);
    // A rectangle of 640x480 rotated by 45 degrees contains one of about 339x339, and rotated by 20
    // degrees one of 0.2 megapixels.
    EXPECT_GT(set.valid.width * set.valid.height, 100000);
  }
}

TEST(RectifySet, RefusesWhatCannotBeRectifiedAndSaysWhy) {
  const Intrinsics a = typical_lens("opencv5");
  const auto refuses = [](const Calibration& calibration, const std::string& first,
                          const std::string& second, const auto& message) {
    EXPECT_THAT(
        [&] {
          rectify_set(calibration, {first, second}, {});
        },
        ThrowsMessage<UndeterminedError>(message));
  };
  Calibration calibration = horizontal_pair(a, a);
  calibration.cameras[1].T_cam_rig.reset();
  refuses(calibration, "left", "right",
          AllOf(HasSubstr("cannot rectify left,right: right has no pose"),
                HasSubstr("run 'calib stereo' or 'calib extrinsics'")));
  calibration.cameras[0].intrinsics.reset();
  refuses(calibration, "left", "right",
          HasSubstr("cannot rectify left,right: left has no intrinsics; run 'calib intrinsics'"));

  refuses(rig({placed("a", a, {0, 0, 0}), placed("b", a, {0, 0, 0}, turn_deg(0, 5, 0))}), "a", "b",
          HasSubstr("cannot rectify a,b: the centers of a and b coincide (0 m apart)"));
  // The cameras look in opposite directions.
  refuses(rig({placed("a", a, {0, 0, 0}), placed("b", a, {0.3, 0, 0}, turn_deg(0, 180, 0))}), "a",
          "b",
          AllOf(HasSubstr("a,b"), HasSubstr("optical axes of a and b differ by 180.0 degrees"),
                HasSubstr("choose cameras that look the same way")));
  // One camera is behind the other.
  refuses(rig({placed("a", a, {0, 0, 0}), placed("b", a, {0.001, 0, 0.5})}), "a", "b",
          AllOf(HasSubstr("a,b"), HasSubstr("a looks 0.1 degrees away from the baseline")));
  // One camera looks up and the other down, so that they have no row in common.
  refuses(rig({placed("a", a, {0, 0, 0}, turn_deg(60, 0, 0)),
               placed("c", a, {0.3, 0, 0}, turn_deg(-60, 0, 0))}),
          "a", "c", HasSubstr("optical axes of a and c differ by 120.0 degrees"));
}

TEST(RectifySet, RefusesWrongNames) {
  const Calibration calibration = horizontal_pair(typical_lens("pinhole"), typical_lens("pinhole"));
  const auto refuses = [&](const std::vector<std::string>& names, const std::string& message) {
    EXPECT_THAT([&] { rectify_set(calibration, names, {}); },
                ThrowsMessage<Error>(HasSubstr(message)));
  };
  refuses(
      {"left", "rigth"},
      "there is no camera 'rigth' in the calibration, expected one of left, right (did you mean "
      "'right'?)");
  refuses({"left", "left"}, "left,left: the same camera twice");
  refuses({"left"}, "left: expected two cameras or more");
}

// Without a size, the size follows from the area that is shown.

TEST(RectifySet, KeepsTheScaleOfTheMiddleByDefault) {
  for (const std::string& model : model_names()) {
    SCOPED_TRACE(model);
    const Intrinsics a = typical_lens(model);
    const double scale = Projector(a).axis_focal_px();
    for (const double alpha : {0.0, 0.5, 1.0}) {
      ViewRules rules;
      rules.alpha = alpha;
      const TwoCameras pair = rectify_two(horizontal_pair(a, a), "left", "right", rules);
      EXPECT_LE(pair.first.P(0, 0), scale * (1 + 1e-12));
      const bool grew_to_the_limit =
          pair.image_size.width >= 2 * 640 - 2 || pair.image_size.height >= 2 * 480 - 2;
      EXPECT_TRUE(grew_to_the_limit || std::abs(pair.first.P(0, 0) - scale) < 1e-9);
      if (!grew_to_the_limit) {
        // The cameras are rotated by 3 degrees against each other.
        EXPECT_NEAR(pair.first.scale, 1, 0.08);
        EXPECT_NEAR(pair.second.scale, 1, 0.08);
      }
      EXPECT_EQ(pair.image_size.width % 2, 0);
      EXPECT_EQ(pair.image_size.height % 2, 0);
      if (alpha == 0) {
        EXPECT_GE(pair.first.valid.width, pair.image_size.width - 2);
        EXPECT_GE(pair.second.valid.height, pair.image_size.height - 2);
      }
      expect_inside_source(a, pair.first, pair.image_size);
    }
  }
}

TEST(RectifySet, AnglesGiveTheSizeAtTheCamerasScale) {
  const Intrinsics a = typical_lens("opencv5");
  ViewRules rules;
  rules.fov_rad = Eigen::Vector2d(60, 40) * std::numbers::pi / 180;
  const TwoCameras pair = rectify_two(horizontal_pair(a, a), "left", "right", rules);
  const double f = Projector(a).axis_focal_px();
  EXPECT_DOUBLE_EQ(pair.first.P(0, 0), f);
  EXPECT_NEAR(pair.image_size.width, 2 * f * std::tan(30 * std::numbers::pi / 180), 3);
  EXPECT_NEAR(pair.image_size.height, 2 * f * std::tan(20 * std::numbers::pi / 180), 3);
  EXPECT_DOUBLE_EQ(pair.first.P(0, 2), (pair.image_size.width - 1) / 2.0);
  // With a size, the scale follows from it.
  rules.size = ImageSize{320, 240};
  const TwoCameras small = rectify_two(horizontal_pair(a, a), "left", "right", rules);
  EXPECT_NEAR(small.first.P(0, 0), 319 / 2.0 / std::tan(30 * std::numbers::pi / 180), 1e-9);
  // Without a vertical angle, the horizontal angle determines the scale.
  rules.fov_rad = Eigen::Vector2d(60 * std::numbers::pi / 180, 0);
  rules.size = ImageSize{640, 200};
  EXPECT_NEAR(rectify_two(horizontal_pair(a, a), "left", "right", rules).first.P(0, 0),
              639 / 2.0 / std::tan(30 * std::numbers::pi / 180), 1e-9);
  rules.size.reset();
  rules.fov_rad = Eigen::Vector2d(160, 160) * std::numbers::pi / 180;
  const Intrinsics fine = lens("pinhole", {}, 6000);
  EXPECT_THAT([&] { rectify_two(horizontal_pair(fine, fine), "left", "right", rules); },
              ThrowsMessage<Error>(HasSubstr("give --size too")));
}

// Sets of three or more cameras.

Calibration grid_rig(double jitter_m) {
  const Intrinsics a = typical_lens("opencv5");
  return rig({placed("a", a, {0, 0, 0}, turn_deg(1.0, -1.5, 0.4)),
              placed("b", a, {0.10, 0, 0}, turn_deg(-0.8, 2.0, -1.1)),
              placed("c", a, {0, 0.08, jitter_m}, turn_deg(0.3, 0.5, 0.9)),
              placed("d", a, {0.10, 0.08, 0}, turn_deg(-0.5, -0.7, 0.2))});
}

TEST(RectifySet, AGridAlignsRowsAndColumnsOfAllFour) {
  const Calibration calibration = grid_rig(0);
  const RectifiedSet set = rectify_set(calibration, {"a", "b", "c", "d"}, {}).set;
  ASSERT_EQ(set.pairs.size(), 4U);
  EXPECT_FALSE(set.pairs[0].vertical);  // a-b
  EXPECT_TRUE(set.pairs[1].vertical);   // a-c
  EXPECT_TRUE(set.pairs[2].vertical);   // b-d
  EXPECT_FALSE(set.pairs[3].vertical);  // c-d
  for (const RectifiedPair& pair : set.pairs) EXPECT_LT(pair.departure_px.value(), 1e-6);
  EXPECT_GT(set.valid.width, 300);
  for (const Eigen::Vector3d& point : points_before_the_rig()) {
    std::map<std::string, Eigen::Vector2d> seen;
    for (const Camera& camera : calibration.cameras)
      seen[camera.name] = rectified_point(camera, camera_of(set, camera.name), point);
    EXPECT_NEAR(seen["a"].y(), seen["b"].y(), 1e-6);
    EXPECT_NEAR(seen["c"].y(), seen["d"].y(), 1e-6);
    EXPECT_NEAR(seen["a"].x(), seen["c"].x(), 1e-6);
    EXPECT_NEAR(seen["b"].x(), seen["d"].x(), 1e-6);
    // P of every camera projects points in the first rectified camera.
    const Eigen::Vector3d in_first =
        set.cameras[0].R_rect_cam * (*calibration.cameras[0].T_cam_rig * point);
    for (const RectifiedCamera& camera : set.cameras) {
      const Eigen::Vector3d image = camera.P * in_first.homogeneous();
      EXPECT_LT((image.hnormalized() - seen[camera.name]).norm(), 1e-6) << camera.name;
    }
    // Q of a pair gives points in the first camera of the pair, also for vertical pairs.
    const RectifiedPair& down = set.pairs[2];
    const Eigen::Vector2d p = seen["b"], q = seen["d"];
    const Eigen::Vector4d found = *down.Q * Eigen::Vector4d(p.x(), p.y(), p.y() - q.y(), 1);
    const Eigen::Vector3d expected =
        camera_of(set, "b").R_rect_cam * (*calibration.cameras[1].T_cam_rig * point);
    EXPECT_LT((found.hnormalized() - expected).norm(), 1e-6);
  }
}

TEST(RectifySet, SaysHowFarACommonFrameDeparts) {
  Calibration calibration = grid_rig(0.004);
  calibration.board = {&kChessboard, 3, 3, 0.02};
  calibration.frames[0] = Pose{Eigen::Quaterniond::Identity(), {-0.02, -0.02, 1.0}};
  const RectifiedSet set = rectify_set(calibration, {"a", "b", "c", "d"}, {}).set;
  EXPECT_NEAR(set.distance_m, 1.0, 0.02);
  double largest = 0;
  for (const RectifiedPair& pair : set.pairs) largest = std::max(largest, *pair.departure_px);
  // One center is 4 mm off the plane of the others. The best frame leaves 1 mm for each of the four
  // cameras, which is 0.4 px at 1 m and 420 px per radian, and as much again at the border.
  EXPECT_GT(largest, 0.2);
  EXPECT_LT(largest, 2);
  // departure_px is an upper bound.
  for (const Eigen::Vector3d& point :
       std::vector<Eigen::Vector3d>{{0.2, 0.1, 1}, {-0.2, -0.1, 1}, {0.0, 0.2, 1}}) {
    for (const RectifiedPair& pair : set.pairs) {
      const Eigen::Vector2d p =
          rectified_point(*find_camera(calibration, pair.first), camera_of(set, pair.first), point);
      const Eigen::Vector2d q = rectified_point(*find_camera(calibration, pair.second),
                                                camera_of(set, pair.second), point);
      EXPECT_LT(std::abs((p - q)[pair.vertical ? 0 : 1]), *pair.departure_px + 0.05);
    }
  }
}

TEST(RectifySet, ALineOfCamerasSharesItsRows) {
  const Intrinsics a = typical_lens("fisheye");
  const Calibration calibration = rig({placed("a", a, {0, 0, 0}, turn_deg(1.0, -1.5, 0.4)),
                                       placed("b", a, {0.1, 0.02, 0}, turn_deg(-0.8, 2.0, -1.1)),
                                       placed("c", a, {0.2, 0.04, 0}, turn_deg(0.3, 0.5, 0.9))});
  for (const auto projection : {RectifiedProjection::kPinhole, RectifiedProjection::kLatlon}) {
    ViewRules rules;
    rules.projection = projection;
    const RectifiedSet set = rectify_set(calibration, {"a", "b", "c"}, rules).set;
    ASSERT_EQ(set.pairs.size(), 2U);
    for (const RectifiedPair& pair : set.pairs) EXPECT_LT(pair.departure_px.value(), 1e-6);
    const Eigen::Vector3d point(0.1, 0.2, 1.5);
    std::vector<double> rows;
    for (const Camera& camera : calibration.cameras) {
      const Projector lens(*camera.intrinsics);
      const auto pixel = rectified_pixel(lens, camera_of(set, camera.name), view_plane(set),
                                         lens.project(*camera.T_cam_rig * point).value());
      rows.push_back(pixel.value().y());
    }
    EXPECT_NEAR(rows[0], rows[1], 1e-6);
    EXPECT_NEAR(rows[0], rows[2], 1e-6);
  }
}

TEST(RectifySet, RefusesSetsThatHaveNoCommonFrame) {
  Calibration calibration = grid_rig(0);
  ViewRules latlon;
  latlon.projection = RectifiedProjection::kLatlon;
  EXPECT_THAT(
      [&] {
        rectify_set(calibration, {"a", "b", "c", "d"}, latlon);
      },
      ThrowsMessage<UndeterminedError>(HasSubstr("latlon aligns rows or columns, not both")));
  calibration.cameras.push_back(
      placed("e", typical_lens("opencv5"), {0.05, 0.04, 0}, turn_deg(0, 150, 0)));
  EXPECT_THAT(
      [&] {
        rectify_set(calibration, {"a", "b", "e"}, {});
      },
      ThrowsMessage<UndeterminedError>(
          HasSubstr("no camera of e looks less than 110 degrees away from one of a,b")));
}

// The same cameras, mounted less exactly.
TEST(RectifySet, RefusesCamerasOnTheirSideAndSaysSo) {
  const Intrinsics a = typical_lens("opencv5");
  for (const double roll : {180.0, 90.0}) {
    EXPECT_THAT(
        [&] {
          rectify_set(
              rig({placed("a", a, {0, 0, 0}), placed("b", a, {0.1, 0, 0}, turn_deg(0, 0, roll)),
                   placed("c", a, {0.2, 0, 0})}),
              {"a", "b", "c"}, {});
        },
        ThrowsMessage<UndeterminedError>(HasSubstr("mounted on its side or upside down?")));
  }
}

TEST(RectifySet, ARigThatLooksBothWaysIsTwoSets) {
  const Intrinsics a = typical_lens("opencv5");
  EXPECT_THAT(
      [&] {
        rectify_set(rig({placed("fl", a, {0, 0, 0}), placed("fr", a, {0.1, 0, 0}),
                         placed("rl", a, {0, 0, -0.3}, turn_deg(0, 180, 0)),
                         placed("rr", a, {0.1, 0, -0.3}, turn_deg(0, 180, 0))}),
                    {"fl", "fr", "rl", "rr"}, {});
      },
      ThrowsMessage<UndeterminedError>(
          HasSubstr("no camera of rl,rr looks less than 110 degrees away from one of fl,fr")));
}

TEST(RectifySet, ALineThatLeansIsStillALine) {
  const Intrinsics a = typical_lens("opencv5");
  std::vector<Camera> cameras;
  for (int i = 0; i < 4; ++i) {
    const double jitter = i % 2 == 0 ? 0.001 : -0.001;  // The longer direction alternates.
    cameras.push_back(placed("cam" + std::to_string(i), a, {0.1 * i + jitter, 0.1 * i, 0},
                             turn_deg(0.3 * i, -0.2 * i, 0.1 * i)));
  }
  const RectifiedSet set = rectify_set(rig(cameras), {"cam0", "cam1", "cam2", "cam3"}, {}).set;
  for (const RectifiedPair& pair : set.pairs) {
    EXPECT_EQ(pair.vertical, set.pairs[0].vertical);
    EXPECT_LT(pair.departure_px.value(), 3);
  }
}

// The more two cameras are toed in, the less their images have in common, until they are rejected.
// Until then, no image becomes very narrow.
TEST(RectifySet, ConvergingPairsKeepUsefulPictures) {
  const Intrinsics a = typical_lens("opencv5");
  double before = 1e9;
  bool refused = false;
  for (double toe = 0; toe < 90; toe += 3) {
    SCOPED_TRACE(toe);
    const Calibration calibration = rig({placed("a", a, {0, 0, 0}, turn_deg(0, toe / 2, 0)),
                                         placed("b", a, {1.0, 0, 0}, turn_deg(0, -toe / 2, 0))});
    try {
      const RectifiedSet set = rectify_set(calibration, {"a", "b"}, {}).set;
      EXPECT_FALSE(refused);
      EXPECT_GE(set.valid.width * set.valid.height, 0.03 * 640 * 480);
      EXPECT_LE(set.valid.width, before * 1.05);
      before = set.valid.width;
    } catch (const UndeterminedError&) {
      EXPECT_GT(toe, 50);
      refused = true;
    }
  }
  EXPECT_TRUE(refused);
}

// Latlon.

TEST(RectifySet, LatlonShowsLensesOfMoreThanHalfASphere) {
  // 640 px at 180 px a radian: the image's sides see 102 degrees off the axis, its corners 127
  const Intrinsics wide = lens("fisheye", {0.002, -0.001, 0, 0}, 180);
  ViewRules rules;
  rules.projection = RectifiedProjection::kLatlon;
  for (const Calibration& calibration : {horizontal_pair(wide, wide), vertical_pair(wide, wide)}) {
    const TwoCameras pair =
        rectify_two(calibration, calibration.cameras[0].name, calibration.cameras[1].name, rules);
    EXPECT_DOUBLE_EQ(pair.first.P(0, 0), Projector(wide).axis_focal_px());
    const PixelMaps maps = pixel_maps(wide, pair.first, pair.plane, pair.image_size);
    EXPECT_GE(pair.first.valid.width, pair.image_size.width - 2);
    // Up to 200 degrees about the baseline are visible, which a plane could not show.
    const double across = pair.vertical ? pair.image_size.width : pair.image_size.height;
    EXPECT_GT(across / pair.first.P(0, 0), (pair.vertical ? 150 : 130) * std::numbers::pi / 180);
    for (const Eigen::Vector3d& point : points_before_the_rig()) {
      std::vector<Eigen::Vector2d> seen;
      for (const auto& [camera, side] :
           {std::pair{calibration.cameras[0], pair.first}, {calibration.cameras[1], pair.second}}) {
        const Projector lens(*camera.intrinsics);
        seen.push_back(
            rectified_pixel(lens, side, pair.plane, lens.project(*camera.T_cam_rig * point).value())
                .value());
      }
      const int line = pair.vertical ? 0 : 1, along = 1 - line;
      EXPECT_NEAR(seen[0][line], seen[1][line], 1e-6);
      // The law of sines gives the range from the two latitudes: see README.
      const double f = pair.first.P(0, 0), c = pair.first.P(along, 2);
      const double lat1 = (seen[0][along] - c) / f, lat2 = (seen[1][along] - c) / f;
      const double range = pair.baseline_m * std::cos(lat2) / std::sin(lat1 - lat2);
      EXPECT_NEAR(range, (*calibration.cameras[0].T_cam_rig * point).norm(), 1e-6);
    }
  }
}

TEST(RectifySet, LatlonShowsNothingBeyondItsPoles) {
  const Intrinsics wide = lens("fisheye", {0.002, -0.001, 0, 0}, 180);
  ViewRules rules;
  rules.projection = RectifiedProjection::kLatlon;
  rules.fov_rad = Eigen::Vector2d(200, 60) * std::numbers::pi / 180;
  EXPECT_THAT([&] { rectify_two(horizontal_pair(wide, wide), "left", "right", rules); },
              ThrowsMessage<Error>(HasSubstr("along the baseline latlon shows up to 160 degrees")));
  EXPECT_NO_THROW(rectify_two(vertical_pair(wide, wide), "upper", "lower", rules));
}

TEST(ViewRules, SayWhatIsWrong) {
  const auto refuses = [](const ViewOptions& options, const std::string& message) {
    EXPECT_THAT([&] { parse_view(options); }, ThrowsMessage<Error>(HasSubstr(message)));
  };
  refuses({RectifiedProjection::kPinhole, 1.5, "", ""},
          "alpha: found 1.5, expected a number from 0 to 1");
  refuses({RectifiedProjection::kPinhole, 0, "640", ""}, "size");
  refuses({RectifiedProjection::kPinhole, 0, "8x8", ""}, "expected sides of 16 to 32766 pixels");
  refuses({RectifiedProjection::kPinhole, 0, "", "wide"},
          "fov: found 'wide', expected degrees from 1 to 160");
  refuses({RectifiedProjection::kPinhole, 0, "", "200"}, "wider lenses need --projection latlon");
  refuses({RectifiedProjection::kLatlon, 0, "", "90x400"}, "expected degrees from 1 to 300");
  EXPECT_EQ(parse_view({RectifiedProjection::kLatlon, 0, "640x480", "200x90"}).size,
            (ImageSize{640, 480}));
}

}  // namespace
}  // namespace calib
