// How many shots it takes until the verdict is good: by a simulated person who does what
// `calib watch` says, as well as hands can, and by one who holds the board at random. Corners are
// exact up to noise.
//
// Usage: calib_guided_filming [RIGS [NOISE_PX]]

#include <fmt/format.h>

#include <cstdlib>
#include <map>

#include "evaluate/coverage.hpp"
#include "pipeline/filming_guide.hpp"
#include "synth/random.hpp"
#include "synth/synthetic_rig.hpp"

namespace calib {
namespace {

constexpr int kMostShots = 60, kFirstShots = 5;
const Board kBoard{&kChessboard, 9, 6, 0.03};

Observations film(const Calibration& truth, const std::map<std::int64_t, Pose>& frames,
                  double noise_px, int seed) {
  Calibration filmed = truth;
  filmed.frames = frames;
  return add_noise(true_observations(filmed, 4), noise_px, seed);
}

// A board that is held somewhere before one of the cameras, tilted somehow.
Pose random_pose(const Calibration& truth, Random& random) {
  while (true) {
    const auto c = static_cast<std::size_t>(
        random.uniform(0, static_cast<double>(truth.cameras.size()) - 1e-9));
    const Camera& camera = truth.cameras[c];
    const BoardHold hold{{random.uniform(0, 1), random.uniform(0, 1)},
                         random.uniform(0.4, 1.2),
                         {random.uniform(-0.7, 0.7), random.uniform(-0.7, 0.7)}};
    const auto held = held_board(Projector(*camera.intrinsics), kBoard, hold);
    if (held) return camera.T_cam_rig->inverse() * *held;
  }
}

// A person misses a pose by some centimeters and degrees.
Pose roughly(const Pose& pose, Random& random) {
  const auto error = [&](double size) {
    return Eigen::Vector3d(random.uniform(-size, size), random.uniform(-size, size),
                           random.uniform(-size, size));
  };
  return {(pose.rotation * exp_so3(error(0.1))).normalized(), pose.translation + error(0.03)};
}

// The number of shots until the verdict is good.
int shots_until_good(const Calibration& truth, bool guided, double noise_px, int seed) {
  Random random(static_cast<std::uint64_t>(seed));
  std::map<std::int64_t, Pose> frames;
  while (frames.size() < kFirstShots) frames.emplace(frames.size(), random_pose(truth, random));
  while (frames.size() < kMostShots) {
    const Observations observations = film(truth, frames, noise_px, seed);
    SolvedSoFar solved = solve_so_far(observations, {});
    if (solved.calibration.verdict == Verdict::kGood) break;
    std::optional<NextShot> next;
    if (guided && solved.shots) next = solved.shots->best(coverage(observations));
    const Pose pose = next ? roughly(next->T_rig_board, random) : random_pose(truth, random);
    frames.emplace(frames.size(), pose);
  }
  return static_cast<int>(frames.size());
}

void run(int rigs, double noise_px) {
  int guided = 0, random = 0;
  for (int seed = 1; seed <= rigs; ++seed) {
    SynthOptions options;
    options.cameras = 3;
    options.frames = 2;
    options.seed = seed;
    const Calibration truth = make_synthetic_rig(options, kBoard);
    const int with = shots_until_good(truth, true, noise_px, seed),
              without = shots_until_good(truth, false, noise_px, seed);
    fmt::print("rig {}: {} shots guided, {} at random\n", seed, with, without);
    guided += with;
    random += without;
  }
  fmt::print("{:.2f} times as many shots guided as at random\n",
             static_cast<double>(guided) / random);
}

}  // namespace
}  // namespace calib

int main(int argc, char** argv) {
  calib::run(argc > 1 ? std::atoi(argv[1]) : 12, argc > 2 ? std::atof(argv[2]) : 0.1);
  return 0;
}
