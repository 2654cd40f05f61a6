#include "evaluate/file_faults.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include "base/errors.hpp"
#include "base/median.hpp"
#include "base/parallel.hpp"
#include "base/subsample.hpp"
#include "evaluate/view_pose.hpp"
#include "solve/camera_graph.hpp"
#include "solve/resolve_board_ambiguity.hpp"
#include "solve/solve_intrinsics.hpp"
#include "solve/solve_rig.hpp"

namespace calib {
namespace {

using FaultKind = FileFault::Kind;

constexpr std::size_t kLeastFrames = 4;
// Where fewer frames have rejected views, and the cameras disagree less, nothing is looked for.
constexpr double kMinRejectedShare = 0.08, kWideRatio = 25, kWidePx = 0.3;
// A frame fits if its errors are at most this many times those that single views usually have. What
// is undone must also leave at most this share of the errors, and no more than these pixels.
constexpr double kFitRatio = 4, kMinFitPx = 0.3, kMostLeft = 0.1, kMostLeftPx = 3;
// A frame is only noisy if its views fit together almost as well as each does by itself.
constexpr double kNoiseRatio = 1.5;
// The share of the frames that must fit, and of those that a fault must explain.
constexpr double kMinFitting = 0.25, kMinExplained = 0.7;
// If pictures are of different moments, at most this share of the frames agree on the relative
// poses of the cameras.
constexpr double kFewAgree = 0.5;
// A few scattered frames always fit some rig. Where there are more, those must fit that it was not
// solved from.
constexpr std::size_t kLeastScattered = 8, kEnoughForHalves = 16;
// Larger limits would take longer and hardly change the decision.
constexpr std::size_t kMostCameras = 12, kMostSuspects = 8, kMostSamples = 6, kMostSolved = 40,
                      kMostStarts = 3, kMostReordered = 4;

// What a camera sees of the board at one frame, and the frame.
struct Seen {
  int camera = 0;
  std::vector<Corner> corners;
};
struct SeenFrame {
  std::int64_t number = 0;
  std::vector<Seen> views;
};

// The first `most` of some cameras in the order of how many of their views were rejected.
std::set<int> most_rejected(const std::set<int>& cameras, std::size_t most,
                            const Observations& observations, const Calibration& calibration) {
  std::map<std::string, int> rejected;
  for (const Rejected& each : calibration.rejected)
    if (!each.corner) ++rejected[each.camera];
  const auto count = [&](int camera) {
    return rejected[observations.cameras[static_cast<std::size_t>(camera)].name];
  };
  std::vector<int> ordered(cameras.begin(), cameras.end());
  std::stable_sort(ordered.begin(), ordered.end(),
                   [&](int a, int b) { return count(a) > count(b); });
  ordered.resize(std::min(ordered.size(), most));
  return {ordered.begin(), ordered.end()};
}

std::set<int> cameras_of(const std::vector<SeenFrame>& frames) {
  std::set<int> cameras;
  for (const SeenFrame& frame : frames)
    for (const Seen& seen : frame.views) cameras.insert(seen.camera);
  return cameras;
}

// The frames with two views or more of cameras with a pose.
std::vector<SeenFrame> frames_of(const Observations& observations, const Calibration& calibration) {
  std::set<int> posed;
  for (std::size_t i = 0; i < observations.cameras.size(); ++i) {
    const Camera* camera = find_camera(calibration, observations.cameras[i].name);
    if (camera && camera->intrinsics && camera->T_cam_rig) posed.insert(static_cast<int>(i));
  }
  posed = most_rejected(posed, kMostCameras, observations, calibration);
  std::map<std::int64_t, SeenFrame> by_number;
  for (const View& view : observations.views) {
    if (!posed.contains(view.camera) || view.corners.size() < 4) continue;
    SeenFrame& frame = by_number[view.frame];
    frame.number = view.frame;
    frame.views.push_back({view.camera, view.corners});
  }
  std::vector<SeenFrame> frames;
  for (auto& [number, frame] : by_number)
    if (frame.views.size() >= 2) frames.push_back(std::move(frame));
  return frames;
}

// A calibrated rig, and how well it explains frames.
class KnownRig {
 public:
  KnownRig(const Observations& observations, const Calibration& calibration)
      : board_(calibration.board), maps_(ambiguous_relabelings(board_)) {
    for (const ObservedCamera& observed : observations.cameras) {
      const Camera* camera = find_camera(calibration, observed.name);
      const bool known = camera && camera->intrinsics && camera->T_cam_rig;
      cameras_.push_back(
          known ? std::optional(PlacedCamera{Projector(*camera->intrinsics), *camera->T_cam_rig})
                : std::nullopt);
    }
  }

  const Board& board() const { return board_; }

  // The pose of the board that one view has by itself.
  std::optional<Pose> own_pose(const Seen& seen) const {
    const auto& camera = cameras_[static_cast<std::size_t>(seen.camera)];
    if (!camera) return std::nullopt;
    return view_pose(board_, rays_of(seen), camera->lens.axis_focal_px());
  }

  // The largest of the median errors of the views, each at a board pose of its own.
  double own_misfit(const SeenFrame& frame) const {
    double worst = 0;
    for (const Seen& seen : frame.views) worst = std::max(worst, misfit({frame.number, {seen}}));
    return worst;
  }

  // The same at the one board pose that suits all of them best.
  double misfit(const SeenFrame& frame) const {
    double best = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < std::min(frame.views.size(), kMostStarts); ++i) {
      const auto own = own_pose(frame.views[i]);
      if (!own) continue;
      const auto& first = cameras_[static_cast<std::size_t>(frame.views[i].camera)];
      best = std::min(best, misfit_from(frame, first->T_cam_rig.inverse() * *own));
    }
    return best;
  }

 private:
  struct PlacedCamera {
    Projector lens;
    Pose T_cam_rig;
  };

  RayView rays_of(const Seen& seen) const {
    RayView view{{seen.camera, 0}, false, {}};
    for (const Corner& corner : seen.corners) {
      const auto ray =
          cameras_[static_cast<std::size_t>(seen.camera)]->lens.unproject({corner.x, corner.y});
      if (ray) view.corners.push_back({corner.id, *ray});
    }
    return view;
  }

  double median_error(const RayView& view, const Pose& T_rig_board) const {
    const PlacedCamera& camera = *cameras_[static_cast<std::size_t>(view.camera)];
    const Pose T_cam_board = camera.T_cam_rig * T_rig_board;
    std::vector<double> errors;
    for (const RayCorner& corner : view.corners) {
      const Eigen::Vector3d point = T_cam_board * corner_position(board_, corner.id);
      errors.push_back(ray_error_px(point, corner.ray, camera.lens.axis_focal_px()).norm());
    }
    return errors.empty() ? std::numeric_limits<double>::infinity() : median(std::move(errors));
  }

  // The view in the numbering that suits the pose best.
  RayView numbered(const Seen& seen, const Pose& T_rig_board) const {
    RayView best = rays_of(seen);
    for (std::size_t k = 1; k < maps_.size(); ++k) {
      RayView other = rays_of({seen.camera, relabeled(seen.corners, maps_[k])});
      if (median_error(other, T_rig_board) < median_error(best, T_rig_board))
        best = std::move(other);
    }
    return best;
  }

  double misfit_from(const SeenFrame& frame, const Pose& start) const {
    std::vector<RayView> views;
    for (const Seen& seen : frame.views) {
      if (cameras_[static_cast<std::size_t>(seen.camera)]) views.push_back(numbered(seen, start));
    }
    std::vector<RigCameraView> placed;
    for (const RayView& view : views) {
      const PlacedCamera& camera = *cameras_[static_cast<std::size_t>(view.camera)];
      placed.push_back({&view, camera.T_cam_rig, camera.lens.axis_focal_px()});
    }
    const auto pose = refine_board_pose(board_, placed, start);
    if (!pose) return std::numeric_limits<double>::infinity();
    double worst = 0;
    for (const RayView& view : views) worst = std::max(worst, median_error(view, *pose));
    return worst;
  }

  Board board_;
  std::vector<Relabeling> maps_;
  std::vector<std::optional<PlacedCamera>> cameras_;
};

std::vector<double> for_all(const std::vector<SeenFrame>& frames, int jobs,
                            const std::function<double(const SeenFrame&)>& measure) {
  std::vector<double> values(frames.size());
  parallel_for(frames.size(), jobs, [&](std::size_t i) { values[i] = measure(frames[i]); });
  return values;
}

// The frames that a rig does not explain, and how far off each is.
struct Division {
  double bound_px = 0;
  std::size_t fitting = 0;
  std::vector<SeenFrame> misfitting;
  std::vector<double> misfit_px;
};

Division divide(const KnownRig& rig, const std::vector<SeenFrame>& frames, int jobs) {
  const std::vector<double> own =
      for_all(frames, jobs, [&](const SeenFrame& frame) { return rig.own_misfit(frame); });
  // Single views of faulty frames may not fit either, but these frames are the minority.
  std::vector<double> sorted = own;
  const auto third = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 3);
  std::nth_element(sorted.begin(), third, sorted.end());
  Division division{std::max(kMinFitPx, kFitRatio * *third), 0, {}, {}};
  const std::vector<double> errors =
      for_all(frames, jobs, [&](const SeenFrame& frame) { return rig.misfit(frame); });
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (errors[i] <= std::max(division.bound_px, kNoiseRatio * own[i])) {
      ++division.fitting;
    } else {
      division.misfitting.push_back(frames[i]);
      division.misfit_px.push_back(errors[i]);
    }
  }
  return division;
}

// A fault and what undoes it in one frame.
struct Suspicion {
  FaultKind kind;
  std::vector<int> cameras;
  std::string how;
  std::function<void(SeenFrame&)> undo;
};

// The names of some cameras are mixed up: camera from[i] is to[i].
Suspicion renaming(const std::vector<int>& from, const std::vector<int>& to) {
  Suspicion fault{FaultKind::kNamesSwapped, {}, "", {}};
  std::map<int, int> right;
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (from[i] == to[i]) continue;
    fault.cameras.push_back(from[i]);
    right[from[i]] = to[i];
  }
  std::sort(fault.cameras.begin(), fault.cameras.end());
  fault.undo = [right](SeenFrame& frame) {
    for (Seen& seen : frame.views) {
      const auto found = right.find(seen.camera);
      if (found != right.end()) seen.camera = found->second;
    }
  };
  return fault;
}

// The ways in which the names of cameras with pictures of one size may be mixed up: all of few
// cameras, those of two or three of more cameras. What mixes up fewer comes first.
std::vector<Suspicion> renamings(const Observations& observations,
                                 const std::vector<int>& suspects) {
  const auto size_of = [&](int camera) -> const ImageSize& {
    return observations.cameras[static_cast<std::size_t>(camera)].image_size;
  };
  std::vector<Suspicion> all;
  const auto add = [&](const std::vector<int>& from, const std::vector<int>& to) {
    if (std::equal(from.begin(), from.end(), to.begin(),
                   [&](int a, int b) { return size_of(a) == size_of(b); }))
      all.push_back(renaming(from, to));
  };
  if (suspects.size() <= kMostReordered) {
    std::vector<int> order = suspects;
    while (std::next_permutation(order.begin(), order.end())) add(suspects, order);
  } else {
    for (const int a : suspects) {
      for (const int b : suspects) {
        if (b > a) add({a, b}, {b, a});
        for (const int c : suspects)
          if (b > a && c > a && b != c) add({a, b, c}, {b, c, a});
      }
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const Suspicion& a, const Suspicion& b) {
    return a.cameras.size() < b.cameras.size();
  });
  return all;
}

// A picture that is mirrored in x or y or both. The detector numbers the board in a mirrored
// picture from the other end of one of its axes: `axis`, or -1 for neither.
Suspicion turn_back(int camera, const ImageSize& size, bool mirror_x, bool mirror_y, int axis,
                    const Board& board) {
  const char* how = mirror_x && mirror_y ? "turned by a half turn"
                    : mirror_x           ? "mirrored left-right"
                                         : "mirrored upside down";
  const int columns = board.corners_x, rows = board.corners_y;
  return {FaultKind::kPicturesTurned, {camera}, how, [=](SeenFrame& frame) {
            for (Seen& seen : frame.views) {
              if (seen.camera != camera) continue;
              for (Corner& corner : seen.corners) {
                if (mirror_x) corner.x = size.width - 1 - corner.x;
                if (mirror_y) corner.y = size.height - 1 - corner.y;
                const int column = corner.id % columns, row = corner.id / columns;
                if (axis == 0) corner.id = row * columns + columns - 1 - column;
                if (axis == 1) corner.id = (rows - 1 - row) * columns + column;
              }
            }
          }};
}

std::vector<Suspicion> suspicions(const Observations& observations, const Board& board,
                                  const std::vector<int>& suspects) {
  std::vector<Suspicion> all = renamings(observations, suspects);
  for (const int camera : suspects) {
    const ImageSize& size = observations.cameras[static_cast<std::size_t>(camera)].image_size;
    if (!board.parts.empty()) break;
    for (const int axis : {0, 1}) {
      all.push_back(turn_back(camera, size, true, false, axis, board));
      all.push_back(turn_back(camera, size, false, true, axis, board));
    }
    all.push_back(turn_back(camera, size, true, true, -1, board));
  }
  return all;
}

// The indices of the frames that fit once the fault is undone.
std::vector<std::size_t> explained_by(const Suspicion& fault, const KnownRig& rig,
                                      const Division& division,
                                      const std::vector<std::size_t>& asked, int jobs) {
  std::vector<char> fits(asked.size());
  parallel_for(asked.size(), jobs, [&](std::size_t i) {
    SeenFrame frame = division.misfitting[asked[i]];
    fault.undo(frame);
    const double before = division.misfit_px[asked[i]], after = rig.misfit(frame);
    const double bound = std::max(division.bound_px, std::min(kMostLeftPx, kMostLeft * before));
    fits[i] = after <= bound && (after <= kMostLeft * before || before < kMostLeftPx);
  });
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < asked.size(); ++i)
    if (fits[i]) result.push_back(asked[i]);
  return result;
}

bool is_most(std::size_t some, std::size_t all) {
  return some >= kLeastFrames &&
         static_cast<double>(some) >= kMinExplained * static_cast<double>(all);
}

FileFault describe_fault(FaultKind kind, const std::vector<int>& cameras, const std::string& how,
                         const Observations& observations, const std::vector<SeenFrame>& all,
                         const std::vector<std::int64_t>& frames) {
  FileFault fault{kind, {}, frames, frames.front(), how};
  for (const int camera : cameras)
    fault.cameras.push_back(observations.cameras[static_cast<std::size_t>(camera)].name);
  if (frames.front() == all.front().number) {
    const std::set<std::int64_t> faulty(frames.begin(), frames.end());
    const auto next = std::find_if(all.begin(), all.end(), [&](const SeenFrame& frame) {
      return !faulty.contains(frame.number);
    });
    if (next != all.end()) fault.from = next->number;
  }
  return fault;
}

std::vector<std::int64_t> numbers_of(const std::vector<SeenFrame>& frames) {
  std::vector<std::int64_t> numbers;
  numbers.reserve(frames.size());
  for (const SeenFrame& frame : frames) numbers.push_back(frame.number);
  return numbers;
}

// The observations of some frames and cameras alone, solved without what costs time.
std::optional<Calibration> solve_part(const Observations& observations,
                                      const Calibration& calibration,
                                      std::vector<std::int64_t> numbers,
                                      const std::set<int>& cameras, int jobs) {
  subsample(numbers, kMostSolved);
  const std::set<std::int64_t> chosen(numbers.begin(), numbers.end());
  Observations part{calibration.board, observations.cameras, {}, {}, {}};
  for (const View& view : observations.views)
    if (chosen.contains(view.frame) && cameras.contains(view.camera)) part.views.push_back(view);
  const auto lens =
      std::find_if(calibration.cameras.begin(), calibration.cameras.end(),
                   [](const Camera& camera) { return camera.intrinsics.has_value(); });
  const ShapeOptions shape{Sync::kOff, false, true, CovarianceKind::kIndependent};
  const IntrinsicsOptions lenses{.model = lens->intrinsics->model, .shape = shape};
  ExtrinsicsOptions poses;
  poses.allow_partial = true;
  poses.shape = shape;
  try {
    return solve_rig(part, solve_intrinsics(part, lenses, jobs, no_progress()), poses, jobs,
                     no_progress());
  } catch (const Error&) {
    return std::nullopt;
  }
}

// The frames without the views of a camera.
std::vector<SeenFrame> frames_without(int camera, std::vector<SeenFrame> frames) {
  for (SeenFrame& frame : frames)
    std::erase_if(frame.views, [&](const Seen& seen) { return seen.camera == camera; });
  std::erase_if(frames, [](const SeenFrame& frame) { return frame.views.size() < 2; });
  return frames;
}

// The camera without whose views the frames fit. With three cameras or more.
std::optional<int> only_culprit(const KnownRig& rig, const Division& division,
                                const std::vector<int>& cameras, int jobs) {
  for (const int camera : cameras) {
    const std::vector<SeenFrame> others = frames_without(camera, division.misfitting);
    if (2 * others.size() < division.misfitting.size()) continue;
    const std::vector<double> errors =
        for_all(others, jobs, [&](const SeenFrame& frame) { return rig.misfit(frame); });
    const auto fitting = std::count_if(errors.begin(), errors.end(),
                                       [&](double error) { return error <= division.bound_px; });
    if (is_most(static_cast<std::size_t>(fitting), others.size())) return camera;
  }
  return std::nullopt;
}

// Whether the frames do not agree on where a camera stands to any other, although its views fit.
bool agrees_with_none(int camera, const KnownRig& rig, const std::vector<SeenFrame>& frames,
                      int jobs) {
  std::vector<ViewWithPose> views;
  std::map<int, int> common;
  for (const SeenFrame& frame : frames) {
    for (const Seen& seen : frame.views) {
      const auto pose = rig.own_pose(seen);
      if (!pose) continue;
      views.push_back({{seen.camera, frame.number}, 0, *pose});
      ++common[seen.camera];
    }
  }
  bool any = false;
  for (const CameraEdge& edge : camera_edges(views, board_symmetries(rig.board()), jobs)) {
    if (edge.a != camera && edge.b != camera) continue;
    const int most = std::min(common[edge.a], common[edge.b]);
    if (most < static_cast<int>(kLeastFrames)) continue;
    if (edge.agreeing > kFewAgree * most) return false;
    any = true;
  }
  return any;
}

// The frames are those of all after, or all before, some frame.
bool is_one_end(const std::vector<SeenFrame>& some, const std::vector<SeenFrame>& all) {
  const auto first = std::find_if(all.begin(), all.end(), [&](const SeenFrame& frame) {
    return frame.number == some.front().number;
  });
  const bool at_end =
      some.front().number == all.front().number || some.back().number == all.back().number;
  const auto length = static_cast<std::ptrdiff_t>(some.size());
  return at_end && all.end() - first >= length &&
         (first + length - 1)->number == some.back().number;
}

std::optional<FileFault> undone_fault(const KnownRig& rig, const Division& division,
                                      const Observations& observations,
                                      const Calibration& calibration,
                                      const std::vector<SeenFrame>& frames, int jobs) {
  const std::size_t count = division.misfitting.size();
  const std::vector<std::size_t> samples = evenly_spread(count, kMostSamples);
  const std::vector<std::size_t> every = evenly_spread(count, count);
  const std::set<int> suspects =
      most_rejected(cameras_of(division.misfitting), kMostSuspects, observations, calibration);
  std::optional<FileFault> best;
  for (const Suspicion& fault :
       suspicions(observations, rig.board(), {suspects.begin(), suspects.end()})) {
    if (2 * explained_by(fault, rig, division, samples, jobs).size() < samples.size()) continue;
    const std::vector<std::size_t> found = explained_by(fault, rig, division, every, jobs);
    if (!is_most(found.size(), count) || (best && best->frames.size() >= found.size())) continue;
    std::vector<std::int64_t> numbers;
    for (const std::size_t i : found) numbers.push_back(division.misfitting[i].number);
    best = describe_fault(fault.kind, fault.cameras, fault.how, observations, frames, numbers);
  }
  return best;
}

// The common cause of the frames that do not fit, if no fault can be undone.
std::optional<FileFault> other_recording(const KnownRig& rig, const Division& division,
                                         const Observations& observations,
                                         const Calibration& calibration,
                                         const std::vector<SeenFrame>& frames, int jobs) {
  const std::vector<SeenFrame>& odd = division.misfitting;
  const std::vector<std::int64_t> numbers = numbers_of(odd);
  const std::set<int> seen = cameras_of(odd);
  const std::vector<int> cameras(seen.begin(), seen.end());
  if (cameras.size() == 2) {
    if (agrees_with_none(cameras[0], rig, odd, jobs))
      return describe_fault(FaultKind::kOtherMoments, cameras, "", observations, frames, numbers);
    if (is_one_end(odd, frames)) return std::nullopt;  // one of the two has moved
  } else if (const auto culprit = only_culprit(rig, division, cameras, jobs)) {
    if (!agrees_with_none(*culprit, rig, odd, jobs)) return std::nullopt;  // it has moved
    return describe_fault(FaultKind::kOtherMoments, {*culprit}, "", observations, frames, numbers);
  }
  if (odd.size() < kLeastScattered && !is_one_end(odd, frames)) return std::nullopt;
  std::vector<SeenFrame> solved, asked;
  for (std::size_t i = 0; i < odd.size(); ++i) (i % 2 == 0 ? solved : asked).push_back(odd[i]);
  if (odd.size() < kEnoughForHalves) solved = asked = odd;
  const auto alone = solve_part(observations, calibration, numbers_of(solved), seen, jobs);
  if (!alone) return std::nullopt;
  const Division again = divide(KnownRig(observations, *alone), asked, jobs);
  if (!is_most(again.fitting, asked.size())) return std::nullopt;
  return describe_fault(FaultKind::kMixed, {}, "", observations, frames, numbers);
}

// Whether so many views are rejected, or cameras disagree so widely, that faulty files are a
// possible cause.
bool is_suspicious(const Calibration& calibration, const std::vector<SeenFrame>& frames,
                   const std::vector<PoseDisagreement>& disagreements) {
  std::set<std::int64_t> rejected;
  for (const Rejected& each : calibration.rejected)
    if (!each.corner) rejected.insert(each.frame);
  const double share = static_cast<double>(rejected.size()) / static_cast<double>(frames.size());
  if (rejected.size() >= kLeastFrames && share >= kMinRejectedShare) return true;
  return std::any_of(disagreements.begin(), disagreements.end(),
                     [](const auto& each) { return each.ratio > kWideRatio && each.px > kWidePx; });
}

// Parts of the recording that may be consistent although the whole is not.
std::vector<std::vector<std::int64_t>> parts_of(const std::vector<SeenFrame>& frames) {
  const std::vector<std::int64_t> all = numbers_of(frames);
  const auto third = static_cast<std::ptrdiff_t>(all.size() / 3);
  std::vector<std::vector<std::int64_t>> parts{
      {all.begin(), all.begin() + third}, {all.end() - third, all.end()}, {}, {}};
  for (std::size_t i = 0; i < all.size(); ++i) parts[2 + i % 2].push_back(all[i]);
  return parts;
}

}  // namespace

std::vector<FileFault> file_faults(const Observations& observations, const Calibration& calibration,
                                   const std::vector<PoseDisagreement>& disagreements, int jobs) {
  const std::vector<SeenFrame> frames = frames_of(observations, calibration);
  if (frames.size() < 2 * kLeastFrames || !is_suspicious(calibration, frames, disagreements))
    return {};
  const auto fault_of = [&](const Calibration& solved) -> std::optional<FileFault> {
    const KnownRig rig(observations, solved);
    const Division division = divide(rig, frames, jobs);
    const double fitting =
        static_cast<double>(division.fitting) / static_cast<double>(frames.size());
    if (fitting < kMinFitting || division.misfitting.size() < kLeastFrames) return std::nullopt;
    auto fault = undone_fault(rig, division, observations, solved, frames, jobs);
    if (!fault) fault = other_recording(rig, division, observations, solved, frames, jobs);
    return fault;
  };
  if (auto fault = fault_of(calibration)) return {*fault};
  // If two recordings are mixed, the calibration may be a compromise between both.
  for (const std::vector<std::int64_t>& part : parts_of(frames)) {
    const auto solved = solve_part(observations, calibration, part, cameras_of(frames), jobs);
    if (!solved) continue;
    if (auto fault = fault_of(*solved)) return {*fault};
  }
  return {};
}

std::optional<FileFault> fault_against(const Observations& observations, const Calibration& known,
                                       int jobs) {
  const std::vector<SeenFrame> frames = frames_of(observations, known);
  const KnownRig rig(observations, known);
  const Division division = divide(rig, frames, jobs);
  if (division.misfitting.size() < kLeastFrames) return std::nullopt;
  return undone_fault(rig, division, observations, known, frames, jobs);
}

}  // namespace calib
