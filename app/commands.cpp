#include "app/commands.hpp"

namespace calib {

const std::vector<Command>& commands() {
  static const std::vector<Command> kCommands = {
      {"run", "run all stages from images to rectified pairs, skipping those that are up to date",
       "calib run data/demo --layout 2x2 --board 11x8 --square 30mm -o out", define_run},
      {"batch", "run `calib run` for many recordings, several at once, even if one fails",
       "calib batch configs/recordings.yaml -o calibrations", define_batch},
      {"crop", "cut composite pictures or videos into one folder per camera",
       "calib crop data/demo --layout 2x2 -o images", define_crop},
      {"detect", "find the board's corners in all images",
       "calib detect images --board 11x8 --square 30mm -o observations.yaml", define_detect},
      {"watch", "guide the filming: find the board as pictures arrive, and say what to film next",
       "calib watch recording --board 11x8 --square 30mm -o observations.yaml", define_watch},
      {"merge", "join the corners that several machines found, each in one shard of the frames",
       "calib merge shard1.yaml shard2.yaml -o observations.yaml", define_merge},
      {"choose", "choose the frames of a long recording that determine its cameras best",
       "calib choose observations.yaml --max-frames 100 -o chosen.yaml", define_choose},
      {"intrinsics", "solve the lens of each camera by itself",
       "calib intrinsics observations.yaml -o intrinsics.yaml", define_intrinsics},
      {"stereo", "solve the relative pose of two cameras",
       "calib stereo observations.yaml --calibration intrinsics.yaml --pair cam0,cam1 -o "
       "stereo.yaml",
       define_stereo},
      {"extrinsics", "solve all cameras of a rig jointly",
       "calib extrinsics observations.yaml --calibration intrinsics.yaml -o calibration.yaml",
       define_extrinsics},
      {"rectify", "write maps and images in which the rows (or columns) of a pair align",
       "calib rectify calibration.yaml --images images --preview -o rectified", define_rectify},
      {"undistort", "write images of single cameras without distortion",
       "calib undistort calibration.yaml --images images -o undistorted", define_undistort},
      {"evaluate", "measure the errors of a calibration on observations, and check gates",
       "calib evaluate calibration.yaml observations.yaml --require 'epipolar_px<0.3'",
       define_evaluate, false},
      {"check", "find out from new pictures whether a calibration still holds, and repair it",
       "calib check calibration.yaml observations.yaml", define_check},
      {"compare", "compare two calibrations in pixels, millimeters and millidegrees",
       "calib compare calibration.yaml other.yaml --max-px 0.5", define_compare, false},
      {"report", "write a calibration as one HTML page with charts, for a lab notebook",
       "calib report calibration.yaml observations.yaml --images images -o report.html",
       define_report},
      {"export", "write the calibration in another tool's format",
       "calib export calibration.yaml --format opencv -o opencv", define_export},
      {"import", "read another tool's calibration and write calibration.yaml",
       "calib import camchain.yaml -o calibration.yaml", define_import},
      {"rescale",
       "convert a calibration to pictures that are resized, cropped, rotated or mirrored",
       "calib rescale calibration.yaml --size 960x540 -o half.yaml", define_rescale},
      {"align", "give the rig its place and scale in the world",
       "calib align calibration.yaml --board-frame 0 -o aligned.yaml", define_align},
      {"triangulate", "place points in space from their pixels in several cameras",
       "calib triangulate calibration.yaml pixels.csv -o points.csv", define_triangulate},
      {"project", "find the pixels of points in space in each camera",
       "calib project calibration.yaml points.csv -o pixels.csv", define_project},
      {"undistort-points", "remove the distortion from pixels of points",
       "calib undistort-points calibration.yaml pixels.csv -o undistorted.csv",
       define_undistort_points},
      {"design", "forecast the accuracy of a rig before it is bought, mounted or filmed",
       "calib design --cameras 4 --board 11x8 --square 30mm --shots 40", define_design},
      {"board", "draw a board to print, at true size",
       "calib board --board 11x8 --square 30mm --paper A3 -o board.pdf", define_board},
      {"info", "show the content of a file that calib wrote", "calib info calibration.yaml",
       define_info, false},
      {"synth", "render a rig with exact truth, for tests and CI",
       "calib synth --board 11x8 --square 30mm --frames 12 -o synthetic", define_synth},
  };
  return kCommands;
}

std::vector<std::string> command_names() { return names_of(commands()); }

}  // namespace calib
