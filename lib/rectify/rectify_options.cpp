#include "rectify/rectify.hpp"

namespace calib {

std::vector<Option> describe(RectifyOptions& options) {
  return {
      Option::list("pair", options.pair, "two cameras to rectify; default: every adjacent pair",
                   "CAM,CAM"),
      Option::number("alpha", options.alpha, "0: only valid pixels, 1: every source pixel")
          .at_least(0)
          .at_most(1),
      Option::text("maps", options.maps, "file format of the pixel maps", "FORMAT")
          .one_of({"npy", "yaml", "exr", "none"}),
      Option::text("format", options.format, "file format of the rectified images", "FORMAT")
          .one_of({"png", "jpg"}),
      Option::flag("preview", options.preview,
                   "also write both images side by side with lines across the pair"),
      Option::number("preview_frames", options.preview_frames,
                     "how many frames of a pair get a preview, spread evenly; 0: all")
          .at_least(0),
  };
}

}  // namespace calib
