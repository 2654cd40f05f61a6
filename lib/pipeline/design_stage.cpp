#include "pipeline/design_stage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/append.hpp"
#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "design/changes.hpp"
#include "design/planned_camera.hpp"
#include "io/artifacts.hpp"
#include "io/config.hpp"
#include "measure/align.hpp"
#include "pipeline/inputs_hash.hpp"
#include "synth/board_placer.hpp"

namespace calib {
namespace {

constexpr const char* kRigKeys[] = {"cameras", "arrangement", "size", "model",
                                    "fov_deg", "baseline",    "seed"};

// The options of a regular rig that `calib synth` has too.
std::vector<Option> rig_options(SynthOptions& rig) {
  std::vector<Option> options = describe(rig);
  std::erase_if(options, [](const Option& option) {
    return std::find(std::begin(kRigKeys), std::end(kRigKeys), option.key) == std::end(kRigKeys);
  });
  return options;
}

// "0.1px" or "0.1"
double parse_pixels(const std::string& key, const std::string& text) {
  const bool has_unit = text.ends_with("px");
  const auto value = parse_number(has_unit ? text.substr(0, text.size() - 2) : text);
  require(
      value && *value >= 1e-4 && *value <= 100,
      fmt::format("{}: found '{}', expected pixels from 0.0001 to 100, such as 0.1px", key, text));
  return *value;
}

// "-0.5m..0.5m,-30cm..30cm,0.8m..1.2m"
Eigen::AlignedBox3d parse_box(const std::string& text) {
  const std::vector<std::string> axes = split(text, ',');
  const std::string expected = fmt::format(
      "volume: found '{}', expected three ranges of lengths along x, y and z, such as "
      "-50cm..50cm,-30cm..30cm,0.8m..1.2m",
      text);
  require(axes.size() == 3, expected);
  Eigen::Vector3d low, high;
  for (std::size_t k = 0; k < 3; ++k) {
    const std::size_t dots = axes[k].find("..");
    require(dots != std::string::npos, expected);
    const auto axis = static_cast<Eigen::Index>(k);
    try {
      low[axis] = parse_signed_length(axes[k].substr(0, dots));
      high[axis] = parse_signed_length(axes[k].substr(dots + 2));
    } catch (const Error& error) {
      throw Error(fmt::format("volume: {}", error.what()));
    }
    require(low[axis] < high[axis],
            fmt::format("volume: found '{}', expected the smaller length first", axes[k]));
  }
  return {low, high};
}

// A calibration as a plan: only its lenses, its poses and its world, without the results of a
// recording.
Calibration rig_of(const std::string& file, Calibration calibration) {
  Calibration rig;
  rig.reference_camera = calibration.reference_camera;
  if (calibration.world) rig.world = WorldFrame{.T_world_rig = calibration.world->T_world_rig};
  rig.cameras.reserve(calibration.cameras.size());
  for (const Camera& camera : calibration.cameras) {
    require(camera.intrinsics && camera.T_cam_rig,
            fmt::format("{}: {} has no {}: solve it first, or plan the rig in a file of cameras",
                        file, camera.name, camera.intrinsics ? "pose" : "lens"));
    Camera planned{camera.name, camera.image_size};
    planned.intrinsics = camera.intrinsics;
    planned.T_cam_rig = camera.T_cam_rig;
    rig.cameras.push_back(std::move(planned));
  }
  require(rig.cameras.size() >= 2,
          fmt::format("{}: holds {} cameras, expected at least two", file, rig.cameras.size()));
  rig.board = std::move(calibration.board);
  return rig;
}

bool is_calibration(const std::string& file) {
  const YamlNode root = YamlNode::load(file);
  return root.is_map() && root.find("kind").has_value();
}

bool names_board(const BoardOptions& board) {
  return !board.board.empty() || !board.target.empty();
}

void require_default_rig(const SynthOptions& rig, const std::string& file) {
  SynthOptions given = rig, usual;
  const auto pairs = to_pairs(rig_options(given)), defaults = to_pairs(rig_options(usual));
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (pairs[i] == defaults[i] || pairs[i].first == "seed") continue;
    std::string flag = pairs[i].first;
    std::replace(flag.begin(), flag.end(), '_', '-');
    throw Error(fmt::format("{}: {} describes the cameras: leave out --{}, or the file",
                            pairs[i].first, file, flag));
  }
}

void set_plan(const DesignOptions& options, Design& design) {
  BoardPlan& plan = design.plan;
  plan.shots = options.shots;
  plan.seed = options.rig.seed;
  plan.max_tilt = options.tilt_deg / kDegrees;
  if (!options.volume.empty()) plan.box = parse_box(options.volume);
  const BoardRange usual;
  const bool near_given = options.nearest_m > 0, far_given = options.farthest_m > 0;
  const double distance = near_given && far_given
                              ? std::sqrt(options.nearest_m * options.farthest_m)
                              : usual_distance(design.rig, design.board, plan.box);
  plan.near_m = near_given ? options.nearest_m : usual.near * distance;
  plan.far_m = far_given ? options.farthest_m : usual.far * distance;
  require(plan.near_m < plan.far_m,
          fmt::format("nearest: found {} m, expected less than the {} m of --farthest",
                      to_text(plan.near_m, 3), to_text(plan.far_m, 3)));
  plan.distance_m = std::clamp(distance, plan.near_m, plan.far_m);
}

}  // namespace

Calibration read_planned_rig(const std::string& file) {
  std::vector<PlannedCamera> cameras;
  PlannedCamera next;
  const auto options_of_next = [&] {
    next = {};
    return describe(next);
  };
  const auto done = [&] {
    require(!next.name.empty(), "name: missing: give each camera a name");
    planned_lens(next);
    planned_pose(next);
    cameras.push_back(next);
  };
  require(read_option_list(file, "cameras", options_of_next, done),
          file + ": expected a list 'cameras' of planned cameras, or a calibration");
  try {
    return planned_rig(cameras);
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", file, error.what()));
  }
}

std::vector<Option> describe(DesignOptions& o) {
  std::vector<Option> options = rig_options(o.rig);
  append(
      options,
      std::vector<Option>{
          Option::number("shots", o.shots, "number of boards that are filmed")
              .at_least(3)
              .at_most(10000),
          Option::length("nearest", o.nearest_m,
                         "least distance of a board from the cameras (default: where it fills "
                         "most of the picture)"),
          Option::length("farthest", o.farthest_m, "largest distance of a board from the cameras"),
          Option::number("tilt", o.tilt_deg, "boards are tilted up to this many degrees")
              .at_least(0)
              .at_most(70),
          Option::text("volume", o.volume,
                       "the working volume, in which boards are filmed and points are measured "
                       "(default: where the boards are)",
                       "X..X,Y..Y,Z..Z"),
          Option::text("noise", o.noise, "standard deviation of a corner's coordinate", "PIXELS"),
          Option::text("point_noise", o.point_noise,
                       "standard deviation of a measured point's coordinate (default: as the "
                       "noise of corners)",
                       "PIXELS"),
          Option::flag("exact_board", o.exact_board,
                       "the board is known to be flat and its squares to be square"),
          Option::flag("no_changes", o.no_changes, "do not compute the table of what would help"),
      });
  return options;
}

DesignSummary design_stage(const std::string& file, const BoardOptions& board,
                           const DesignOptions& options, const Context& context) {
  Design design;
  std::string input;
  if (!file.empty()) {
    require_default_rig(options.rig, file);
    input = Hasher().add(read_file(file, YamlNode::kMaxBytes)).hex();
    design.rig =
        is_calibration(file) ? rig_of(file, read_calibration(file)) : read_planned_rig(file);
  }
  const bool has_board = !names_board(board) && corner_count(design.rig.board) > 0;
  design.board = has_board ? design.rig.board : make_single_board(board);
  require(design.board.parts.empty(), "board: the calibration has several, expected one: name one");
  design.board.shape = {};
  if (file.empty()) {
    require(options.rig.cameras >= 2, "cameras: found 1, expected at least two");
    design.rig = make_synthetic_cameras(options.rig, design.board);
  }
  design.noise.corner_px = parse_pixels("noise", options.noise);
  design.noise.point_px = options.point_noise.empty()
                              ? design.noise.corner_px
                              : parse_pixels("point_noise", options.point_noise);
  design.noise.exact_board = options.exact_board;
  set_plan(options, design);
  if (design.plan.box) {
    design.grid.box = *design.plan.box;
    require_seen(design.rig, design.grid, context.jobs);
  }
  const Calibration with_boards = draw_boards(design.rig, design.board, design.plan);
  if (!design.plan.box) design.grid.box = box_of_boards(with_boards);
  const Forecast now = forecast(with_boards, design.grid, design.noise, context.jobs);
  DesignSummary summary =
      summarize(design, now,
                options.no_changes ? std::vector<DesignChange>{}
                                   : forecast_changes(design, context.jobs, *context.progress));
  DesignOptions copy = options;
  BoardOptions board_copy = board;
  std::vector<Option> all = describe(board_copy);
  append(all, describe(copy));
  summary.provenance = {combined_hash({"design", input}), to_pairs(all)};
  return summary;
}

}  // namespace calib
