#include <fmt/format.h>

#include "base/errors.hpp"
#include "rectify/rectify.hpp"
#include "rectify/shared_view.hpp"

namespace calib {
namespace {

// The camera matrix that maps `rect` to the whole image.
Eigen::Matrix3d fill_image(const PlaneRect& rect, ImageSize size) {
  const double fx = (size.width - 1) / rect.sizes().x();
  const double fy = (size.height - 1) / rect.sizes().y();
  Eigen::Matrix3d K;
  K << fx, 0, -fx * rect.min().x(), 0, fy, -fy * rect.min().y(), 0, 0, 1;
  return K;
}

VisibleArea area_of(const Camera& camera, const Projector& lens, const ViewPlane& plane) {
  const auto area = visible_area(lens, Eigen::Matrix3d::Identity(), plane);
  if (area && (area->inner.sizes().array() > 0).all()) return *area;
  throw UndeterminedError(
      fmt::format("camera {}: its {} parameters leave no undistorted rectangle of the {} image; "
                  "check fx, fy, cx, cy and the distortion, or calibrate it again with fewer "
                  "parameters",
                  camera.name, lens.intrinsics().model, to_text(lens.intrinsics().image_size)));
}

}  // namespace

Rectification undistort_camera(const Camera& camera, const ViewRules& rules, int jobs) {
  if (!camera.intrinsics) {
    throw UndeterminedError(fmt::format(
        "camera {} has no intrinsics, so it cannot be undistorted; run 'calib intrinsics' first",
        camera.name));
  }
  const Projector lens(*camera.intrinsics);
  const ImageSize source = lens.intrinsics().image_size;
  Rectification result;
  RectifiedSet& set = result.set;
  set.projection = rules.projection;
  RectifiedCamera& rectified = set.cameras.emplace_back();
  rectified.name = camera.name;
  const VisibleArea area = area_of(camera, lens, view_plane(set));
  if (rules.fov_rad) {
    const SetOfViews views{{area}, area.inner, source, lens.axis_focal_px(), view_plane(set)};
    const std::optional<SharedView> found = shared_view(views, rules);
    require(found.has_value(), fmt::format("fov: at {}'s own scale the image would be less than {} "
                                           "pixels wide or high; give --size too",
                                           camera.name, kSmallestSide));
    const SharedView& view = *found;
    set.image_size = view.size;
    rectified.P.leftCols<3>() = view.camera_matrix();
  } else {
    set.image_size = rules.size.value_or(source);
    rectified.P.leftCols<3>() = (1 - rules.alpha) * fill_image(area.inner, set.image_size) +
                                rules.alpha * fill_image(area.outer, set.image_size);
  }
  result.maps.push_back(
      pixel_maps(lens.intrinsics(), rectified, view_plane(set), set.image_size, jobs));
  rectified.valid = largest_rectangle(valid_mask(result.maps.back(), source));
  if (rectified.valid.width > 0) measure_scale(result.maps.back(), rectified);
  set.valid = rectified.valid;
  return result;
}

}  // namespace calib
