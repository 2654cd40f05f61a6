#include "app/commands.hpp"

namespace calib {

const std::vector<Command>& commands() {
  static const std::vector<Command> kCommands = {
      {"run", "all stages from images to rectified pairs, skipping what is up to date",
       "calib run data/demo --layout 2x2 --board 11x8 --square 30mm -o out", define_run},
      {"batch", "`calib run` for many recordings, several at once, going on where one fails",
       "calib batch configs/recordings.yaml -o calibrations", define_batch},
      {"crop", "cut composite pictures or videos into one folder a camera",
       "calib crop data/demo --layout 2x2 -o images", define_crop},
      {"detect", "find the board's corners in all images",
       "calib detect images --board 11x8 --square 30mm -o observations.yaml", define_detect},
      {"merge", "join the corners that many machines found, each in a shard of the frames",
       "calib merge shard1.yaml shard2.yaml -o observations.yaml", define_merge},
      {"intrinsics", "solve each camera's lens by itself",
       "calib intrinsics observations.yaml -o intrinsics.yaml", define_intrinsics},
      {"stereo", "solve the pose of two cameras to each other",
       "calib stereo observations.yaml --calibration intrinsics.yaml --pair cam0,cam1 -o "
       "stereo.yaml",
       define_stereo},
      {"extrinsics", "solve all cameras of a rig jointly",
       "calib extrinsics observations.yaml --calibration intrinsics.yaml -o calibration.yaml",
       define_extrinsics},
      {"rectify", "maps and images in which rows (or columns) of a pair align",
       "calib rectify calibration.yaml --images images --preview -o rectified", define_rectify},
      {"undistort", "images of single cameras without distortion",
       "calib undistort calibration.yaml --images images -o undistorted", define_undistort},
      {"evaluate", "measure a calibration against observations, a truth, and gates",
       "calib evaluate calibration.yaml observations.yaml --require 'epipolar_px<0.3'",
       define_evaluate, false},
      {"compare", "the difference of two calibrations in pixels, millimeters and millidegrees",
       "calib compare calibration.yaml other.yaml --max-px 0.5", define_compare, false},
      {"report", "a calibration as one HTML page with pictures, for a lab notebook",
       "calib report calibration.yaml observations.yaml --images images -o report.html",
       define_report},
      {"export", "the calibration in another tool's format",
       "calib export calibration.yaml --format opencv -o opencv", define_export},
      {"import", "another tool's calibration as calibration.yaml",
       "calib import camchain.yaml -o calibration.yaml", define_import},
      {"board", "draw a board to print, at true size",
       "calib board --board 11x8 --square 30mm --paper A3 -o board.pdf", define_board},
      {"info", "what a file that calib wrote holds", "calib info calibration.yaml", define_info,
       false},
      {"synth", "render a rig with exact truth, for tests and CI",
       "calib synth --board 11x8 --square 30mm --frames 12 -o synthetic", define_synth},
  };
  return kCommands;
}

std::vector<std::string> command_names() { return names_of(commands()); }

}  // namespace calib
