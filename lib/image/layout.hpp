#pragma once
// Where each camera's picture lies in a composite frame.

#include <string>
#include <vector>

#include "camera/intrinsics.hpp"
#include "scene/provenance.hpp"

namespace calib {

struct Tile {
  std::string camera;
  CropInfo place;
};

/// Throws Error when `name` cannot be a camera's: it becomes a folder's name.
void check_camera_name(const std::string& name);

/// "RxC": R rows of C tiles, row by row, named `names`, or cam0, cam1, ... when that is empty.
/// Throws Error when the frame does not divide evenly (saying which sizes would), or when the
/// number of names differs.
std::vector<Tile> grid_tiles(const std::string& layout, ImageSize frame,
                             const std::vector<std::string>& names);

/// "NAME=X,Y,W,H" each. Throws Error when a rectangle leaves the frame or a name stands twice.
std::vector<Tile> roi_tiles(const std::vector<std::string>& rois, ImageSize frame);

}  // namespace calib
