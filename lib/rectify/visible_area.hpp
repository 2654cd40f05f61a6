#pragma once
// The area of the rectified plane that the image of a camera covers.

#include <Eigen/Geometry>
#include <optional>
#include <vector>

#include "camera/intrinsics.hpp"
#include "rectify/view_plane.hpp"

namespace calib {

/// A rectangle in the coordinates of ViewPlane.
using PlaneRect = Eigen::AlignedBox2d;

struct VisibleArea {
  PlaneRect inner;               ///< inside the four sides of the image
  PlaneRect outer;               ///< bounding box of the image
  Eigen::Vector2d center{0, 0};  ///< mean of the four corners of the image
};

/// Samples the border of the source image, for a camera rotated by `R_turned_cam`. Where the lens
/// model or the projection does not reach the border, it takes the last visible pixel on the line
/// from the center of the image to the border. Returns nullopt if the center itself is not visible.
/// `inner` may be empty.
std::optional<VisibleArea> visible_area(const Projector& source,
                                        const Eigen::Matrix3d& R_turned_cam,
                                        const ViewPlane& plane);

struct TurnedCamera {
  const Intrinsics* intrinsics = nullptr;
  Eigen::Matrix3d R_turned_cam;
};

/// The largest rectangle within `around` in which every camera sees all points, accurate to 1/500
/// of its size. Returns nullopt if there is none.
std::optional<PlaneRect> common_rectangle(const std::vector<TurnedCamera>& cameras,
                                          const ViewPlane& plane, const PlaneRect& around);

}  // namespace calib
