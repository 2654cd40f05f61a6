#include <fmt/format.h>

#include "base/errors.hpp"
#include "rectify/rectify.hpp"
#include "rectify/valid_rectangle.hpp"
#include "rectify/visible_area.hpp"

namespace calib {
namespace {

// The camera matrix that takes `rect` to the whole image.
Eigen::Matrix3d fill_image(const PlaneRect& rect, ImageSize size) {
  const double fx = (size.width - 1) / (rect.right - rect.left);
  const double fy = (size.height - 1) / (rect.bottom - rect.top);
  Eigen::Matrix3d K;
  K << fx, 0, -fx * rect.left, 0, fy, -fy * rect.top, 0, 0, 1;
  return K;
}

}  // namespace

RectifiedCamera undistorted_camera(const Camera& camera, double alpha) {
  require(alpha >= 0 && alpha <= 1,
          fmt::format("alpha: found {}, expected a number from 0 to 1", alpha));
  if (!camera.intrinsics) {
    throw UndeterminedError(fmt::format(
        "camera {} has no intrinsics, so it cannot be undistorted; run 'calib intrinsics' first",
        camera.name));
  }
  const Projector source(*camera.intrinsics);
  const ImageSize size = camera.intrinsics->image_size;
  const auto area = visible_area(source, Eigen::Matrix3d::Identity());
  if (!area || area->inner.empty()) {
    throw UndeterminedError(
        fmt::format("camera {}: its {} parameters leave no undistorted rectangle of the {} image; "
                    "check fx, fy, "
                    "cx, cy and the distortion, or calibrate it again with fewer parameters",
                    camera.name, camera.intrinsics->model, to_text(size)));
  }
  RectifiedCamera result;
  result.name = camera.name;
  result.R_rect_cam.setIdentity();
  result.P.setZero();
  result.P.leftCols<3>() =
      (1 - alpha) * fill_image(area->inner, size) + alpha * fill_image(area->outer, size);
  result.valid = valid_rectangle(rectify_maps(*camera.intrinsics, result, size), size);
  return result;
}

}  // namespace calib
