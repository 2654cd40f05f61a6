#include <gmock/gmock.h>

#include <opencv2/calib3d.hpp>

#include "base/errors.hpp"
#include "rectify/pair_world.hpp"
#include "rectify/rectify.hpp"

namespace calib {
namespace {

using namespace calib::testing;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

RectifiedCamera undistorted(const Camera& camera, double alpha) {
  ViewRules rules;
  rules.alpha = alpha;
  const RectifiedSet set = undistort_camera(camera, rules).set;
  EXPECT_EQ(set.image_size, camera.image_size);
  EXPECT_EQ(set.valid, set.cameras.at(0).valid);
  return set.cameras.at(0);
}

TEST(UndistortCamera, AgreesWithGetOptimalNewCameraMatrix) {
  for (const std::string model :
       {"pinhole", "opencv4", "opencv5", "opencv8", "opencv12", "opencv14"}) {
    for (const double alpha : {0.0, 0.3, 1.0}) {
      SCOPED_TRACE(model + ", alpha " + std::to_string(alpha));
      const Intrinsics lens = typical_lens(model);
      const RectifiedCamera camera = undistorted(placed("cam", lens, {0, 0, 0}), alpha);
      const cv::Matx33d K = cv::getOptimalNewCameraMatrix(camera_matrix(lens), distortion(lens),
                                                          cv_size(lens.image_size), alpha);
      EXPECT_EQ(camera.name, "cam");
      EXPECT_TRUE(camera.R_rect_cam.isIdentity());
      // OpenCV samples nine points per side and takes the width instead of width - 1 for the last
      // pixel.
      EXPECT_NEAR(camera.P(0, 0), K(0, 0), 0.005 * K(0, 0));
      EXPECT_NEAR(camera.P(1, 1), K(1, 1), 0.005 * K(1, 1));
      EXPECT_NEAR(camera.P(0, 2), K(0, 2), 1);
      EXPECT_NEAR(camera.P(1, 2), K(1, 2), 1);
    }
  }
}

TEST(UndistortCamera, WithoutDistortionKeepsK) {
  const Intrinsics lens = typical_lens("pinhole");
  for (const double alpha : {0.0, 1.0}) {
    const RectifiedCamera camera = undistorted(placed("cam", lens, {0, 0, 0}), alpha);
    // Only rounding errors.
    EXPECT_NEAR(camera.P(0, 0), lens.parameters[0], 1e-9);
    EXPECT_NEAR(camera.P(1, 1), lens.parameters[1], 1e-9);
    EXPECT_NEAR(camera.P(0, 2), lens.parameters[2], 1e-9);
    EXPECT_NEAR(camera.P(1, 2), lens.parameters[3], 1e-9);
    EXPECT_EQ(camera.valid, (PixelRect{0, 0, 640, 480}));
  }
}

TEST(UndistortCamera, ValidShrinksAsAlphaGrows) {
  for (const std::string model : {"opencv5", "fisheye"}) {
    SCOPED_TRACE(model);
    const Camera source = placed("cam", typical_lens(model), {0, 0, 0});
    const RectifiedCamera filled = undistorted(source, 0);
    const RectifiedCamera whole = undistorted(source, 1);
    EXPECT_GE(filled.valid.width, 638);  // The chords of the border cut at most a pixel per side.
    EXPECT_GE(filled.valid.height, 478);
    EXPECT_LT(whole.valid.width, 620);
    EXPECT_GT(whole.valid.width, 200);
  }
}

TEST(UndistortCamera, TakesAnglesAndLatlon) {
  const Camera source = placed("cam", typical_lens("fisheye"), {0, 0, 0});
  ViewRules rules;
  rules.fov_rad = Eigen::Vector2d(100, 60) * std::numbers::pi / 180;
  const RectifiedSet flat = undistort_camera(source, rules).set;
  EXPECT_DOUBLE_EQ(flat.cameras[0].P(0, 0), Projector(*source.intrinsics).axis_focal_px());
  EXPECT_NEAR(flat.image_size.width,
              2 * flat.cameras[0].P(0, 0) * std::tan(50 * std::numbers::pi / 180), 3);
  rules.projection = RectifiedProjection::kLatlon;
  const RectifiedSet round = undistort_camera(source, rules).set;
  EXPECT_NEAR(round.image_size.width, round.cameras[0].P(0, 0) * 100 * std::numbers::pi / 180, 3);
}

TEST(UndistortCamera, SaysWhatIsMissing) {
  Camera camera;
  camera.name = "cam7";
  EXPECT_THAT([&] { undistort_camera(camera, {}); },
              ThrowsMessage<UndeterminedError>(HasSubstr("camera cam7 has no intrinsics")));
  // The principal point is far outside, so that no ray within 80 degrees of the axis meets the
  // image.
  Intrinsics beside = typical_lens("pinhole");
  beside.parameters[2] = 1e5;
  EXPECT_THAT(
      [&] {
        undistort_camera(placed("cam7", beside, {0, 0, 0}), {});
      },
      ThrowsMessage<UndeterminedError>(HasSubstr("check fx, fy, cx, cy")));
}

}  // namespace
}  // namespace calib
