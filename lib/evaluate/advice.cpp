#include "evaluate/advice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <set>

namespace calib {
namespace {

constexpr double kMinCoverage = 0.85;
constexpr int kMinLeaningViews = 5;
constexpr double kMinDistanceRatio = 1.4;
constexpr std::size_t kMinSharedFrames = 8;

std::string missing_tilt(const PoseDiversity& camera) {
  const bool sideways = camera.leans[0] + camera.leans[1] < kMinLeaningViews;
  const bool upwards = camera.leans[2] + camera.leans[3] < kMinLeaningViews;
  if (sideways && upwards) return "tilted by 30-45 degrees left-right and up-down";
  if (sideways) return "tilted by 30-45 degrees left-right";
  if (upwards) return "tilted by 30-45 degrees up-down";
  return "";
}

// Recommends a nearer distance if the board still fits into the image there, otherwise a farther
// one.
std::string missing_distance(const PoseDiversity& camera) {
  if (camera.far_m >= kMinDistanceRatio * camera.near_m) return "";
  const double nearer_m = camera.far_m / 1.5;
  const bool fits = camera.fill_at_near * camera.near_m / nearer_m < 0.9;
  return fmt::format("at {:.2g} m", fits ? nearer_m : 1.5 * camera.near_m);
}

std::string camera_advice(const CameraCoverage& coverage, const PoseDiversity& pose_diversity) {
  if (pose_diversity.views == 0) return "";
  std::string text;
  if (coverage.share < kMinCoverage)
    text += coverage.weakest == "center" ? ", in the center" : ", at the " + coverage.weakest;
  for (const std::string& part : {missing_tilt(pose_diversity), missing_distance(pose_diversity)}) {
    if (!part.empty()) text += ", " + part;
  }
  if (text.empty()) return "";
  return fmt::format("{}: film the board{}", coverage.name, text.substr(1));
}

using FramesByCamera = std::vector<std::set<std::int64_t>>;

std::size_t shared_frame_count(const FramesByCamera& frames, std::size_t a, std::size_t b) {
  std::vector<std::int64_t> both;
  std::set_intersection(frames[a].begin(), frames[a].end(), frames[b].begin(), frames[b].end(),
                        std::back_inserter(both));
  return both.size();
}

// The nearest camera with a pose. Without poses, the next camera of the list (for the last one, the
// one before it).
std::size_t neighbor(const Observations& observations, const Calibration& calibration,
                     std::size_t index) {
  const auto pose = [&](std::size_t i) {
    const Camera* camera = find_camera(calibration, observations.cameras[i].name);
    return camera ? camera->T_cam_rig : std::nullopt;
  };
  std::size_t best = index + 1 < observations.cameras.size() ? index + 1 : index - 1;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < observations.cameras.size() && pose(index); ++i) {
    if (i == index || !pose(i)) continue;
    const double distance =
        (pose(i)->inverse().translation - pose(index)->inverse().translation).norm();
    if (distance < least) {
      least = distance;
      best = i;
    }
  }
  return best;
}

}  // namespace

std::vector<std::string> next_shots(const Observations& observations,
                                    const Calibration& calibration,
                                    const std::vector<CameraCoverage>& coverage,
                                    const std::vector<PoseDiversity>& pose_diversity) {
  std::vector<std::string> advice;
  for (std::size_t i = 0; i < coverage.size(); ++i) {
    const std::string text = camera_advice(coverage[i], pose_diversity[i]);
    if (!text.empty()) advice.push_back(text);
  }
  FramesByCamera frames(observations.cameras.size());
  for (const View& view : observations.views) frames[view.camera].insert(view.frame);
  std::set<std::pair<std::size_t, std::size_t>> advised;
  for (std::size_t i = 0; i < frames.size() && frames.size() > 1; ++i) {
    const std::size_t other = neighbor(observations, calibration, i);
    std::size_t most = 0;
    for (std::size_t j = 0; j < frames.size(); ++j) {
      if (j != i) most = std::max(most, shared_frame_count(frames, i, j));
    }
    if (most >= kMinSharedFrames || !advised.insert(std::minmax(i, other)).second) continue;
    const std::size_t both = shared_frame_count(frames, i, other);
    advice.push_back(
        fmt::format("{} and {} share only {} frame{}: film the board where both see it",
                    observations.cameras[std::min(i, other)].name,
                    observations.cameras[std::max(i, other)].name, both, both == 1 ? "" : "s"));
  }
  return advice;
}

}  // namespace calib
