#include "scene/camera_choice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/error_text.hpp"

namespace calib {
namespace {

using testing::error_text;
using ::testing::HasSubstr;

Calibration two_cameras() {
  Calibration calibration;
  calibration.cameras = {{.name = "left", .image_size = {640, 480}},
                         {.name = "right", .image_size = {640, 480}}};
  calibration.cameras[0].intrinsics =
      make_intrinsics("pinhole", calibration.cameras[0].image_size, 500, 500, 320, 240);
  return calibration;
}

TEST(CameraChoice, NamesWhatIsWrong) {
  const Calibration rig = two_cameras();
  require_different_cameras(rig, {"right", "left"}, "pair");
  EXPECT_THAT(
      error_text([&] {
        require_different_cameras(rig, {"left", "rigth"}, "pair");
      }),
      HasSubstr("pair: there is no camera 'rigth' in the calibration, expected one of left, "
                "right (did you mean 'right'?)"));
  EXPECT_EQ(error_text([&] {
              require_different_cameras(rig, {"left", "left"}, "pair");
            }),
            "pair: found 'left,left', expected different cameras");
  EXPECT_EQ(known_camera(rig, "right").name, "right");
  EXPECT_THAT(error_text([&] { known_camera(rig, "up"); }), HasSubstr("there is no camera 'up'"));
  EXPECT_EQ(known_lens(rig, "left").model, "pinhole");
  EXPECT_THAT(error_text([&] { known_lens(rig, "right"); }), HasSubstr("right: has no lens"));
}

}  // namespace
}  // namespace calib
