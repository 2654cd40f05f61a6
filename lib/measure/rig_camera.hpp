#pragma once
// The cameras of a calibration as measuring needs them: prepared once, used for many points.

#include <memory>
#include <string>
#include <vector>

#include "scene/calibration.hpp"

namespace calib {

/// The rays of pixels by interpolation in a grid over the picture: in a hundredth of the time of
/// Projector::unproject(), and good to a small part of a pixel, as the start of a refinement.
class RayTable {
 public:
  explicit RayTable(const Projector& lens);
  /// A direction of any length. Outside the picture and where the lens has no ray next to the
  /// pixel, the exact ray. Returns nullopt if there is none.
  std::optional<Eigen::Vector3d> ray(const Projector& lens, const Eigen::Vector2d& pixel) const;

 private:
  static constexpr int kColumns = 64, kRows = 48;  // cells
  Eigen::Vector2d origin_, cell_;
  std::vector<Eigen::Vector3d> rays_;  // (kRows + 1) x (kColumns + 1); NaN: none
};

struct RigCamera {
  std::string name;
  Projector lens;
  Eigen::Matrix3d R_cam_rig;
  Eigen::Vector3d t_cam_rig;
  Eigen::Vector3d center_m;  ///< rig frame
  RayTable rays;
};

/// The pixels that are a picture's: with half a pixel around it as a margin for rounding.
bool is_inside(const Eigen::Vector2d& pixel, ImageSize size);

/// For each name the camera, or nullptr if it has no lens or no pose. Throws Error for a name that
/// the calibration does not have.
std::vector<std::unique_ptr<RigCamera>> rig_cameras(const Calibration& calibration,
                                                    const std::vector<std::string>& names);

}  // namespace calib
