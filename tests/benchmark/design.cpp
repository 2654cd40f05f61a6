// Compares the forecast of `calib design` with what solves state and with their true errors.
// usage: calib_design_benchmark [RUNS [WORD]]     (default: 20 solves; only the cases with this
// word in their names)

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "base/parallel.hpp"
#include "design/changes.hpp"
#include "measure/triangulate.hpp"
#include "solve/solve_intrinsics.hpp"
#include "solve/solve_rig.hpp"
#include "synth/random.hpp"
#include "synth/synthetic_rig.hpp"
#include "synth/visibility.hpp"

namespace calib {
namespace {

struct Case {
  const char* name;
  int cameras;
  RigShape shape;
  const char* model;
  double fov_deg, baseline_m, square_m;
  int shots;
  bool exact_board;
};

constexpr Case kCases[] = {
    {"2 cameras", 2, RigShape::kLine, "opencv5", 75, 0.1, 0.03, 40, true},
    {"2 cameras, few shots", 2, RigShape::kLine, "opencv5", 75, 0.1, 0.03, 10, true},
    {"2 cameras, fisheye", 2, RigShape::kLine, "fisheye", 130, 0.1, 0.03, 40, true},
    {"4 cameras", 4, RigShape::kGrid, "opencv5", 75, 0.1, 0.03, 40, true},
    {"4 cameras, large board", 4, RigShape::kGrid, "opencv5", 75, 0.3, 0.09, 30, true},
    {"4 cameras, small board, few shots", 4, RigShape::kGrid, "opencv5", 60, 0.05, 0.01, 12, true},
    {"4 cameras, fisheye, few shots", 4, RigShape::kGrid, "fisheye", 120, 0.1, 0.03, 12, true},
    {"6 cameras, ring", 6, RigShape::kRing, "opencv5", 60, 0.3, 0.03, 60, true},
    {"6 cameras, grid, many shots", 6, RigShape::kGrid, "opencv5", 75, 0.1, 0.03, 100, true},
    {"6 cameras, fisheye", 6, RigShape::kGrid, "fisheye", 120, 0.1, 0.03, 40, true},
    {"4 cameras, bent boards", 4, RigShape::kGrid, "opencv5", 75, 0.1, 0.03, 40, false},
    {"2 cameras, bent boards, few shots", 2, RigShape::kLine, "opencv5", 75, 0.1, 0.03, 12, false},
    {"6 cameras, fisheye, bent boards", 6, RigShape::kGrid, "fisheye", 120, 0.1, 0.03, 40, false},
};

constexpr double kNoise_px = 0.1;

// Sums of squares over runs and quantities, in units of the predicted variances.
struct Ratio {
  double stated = 0, scatter = 0;
  int count = 0;

  void add(double predicted, double stated_std, double error) {
    if (!(predicted > 0)) return;
    stated += stated_std * stated_std / (predicted * predicted);
    scatter += error * error / (predicted * predicted);
    ++count;
  }
  void add(const Ratio& other) {
    stated += other.stated;
    scatter += other.scatter;
    count += other.count;
  }
};
using Ratios = std::map<std::string, Ratio>;

void add_lens(const Camera& predicted, const Camera& found, Ratios& ratios) {
  for (std::size_t k = 0; k < predicted.std.parameters.size(); ++k) {
    ratios[k < 2   ? "focal"
           : k < 4 ? "center"
                   : "distortion"]
        .add(predicted.std.parameters[k], found.std.parameters[k],
             found.intrinsics->parameters[k] - predicted.intrinsics->parameters[k]);
  }
  for (std::size_t i = 0; i < predicted.uncertainty->near_px.size(); ++i)
    ratios["pixel"].add(predicted.uncertainty->near_px[i], found.uncertainty->near_px[i], 0);
}

void add_pose(const Camera& predicted, const Camera& found, Ratios& ratios) {
  if (!predicted.std.rotation_rad || !found.std.rotation_rad) return;
  const Eigen::Vector3d turn =
      log_so3(found.T_cam_rig->rotation * predicted.T_cam_rig->rotation.conjugate());
  const Eigen::Vector3d shift =
      found.T_cam_rig->inverse().translation - predicted.T_cam_rig->inverse().translation;
  for (int k = 0; k < 3; ++k) {
    ratios["turn"].add((*predicted.std.rotation_rad)[k], (*found.std.rotation_rad)[k], turn[k]);
    ratios["place"].add((*predicted.std.center_m)[k], (*found.std.center_m)[k], shift[k]);
  }
}

void add_points(const Forecast& predicted, const PointGrid& grid, const Calibration& found,
                int seed, Ratios& ratios) {
  PixelTracks tracks;
  tracks.cameras = names_of(predicted.expected.cameras);
  tracks.points = {"point"};
  Random random(mix_seed(1000, static_cast<std::uint64_t>(seed)));
  for (int i = 0; i < static_cast<int>(predicted.points.std_m.size()); ++i) {
    tracks.keys.push_back({i, 0});
    const Eigen::Vector3d point = grid.at(i % PointGrid::kX, i / PointGrid::kX % PointGrid::kY,
                                          i / (PointGrid::kX * PointGrid::kY));
    for (const Camera& camera : predicted.expected.cameras) {
      const auto pixel = pixel_in_image(Projector(*camera.intrinsics), *camera.T_cam_rig * point);
      const Eigen::Vector2d noise(kNoise_px * random.normal(), kNoise_px * random.normal());
      tracks.pixels.push_back(pixel ? Eigen::Vector2d(*pixel + noise)
                                    : Eigen::Vector2d::Constant(kMissing));
    }
  }
  TriangulateOptions options;
  options.sigma_px = kNoise_px;
  const Triangulation result = triangulate(found, tracks, options, 1);
  for (std::size_t i = 0; i < tracks.keys.size(); ++i) {
    const Point3d& placed = result.points.values[i];
    if (!placed.known()) continue;
    const int n = static_cast<int>(i);
    const Eigen::Vector3d point = grid.at(n % PointGrid::kX, n / PointGrid::kX % PointGrid::kY,
                                          n / (PointGrid::kX * PointGrid::kY));
    ratios["point"].add(predicted.points.std_m[i], std::sqrt(to_matrix(placed.covariance).trace()),
                        (placed.position - point).norm());
  }
}

// A board that is bent as the solve expects prints to be.
BoardShape bent(const Board& board, int seed) {
  constexpr double kBow = 0.01;  // of the larger side
  Random random(mix_seed(2000, static_cast<std::uint64_t>(seed)));
  const double bow = kBow * flat_extent(board).maxCoeff();
  BoardShape shape;
  shape.bow_x_m = bow * random.normal();
  shape.bow_y_m = bow * random.normal();
  shape.twist_m = bow * random.normal();
  return shape;
}

Ratios one_run(const Case& each, const Forecast& predicted, const PointGrid& grid, int seed) {
  Calibration truth = predicted.expected;
  if (!each.exact_board) truth.board.shape = bent(truth.board, seed);
  Observations observations = add_noise(planned_observations(truth, 0), kNoise_px, seed);
  observations.board.shape = {};
  IntrinsicsOptions intrinsics;
  intrinsics.model = each.model;
  ExtrinsicsOptions extrinsics;
  intrinsics.shape.exact_board = extrinsics.shape.exact_board = each.exact_board;
  const Calibration found =
      solve_rig(observations, solve_intrinsics(observations, intrinsics, 1, no_progress()),
                extrinsics, 1, no_progress());
  Ratios ratios;
  for (const Camera& camera : predicted.expected.cameras) {
    const Camera& solved = *find_camera(found, camera.name);
    add_lens(camera, solved, ratios);
    add_pose(camera, solved, ratios);
  }
  add_points(predicted, grid, found, seed, ratios);
  return ratios;
}

Design design_of(const Case& each) {
  SynthOptions options;
  options.cameras = each.cameras;
  options.arrangement = each.shape;
  options.model = each.model;
  options.fov_deg = each.fov_deg;
  options.baseline_m = each.baseline_m;
  Design design;
  design.board = Board{&kChessboard, 11, 8, each.square_m};
  design.rig = make_synthetic_cameras(options, design.board);
  design.noise = {kNoise_px, kNoise_px, each.exact_board};
  const double distance = usual_distance(design.rig, design.board, std::nullopt);
  design.plan = {each.shots, distance, distance * 0.41 / 0.70, distance * 0.41 / 0.25,
                 45 / kDegrees};
  design.grid.box = box_of_boards(draw_boards(design.rig, design.board, design.plan));
  return design;
}

void run(const Case& each, int runs) {
  const Design design = design_of(each);
  const Forecast predicted = forecast(design, 0);
  std::vector<Ratios> parts(static_cast<std::size_t>(runs));
  parallel_for(parts.size(), 0, [&](std::size_t i) {
    parts[i] = one_run(each, predicted, design.grid, static_cast<int>(i) + 1);
  });
  Ratios all;
  for (const Ratios& part : parts) {
    for (const auto& [name, ratio] : part) all[name].add(ratio);
  }
  fmt::print("| {} |", each.name);
  for (const char* name : {"focal", "center", "distortion", "turn", "place", "point", "pixel"}) {
    const Ratio& ratio = all[name];
    fmt::print(" {:.2f}", std::sqrt(ratio.stated / ratio.count));
    if (ratio.scatter > 0) fmt::print(", {:.2f}", std::sqrt(ratio.scatter / ratio.count));
    fmt::print(" |");
  }
  fmt::print(" {:.3f} |\n", 1000 * predicted.points.mean_m);
  std::fflush(stdout);
}

}  // namespace
}  // namespace calib

int main(int argc, char** argv) {
  const int runs = argc > 1 ? std::stoi(argv[1]) : 20;
  fmt::print(
      "| | focal | center | distortion | turn | place | point | pixel | point mm |\n"
      "|---|---|---|---|---|---|---|---|---|\n");
  const std::string word = argc > 2 ? argv[2] : "";
  for (const calib::Case& each : calib::kCases) {
    if (std::string(each.name).find(word) != std::string::npos) calib::run(each, runs);
  }
  return 0;
}
