// Points in space: how often their stated covariance covers the truth, if a rig is solved again and
// again with other noise; how well the stated errors of a world hold; and how long a million points
// take.
//
//   calib_triangulation coverage [RIGS=200] [corner noise px=0.1] [pixel noise px=0.2]
//   [iid|clustered] calib_triangulation world [RIGS=200] calib_triangulation time [POINTS=1000000]
//   [JOBS=2]

#include <fmt/format.h>

#include <Eigen/LU>
#include <cstdlib>
#include <ctime>
#include <random>

#include "base/parallel.hpp"
#include "base/stopwatch.hpp"
#include "measure/align.hpp"
#include "measure/map_points.hpp"
#include "solve/solve_intrinsics.hpp"
#include "solve/solve_rig.hpp"
#include "support/synthetic_world.hpp"

namespace calib {
namespace {

using testing::World;

constexpr double kCorner_px = 0.1;

// Points all over the space in which the boards were, near and far, as far as two cameras see them.
PointTracks points_of(const Calibration& truth, int count, int seed) {
  std::mt19937 random(static_cast<unsigned>(seed));
  std::uniform_real_distribution<double> side(-0.5, 0.5), depth(0.6, 2.5);
  Eigen::Vector3d middle = Eigen::Vector3d::Zero();
  for (const auto& [frame, T_rig_board] : truth.frames)
    middle += T_rig_board * board_middle(truth.board) / static_cast<double>(truth.frames.size());
  PointTracks points;
  for (int i = 0; i < count; ++i) {
    points.points.push_back(std::to_string(i));
    points.keys.push_back({0, i});
    const double scale = depth(random);
    points.values.emplace_back().position =
        scale * (middle + 0.6 * middle.norm() * Eigen::Vector3d(side(random), side(random), 0));
  }
  return points;
}

PixelTracks noisy_pixels(const Calibration& truth, const PointTracks& points, double sigma_px,
                         int seed) {
  PixelTracks tracks = project_points(truth, points, 0).tracks;
  std::mt19937 random(static_cast<unsigned>(seed) + 1000);
  std::normal_distribution<double> noise(0, sigma_px);
  for (Eigen::Vector2d& pixel : tracks.pixels)
    pixel += Eigen::Vector2d(noise(random), noise(random));
  return tracks;
}

World bench_world(int seed) {
  SynthOptions options;
  options.frames = 30;
  options.seed = seed;
  return testing::make_world(options, {&kChessboard, 11, 8, 0.03}, 0);
}

Calibration solved(const World& world, double sigma_px, int seed, CovarianceKind kind) {
  const Observations noisy = add_noise(world.observations, sigma_px, seed);
  IntrinsicsOptions intrinsics;
  intrinsics.model = "opencv5";
  ExtrinsicsOptions extrinsics;
  extrinsics.shape.covariance = kind;
  return solve_rig(noisy, solve_intrinsics(noisy, intrinsics, 1, no_progress()), extrinsics, 1,
                   no_progress());
}

void coverage(int rigs, double corner_px, double pixel_px, CovarianceKind kind) {
  constexpr int kPoints = 200;
  constexpr double kQuantiles[] = {2.366, 7.815, 11.345};  // 50, 95 and 99 %, three dimensions
  std::vector<std::array<long, 4>> counts(static_cast<std::size_t>(rigs));
  std::vector<double> ratios(static_cast<std::size_t>(rigs));
  parallel_for(counts.size(), 0, [&](std::size_t run) {
    const int seed = static_cast<int>(run) + 1;
    const World world = bench_world(1 + seed % 10);
    const PointTracks points = points_of(world.truth, kPoints, seed);
    const Triangulation found =
        triangulate(solved(world, corner_px, seed, kind),
                    noisy_pixels(world.truth, points, pixel_px, seed), {}, 1);
    for (std::size_t i = 0; i < points.values.size(); ++i) {
      const Point3d& point = found.points.values[i];
      if (!point.known()) continue;
      const Eigen::Vector3d error = point.position - points.values[i].position;
      const double chi_square = error.dot(to_matrix(point.covariance).inverse() * error);
      ++counts[run][3];
      ratios[run] += chi_square;
      for (int k = 0; k < 3; ++k) counts[run][k] += chi_square < kQuantiles[k] ? 1 : 0;
    }
  });
  std::array<long, 4> sum = {};
  double chi_square = 0;
  for (std::size_t run = 0; run < counts.size(); ++run) {
    for (std::size_t k = 0; k < 4; ++k) sum[k] += counts[run][k];
    chi_square += ratios[run];
  }
  const auto percent = [&](int k) {
    return 100.0 * static_cast<double>(sum[k]) / static_cast<double>(sum[3]);
  };
  fmt::print(
      "{} rigs, {} points, corners {} px, pixels {} px: 50 % covers {:.1f} %, 95 % {:.1f} %, "
      "99 % {:.1f} %; mean chi^2 / 3 = {:.3f}\n",
      rigs, sum[3], corner_px, pixel_px, percent(0), percent(1), percent(2),
      chi_square / (3.0 * static_cast<double>(sum[3])));
}

void world_errors(int rigs) {
  const Pose T_world_rig{exp_so3({0.4, -0.8, 1.7}), {0.7, -0.2, 1.1}};
  std::vector<Eigen::Matrix<double, 12, 1>> sums(static_cast<std::size_t>(rigs));
  parallel_for(sums.size(), 0, [&](std::size_t run) {
    const int seed = static_cast<int>(run) + 1;
    const World world = bench_world(1 + seed % 10);
    const PointTracks points = points_of(world.truth, 10, seed);
    AlignInputs inputs;
    inputs.sigma_px = 0.2;
    inputs.pixels = noisy_pixels(world.truth, points, inputs.sigma_px, seed);
    std::mt19937 random(static_cast<unsigned>(seed));
    std::normal_distribution<double> noise(0, 1e-3);
    for (std::size_t i = 0; i < points.values.size(); ++i) {
      const Eigen::Vector3d error(noise(random), noise(random), noise(random));
      inputs.points.push_back(
          {points.points[i], T_world_rig * points.values[i].position + error, 1e-3});
    }
    const Alignment found =
        align(solved(world, kCorner_px, seed, CovarianceKind::kIndependent), {}, inputs, 1);
    const WorldFrame& placed = *found.calibration.world;
    sums[run].head<3>() =
        log_so3(placed.T_world_rig.rotation * T_world_rig.rotation.conjugate()).cwiseAbs2();
    sums[run].segment<3>(3) =
        (placed.T_world_rig.translation - T_world_rig.translation).cwiseAbs2();
    sums[run].tail<6>() = placed.std().head<6>().cwiseAbs2();
  });
  Eigen::Matrix<double, 12, 1> sum = Eigen::Matrix<double, 12, 1>::Zero();
  for (const auto& each : sums) sum += each;
  fmt::print("{} rigs, error of T_world_rig over its stated standard deviation:", rigs);
  for (int k = 0; k < 6; ++k) fmt::print(" {:.3f}", std::sqrt(sum[k] / sum[k + 6]));
  fmt::print("\n");
}

void time_points(int count, int jobs) {
  const World world = bench_world(1);
  const Calibration found = solved(world, kCorner_px, 1, CovarianceKind::kIndependent);
  const PixelTracks pixels = noisy_pixels(world.truth, points_of(world.truth, count, 1), 0.2, 1);
  const Stopwatch watch;
  const std::clock_t before = std::clock();
  const Triangulation result = triangulate(found, pixels, {}, jobs);
  const double cpu = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
  fmt::print("{} points x {} cameras, {} threads: {:.2f} s, CPU {:.2f} s, {} placed\n", count,
             pixels.cameras.size(), jobs, watch.seconds(), cpu, result.known);
}

}  // namespace
}  // namespace calib

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  const auto number = [&](int k, double usual) { return argc > k ? std::atof(argv[k]) : usual; };
  if (what == "coverage") {
    const bool clustered = argc > 5 && std::string(argv[5]) == "clustered";
    calib::coverage(
        static_cast<int>(number(2, 200)), number(3, calib::kCorner_px), number(4, 0.2),
        clustered ? calib::CovarianceKind::kClustered : calib::CovarianceKind::kIndependent);
  } else if (what == "world") {
    calib::world_errors(static_cast<int>(number(2, 200)));
  } else {
    calib::time_points(static_cast<int>(number(2, 1e6)), static_cast<int>(number(3, 2)));
  }
}
