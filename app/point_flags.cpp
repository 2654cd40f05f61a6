#include "app/point_flags.hpp"

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "io/artifacts.hpp"

namespace calib {

void add_point_flags(CommandLine& line, const std::string& section, PointFlags& flags,
                     bool has_views) {
  line.add_positional(Option::list(
      "files", flags.files, "calibration.yaml, and the points as .csv, .json or .npy", "FILE"));
  if (!has_views) return;
  line.add(section,
           {Option::list("view", flags.views,
                         "in place of the points: the file of DeepLabCut, SLEAP or COCO keypoints "
                         "of one camera",
                         "CAMERA=FILE"),
            Option::number("min_score", flags.min_score,
                           "pixels with a smaller score in such a file count as not seen")
                .at_least(0)
                .at_most(1)});
}

std::vector<std::string> point_inputs(const PointFlags& flags) {
  std::vector<std::string> inputs = flags.files;
  for (const std::string& view : flags.views) inputs.push_back(parse_view_file(view).file.string());
  return inputs;
}

Calibration calibration_of(const PointFlags& flags) {
  require(!flags.files.empty(),
          "files: missing: give calibration.yaml, and the file of the points after it");
  return read_calibration(flags.files.front());
}

const std::string& points_file(const PointFlags& flags, const std::string& what) {
  require(flags.files.size() == 2,
          fmt::format("files: found {} files, expected calibration.yaml and {}", flags.files.size(),
                      what));
  return flags.files[1];
}

PixelTracks pixels_of(const PointFlags& flags, const Calibration& calibration, int jobs) {
  if (flags.views.empty()) {
    const std::string& file = points_file(flags, "the file of the pixels (or --view CAMERA=FILE)");
    PixelTracks tracks = read_pixel_tracks(file, names_of(calibration.cameras), jobs);
    for (const std::string& name : tracks.cameras) {
      require(find_camera(calibration, name) != nullptr,
              file + ": " + unknown_camera_text(calibration, name));
    }
    return tracks;
  }
  require(flags.files.size() == 1,
          fmt::format("files: found {} files beside --view, expected calibration.yaml alone",
                      flags.files.size()));
  std::vector<ViewFile> views;
  views.reserve(flags.views.size());
  for (const std::string& view : flags.views) views.push_back(parse_view_file(view));
  for (const ViewFile& view : views)
    require(find_camera(calibration, view.camera) != nullptr,
            "--view: " + unknown_camera_text(calibration, view.camera));
  return read_view_files(views, flags.min_score);
}

std::vector<Option> describe(MeasuredPointFlags& flags) {
  return {Option::text("points", flags.points,
                       "points measured in the room: a CSV file with name,x,y,z[,sigma] in meters",
                       "FILE"),
          Option::text("pixels", flags.pixels,
                       "their pixels in each camera, in a file as for `calib triangulate`", "FILE"),
          Option::number("sigma_px", flags.sigma_px,
                         "standard deviation of these pixels; 0: taken from the residuals")
              .at_least(0)};
}

std::vector<std::string> measured_point_files(const MeasuredPointFlags& flags) {
  std::vector<std::string> files;
  for (const std::string& file : {flags.points, flags.pixels})
    if (!file.empty()) files.push_back(file);
  return files;
}

AlignInputs read_measured(const MeasuredPointFlags& flags, const std::vector<std::string>& cameras,
                          int jobs) {
  AlignInputs inputs;
  inputs.sigma_px = flags.sigma_px;
  if (!flags.points.empty()) inputs.points = read_measured_points(flags.points);
  if (!flags.pixels.empty()) inputs.pixels = read_pixel_tracks(flags.pixels, cameras, jobs);
  return inputs;
}

}  // namespace calib
