#include "solve/frame_blocks.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace calib {
namespace {

constexpr std::size_t kFewestBlocks = 6;
constexpr int kMostLags = 64;
// A smaller autocorrelation ends the sum over the lags.
constexpr double kMinCorrelation = 0.1;

using ErrorsById = std::map<int, Eigen::Vector2d>;

// Subtracts from the error of each corner its mean over the views: an error that a corner has in
// all views, near or far from each other in time, is one of the board.
void subtract_means(std::vector<ErrorsById>& views) {
  std::map<int, std::pair<Eigen::Vector2d, int>> sums;
  for (const ErrorsById& view : views) {
    for (const auto& [id, error] : view) {
      auto& [sum, count] = sums.try_emplace(id, Eigen::Vector2d::Zero(), 0).first->second;
      sum += error;
      ++count;
    }
  }
  for (ErrorsById& view : views) {
    for (auto& [id, error] : view) error -= sums.at(id).first / sums.at(id).second;
  }
}

// For each camera the errors of its views in units of the corners' sigmas, in the order of frames.
std::vector<std::vector<ErrorsById>> errors_in_order(const Bundle& bundle, int jobs) {
  const auto errors = view_errors(bundle, bundle.views, jobs);
  std::vector<std::map<int, ErrorsById>> by_frame(bundle.cameras.size());
  for (std::size_t v = 0; v < errors.size(); ++v) {
    const BundleView& view = bundle.views[v];
    for (std::size_t k = 0; k < errors[v].size(); ++k) {
      if (!errors[v][k].allFinite()) continue;
      const Corner& corner = view.corners[k];
      by_frame[view.camera][view.board_pose][corner.id] =
          errors[v][k] / (corner.sigma_px > 0 ? corner.sigma_px : 1);
    }
  }
  std::vector<std::vector<ErrorsById>> result(by_frame.size());
  for (std::size_t i = 0; i < by_frame.size(); ++i) {
    for (auto& [frame, of_view] : by_frame[i]) result[i].push_back(std::move(of_view));
    subtract_means(result[i]);
  }
  return result;
}

// The correlation of the errors of the same corner in views `lag` apart.
double correlation_at(const std::vector<std::vector<ErrorsById>>& cameras, std::size_t lag) {
  double product = 0, square = 0;
  for (const auto& views : cameras) {
    for (std::size_t v = lag; v < views.size(); ++v) {
      for (const auto& [id, error] : views[v]) {
        const auto before = views[v - lag].find(id);
        if (before == views[v - lag].end()) continue;
        product += error.dot(before->second);
        square += (error.squaredNorm() + before->second.squaredNorm()) / 2;
      }
    }
  }
  return square > 0 ? product / square : 0;
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
