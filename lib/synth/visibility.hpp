#pragma once
// What a camera sees of a board: its side, its points and its outline.

#include <optional>
#include <vector>

#include "camera/intrinsics.hpp"
#include "scene/board.hpp"

namespace calib {

/// The z axis of the board points away from the printed side, so that a camera sees this side if
/// its center has a negative z in the frame of the board.
inline bool sees_printed_side(const Pose& T_cam_board) {
  return T_cam_board.inverse().translation.z() < 0;
}

/// The pixel of a point in camera coordinates. Returns nullopt if it is less than `margin_px`
/// inside the image.
inline std::optional<Eigen::Vector2d> pixel_in_image(const Projector& projector,
                                                     const Eigen::Vector3d& p_cam,
                                                     double margin_px = 0) {
  const auto pixel = projector.project(p_cam);
  const ImageSize& size = projector.intrinsics().image_size;
  const bool inside = pixel && pixel->x() >= margin_px && pixel->y() >= margin_px &&
                      pixel->x() <= size.width - 1 - margin_px &&
                      pixel->y() <= size.height - 1 - margin_px;
  return inside ? pixel : std::nullopt;
}

/// Points on a rectangle around the corners of a board, at a distance of `margin_m` from them, in
/// board coordinates. (Straight edges can be curved in the image, so that four points would not
/// suffice.)
inline std::vector<Eigen::Vector3d> board_outline(const Board& board, double margin_m,
                                                  int steps_per_side) {
  const Eigen::Vector2d low(-margin_m, -margin_m), high = flat_extent(board) - low;
  std::vector<Eigen::Vector3d> points;
  for (int i = 0; i <= steps_per_side; ++i) {
    const Eigen::Vector2d along = low + (high - low) * i / steps_per_side;
    for (const double y : {low.y(), high.y()}) points.emplace_back(along.x(), y, 0);
    for (const double x : {low.x(), high.x()}) points.emplace_back(x, along.y(), 0);
  }
  return points;
}

}  // namespace calib
