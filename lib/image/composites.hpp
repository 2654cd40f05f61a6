#pragma once
// Composite frames, each of which shows several cameras: where the cameras are, and which images or
// videos hold them.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/option.hpp"
#include "image/dataset.hpp"
#include "image/layout.hpp"

namespace calib {

struct CompositeOptions {
  std::string layout;              ///< "2x2": R rows of C tiles
  std::vector<std::string> roi;    ///< NAME=X,Y,W,H, instead of a layout
  std::vector<std::string> names;  ///< of the tiles of the layout, row by row
  FrameSelection frames;           ///< by position in the sequence
};
std::vector<Option> describe(CompositeOptions& options);

/// Whether the options say where the cameras are, so that the inputs are composites.
bool has_views(const CompositeOptions& options);

/// `inputs` are images, folders, globs or videos of composite frames: images in the order of their
/// numbers, or videos that follow one another. The frame number of an image is the number in its
/// name, as in discover_dataset(); that of a video frame is its index, counted through all videos.
/// Looks at a few frames for their size, and whether views visibly meet elsewhere than the layout
/// has it (image/view_seams.hpp). Throws Error in that case, if there is no input, no layout or no
/// readable frame, if there are both images and videos, or if two images have the same frame
/// number.
Dataset composite_dataset(const std::vector<std::string>& inputs, const CompositeOptions& options);

/// Throws Error if cameras in composites are named without saying where they are.
void refuse_lone_names(const CompositeOptions& options);

/// The same for views whose place is known, with the names of their cameras.
Dataset composite_dataset(const std::vector<std::string>& inputs, const std::vector<Tile>& tiles);

/// The size of the first frame of the inputs; 0x0 if it cannot be read, or if they are neither
/// images nor videos.
ImageSize composite_size(const std::vector<std::string>& inputs);

}  // namespace calib
