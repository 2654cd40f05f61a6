// Prints the errors of a rig with an increasing fraction of outlier views, for calib and for
// OpenCV's calibrateCamera and stereoCalibrate with the same corners. usage: calib_robustness
// [SEEDS]     (default 20)

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numbers>
#include <opencv2/calib3d.hpp>
#include <vector>

#include "evaluate/compare.hpp"
#include "solve/solve_intrinsics.hpp"
#include "solve/solve_rig.hpp"
#include "support/spoiled_world.hpp"
#include "support/synthetic_world.hpp"

namespace calib {
namespace {

struct Points {
  std::vector<std::vector<cv::Point3f>> board;
  std::vector<std::vector<cv::Point2f>> pixels;
};

void append(const Board& board, const View& view, Points& points) {
  points.board.emplace_back();
  points.pixels.emplace_back();
  for (const Corner& corner : view.corners) {
    const Eigen::Vector3d p = corner_position(board, corner.id);
    points.board.back().emplace_back(static_cast<float>(p.x()), static_cast<float>(p.y()), 0.f);
    points.pixels.back().emplace_back(static_cast<float>(corner.x), static_cast<float>(corner.y));
  }
}

// The usual calibration with OpenCV: calibrateCamera for each camera, then stereoCalibrate for each
// camera and the first one, with the whole boards that both have seen.
Calibration opencv_rig(const Observations& observations) {
  Calibration rig;
  rig.board = observations.board;
  std::vector<std::map<std::int64_t, const View*>> views(observations.cameras.size());
  for (const View& view : observations.views) {
    if (static_cast<int>(view.corners.size()) == corner_count(observations.board))
      views[view.camera][view.frame] = &view;
  }
  std::vector<cv::Mat> matrices, distortions;
  for (std::size_t c = 0; c < views.size(); ++c) {
    const ObservedCamera& observed = observations.cameras[c];
    Points points;
    for (const auto& [frame, view] : views[c]) append(rig.board, *view, points);
    cv::Mat K, d;
    std::vector<cv::Mat> rvecs, tvecs;
    const cv::Size size(observed.image_size.width, observed.image_size.height);
    cv::calibrateCamera(points.board, points.pixels, size, K, d, rvecs, tvecs);
    Camera camera{observed.name, observed.image_size};
    camera.intrinsics = make_intrinsics("opencv5", observed.image_size, K.at<double>(0, 0),
                                        K.at<double>(1, 1), K.at<double>(0, 2), K.at<double>(1, 2));
    for (int k = 0; k < 5; ++k)
      camera.intrinsics->parameters[static_cast<std::size_t>(4 + k)] = d.at<double>(k);
    camera.T_cam_rig = Pose{};
    matrices.push_back(K);
    distortions.push_back(d);
    if (c > 0) {
      Points first, second;
      for (const auto& [frame, view] : views[c]) {
        if (!views[0].contains(frame)) continue;
        append(rig.board, *views[0][frame], first);
        append(rig.board, *view, second);
      }
      cv::Mat R, t, E, F;
      cv::stereoCalibrate(first.board, first.pixels, second.pixels, matrices[0], distortions[0], K,
                          d, size, R, t, E, F, cv::CALIB_FIX_INTRINSIC);
      Eigen::Matrix4d matrix = Eigen::Matrix4d::Identity();
      for (int row = 0; row < 3; ++row) {
        for (int column = 0; column < 3; ++column) matrix(row, column) = R.at<double>(row, column);
        matrix(row, 3) = t.at<double>(row);
      }
      camera.T_cam_rig = pose_from_matrix(matrix);
    }
    rig.cameras.push_back(std::move(camera));
  }
  rig.reference_camera = rig.cameras.front().name;
  return rig;
}

// Mean errors over the cameras and over the seeds that could be solved.
struct Row {
  double center_mm = 0, rotation_mdeg = 0, projection_px = 0;
  int solved = 0;

  template <class Solve>
  void add(const Calibration& truth, const Solve& solve) {
    try {
      const auto differences = compare(solve(), truth);
      const double count = static_cast<double>(differences.size());
      for (const CameraDifference& d : differences) {
        center_mm += 1000 * d.center_m / count;
        rotation_mdeg += 180e3 / std::numbers::pi * d.rotation_rad / count;
        projection_px += d.projection_px.mean / count;
      }
      ++solved;
    } catch (const std::exception& error) {
      fmt::print("{}\n", error.what());
    }
  }
  void print(double share, const char* who, int seeds) const {
    const double count = std::max(1, solved);
    fmt::print("{:3.0f} %  {:7}  {:10.4f}  {:14.3f}  {:13.4f}  {} of {}\n", 100 * share, who,
               center_mm / count, rotation_mdeg / count, projection_px / count, solved, seeds);
  }
};

}  // namespace
}  // namespace calib

int main(int argc, char** argv) {
  using namespace calib;
  const int seeds = argc > 1 ? std::stoi(argv[1]) : 20;
  fmt::print("share  solver   centers mm  rotations mdeg  projection px  solved\n");
  for (const double share : {0.0, 0.1, 0.2, 0.3, 0.4}) {
    Row ours, opencv;
    for (int seed = 1; seed <= seeds; ++seed) {
      SynthOptions options;
      options.seed = seed;
      const testing::World world = testing::make_world(options, {&kChessboard, 11, 8, 0.03}, 0.05);
      const Observations spoiled = testing::spoil(world.observations, share, seed);
      ours.add(world.truth, [&] {
        const Calibration lenses = solve_intrinsics(spoiled, {}, 0, no_progress());
        return solve_rig(spoiled, lenses, {}, 0, no_progress());
      });
      opencv.add(world.truth, [&] { return opencv_rig(spoiled); });
    }
    ours.print(share, "calib", seeds);
    opencv.print(share, "OpenCV", seeds);
  }
  return 0;
}
