#pragma once
// The rectangle of each camera in a composite frame.

#include <string>
#include <vector>

#include "camera/intrinsics.hpp"
#include "scene/provenance.hpp"

namespace calib {

struct Tile {
  std::string camera;
  CropInfo place;
};

/// Throws Error unless `name` is valid as the name of a camera and of its folder.
void check_camera_name(const std::string& name);

/// `layout` is "RxC": R rows of C equal tiles. `names` are the cameras row by row; if empty, they
/// are called cam0, cam1, ... Throws Error if the size of the frame is not divisible (it suggests
/// sizes that are), if the number of names is wrong, or if a name is used twice.
std::vector<Tile> grid_tiles(const std::string& layout, ImageSize frame,
                             const std::vector<std::string>& names);

/// `rois` are "NAME=X,Y,W,H" in pixels. Throws Error if a rectangle exceeds the frame or a name is
/// used twice.
std::vector<Tile> roi_tiles(const std::vector<std::string>& rois, ImageSize frame);

}  // namespace calib
