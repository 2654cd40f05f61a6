#pragma once
// The subcommands. commands.cpp has THE LIST of them.

#include <vector>

#include "app/command.hpp"

namespace calib {

const std::vector<Command>& commands();
std::vector<std::string> command_names();

/// Each is defined in command_<name>.cpp.
Action define_crop(CommandLine& line);
Action define_detect(CommandLine& line);
Action define_merge(CommandLine& line);
Action define_watch(CommandLine& line);
Action define_choose(CommandLine& line);
Action define_intrinsics(CommandLine& line);
Action define_stereo(CommandLine& line);
Action define_extrinsics(CommandLine& line);
Action define_rectify(CommandLine& line);
Action define_undistort(CommandLine& line);
Action define_run(CommandLine& line);
Action define_batch(CommandLine& line);
Action define_board(CommandLine& line);
Action define_design(CommandLine& line);
Action define_info(CommandLine& line);
Action define_synth(CommandLine& line);
Action define_evaluate(CommandLine& line);
Action define_compare(CommandLine& line);
Action define_export(CommandLine& line);
Action define_import(CommandLine& line);
Action define_rescale(CommandLine& line);
Action define_check(CommandLine& line);
Action define_report(CommandLine& line);
Action define_align(CommandLine& line);
Action define_triangulate(CommandLine& line);
Action define_project(CommandLine& line);
Action define_undistort_points(CommandLine& line);

}  // namespace calib
