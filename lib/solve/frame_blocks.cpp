#include "solve/frame_blocks.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/parallel.hpp"
#include "solve/board_pose.hpp"

namespace calib {
namespace {

constexpr std::size_t kFewestBlocks = 6;
constexpr int kMostLags = 64;
// A smaller autocorrelation ends the sum over the lags.
constexpr double kMinCorrelation = 0.1;

struct ScaledError {
  int id = 0;
  Eigen::Vector2d error;  // in units of the corner's sigma
};
// The errors of the corners of one view, in rising order of id.
using ErrorsOfView = std::vector<ScaledError>;

// Subtracts from the error of each corner its mean over the views: an error that a corner has in
// all views, near or far from each other in time, is one of the board.
void subtract_means(int corners, std::vector<ErrorsOfView>& views) {
  std::vector<Eigen::Vector2d> sums(static_cast<std::size_t>(corners), Eigen::Vector2d::Zero());
  std::vector<int> counts(static_cast<std::size_t>(corners));
  for (const ErrorsOfView& view : views) {
    for (const ScaledError& corner : view) {
      sums[static_cast<std::size_t>(corner.id)] += corner.error;
      ++counts[static_cast<std::size_t>(corner.id)];
    }
  }
  for (ErrorsOfView& view : views) {
    for (ScaledError& corner : view) {
      const auto id = static_cast<std::size_t>(corner.id);
      corner.error -= sums[id] / counts[id];
    }
  }
}

ErrorsOfView errors_of(const Projector& lens, const Bundle& bundle, const BundleView& view) {
  const Pose T_cam_board =
      bundle.cameras[view.camera].T_cam_rig * bundle.board_poses[view.board_pose];
  const auto errors = reprojection_errors(lens, bundle.board, T_cam_board, view.corners);
  ErrorsOfView result;
  result.reserve(errors.size());
  for (std::size_t k = 0; k < errors.size(); ++k) {
    const Corner& corner = view.corners[k];
    if (errors[k].allFinite())
      result.push_back({corner.id, errors[k] / (corner.sigma_px > 0 ? corner.sigma_px : 1)});
  }
  return result;
}

// For each camera the errors of its views, in the order of frames.
std::vector<std::vector<ErrorsOfView>> errors_in_order(const Bundle& bundle, int jobs) {
  std::vector<std::map<int, const BundleView*>> by_frame(bundle.cameras.size());
  for (const BundleView& view : bundle.views) by_frame[view.camera][view.board_pose] = &view;
  const int corners = corner_count(bundle.board);
  std::vector<std::vector<ErrorsOfView>> result(by_frame.size());
  parallel_for(by_frame.size(), jobs, [&](std::size_t i) {
    if (by_frame[i].empty()) return;
    const Projector lens(bundle.cameras[i].intrinsics);
    for (const auto& [frame, view] : by_frame[i])
      result[i].push_back(errors_of(lens, bundle, *view));
    subtract_means(corners, result[i]);
  });
  return result;
}

struct Correlation {
  double product = 0, square = 0;

  void add(const ErrorsOfView& before, const ErrorsOfView& after) {
    auto match = before.begin();
    for (const ScaledError& corner : after) {
      while (match != before.end() && match->id < corner.id) ++match;
      if (match == before.end()) return;
      if (match->id != corner.id) continue;
      product += corner.error.dot(match->error);
      square += (corner.error.squaredNorm() + match->error.squaredNorm()) / 2;
    }
  }
};

// The correlation of the errors of the same corner in views `lag` apart.
double correlation_at(const std::vector<std::vector<ErrorsOfView>>& cameras, std::size_t lag) {
  Correlation sum;
  for (const auto& views : cameras) {
    for (std::size_t v = lag; v < views.size(); ++v) sum.add(views[v - lag], views[v]);
  }
  return sum.square > 0 ? sum.product / sum.square : 0;
}

}  // namespace

double correlated_frames(const Bundle& bundle, int jobs) {
  const auto cameras = errors_in_order(bundle, jobs);
  double length = 1;
  for (int lag = 1; lag <= kMostLags; ++lag) {
    const double correlation = correlation_at(cameras, static_cast<std::size_t>(lag));
    if (correlation < kMinCorrelation) break;
    length += 2 * correlation;
  }
  return length;
}

std::vector<FrameBlock> frame_blocks(const Bundle& bundle, double correlated, std::size_t most) {
  std::map<int, std::vector<const BundleView*>> frames;
  for (const BundleView& view : bundle.views) frames[view.board_pose].push_back(&view);
  const double count = static_cast<double>(frames.size());
  std::size_t blocks = std::min(most, frames.size());
  if (correlated > 1) {
    const auto fitting = static_cast<std::size_t>(count / (2 * correlated));
    blocks = std::min(blocks, std::max(kFewestBlocks, fitting));
  }
  std::vector<FrameBlock> result(blocks);
  std::size_t place = 0;
  for (const auto& [board_pose, views] : frames) {
    FrameBlock& block = result[place++ * blocks / frames.size()];
    for (const BundleView* view : views) block.views.push_back(*view);
  }
  return result;
}

}  // namespace calib
