#pragma once
// What a lens sees of the rectified plane: where its picture ends there.

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "camera/intrinsics.hpp"
#include "rectify/view_plane.hpp"

namespace calib {

/// A rectangle on the rectified plane (ViewPlane's coordinates).
struct PlaneRect {
  double left = 0, top = 0, right = 0, bottom = 0;
  bool empty() const { return !(left < right && top < bottom); }
};

struct VisibleArea {
  PlaneRect inner;               ///< within the picture's four sides
  PlaneRect outer;               ///< around the whole picture
  Eigen::Vector2d center{0, 0};  ///< mean of the picture's four corners
};

/// The source image's border, sampled and seen from a camera turned by `R_turned_cam`. Where the
/// lens or the projection does not reach the border, the last visible pixel on the way there from
/// the image's center stands for it. Nothing when not even the center is visible. `inner` may be
/// empty.
std::optional<VisibleArea> visible_area(const Projector& source,
                                        const Eigen::Matrix3d& R_turned_cam,
                                        const ViewPlane& plane);

/// A camera and how it is turned.
struct TurnedCamera {
  const Intrinsics* intrinsics = nullptr;
  Eigen::Matrix3d R_turned_cam;
};

/// The largest rectangle of the plane, within `around`, that all cameras see whole, to a five
/// hundredth of its size; nothing when there is none.
std::optional<PlaneRect> common_rectangle(const std::vector<TurnedCamera>& cameras,
                                          const ViewPlane& plane, const PlaneRect& around);

}  // namespace calib
