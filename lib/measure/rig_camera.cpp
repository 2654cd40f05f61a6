#include "measure/rig_camera.hpp"

#include <algorithm>

#include "base/errors.hpp"
#include "measure/tracks.hpp"

namespace calib {

RayTable::RayTable(const Projector& lens) : origin_(-0.5, -0.5) {
  const ImageSize size = lens.intrinsics().image_size;
  cell_ = {static_cast<double>(size.width) / kColumns, static_cast<double>(size.height) / kRows};
  rays_.reserve(static_cast<std::size_t>((kColumns + 1) * (kRows + 1)));
  for (int row = 0; row <= kRows; ++row) {
    for (int column = 0; column <= kColumns; ++column) {
      const Eigen::Vector2d pixel = origin_ + cell_.cwiseProduct(Eigen::Vector2d(column, row));
      rays_.push_back(lens.unproject(pixel).value_or(Eigen::Vector3d::Constant(kMissing)));
    }
  }
}

std::optional<Eigen::Vector3d> RayTable::ray(const Projector& lens,
                                             const Eigen::Vector2d& pixel) const {
  const Eigen::Vector2d at = (pixel - origin_).cwiseQuotient(cell_);
  if (!(at.x() >= 0 && at.y() >= 0 && at.x() <= kColumns && at.y() <= kRows))
    return lens.unproject(pixel);
  const int column = std::min(static_cast<int>(at.x()), kColumns - 1);
  const int row = std::min(static_cast<int>(at.y()), kRows - 1);
  const double u = at.x() - column, v = at.y() - row;
  const Eigen::Vector3d* first = &rays_[static_cast<std::size_t>(row * (kColumns + 1) + column)];
  const Eigen::Vector3d* below = first + kColumns + 1;
  const Eigen::Vector3d ray =
      (1 - v) * ((1 - u) * first[0] + u * first[1]) + v * ((1 - u) * below[0] + u * below[1]);
  if (!ray.allFinite()) return lens.unproject(pixel);
  return ray;
}

bool is_inside(const Eigen::Vector2d& pixel, ImageSize size) {
  constexpr double kMargin_px = 1;  // half a pixel of the picture, and as much for rounding
  return pixel.x() >= -kMargin_px && pixel.x() <= size.width - 1 + kMargin_px &&
         pixel.y() >= -kMargin_px && pixel.y() <= size.height - 1 + kMargin_px;
}

std::vector<std::unique_ptr<RigCamera>> rig_cameras(const Calibration& calibration,
                                                    const std::vector<std::string>& names) {
  std::vector<std::unique_ptr<RigCamera>> cameras;
  cameras.reserve(names.size());
  for (const std::string& name : names) {
    const Camera* camera = find_camera(calibration, name);
    require(camera != nullptr, unknown_camera_text(calibration, name));
    cameras.emplace_back();
    if (!camera->intrinsics || !camera->T_cam_rig) continue;
    Projector lens(*camera->intrinsics);
    RayTable rays(lens);
    cameras.back() = std::make_unique<RigCamera>(RigCamera{
        name, std::move(lens), camera->T_cam_rig->rotation.toRotationMatrix(),
        camera->T_cam_rig->translation, camera->T_cam_rig->inverse().translation, std::move(rays)});
  }
  return cameras;
}

}  // namespace calib
