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
// There are more ways to choose both ends of a run than one.
constexpr double kCostOfReturn = 3;
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

// The views from `begin` up to `end`, which were rejected, and those before and after them were
// not.
struct Span {
  std::size_t begin = 0, end = 0;
};

// Where runs of rejected views begin and end, both counted from 0 to the number of views.
std::vector<Span> spans_of(const std::vector<Flagged>& views) {
  std::vector<std::size_t> begins, ends;
  for (std::size_t i = 0; i < views.size(); ++i) {
    if (!views[i].rejected) continue;
    if (i == 0 || !views[i - 1].rejected) begins.push_back(i);
    if (i + 1 == views.size() || !views[i + 1].rejected) ends.push_back(i + 1);
  }
  begins.push_back(0);
  ends.push_back(views.size());
  std::vector<Span> spans;
  for (const std::size_t begin : begins) {
    for (const std::size_t end : ends)
      if (begin < end && end - begin < views.size()) spans.push_back({begin, end});
  }
  return spans;
}

std::optional<Span> best_span(const std::vector<Flagged>& views) {
  std::vector<double> before{0};  // rejected views before each place
  for (const Flagged& each : views) before.push_back(before.back() + each.rejected);
  const auto count = static_cast<double>(views.size());
  const double total = before.back();
  if (total < kMinRejected) return std::nullopt;
  double best = 0;
  std::optional<Span> found;
  for (const Span& span : spans_of(views)) {
    const auto inside = static_cast<double>(span.end - span.begin);
    const double rejected = before[span.end] - before[span.begin];
    if (rejected / inside - (total - rejected) / (count - inside) < kMinShare) continue;
    const bool is_within = span.begin > 0 && span.end < views.size();
    const double ratio =
        2 * (log_likelihood(rejected, inside) + log_likelihood(total - rejected, count - inside) -
             log_likelihood(total, count)) -
        (is_within ? kCostOfReturn : 0);
    if (ratio <= std::max(best, kMinLikelihoodRatio)) continue;
    best = ratio;
    found = span;
  }
  return found;
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
    const auto span = best_span(views);
    if (!span) continue;
    std::vector<const View*> used, left_out;
    for (std::size_t v = 0; v < views.size(); ++v) {
      if (!views[v].rejected) used.push_back(views[v].view);
      if (views[v].rejected && v >= span->begin && v < span->end) left_out.push_back(views[v].view);
    }
    RejectedRun run{camera->name, views[span->begin > 0 ? span->begin : span->end].view->frame};
    if (span->begin > 0 && span->end < views.size()) run.until = views[span->end].view->frame;
    run.rejected = static_cast<int>(left_out.size());
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
