#pragma once
// Flags, inputs and warnings that the commands on points have in common.

#include <string>
#include <vector>

#include "app/command.hpp"
#include "io/track_files.hpp"
#include "measure/align.hpp"
#include "scene/calibration.hpp"

namespace calib {

/// The calibration and one file of points, or for pixels a file of each camera.
struct PointFlags {
  std::vector<std::string> files, views;
  double min_score = 0.5;
};

/// Adds the positional files; with `has_views` also --view and --min-score.
void add_point_flags(CommandLine& line, const std::string& section, PointFlags& flags,
                     bool has_views);

/// All files that are read, for output_file().
std::vector<std::string> point_inputs(const PointFlags& flags);

/// The calibration, which is the first file.
Calibration calibration_of(const PointFlags& flags);
/// The pixels of points: of the second file, or of the views.
PixelTracks pixels_of(const PointFlags& flags, const Calibration& calibration, int jobs);
/// The path of the second file, which `what` describes. Throws Error if it is missing.
const std::string& points_file(const PointFlags& flags, const std::string& what);

/// Points that were measured in the room, and the file of their pixels.
struct MeasuredPointFlags {
  std::string points, pixels;
  double sigma_px = 0;
};
std::vector<Option> describe(MeasuredPointFlags& flags);
/// The files that are given.
std::vector<std::string> measured_point_files(const MeasuredPointFlags& flags);
/// Reads both files. `cameras` are the names of the cameras in an array of NumPy.
AlignInputs read_measured(const MeasuredPointFlags& flags, const std::vector<std::string>& cameras,
                          int jobs);

}  // namespace calib
