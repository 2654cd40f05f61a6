#include "pipeline/rectify_options.hpp"

#include "base/append.hpp"

namespace calib {

std::vector<Option> describe(WarpOptions& o) {
  return {
      Option::choice("interpolation", o.interpolation,
                     "how values between the pixels of the source are found", kInterpolations),
      Option::text("format", o.format,
                   "file format of the pictures; avi, mp4: one video per camera; none: no pictures",
                   "FORMAT")
          .one_of({"png", "jpg", "avi", "mp4", "none"}),
      Option::number("fps", o.fps,
                     "frames per second of videos; 0: those of the source, 10 for images where "
                     "they are not known")
          .at_least(0)
          .at_most(1000),
  };
}

bool is_video_format(const std::string& format) { return format == "avi" || format == "mp4"; }

std::vector<Option> describe(MapOptions& o) {
  return {
      Option::choice("maps", o.maps, "file format of the pixel maps", kMapFormats, "FORMAT"),
      Option::choice(
          "map_type", o.map_type,
          "float, or fixed: OpenCV's CV_16SC2 with weights, which cv::remap applies faster",
          kMapTypes, "TYPE"),
  };
}

std::vector<Option> describe(RectifyOptions& o) {
  std::vector<Option> options = {
      Option::list("pair", o.pair, "two cameras to rectify; default: every adjacent pair",
                   "CAM,CAM"),
      Option::list(
          "set", o.set,
          "cameras to bring onto one common frame, or all: of a grid rows and columns align",
          "CAM,CAM,..."),
  };
  append(options, describe(o.view));
  append(options, describe(o.maps));
  append(options, describe(o.warp));
  append(
      options,
      {
          Option::flag("preview", o.preview,
                       "also write pictures with lines across the cameras, an anaglyph and the "
                       "disparities of each pair"),
          Option::number("preview_frames", o.preview_frames,
                         "how many frames of a set get previews, spread evenly; 0: all")
              .at_least(0),
          Option::length("distance", o.distance_m,
                         "distance of the scene, for the tolerance of common frames and the "
                         "disparities of the preview; default: the median distance of the boards"),
          Option::number("tolerance_px", o.tolerance_px,
                         "refuse a common frame of three cameras or more that leaves rows or "
                         "columns further apart")
              .at_least(0),
          Option::number("max_error_px", o.max_error_px,
                         "refuse a pair whose observed corners are further apart across its rows "
                         "or columns, on average")
              .at_least(0),
          Option::flag(
              "by_number", o.by_number,
              "pair pictures with equal numbers, even if the calibration has time offsets"),
      });
  return options;
}

std::vector<Option> describe(UndistortOptions& o) {
  std::vector<Option> options = describe(o.view);
  for (Option& option : options) {
    if (option.key == "size")
      option.help = "size of the pictures; default: the source's, or with fov the lens's own scale";
  }
  append(options, describe(o.maps));
  append(options, describe(o.warp));
  return options;
}

}  // namespace calib
