#include "measure/align.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "geometry/small_systems.hpp"
#include "measure/fit_floor.hpp"
#include "measure/map_points.hpp"

namespace calib {
namespace {

constexpr int kCornersOfBoard = 40;     // that stand for a board
constexpr double kBoardNoise_px = 0.1;  // of a corner where the calibration does not say it

Eigen::Matrix3d quarter_turn(const Eigen::Vector3d& axis, int degrees) {
  const double angle = degrees / kDegrees;
  return exp_so3(angle * axis).toRotationMatrix().unaryExpr([](double value) {
    return std::round(value);
  });
}

// The turn from a frame whose z axis points up to the frame that was asked for.
Eigen::Matrix3d turn_to(UpAxis up, int turn) {
  Eigen::Matrix3d about = quarter_turn(Eigen::Vector3d::UnitZ(), turn);
  switch (up) {
    case UpAxis::kX:
      return quarter_turn(Eigen::Vector3d::UnitY(), 90) * about;
    case UpAxis::kY:
      return quarter_turn(Eigen::Vector3d::UnitX(), -90) * about;
    case UpAxis::kMinusX:
      return quarter_turn(Eigen::Vector3d::UnitY(), -90) * about;
    case UpAxis::kMinusY:
      return quarter_turn(Eigen::Vector3d::UnitX(), 90) * about;
    case UpAxis::kMinusZ:
      return quarter_turn(Eigen::Vector3d::UnitX(), 180) * about;
    case UpAxis::kZ:
      break;
  }
  return about;
}

Eigen::Vector3d offset_of(const AlignOptions& options) {
  if (options.offset.empty()) return Eigen::Vector3d::Zero();
  const std::vector<std::string> lengths = split(options.offset, ',');
  require(lengths.size() == 3,
          fmt::format("--offset: found '{}', expected three lengths, as in --offset=1m,-5cm,0",
                      options.offset));
  return {parse_signed_length(lengths[0]), parse_signed_length(lengths[1]),
          parse_signed_length(lengths[2])};
}

// The motion from a world whose z axis points up to the one that was asked for.
Pose wanted_world(const AlignOptions& options) {
  return {Eigen::Quaterniond(turn_to(options.up, options.turn)).normalized(), offset_of(options)};
}

// A board lies face up: its z axis points into the floor.
Pose upright_of_board() { return {Eigen::Quaterniond(0, 1, 0, 0), Eigen::Vector3d::Zero()}; }

const Pose& pose_of_frame(const Calibration& calibration, const std::string& text,
                          const char* flag) {
  const auto frame = parse_integer(text);
  require(frame.has_value(),
          fmt::format("{}: found '{}', expected the number of a frame", flag, text));
  const auto found = calibration.frames.find(*frame);
  if (found != calibration.frames.end()) return found->second;
  require(
      !calibration.frames.empty(),
      fmt::format("{}: the calibration has no poses of boards; solve it with `calib extrinsics`",
                  flag));
  throw Error(fmt::format("{}: the board has no pose in frame {}; frames with one are {} to {}",
                          flag, *frame, calibration.frames.begin()->first,
                          calibration.frames.rbegin()->first));
}

// Some corners of the board at a pose, as points of the rig.
PointTracks board_corners(const Calibration& calibration, const Pose& T_rig_board,
                          std::vector<int>& ids) {
  PointTracks corners;
  const int count = corner_count(calibration.board);
  const int step = std::max(1, count / kCornersOfBoard);
  for (int id = 0; id < count; id += step) {
    corners.keys.push_back({0, static_cast<int>(ids.size())});
    corners.points.push_back(std::to_string(id));
    corners.values.emplace_back().position = T_rig_board * corner_position(calibration.board, id);
    ids.push_back(id);
  }
  return corners;
}

// The positions of the corners as their cameras would place them, with their errors: each camera
// that can see a corner counts with the noise of its calibration.
WorldPairs board_pairs(const Calibration& calibration, const Pose& T_rig_board,
                       const Pose& T_world_rig, int jobs) {
  std::vector<int> ids;
  Calibration in_rig = calibration;
  in_rig.world.reset();
  PixelTracks pixels =
      project_points(in_rig, board_corners(calibration, T_rig_board, ids), jobs).tracks;
  pixels.sigma_px.assign(pixels.pixels.size(), kMissing);
  for (std::size_t c = 0; c < pixels.cameras.size(); ++c) {
    const double rms =
        find_camera(calibration, pixels.cameras[c])->reprojection_rms_px.value_or(0) / std::sqrt(2);
    for (std::size_t key = 0; key < pixels.keys.size(); ++key)
      pixels.sigma_px[pixels.at(key, c)] = rms > 0 ? rms : kBoardNoise_px;
  }
  const TriangulateOptions options{.sigma_px = kBoardNoise_px, .keep_spreads = true};
  const Triangulation placed = triangulate(in_rig, pixels, options, jobs);
  WorldPairs result;
  std::vector<Eigen::Index> columns;
  for (std::size_t key = 0; key < placed.points.keys.size(); ++key) {
    if (!placed.points.values[key].known()) continue;
    const Eigen::Vector3d& at = placed.points.values[key].position;
    result.pairs.push_back({"", at, T_world_rig * at, 0, placed.noise[key]});
    for (int k = 0; k < 3; ++k) columns.push_back(3 * static_cast<Eigen::Index>(key) + k);
  }
  for (const Eigen::MatrixXd& spread : placed.spreads)
    result.spreads.emplace_back(spread(Eigen::all, columns));
  return result;
}

// Without corners that two cameras see, the errors are not known.
WorldFrame world_of_board(const Calibration& calibration, const Pose& T_rig_board,
                          const Pose& T_world_rig, int jobs) {
  constexpr std::size_t kFewestCorners = 4;
  const WorldPairs pairs = board_pairs(calibration, T_rig_board, T_world_rig, jobs);
  if (pairs.pairs.size() < kFewestCorners) return {T_world_rig};
  return errors_of_world(pairs, T_world_rig);
}

void align_to_board(const AlignOptions& options, int jobs, Alignment& result) {
  const Pose T_rig_board = pose_of_frame(result.calibration, options.board_frame, "--board-frame");
  const Pose T_world_rig = wanted_world(options) * upright_of_board() * T_rig_board.inverse();
  result.calibration.world = world_of_board(result.calibration, T_rig_board, T_world_rig, jobs);
}

std::vector<std::string> floor_frames(const Calibration& calibration, const AlignOptions& options) {
  if (options.floor != "all") return split(options.floor, ',');
  std::vector<std::string> all;
  all.reserve(calibration.frames.size());
  for (const auto& [frame, pose] : calibration.frames) all.push_back(std::to_string(frame));
  return all;
}

std::vector<LyingBoard> lying_boards(const Calibration& calibration,
                                     const std::vector<std::string>& frames) {
  std::vector<LyingBoard> boards;
  boards.reserve(frames.size());
  for (const std::string& frame : frames) {
    LyingBoard board{pose_of_frame(calibration, frame, "--floor"), {}};
    std::vector<int> ids;
    for (const Point3d& corner : board_corners(calibration, board.T_rig_board, ids).values)
      board.corners.push_back(corner.position);
    boards.push_back(std::move(board));
  }
  return boards;
}

// The names of the others, as --floor takes them.
std::string frames_without(const std::vector<std::string>& frames, std::size_t odd) {
  std::vector<std::string> others = frames;
  others.erase(others.begin() + static_cast<std::ptrdiff_t>(odd));
  return join(others, ",");
}

// Boards that stand or hang somewhere give no floor.
void require_on_floor(const std::vector<LyingBoard>& boards, const std::vector<std::string>& frames,
                      const FloorFit& fit) {
  constexpr double kMostOff_m = 0.03, kMostTilt_deg = 10;
  for (std::size_t i = 0; i < boards.size(); ++i) {
    if (std::abs(worst_off(fit.floor, boards[i])) < kMostOff_m &&
        tilt_deg(fit.floor, boards[i]) < kMostTilt_deg)
      continue;
    const std::size_t named = fit.odd.value_or(i);
    const Floor& floor = fit.odd ? fit.without[named] : fit.floor;
    throw Error(fmt::format(
        "--floor: the board in frame {} is {:.0f} mm off the floor of {} and tilted by {:.1f} "
        "degrees: name the frames in which it lies there face up, as in --floor {}",
        frames[named], 1000 * std::abs(worst_off(floor, boards[named])),
        fit.odd ? "the other frames" : "all these frames", tilt_deg(floor, boards[named]),
        fit.odd ? frames_without(frames, named) : "3,8"));
  }
}

// Says that boards do not lie in one plane, if they are further off it than their poses' errors and
// than an uneven floor explain; empty if not.
std::string doubt_of_floor(const std::vector<LyingBoard>& boards,
                           const std::vector<std::string>& frames, const FloorFit& fit,
                           double sigma_m) {
  constexpr double kNoticeOfOne_m = 0.001, kNoticeOfAll_m = 0.005, kSigmas = 5;
  if (fit.odd) {
    const Floor& floor = fit.without[*fit.odd];
    const double off = worst_off(floor, boards[*fit.odd]);
    if (std::abs(off) > std::max(kNoticeOfOne_m, kSigmas * sigma_m)) {
      return fmt::format(
          "--floor: the board in frame {} is {:.1f} mm {} the plane in which the others lie to "
          "{:.2f} mm: leave it out, as in --floor {}; the standard deviations allow for it",
          frames[*fit.odd], 1000 * std::abs(off), off > 0 ? "above" : "below", 1000 * floor.rms_m,
          frames_without(frames, *fit.odd));
    }
  }
  double worst = 0;
  for (const LyingBoard& board : boards)
    worst = std::max(worst, std::abs(worst_off(fit.floor, board)));
  if (worst < std::max(kNoticeOfAll_m, kSigmas * sigma_m)) return {};
  return fmt::format(
      "--floor: the boards do not lie in one plane: they are up to {:.1f} mm off it, {:.1f} mm on "
      "average: name the frames in which they lie on the floor; the standard deviations allow for "
      "it",
      1000 * worst, 1000 * fit.floor.rms_m);
}

// The world of a floor, with the first board's corner 0 above or below the origin and its first row
// along x.
Pose world_of_floor(const AlignOptions& options, const Pose& T_rig_board, const Floor& floor) {
  Pose T_rig_floor{T_rig_board.rotation * upright_of_board().rotation, T_rig_board.translation};
  T_rig_floor.rotation =
      turn_between(T_rig_floor.rotation * Eigen::Vector3d::UnitZ(), floor.normal) *
      T_rig_floor.rotation;
  T_rig_floor.translation -=
      floor.normal.dot(T_rig_floor.translation - floor.middle) * floor.normal;
  return wanted_world(options) * T_rig_floor.inverse();
}

// How far the errors of the world move the corners of the board off the floor: the root mean
// square.
double sigma_off_floor(const WorldFrame& world, const LyingBoard& board,
                       const Eigen::Vector3d& up_in_rig) {
  Eigen::Matrix<double, 6, 6> covariance = world.covariance.topLeftCorner<6, 6>();
  if (!world.by_calibration.empty()) {
    const auto link = world.by_calibration.front().topRows<6>();
    covariance += link * link.transpose();
  }
  const Eigen::Vector3d up = world.T_world_rig.rotation * up_in_rig;
  double sum = 0;
  for (const Eigen::Vector3d& corner : board.corners) {
    Eigen::Matrix<double, 6, 1> by;
    by << (world.T_world_rig.rotation * corner).cross(up), up;
    sum += by.dot(covariance * by);
  }
  return std::sqrt(sum / static_cast<double>(board.corners.size()));
}

// What boards that are not in one plane add to the errors of the world: the jackknife over the
// boards, as deviations from the result of all, times the share of the squared residuals that the
// errors of the poses do not explain.
void add_unevenness(const AlignOptions& options, const std::vector<LyingBoard>& boards,
                    const FloorFit& fit, double sigma_m, WorldFrame& world) {
  const double squares = fit.floor.rms_m * fit.floor.rms_m;
  if (fit.without.empty() || !(squares > sigma_m * sigma_m)) return;
  const auto count = static_cast<double>(boards.size());
  const double factor = (1 - sigma_m * sigma_m / squares) * (count - 1) / count;
  for (const Floor& floor : fit.without) {
    const Pose other = world_of_floor(options, boards.front().T_rig_board, floor);
    Eigen::Matrix<double, 6, 1> change;
    change << log_so3(other.rotation * world.T_world_rig.rotation.conjugate()),
        other.translation - world.T_world_rig.translation;
    world.covariance.topLeftCorner<6, 6>() += factor * change * change.transpose();
  }
}

void align_to_floor(const AlignOptions& options, int jobs, Alignment& result) {
  Calibration& calibration = result.calibration;
  const std::vector<std::string> frames = floor_frames(calibration, options);
  require(!frames.empty(),
          "--floor: the calibration has no poses of boards; solve it with `calib "
          "extrinsics`");
  const std::vector<LyingBoard> boards = lying_boards(calibration, frames);
  const FloorFit fit = fit_floor(boards);
  require_on_floor(boards, frames, fit);
  for (std::size_t i = 0; i < boards.size(); ++i)
    result.residuals.push_back(
        {frames[i], worst_off(fit.floor, boards[i]) * Eigen::Vector3d::UnitZ()});
  result.rms_m = fit.floor.rms_m;
  const Pose& first = boards.front().T_rig_board;
  WorldFrame world =
      world_of_board(calibration, first, world_of_floor(options, first, fit.floor), jobs);
  const double sigma_m = sigma_off_floor(world, boards.front(), fit.floor.normal);
  add_unevenness(options, boards, fit, sigma_m, world);
  result.doubt = doubt_of_floor(boards, frames, fit, sigma_m);
  calibration.world = world;
}

// The placed points by name: of each the first frame in which it could be placed.
struct Placed {
  Triangulation triangulation;
  std::map<std::string, std::size_t> keys;
};

Placed place(const Calibration& calibration, const AlignInputs& inputs, int jobs) {
  require(inputs.pixels.has_value(),
          "--pixels: missing: give the file with the pixels of the points in each camera");
  Calibration in_rig = calibration;
  in_rig.world.reset();
  const TriangulateOptions options{.sigma_px = inputs.sigma_px, .keep_spreads = true};
  Placed placed{triangulate(in_rig, *inputs.pixels, options, jobs), {}};
  const PointTracks& points = placed.triangulation.points;
  for (std::size_t key = 0; key < points.keys.size(); ++key) {
    if (points.values[key].known())
      placed.keys.emplace(points.points[static_cast<std::size_t>(points.keys[key].point)], key);
  }
  return placed;
}

void require_scale(double scale) {
  constexpr double kMostScale = 1.5;
  if (scale < kMostScale && scale > 1 / kMostScale) return;
  const double powers = std::round(std::log10(scale));
  const bool is_unit = powers != 0 && std::abs(std::log10(scale) - powers) < 0.05;
  throw Error(fmt::format(
      "--points: the measured points are {:.4g} times as far apart as in the rig{}: give them in "
      "meters, and check the names and the square of the board",
      scale, is_unit ? ", as if they were in another unit" : ""));
}

WorldPairs measured_pairs(const Placed& placed, const AlignInputs& inputs, Alignment& result) {
  WorldPairs pairs;
  std::vector<Eigen::Index> columns;
  for (const MeasuredPoint& point : inputs.points) {
    const auto found = placed.keys.find(point.name);
    if (found == placed.keys.end()) {
      result.unplaced.push_back(point.name);
      continue;
    }
    const std::size_t key = found->second;
    pairs.pairs.push_back({point.name, placed.triangulation.points.values[key].position,
                           point.position_m, point.sigma_m, placed.triangulation.noise[key]});
    for (int k = 0; k < 3; ++k) columns.push_back(3 * static_cast<Eigen::Index>(key) + k);
  }
  for (const Eigen::MatrixXd& spread : placed.triangulation.spreads)
    pairs.spreads.emplace_back(spread(Eigen::all, columns));
  return pairs;
}

// Says which point does not fit the others, or that they disagree by more than was stated.
std::string doubt_of_points(const std::vector<WorldPair>& pairs, const WorldFit& fit,
                            bool with_scale) {
  constexpr double kNotice_m = 0.001;
  const bool is_stated = std::all_of(pairs.begin(), pairs.end(),
                                     [](const WorldPair& pair) { return pair.sigma_m > 0; });
  const std::optional<std::size_t> odd =
      is_stated && fit.misfit <= 1 ? std::nullopt : odd_pair(pairs, with_scale);
  if (odd) {
    const double distance = distance_from_others(pairs, *odd, with_scale);
    if (distance > kNotice_m) {
      return fmt::format(
          "--points: {} is {:.1f} mm from where the other points have it: check its name, its "
          "pixels and where it was measured, or leave it out; the standard deviations allow for it",
          pairs[*odd].name, 1000 * distance);
    }
  }
  if (fit.misfit <= 1) return {};
  return fmt::format(
      "--points: the points are {:.1f} mm from where they were measured, {:.1f} times what the "
      "stated standard deviations and the calibration explain: check their names, their pixels and "
      "their standard deviations; those of the world allow for it",
      1000 * fit.rms_m, std::sqrt(fit.misfit));
}

void align_to_points(const AlignOptions& options, const AlignInputs& inputs, int jobs,
                     Alignment& result) {
  require(inputs.pixels.has_value(),
          "--pixels: missing: give the file with the pixels of the points in each camera");
  require_known_names(inputs);
  const Placed placed = place(result.calibration, inputs, jobs);
  const WorldPairs pairs = measured_pairs(placed, inputs, result);
  if (pairs.pairs.size() >= 3) {
    result.fitting_scale = best_scale(pairs.pairs);
    require_scale(*result.fitting_scale);
  }
  const WorldFit fit = fit_world(pairs, options.scale);
  result.doubt = doubt_of_points(pairs.pairs, fit, options.scale);
  if (options.scale) {
    scale_rig(result.calibration, fit.scale);
    result.scale *= fit.scale;
  }
  // The points define the vertical direction; `turn` and `offset` are applied in their frame.
  const Pose turn{Eigen::Quaterniond(quarter_turn(Eigen::Vector3d::UnitZ(), options.turn)),
                  offset_of(options)};
  WorldFrame world = fit.world;
  world.T_world_rig = turn * world.T_world_rig;
  Eigen::Matrix<double, WorldFrame::kCount, WorldFrame::kCount> carried;
  carried.setIdentity();
  carried.topLeftCorner<3, 3>() = turn.rotation.toRotationMatrix();
  carried.block<3, 3>(3, 3) = turn.rotation.toRotationMatrix();
  world.covariance = carried * fit.world.covariance * carried.transpose();
  for (auto& link : world.by_calibration) link = (carried * link).eval();
  result.calibration.world = world;
  for (std::size_t i = 0; i < pairs.pairs.size(); ++i)
    result.residuals.push_back({pairs.pairs[i].name, fit.residuals_m[i]});
  result.rms_m = fit.rms_m;
}

// The standard deviation of the distance between two placed points, whose errors are linked.
double std_of_distance(const Triangulation& placed, const std::array<std::size_t, 2>& keys) {
  const Eigen::Vector3d along =
      (placed.points.values[keys[1]].position - placed.points.values[keys[0]].position)
          .normalized();
  double by_calibration = 0;
  for (const Eigen::MatrixXd& spread : placed.spreads) {
    const auto of = [&](std::size_t key) {
      return spread.middleCols<3>(3 * static_cast<Eigen::Index>(key));
    };
    by_calibration = std::max(by_calibration, ((of(keys[1]) - of(keys[0])) * along).squaredNorm());
  }
  return std::sqrt(along.dot((placed.noise[keys[0]] + placed.noise[keys[1]]) * along) +
                   by_calibration);
}

// The scale at which two points have their known distance.
void scale_to_length(const AlignOptions& options, const AlignInputs& inputs, int jobs,
                     Alignment& result) {
  constexpr double kMostScale = 100;
  const std::vector<std::string> names = split(options.between, ',');
  require(names.size() == 2,
          fmt::format("--between: found '{}', expected the two points of --length, as in --between "
                      "left,right",
                      options.between));
  const Placed placed = place(result.calibration, inputs, jobs);
  std::array<Eigen::Vector3d, 2> ends;
  std::array<std::size_t, 2> keys{};
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string& name = names[i];
    const auto found = placed.keys.find(name);
    require(found != placed.keys.end(),
            fmt::format("--between: '{}' has no position: two cameras must see it in one frame, {}",
                        name, expected_one_of(name, inputs.pixels->points)));
    keys[i] = found->second;
    ends[i] = placed.triangulation.points.values[found->second].position;
  }
  const double now = (ends[1] - ends[0]).norm();
  require(now > 0 && options.length_m / now < kMostScale && now / options.length_m < kMostScale,
          fmt::format("--length: the points are {:.4g} m apart in the rig, which {:.4g} m cannot "
                      "be: check the unit and the names",
                      now, options.length_m));
  scale_rig(result.calibration, options.length_m / now);
  result.scale *= options.length_m / now;
  result.scale_std = result.scale * std_of_distance(placed.triangulation, keys) / now;
  result.calibration.world.reset();
}

}  // namespace

void require_known_names(const AlignInputs& inputs) {
  for (const MeasuredPoint& point : inputs.points) {
    const std::vector<std::string>& names = inputs.pixels->points;
    if (std::find(names.begin(), names.end(), point.name) != names.end()) return;
  }
  throw Error(fmt::format("--points: no name is among the points of --pixels: found '{}', {}",
                          inputs.points.front().name,
                          expected_one_of(inputs.points.front().name, inputs.pixels->points)));
}

double parse_signed_length(const std::string& text) {
  const bool negative = text.starts_with('-');
  const std::string size = negative ? text.substr(1) : text;
  if (const auto number = parse_number(size); number && *number == 0) return 0;
  return (negative ? -1 : 1) * parse_length(size);
}

std::vector<Option> describe(AlignOptions& options) {
  return {
      Option::text("board_frame", options.board_frame,
                   "the board lies on the floor in this frame, face up: its corner 0 is the origin "
                   "and its first row the x axis",
                   "FRAME"),
      Option::text(
          "floor", options.floor,
          "the board lies on the floor in these frames, as in 3,8,12, or in all: the floor "
          "is fitted to them, the first gives origin and x axis",
          "FRAMES"),
      Option::length("length", options.length_m,
                     "scale the rig so that the two points of --between are this far apart"),
      Option::text("between", options.between,
                   "these two points, as in left,right; their pixels are in --pixels", "NAMES"),
      Option::flag("scale", options.scale, "scale the rig to the measured points, too"),
      Option::choice("up", options.up, "the axis of the world that points up from the floor",
                     kUpAxes, "AXIS"),
      Option::number("turn", options.turn,
                     "turn the world by 0, 90, 180 or 270 degrees about the "
                     "axis that points up"),
      Option::text("offset", options.offset,
                   "where board, floor or points have their origin in the world: x,y,z, as in "
                   "--offset=1m,-5cm,0",
                   "LENGTHS")};
}

Alignment align(const Calibration& calibration, const AlignOptions& options,
                const AlignInputs& inputs, int jobs) {
  require(options.turn % 90 == 0 && std::abs(options.turn) <= 270,
          fmt::format("--turn: found {}, expected 0, 90, 180 or 270 degrees", options.turn));
  const int worlds = (options.board_frame.empty() ? 0 : 1) + (options.floor.empty() ? 0 : 1) +
                     (inputs.points.empty() ? 0 : 1);
  require(worlds == 1 || (worlds == 0 && options.length_m > 0),
          worlds > 1 ? "found several of --board-frame, --floor and --points, expected one of them"
                     : "found none of --board-frame, --floor, --points and --length: say what "
                       "gives the world, as in --board-frame 12");
  require(!options.scale || !inputs.points.empty(),
          "--scale: needs --points; with two points of a known distance use --length");
  Alignment result{calibration};
  if (options.length_m > 0) scale_to_length(options, inputs, jobs, result);
  if (!options.board_frame.empty()) align_to_board(options, jobs, result);
  if (!options.floor.empty()) align_to_floor(options, jobs, result);
  if (!inputs.points.empty()) align_to_points(options, inputs, jobs, result);
  return result;
}

}  // namespace calib
