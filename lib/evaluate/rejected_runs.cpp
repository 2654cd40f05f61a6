#include "evaluate/rejected_runs.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/errors.hpp"
#include "base/median.hpp"
#include "scene/rejected_set.hpp"
#include "solve/board_pose.hpp"
#include "solve/lens_fit.hpp"

namespace calib {
namespace {

constexpr std::size_t kMinRejected = 4;
// The shares of rejected views on the two sides must differ by this much, and by more than chance
// (likelihood ratio of one rate against two).
constexpr double kMinShare = 0.6, kMinLikelihoodRatio = 20;
// Views fit a lens at poses of their own if their errors are at most this many times the usual.
constexpr double kFittingRatio = 2;

struct Flagged {
  const View* view;
  bool rejected;
};

// x log(x / n) + (n - x) log(1 - x / n)
double log_likelihood(double x, double n) {
  const auto term = [n](double part) { return part > 0 ? part * std::log(part / n) : 0.0; };
  return term(x) + term(n - x);
}

struct Split {
  std::size_t at = 0;
  bool left_out_first = false;  // the rejected views are those before `at`
};

std::optional<Split> best_split(const std::vector<Flagged>& views) {
  const auto count = static_cast<double>(views.size());
  const auto total = static_cast<double>(
      std::count_if(views.begin(), views.end(), [](const Flagged& each) { return each.rejected; }));
  if (total < kMinRejected) return std::nullopt;
  double best = kMinLikelihoodRatio, before = 0;
  std::optional<Split> split;
  for (std::size_t at = 1; at < views.size(); ++at) {
    before += views[at - 1].rejected;
    const auto n = static_cast<double>(at);
    const double first = before / n, second = (total - before) / (count - n);
    if (std::abs(first - second) < kMinShare) continue;
    const double ratio =
        2 * (log_likelihood(before, n) + log_likelihood(total - before, count - n) -
             log_likelihood(total, count));
    if (ratio <= best) continue;
    best = ratio;
    split = Split{at, first > second};
  }
  return split;
}

// The median over views of the RMS error at board poses of their own.
double own_error(const Observations& observations, const std::vector<const View*>& views,
                 const Intrinsics& lens) {
  std::vector<double> errors;
  const Projector projector(lens);
  for (const View* view : views) {
    const auto pose = estimate_board_pose(projector, observations.board, view->corners);
    errors.push_back(pose ? pose->rms_px : std::numeric_limits<double>::infinity());
  }
  return median(std::move(errors));
}

// The relative change of the focal length that suits the views.
double zoom_of(const Observations& observations, const std::vector<const View*>& views,
               const Camera& camera) {
  Bundle bundle = single_camera_bundle(observations, views, camera.name, *camera.intrinsics);
  if (bundle.views.empty()) return 0;
  bundle.cameras[0].free = FreeIntrinsics::kFocalAndFirstRadial;
  try {
    adjust(bundle, {.tolerance = kRoughTolerance});
  } catch (const UndeterminedError&) {
    return 0;
  }
  return bundle.cameras[0].intrinsics.parameters[0] / camera.intrinsics->parameters[0] - 1;
}

// The median turn of the camera that the views ask for.
double turn_of(const Observations& observations, const std::vector<const View*>& views,
               const Camera& camera, const Calibration& calibration) {
  std::vector<double> turns;
  const Projector projector(*camera.intrinsics);
  for (const View* view : views) {
    const auto frame = calibration.frames.find(view->frame);
    const auto pose = estimate_board_pose(projector, observations.board, view->corners);
    if (!pose || frame == calibration.frames.end()) continue;
    const Pose change = pose->T_cam_board * (*camera.T_cam_rig * frame->second).inverse();
    turns.push_back(angle_between(change.rotation, Eigen::Quaterniond::Identity()));
  }
  return turns.empty() ? 0 : median(std::move(turns));
}

}  // namespace

std::vector<RejectedRun> rejected_runs(const Observations& input, const Calibration& calibration) {
  std::vector<RejectedRun> runs;
  Observations observations{input.board, input.cameras, {}, {}, {}};
  if (corner_count(calibration.board) > 0) observations.board = calibration.board;
  if (!has_one_frame(observations.board)) return runs;
  const RejectedSet rejected(calibration);
  for (std::size_t i = 0; i < input.cameras.size(); ++i) {
    const Camera* camera = find_camera(calibration, input.cameras[i].name);
    if (!camera || !camera->intrinsics) continue;
    std::vector<Flagged> views;
    for (const View& view : input.views) {
      if (view.camera == static_cast<int>(i) && view.corners.size() >= 4)
        views.push_back({&view, rejected.view(camera->name, view.frame)});
    }
    const auto split = best_split(views);
    if (!split) continue;
    std::vector<const View*> used, left_out;
    for (std::size_t v = 0; v < views.size(); ++v) {
      const bool is_side = (v < split->at) == split->left_out_first;
      if (views[v].rejected && is_side) left_out.push_back(views[v].view);
      if (!views[v].rejected) used.push_back(views[v].view);
    }
    RejectedRun run{camera->name, views[split->at].view->frame, static_cast<int>(left_out.size())};
    const double usual = own_error(observations, used, *camera->intrinsics);
    run.lens = own_error(observations, left_out, *camera->intrinsics) > kFittingRatio * usual;
    if (run.lens) {
      run.zoom = zoom_of(observations, left_out, *camera);
    } else if (camera->T_cam_rig) {
      run.angle_rad = turn_of(observations, left_out, *camera, calibration);
    }
    runs.push_back(run);
  }
  return runs;
}

}  // namespace calib
