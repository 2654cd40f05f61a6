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

TEST(UndistortedCamera, AgreesWithGetOptimalNewCameraMatrix) {
  for (const std::string model :
       {"pinhole", "opencv4", "opencv5", "opencv8", "opencv12", "opencv14"}) {
    for (const double alpha : {0.0, 0.3, 1.0}) {
      SCOPED_TRACE(model + ", alpha " + std::to_string(alpha));
      const Intrinsics lens = typical_lens(model);
      const RectifiedCamera camera = undistorted_camera(placed("cam", lens, {0, 0, 0}), alpha);
      const cv::Matx33d K = cv::getOptimalNewCameraMatrix(camera_matrix(lens), distortion(lens),
                                                          cv_size(lens.image_size), alpha);
      EXPECT_EQ(camera.name, "cam");
      EXPECT_TRUE(camera.R_rect_cam.isIdentity());
      // OpenCV samples nine points a side and counts the last pixel at width rather than width - 1
      EXPECT_NEAR(camera.P(0, 0), K(0, 0), 0.005 * K(0, 0));
      EXPECT_NEAR(camera.P(1, 1), K(1, 1), 0.005 * K(1, 1));
      EXPECT_NEAR(camera.P(0, 2), K(0, 2), 1);
      EXPECT_NEAR(camera.P(1, 2), K(1, 2), 1);
    }
  }
}

TEST(UndistortedCamera, WithoutDistortionKeepsK) {
  const Intrinsics lens = typical_lens("pinhole");
  for (const double alpha : {0.0, 1.0}) {
    const RectifiedCamera camera = undistorted_camera(placed("cam", lens, {0, 0, 0}), alpha);
    // rounding
    EXPECT_NEAR(camera.P(0, 0), lens.parameters[0], 1e-9);
    EXPECT_NEAR(camera.P(1, 1), lens.parameters[1], 1e-9);
    EXPECT_NEAR(camera.P(0, 2), lens.parameters[2], 1e-9);
    EXPECT_NEAR(camera.P(1, 2), lens.parameters[3], 1e-9);
    EXPECT_EQ(camera.valid, (PixelRect{0, 0, 640, 480}));
  }
}

TEST(UndistortedCamera, ValidShrinksAsAlphaGrows) {
  for (const std::string model : {"opencv5", "fisheye"}) {
    SCOPED_TRACE(model);
    const Camera source = placed("cam", typical_lens(model), {0, 0, 0});
    const RectifiedCamera filled = undistorted_camera(source, 0);
    const RectifiedCamera whole = undistorted_camera(source, 1);
    EXPECT_GE(filled.valid.width, 638);  // at most a pixel lost on a side, where chords cut
    EXPECT_GE(filled.valid.height, 478);
    EXPECT_LT(whole.valid.width, 620);
    EXPECT_GT(whole.valid.width, 200);
  }
}

TEST(UndistortedCamera, SaysWhatIsMissing) {
  Camera camera;
  camera.name = "cam7";
  EXPECT_THAT([&] { undistorted_camera(camera, 0); },
              ThrowsMessage<UndeterminedError>(HasSubstr("camera cam7 has no intrinsics")));
  // the centre of projection far outside: no ray of the 80 degrees around the axis meets the image
  Intrinsics beside = typical_lens("pinhole");
  beside.parameters[2] = 1e5;
  EXPECT_THAT(
      [&] {
        undistorted_camera(placed("cam7", beside, {0, 0, 0}), 0);
      },
      ThrowsMessage<UndeterminedError>(HasSubstr("check fx, fy, cx, cy")));
}

}  // namespace
}  // namespace calib
