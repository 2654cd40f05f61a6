#include "synth/synthetic_rig.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "camera/model_list.hpp"
#include "scene/board_faces.hpp"
#include "synth/board_placer.hpp"
#include "synth/random.hpp"
#include "synth/typical_lens.hpp"

namespace calib {
namespace {

// The board moves before the first frame too, for cameras whose clocks are behind.
constexpr double kMostOffset_s = 9, kLeadIn_s = 10;

ImageSize image_size(const SynthOptions& options) {
  const auto [width, height] = parse_size(options.size, "--size (such as 1280x720)");
  require(width >= 64 && height >= 64,
          fmt::format("size: found {}, expected at least 64x64", options.size));
  return {width, height};
}

void check_options(const SynthOptions& options, const Board& board) {
  SynthOptions copy = options;
  for (const Option& option : describe(copy)) option.set(option.values());
  if (!options.composite.empty()) {
    const auto [rows, columns] = parse_size(options.composite, "--composite (such as 2x2)");
    require(rows * columns >= options.cameras,
            fmt::format("composite: found {}, expected at least {} tiles for {} cameras",
                        options.composite, options.cameras, options.cameras));
  }
  require(options.composite.empty() || options.lose_frames.empty(),
          "lose_frames: a composite picture shows all cameras; leave out --composite");
  require_angle(options.model, options.fov_deg);
  for (const auto& [single, first_id] : single_boards(board)) {
    require(single->corners_x >= 2 && single->corners_y >= 2 && single->square_m > 0,
            fmt::format("a board of {} corners with squares of {} m cannot be drawn: expected at "
                        "least 2x2 corners and a positive square",
                        size_text(*single), to_text(single->square_m)));
  }
}

Intrinsics make_lens(const SynthOptions& options, Random& random) {
  const ImageSize size = image_size(options);
  Intrinsics lens = make_intrinsics(options.model, size, 1, 1, 0, 0);
  const std::vector<double> typical = typical_distortion(options.model);
  for (std::size_t i = 0; i < typical.size(); ++i) {
    lens.parameters[kLinearCount + i] = typical[i] * random.uniform(0.85, 1.15);
  }
  const double focal = focal_length(lens, options.fov_deg) * random.uniform(0.99, 1.01);
  lens.parameters[0] = focal;
  lens.parameters[1] = focal * random.uniform(0.999, 1.001);
  lens.parameters[2] = (size.width - 1) / 2.0 + size.width * random.uniform(-0.01, 0.01);
  lens.parameters[3] = (size.height - 1) / 2.0 + size.height * random.uniform(-0.01, 0.01);
  return lens;
}

Camera make_camera(int index, const Intrinsics& lens, const Arrangement& arrangement) {
  Camera camera{fmt::format("cam{}", index), lens.image_size};
  camera.intrinsics = lens;
  const Pose& T_world_rig = arrangement.T_world_cam.front();
  camera.T_cam_rig =
      index == 0 ? Pose{}
                 : arrangement.T_world_cam[static_cast<std::size_t>(index)].inverse() * T_world_rig;
  return camera;
}

struct SyntheticCameras {
  Calibration truth;  // without boards
  std::vector<Projector> projectors;
  Arrangement arrangement;
};

SyntheticCameras make_cameras(const SynthOptions& options, const Board& board, Random& random) {
  SyntheticCameras made;
  for (int i = 0; i < options.cameras; ++i)
    made.projectors.emplace_back(make_lens(options, random));
  made.arrangement = arrange(options.arrangement, options.cameras, options.baseline_m,
                             working_distance(made.projectors.front(), board), random);
  made.truth.reference_camera = "cam0";
  made.truth.board = board;
  made.truth.cameras.reserve(made.projectors.size());
  for (int i = 0; i < options.cameras; ++i) {
    const Intrinsics& lens = made.projectors[static_cast<std::size_t>(i)].intrinsics();
    made.truth.cameras.push_back(make_camera(i, lens, made.arrangement));
  }
  return made;
}

[[noreturn]] void refuse_placing(const SynthOptions& options, const Board& board, int frame) {
  throw Error(fmt::format(
      "no place found for the {} board with squares of {} m in frame {} where the cameras that "
      "should see it ({} of {}, {} m apart) see all of it: choose cameras nearer to each other or "
      "a wider angle of view",
      size_text(board), to_text(board.square_m), frame, options.cameras,
      name_of(kRigShapes, options.arrangement), to_text(options.baseline_m)));
}

// Distributes the cut views evenly over the frames. A frame may have more than its share, because
// several cameras often see the same board cut; later frames make up for frames with fewer.
std::vector<Pose> place_boards(const SynthOptions& options, const Board& board,
                               BoardPlacer& placer) {
  double views = 0;
  for (int frame = 0; frame < options.frames; ++frame) views += placer.group_size(frame);
  const int all_cut = static_cast<int>(std::lround(options.partial * views));

  std::vector<Pose> T_world_board;
  double views_so_far = 0;
  int cut = 0;
  for (int frame = 0; frame < options.frames; ++frame) {
    const int group = placer.group_size(frame);
    views_so_far += group;
    const int due = static_cast<int>(std::lround(options.partial * views_so_far)) - cut;
    std::optional<BoardPlacer::Placed> placed;
    if (due > 0) {
      const int most = std::min(all_cut - cut, group);
      placed = placer.place(frame, {std::min(due, group), most});
      if (!placed && due > 1) placed = placer.place(frame, {1, most});
    }
    if (!placed) placed = placer.place(frame, {0, 0});
    if (!placed) refuse_placing(options, board, frame);
    cut += placed->cut;
    T_world_board.push_back(placed->T_world_board);
  }
  return T_world_board;
}

// "cam1=VALUE" as the index of the camera and the text of the value.
std::pair<std::size_t, std::string> named_value(const SynthOptions& options, const std::string& key,
                                                const std::string& text) {
  const std::size_t equals = std::min(text.find('='), text.size());
  const std::string name = text.substr(0, equals);
  std::vector<std::string> known;
  for (int i = 0; i < options.cameras; ++i) known.push_back(fmt::format("cam{}", i));
  const auto found = std::find(known.begin(), known.end(), name);
  require(equals < text.size() && found != known.end(),
          fmt::format("{}: found '{}', expected CAMERA=VALUE with a camera from cam0 to cam{}", key,
                      text, options.cameras - 1));
  require(found != known.begin() || key == "line_delay",
          fmt::format("{}: found '{}', but cam0 is the reference camera, which has the clock of "
                      "the rig: give the value of another camera",
                      key, text));
  return {static_cast<std::size_t>(found - known.begin()), text.substr(equals + 1)};
}

// The values of an option for each camera; `usual` for those that the user does not name.
std::vector<double> values_by_camera(const SynthOptions& options, const std::string& key,
                                     const std::vector<std::string>& texts, double usual,
                                     double most, double (*parse)(std::string_view)) {
  std::vector<double> values(static_cast<std::size_t>(options.cameras), usual);
  for (const std::string& text : texts) {
    const auto [camera, value] = named_value(options, key, text);
    try {
      values[camera] = parse(value);
    } catch (const Error& error) {
      throw Error(fmt::format("{}: {}", key, error.what()));
    }
    require(std::abs(values[camera]) <= most,
            fmt::format("{}: found '{}', expected at most {}", key, text, to_text(most)));
  }
  return values;
}

double parse_rate(std::string_view text) {
  const auto rate = parse_number(text);
  require(rate && *rate > 0,
          fmt::format("found '{}', expected a positive number of frames per second", text));
  return *rate;
}

// The captures that each camera lost, from "cam1=100+1".
std::vector<std::set<std::int64_t>> lost_captures(const SynthOptions& options) {
  std::vector<std::set<std::int64_t>> lost(static_cast<std::size_t>(options.cameras));
  for (const std::string& text : options.lose_frames) {
    const auto [camera, value] = named_value(options, "lose_frames", text);
    const std::vector<std::string> parts = split(value, '+');
    const auto first = parse_integer(parts.front()), count = parse_integer(parts.back());
    require(parts.size() == 2 && first && count && *first >= 0 && *count >= 1 &&
                *count < options.frames && *first < options.frames,
            fmt::format("lose_frames: found '{}', expected CAMERA=FRAME+COUNT with frames of the "
                        "recording, such as cam1=100+1",
                        text));
    for (std::int64_t i = 0; i < *count; ++i) lost[camera].insert(*first + i);
  }
  return lost;
}

void require_motion(const SynthOptions& options) {
  if (options.motion == Motion::kSmooth) return;
  const std::pair<const char*, bool> given[] = {{"time_offset", !options.time_offset.empty()},
                                                {"rate", !options.rate.empty()},
                                                {"line_delay", !options.line_delay.empty()},
                                                {"exposure", options.exposure_s > 0}};
  for (const auto& [key, is_given] : given)
    require(!is_given, fmt::format("{}: makes no difference to a board that is still; add --motion "
                                   "smooth",
                                   key));
}

// When each camera takes its images, and its CameraTime if the board moves.
void take_shots(const SynthOptions& options, SyntheticRecording& recording) {
  require_motion(options);
  const std::vector<double> offsets = values_by_camera(options, "time_offset", options.time_offset,
                                                       0, kMostOffset_s, parse_duration);
  const std::vector<double> rates =
      values_by_camera(options, "rate", options.rate, options.fps, 1e5, parse_rate);
  const std::vector<double> line_delays =
      values_by_camera(options, "line_delay", options.line_delay, 0, 1, parse_duration);
  const auto lost = lost_captures(options);
  for (std::size_t c = 0; c < recording.truth.cameras.size(); ++c) {
    if (options.motion == Motion::kSmooth)
      recording.truth.cameras[c].time =
          CameraTime{offsets[c], options.fps / rates[c], line_delays[c]};
    std::vector<Shot>& shots = recording.shots.emplace_back();
    for (std::int64_t capture = 0; capture < options.frames; ++capture) {
      if (lost[c].contains(capture)) continue;
      shots.push_back({static_cast<std::int64_t>(shots.size()), capture,
                       static_cast<double>(capture) / rates[c] + offsets[c]});
    }
  }
}

// When the last row of the last image is exposed.
double end_of(const SyntheticRecording& recording) {
  double end_s = 0;
  for (std::size_t c = 0; c < recording.shots.size(); ++c) {
    const Camera& camera = recording.truth.cameras[c];
    const double delay_s = camera.time ? std::abs(camera.time->line_delay_s) : 0;
    if (!recording.shots[c].empty())
      end_s = std::max(end_s, recording.shots[c].back().tau_s + delay_s * camera.image_size.height);
  }
  return end_s;
}

// From one board that covers the images well to the next, until `end_s`.
BoardPath make_path(const SynthOptions& options, const Board& board, BoardPlacer& placer,
                    const Pose& T_rig_world, double end_s) {
  std::vector<Pose> T_rig_board;
  double time_s = -kLeadIn_s;
  while (T_rig_board.size() < 2 || time_s < end_s + 1) {
    const int index = static_cast<int>(T_rig_board.size());
    const auto placed = placer.place(index, {0, 0});
    if (!placed) refuse_placing(options, board, index);
    T_rig_board.push_back(T_rig_world * placed->T_world_board);
    if (index > 0)
      time_s += travel_time_s(T_rig_board[T_rig_board.size() - 2], T_rig_board.back(), board,
                              options.speed_m_s);
  }
  return BoardPath(T_rig_board, board, options.speed_m_s, -kLeadIn_s);
}

}  // namespace

std::vector<Option> describe(SynthOptions& o) {
  return {
      Option::number("cameras", o.cameras, "number of cameras").at_least(1).at_most(100),
      Option::choice("arrangement", o.arrangement,
                     "how the cameras are placed: a grid or a line that looks forward, or a ring "
                     "that looks inward",
                     kRigShapes),
      Option::text("size", o.size, "size of the images in pixels", "WxH"),
      Option::text("model", o.model, "camera model").one_of(model_names()),
      Option::number("fov_deg", o.fov_deg, "horizontal angle of view in degrees")
          .at_least(5)
          .at_most(170),
      Option::length("baseline", o.baseline_m,
                     "distance between neighboring cameras (in a ring, the least distance)"),
      Option::number("frames", o.frames, "number of synchronized frames")
          .at_least(1)
          .at_most(100000),
      Option::number("partial", o.partial,
                     "share of the views in which the border of the image cuts the board")
          .at_least(0)
          .at_most(1),
      Option::number("noise", o.noise, "standard deviation of the sensor noise in gray levels")
          .at_least(0)
          .at_most(64),
      Option::number("blur_px", o.blur_px, "standard deviation of the lens blur in pixels")
          .at_least(0)
          .at_most(20),
      Option::number("falloff", o.falloff, "share of the light lost in the corners of the images")
          .at_least(0)
          .at_most(0.95),
      Option::text("composite", o.composite,
                   "also write one composite image per frame, with ROWSxCOLUMNS tiles", "RxC"),
      Option::choice("boards_on", o.boards_on,
                     "where several boards are whose target file gives no T_board_part: on a wall, "
                     "or on the faces of a cube",
                     kPartLayouts),
      Option::choice("motion", o.motion,
                     "still: a new place of the board for every frame; smooth: a hand moves it "
                     "along a smooth path",
                     kMotions),
      Option::number("speed", o.speed_m_s, "speed of the board that moves, in meters per second")
          .at_least(0.001)
          .at_most(10),
      Option::number("fps", o.fps, "frames per second of a board that moves")
          .at_least(0.01)
          .at_most(10000),
      Option::list("time_offset", o.time_offset,
                   "a picture of this camera with number f is taken at f / fps + TIME; repeat for "
                   "each camera",
                   "CAMERA=TIME"),
      Option::list("rate", o.rate,
                   "frames per second of this camera, if they are not those of --fps",
                   "CAMERA=FPS"),
      Option::list("line_delay", o.line_delay,
                   "seconds from row to row of this camera's rolling shutter, such as 30us; "
                   "negative: the last row is first",
                   "CAMERA=TIME"),
      Option::list("lose_frames", o.lose_frames,
                   "COUNT pictures of this camera from number FRAME on are lost, and later ones "
                   "move up",
                   "CAMERA=FRAME+COUNT"),
      Option::duration("exposure", o.exposure_s,
                       "how long a row sees the board that moves, half before and half after its "
                       "time")
          .at_least(0)
          .at_most(1),
      Option::number("seed", o.seed,
                     "seed of the random numbers; another seed gives another data set")
          .at_least(0),
  };
}

SyntheticRecording make_recording(const SynthOptions& options, const Board& asked) {
  const Board board = with_places(asked, options.boards_on, named_seed(options.seed, "boards"));
  const Board& moved = is_panel(board) ? board.parts.front() : board;
  check_options(options, moved);
  HeldBoard held(moved, named_seed(options.seed, "turns"));
  Random random(mix_seed(static_cast<std::uint64_t>(options.seed), 0));
  const SyntheticCameras cameras = make_cameras(options, held.flat(), random);
  SyntheticRecording recording;
  Calibration& truth = recording.truth;
  truth = cameras.truth;
  truth.board = board;
  BoardPlacer placer(cameras.projectors, cameras.arrangement, held.flat(), random.bits());
  const Pose T_rig_world = cameras.arrangement.T_world_cam.front().inverse();
  take_shots(options, recording);
  if (options.motion == Motion::kSmooth) {
    recording.frame_rate_hz = options.fps;
    recording.path = make_path(options, held.flat(), placer, T_rig_world, end_of(recording));
    recording.T_held_board = held.next_turn();
    for (int frame = 0; frame < options.frames; ++frame)
      truth.frames[frame] = recording.path->at(frame / options.fps) * recording.T_held_board;
  } else {
    const std::vector<Pose> T_world_held = place_boards(options, held.flat(), placer);
    for (std::size_t frame = 0; frame < T_world_held.size(); ++frame) {
      truth.frames[static_cast<std::int64_t>(frame)] =
          T_rig_world * T_world_held[frame] * held.next_turn();
    }
  }
  SynthOptions copy = options;
  truth.provenance.options = to_pairs(describe(copy));
  return recording;
}

Calibration make_synthetic_cameras(const SynthOptions& options, const Board& board) {
  check_options(options, board);
  Random random(mix_seed(static_cast<std::uint64_t>(options.seed), 0));
  return make_cameras(options, board, random).truth;
}

Calibration make_synthetic_rig(const SynthOptions& options, const Board& board) {
  return make_recording(options, board).truth;
}

Pose board_at(const SyntheticRecording& recording, std::size_t camera, const Shot& shot,
              double after_s) {
  const Pose& T_cam_rig = *recording.truth.cameras[camera].T_cam_rig;
  return T_cam_rig * (recording.path
                          ? recording.path->at(shot.tau_s + after_s) * recording.T_held_board
                          : recording.truth.frames.at(shot.capture));
}

}  // namespace calib
