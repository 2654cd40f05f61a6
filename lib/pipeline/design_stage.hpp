#pragma once
// The design stage: cameras, a board and a plan, from options and files, to a forecast.

#include <string>
#include <vector>

#include "base/option.hpp"
#include "design/summary.hpp"
#include "pipeline/board_options.hpp"
#include "pipeline/context.hpp"
#include "synth/synthetic_rig.hpp"

namespace calib {

struct DesignOptions {
  SynthOptions rig;  ///< a regular rig, if there is no file
  int shots = 40;
  double nearest_m = 0, farthest_m = 0;  ///< 0: as the board fills the picture
  double tilt_deg = 45;
  std::string volume;  ///< "X..X,Y..Y,Z..Z"; empty: where the boards are
  std::string noise = "0.1px";
  std::string point_noise;  ///< empty: as `noise`
  bool exact_board = false;
  bool no_changes = false;  ///< do not look for what would help
};
std::vector<Option> describe(DesignOptions& options);

/// The rig of a file that lists planned cameras:
///   cameras:
///     - {name: left, size: 1920x1080, fov_deg: 70, place: [0, 0, 2m], looks_at: [0, 2m, 1m]}
/// Throws Error, with the place in the file.
Calibration read_planned_rig(const std::string& file);

/// `file` is a list of planned cameras, a calibration whose rig is planned again, or empty for a
/// regular rig. A calibration also gives the board if `board` names none. Throws Error for what
/// cannot be read, and UndeterminedError if the plan does not determine the rig.
DesignSummary design_stage(const std::string& file, const BoardOptions& board,
                           const DesignOptions& options, const Context& context);

}  // namespace calib
