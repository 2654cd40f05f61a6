#include "solve/moving_boards.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/parallel.hpp"
#include "camera/intrinsics.hpp"
#include "solve/camera_clocks.hpp"
#include "solve/heldout.hpp"
#include "solve/lens_fit.hpp"
#include "solve/normal_equations.hpp"
#include "solve/resolve_board_ambiguity.hpp"
#include "solve/restore_bundle.hpp"

namespace calib {
namespace {

// Seconds that are rounding errors, and those in which a hand moves a board by less than its noise.
constexpr double kNoTime = 1e-9, kNoMotionTime = 2e-5;
// An uncertain motion may be wrong by a tenth: it may move corners by this many standard
// deviations. Of corners without one, this many pixels are the usual one.
constexpr double kMostMoved = 5, kUsualSigma = 0.1;

// The information of the views about each board pose, if the cameras are held.
std::vector<std::optional<Eigen::Matrix<double, 6, 6>>> pose_information(const Bundle& bundle,
                                                                         int jobs) {
  const Bundle held{.board = bundle.board,
                    .cameras = bundle.cameras,
                    .board_poses = bundle.board_poses,
                    .views = {}};  // without views, no parameter is free
  std::vector<std::optional<Eigen::Matrix<double, 6, 6>>> information(bundle.board_poses.size());
  const auto equations = linearize_views(held, bundle.views, SharedLayout(held), {.jobs = jobs});
  if (!equations) return information;
  for (const FrameEquations& frame : equations->frames)
    information[static_cast<std::size_t>(frame.board_pose)] = frame.board_block;
  return information;
}

double seconds_from_pose(const BundleClock& clock, const View& view, double pose_time,
                         double rows_from_middle) {
  const double on_file = *view.time_s;
  return on_file - pose_time + clock.value[kClockOffset] +
         clock.value[kClockRate] * (on_file - clock.origin_s) +
         clock.value[kClockLineDelay] * rows_from_middle;
}

// The corner as it was filmed, moved by what the board moved from the time of the pose to the time
// of the corner.
Corner moved_corner(const Projector& lens, const Board& board, const Pose& T_cam_rig,
                    const Pose& T_rig_board, const BoardMotion& motion, double seconds,
                    const Corner& filmed) {
  if (std::abs(seconds) < kNoTime) return filmed;
  const Eigen::Vector3d point = corner_position(board, filmed.id);
  const auto at_pose = lens.project(T_cam_rig * (T_rig_board * point));
  const auto at_exposure = lens.project(T_cam_rig * (moved(T_rig_board, motion, seconds) * point));
  if (!at_pose || !at_exposure) return filmed;
  Corner corner = filmed;
  corner.x += at_pose->x() - at_exposure->x();
  corner.y += at_pose->y() - at_exposure->y();
  return corner;
}

const Corner* find_corner(const View& view, int id) {
  const auto found =
      std::lower_bound(view.corners.begin(), view.corners.end(), id,
                       [](const Corner& corner, int key) { return corner.id < key; });
  return found == view.corners.end() || found->id != id ? nullptr : &*found;
}

PoseTimes without_times(const Bundle& bundle) {
  return {std::vector<double>(bundle.board_poses.size()),
          std::vector<int>(bundle.board_poses.size(), -1)};
}

void move_observed(const Bundle& bundle, const PoseTimes& times, int jobs,
                   Observations& observations) {
  std::vector<BundleView> views = bundle.views;
  for (BundleView& view : views) view.corners = observations.views[view.observed_view].corners;
  const BoardMotions motions = motions_of(bundle, times, jobs);
  move_corners(bundle, times, motions, observations, jobs, views);
  const std::vector<BundleView> uncertain =
      take_uncertain(bundle, times, motions, observations, views);
  for (BundleView& view : views)
    observations.views[view.observed_view].corners = std::move(view.corners);
  for (const BundleView& view : uncertain) observations.views[view.observed_view].corners.clear();
}

// The views of cameras with a pose.
void move_rig(const Calibration& calibration, const CameraTimes& times, int reference, int jobs,
              Observations& observations) {
  Calibration located = calibration;
  const bool all_known =
      std::all_of(observations.views.begin(), observations.views.end(),
                  [&](const View& view) { return calibration.frames.contains(view.frame); });
  if (!all_known) {
    for (const auto& [frame, pose] : locate_frames(observations, calibration))
      located.frames.try_emplace(frame, pose);
  }
  Bundle bundle = restore_bundle(observations, located);
  const auto clock_of = [&](std::size_t camera) { return times[camera].value_or(CameraTime{}); };
  const auto middle_of = [&](std::size_t camera) {
    return middle_row(observations.cameras[camera].image_size);
  };
  const auto first = static_cast<std::size_t>(reference);
  const double reference_delay = clock_of(first).line_delay_s * middle_of(first);
  for (std::size_t i = 0; i < observations.cameras.size(); ++i) {
    for (BundleCamera& camera : bundle.cameras) {
      if (camera.name == observations.cameras[i].name)
        camera.clock = to_bundle_clock(clock_of(i), 0, middle_of(i), reference_delay);
    }
  }
  move_observed(bundle, frame_pose_times(bundle, observations, reference), jobs, observations);
}

// The views of a camera without a pose, on the path that it sees by itself.
void move_alone(const Intrinsics& lens, const CameraTime& time, int index, int jobs,
                Observations& observations) {
  const ObservedCamera& camera = observations.cameras[static_cast<std::size_t>(index)];
  const Observations filmed = observations;
  std::vector<const View*> views;
  for (const View& view : filmed.views) {
    if (view.camera == index) views.push_back(&view);
  }
  Bundle bundle = single_camera_bundle(filmed, views, camera.name, lens);
  bundle.cameras[0].clock =
      to_bundle_clock({0, 1, time.line_delay_s}, 0, middle_row(camera.image_size),
                      time.line_delay_s * middle_row(camera.image_size));
  move_observed(bundle, own_pose_times(bundle, filmed), jobs, observations);
}

}  // namespace

PoseTimes frame_pose_times(const Bundle& bundle, const Observations& filmed, int reference) {
  PoseTimes times = without_times(bundle);
  const FrameTimes frames(filmed, reference);
  for (const BundleView& view : bundle.views) {
    const auto pose = static_cast<std::size_t>(view.board_pose);
    times.path[pose] = 0;
    times.time_s[pose] = frames.time_of(filmed.views[view.observed_view].frame);
  }
  return times;
}

PoseTimes own_pose_times(const Bundle& bundle, const Observations& filmed) {
  PoseTimes times = without_times(bundle);
  for (const BundleView& view : bundle.views) {
    const auto pose = static_cast<std::size_t>(view.board_pose);
    times.path[pose] = view.camera;
    times.time_s[pose] = time_on_file(filmed, filmed.views[view.observed_view]);
  }
  return times;
}

BoardMotions motions_of(const Bundle& bundle, const PoseTimes& times, int jobs, PathChoice choice) {
  BoardMotions motions(bundle.board_poses.size());
  const auto information = pose_information(bundle, jobs);
  std::map<int, std::vector<std::size_t>> paths;
  for (std::size_t i = 0; i < motions.size(); ++i) {
    if (times.path[i] >= 0 && information[i]) paths[times.path[i]].push_back(i);
  }
  for (auto& [path, poses] : paths) {
    std::stable_sort(poses.begin(), poses.end(), [&](std::size_t a, std::size_t b) {
      return times.time_s[a] < times.time_s[b];
    });
    std::vector<TimedPose> timed;
    timed.reserve(poses.size());
    for (const std::size_t pose : poses)
      timed.push_back({times.time_s[pose], bundle.board_poses[pose], *information[pose]});
    const auto found = board_motions(timed, jobs, choice);
    for (std::size_t k = 0; k < poses.size(); ++k) motions[poses[k]] = found[k];
  }
  return motions;
}

void move_corners(const Bundle& bundle, const PoseTimes& times, const BoardMotions& motions,
                  const Observations& filmed, int jobs, std::vector<BundleView>& views) {
  std::vector<Projector> lenses;
  lenses.reserve(bundle.cameras.size());
  for (const BundleCamera& camera : bundle.cameras) lenses.emplace_back(camera.intrinsics);
  parallel_for(views.size(), jobs, [&](std::size_t i) {
    BundleView& view = views[i];
    const View& original = filmed.views[view.observed_view];
    const auto pose = static_cast<std::size_t>(view.board_pose);
    const BundleCamera& camera = bundle.cameras[static_cast<std::size_t>(view.camera)];
    const double middle = middle_row(camera.intrinsics.image_size);
    const auto seconds_at = [&](double row) {
      return seconds_from_pose(camera.clock, original, times.time_s[pose], row - middle);
    };
    view.exposure = {.time_s = *original.time_s - camera.clock.origin_s, .middle_row = middle};
    if (!motions[pose]) return;
    view.exposure.velocity = motions[pose]->velocity(seconds_at(middle));
    for (Corner& corner : view.corners) {
      const Corner* as_filmed = find_corner(original, corner.id);
      if (!as_filmed) continue;
      const double sigma = corner.sigma_px;
      corner = moved_corner(lenses[static_cast<std::size_t>(view.camera)], bundle.board,
                            camera.T_cam_rig, bundle.board_poses[pose], *motions[pose],
                            seconds_at(as_filmed->y), *as_filmed);
      corner.sigma_px = sigma;
    }
  });
}

std::vector<BundleView> take_uncertain(const Bundle& bundle, const PoseTimes& times,
                                       const BoardMotions& motions, const Observations& filmed,
                                       std::vector<BundleView>& views) {
  const auto is_certain = [](const auto& motion) { return motion && motion->is_certain; };
  if (std::none_of(motions.begin(), motions.end(), is_certain)) return {};
  const auto stays = [&](const BundleView& view) {
    const auto pose = static_cast<std::size_t>(view.board_pose);
    if (is_certain(motions[pose])) return true;
    const BundleCamera& camera = bundle.cameras[static_cast<std::size_t>(view.camera)];
    const View& original = filmed.views[view.observed_view];
    if (!motions[pose]) {
      const double half = middle_row(camera.intrinsics.image_size);
      return std::abs(seconds_from_pose(camera.clock, original, times.time_s[pose], 0)) +
                 half * std::abs(camera.clock.value[kClockLineDelay]) <
             kNoMotionTime;
    }
    return std::all_of(view.corners.begin(), view.corners.end(), [&](const Corner& corner) {
      const Corner* from = find_corner(original, corner.id);
      const double sigma = corner.sigma_px > 0 ? corner.sigma_px : kUsualSigma;
      return !from || std::hypot(corner.x - from->x, corner.y - from->y) < kMostMoved * sigma;
    });
  };
  std::vector<BundleView> kept, uncertain;
  kept.reserve(views.size());
  for (BundleView& view : views) {
    (stays(view) ? kept : uncertain).push_back(std::move(view));
  }
  views = std::move(kept);
  return uncertain;
}

bool any_moves(const Bundle& bundle, const PoseTimes& times, const Observations& filmed) {
  return std::any_of(bundle.views.begin(), bundle.views.end(), [&](const BundleView& view) {
    const BundleClock& clock = bundle.cameras[static_cast<std::size_t>(view.camera)].clock;
    const double pose_time = times.time_s[static_cast<std::size_t>(view.board_pose)];
    return clock.value[kClockLineDelay] != 0 ||
           std::abs(seconds_from_pose(clock, filmed.views[view.observed_view], pose_time, 0)) >=
               kNoTime;
  });
}

CameraTime to_camera_time(const BundleClock& clock, double middle_row, double reference_delay_s) {
  CameraTime time;
  time.rate = 1 + clock.value[kClockRate];
  time.line_delay_s = clock.value[kClockLineDelay];
  time.offset_s = clock.value[kClockOffset] - clock.value[kClockRate] * clock.origin_s -
                  time.line_delay_s * middle_row + reference_delay_s;
  return time;
}

BundleClock to_bundle_clock(const CameraTime& time, double origin_s, double middle_row,
                            double reference_delay_s) {
  BundleClock clock;
  clock.origin_s = origin_s;
  clock.value[kClockRate] = time.rate - 1;
  clock.value[kClockLineDelay] = time.line_delay_s;
  clock.value[kClockOffset] = time.offset_s + clock.value[kClockRate] * origin_s +
                              time.line_delay_s * middle_row - reference_delay_s;
  return clock;
}

Observations in_step(const Observations& observations, const Calibration& calibration, int jobs) {
  const CameraTimes times = camera_times(observations, calibration);
  const bool any_time =
      std::any_of(times.begin(), times.end(), [](const auto& time) { return time.has_value(); });
  if (!any_time) return with_resolved_ambiguity(observations, calibration);
  const auto found = std::find_if(
      observations.cameras.begin(), observations.cameras.end(),
      [&](const ObservedCamera& camera) { return camera.name == calibration.reference_camera; });
  const int reference = found == observations.cameras.end()
                            ? 0
                            : static_cast<int>(found - observations.cameras.begin());
  Observations result = observations;
  assign_frames(times, reference, result);
  result = with_resolved_ambiguity(result, calibration);
  move_rig(calibration, times, reference, jobs, result);
  for (std::size_t i = 0; i < times.size(); ++i) {
    const Camera* camera = find_camera(calibration, observations.cameras[i].name);
    if (times[i] && camera->intrinsics && !camera->T_cam_rig)
      move_alone(*camera->intrinsics, *times[i], static_cast<int>(i), jobs, result);
  }
  std::erase_if(result.views, [](const View& view) { return view.corners.empty(); });
  return result;
}

}  // namespace calib
