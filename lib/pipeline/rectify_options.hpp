#pragma once
// The options of rectify and undistort.

#include <string>
#include <vector>

#include "base/option.hpp"
#include "io/map_files.hpp"
#include "rectify/checks.hpp"
#include "rectify/view_rules.hpp"
#include "rectify/warp.hpp"

namespace calib {

/// How pictures are drawn and stored.
struct WarpOptions {
  Interpolation interpolation = Interpolation::kLinear;
  std::string format = "png";
  double fps = 0;  // of new videos; 0: the rate of the source video, or 10 for images
};
std::vector<Option> describe(WarpOptions& options);
/// Whether a format is a video: avi, mp4.
bool is_video_format(const std::string& format);

struct MapOptions {
  MapFormat maps = MapFormat::kNpy;
  MapType map_type = MapType::kFloat;
};
std::vector<Option> describe(MapOptions& options);

struct RectifyOptions {
  std::vector<std::string> pair;  // "cam0,cam1" each
  std::vector<std::string> set;   // "cam0,cam1,cam2" each, or "all"; no pair and no set: every
                                  // adjacent pair
  ViewOptions view;
  MapOptions maps;
  WarpOptions warp;
  bool preview = false;
  int preview_frames = 5;  // of a set, spread evenly; 0: all
  double distance_m = 0;   // of what will be filmed; 0: as far as the boards were
  double tolerance_px = CheckLimits{}.most_departure_px;
  double max_error_px = CheckLimits{}.most_mean_error_px;
  bool by_number = false;  // pair pictures by their numbers, whatever the clocks are
};
std::vector<Option> describe(RectifyOptions& options);

struct UndistortOptions {
  ViewOptions view;
  MapOptions maps{MapFormat::kNone};
  WarpOptions warp;
};
std::vector<Option> describe(UndistortOptions& options);

}  // namespace calib
