#include "pipeline/filming_guide.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "evaluate/advice.hpp"
#include "evaluate/observed_rays.hpp"
#include "io/artifacts.hpp"
#include "pipeline/choose_stage.hpp"
#include "pipeline/detect_counts.hpp"
#include "pipeline/solve_stages.hpp"
#include "solve/board_pose.hpp"
#include "solve/select_cameras.hpp"
#include "synth/typical_lens.hpp"
#include "synth/visibility.hpp"

namespace calib {
namespace {

constexpr int kMostSolvedFrames = 40;
// A shot that lowers the variances by less changes little: the sigmas by half as much.
constexpr double kLittleGain = 0.1;
// After this many pictures without any board, the user gets a warning.
constexpr int kManyWithoutBoard = 10;

std::set<std::int64_t> board_frames(const Observations& observations) {
  std::set<std::int64_t> frames;
  for (const View& view : observations.views) frames.insert(view.frame);
  return frames;
}

std::vector<std::string> cameras_with_views(const Observations& observations) {
  std::vector<std::string> names;
  for (std::size_t c = 0; c < observations.cameras.size(); ++c) {
    const bool has_view =
        std::any_of(observations.views.begin(), observations.views.end(),
                    [&](const View& view) { return view.camera == static_cast<int>(c); });
    if (has_view) names.push_back(observations.cameras[c].name);
  }
  return names;
}

// A camera alone as a rig, so that its boards have poses.
void place_alone(const Observations& observations, Calibration& calibration) {
  Camera& camera = calibration.cameras.front();
  if (!camera.intrinsics) return;
  calibration.reference_camera = camera.name;
  camera.T_cam_rig = Pose{};
  const Projector projector(*camera.intrinsics);
  for (const View& view : observations.views) {
    if (const auto pose = estimate_board_pose(projector, calibration.board, view.corners))
      calibration.frames[view.frame] = pose->T_cam_board;
  }
}

SolveResult solve_chosen(const Observations& chosen, const Context& context) {
  const IntrinsicsOptions lenses;
  const Artifact<Observations> observations = make_artifact(chosen);
  if (chosen.cameras.size() == 1) return intrinsics_stage(observations, lenses, context);
  ExtrinsicsOptions options;
  options.allow_partial = true;
  return extrinsics_stage(observations, make_artifact(starting_lenses(chosen, lenses, context)),
                          options, context);
}

// A lens as most cameras have it.
Intrinsics guessed_lens(const ImageSize& size) {
  const double focal_px = 0.8 * std::max(size.width, size.height);
  return make_intrinsics("pinhole", size, focal_px, focal_px, (size.width - 1) / 2.0,
                         (size.height - 1) / 2.0);
}

std::vector<Eigen::Vector2d> outline_in(const Projector& projector, const Board& board,
                                        const Pose& T_cam_board) {
  constexpr int kSteps = 6;
  if (!sees_printed_side(T_cam_board)) return {};
  const double margin = board.square_m;
  const Eigen::Vector2d low(-margin, -margin), high = flat_extent(board) - low;
  const std::array<Eigen::Vector2d, 5> ends = {low, Eigen::Vector2d(high.x(), low.y()), high,
                                               Eigen::Vector2d(low.x(), high.y()), low};
  std::vector<Eigen::Vector2d> pixels;
  for (std::size_t side = 0; side + 1 < ends.size(); ++side) {
    for (int i = 0; i < kSteps; ++i) {
      const Eigen::Vector2d point = ends[side] + (ends[side + 1] - ends[side]) * i / kSteps;
      const auto pixel =
          pixel_in_image(projector, T_cam_board * Eigen::Vector3d(point.x(), point.y(), 0));
      if (!pixel) return {};
      pixels.push_back(*pixel);
    }
  }
  return pixels;
}

// To which side of the picture the board is nearer: a large board reaches it with its middle still
// in the center.
std::string place_text(const std::vector<Eigen::Vector2d>& outline, const ImageSize& size) {
  Eigen::AlignedBox2d box;
  for (const Eigen::Vector2d& pixel : outline) box.extend(pixel);
  const Eigen::Vector2d before = box.min(),
                        after = Eigen::Vector2d(size.width, size.height) - box.max();
  const auto word = [&](int axis, const char* first, const char* last) {
    if (before[axis] < after[axis] / 2) return std::string(first);
    return std::string(after[axis] < before[axis] / 2 ? last : "");
  };
  const std::string across = word(0, "left", "right"), down = word(1, "top", "bottom");
  if (across.empty() && down.empty()) return "in the center";
  return "at the " + down + (across.empty() || down.empty() ? "" : " ") + across;
}

std::string tilt_text(const Eigen::Vector2d& tilt) {
  constexpr double kFlatDeg = 10;
  const double degrees = kDegrees * tilt.norm();
  if (degrees < kFlatDeg) return "facing the camera";
  const bool sideways = std::abs(tilt.y()) > std::abs(tilt.x());
  const char* nearer =
      sideways ? (tilt.y() > 0 ? "right" : "left") : (tilt.x() > 0 ? "top" : "bottom");
  return fmt::format("tilted {} by {:.0f} degrees, its {} side nearer",
                     sideways ? "left-right" : "up-down", 5 * std::round(degrees / 5), nearer);
}

// Text that says how to hold the board. It also gives distances while the lens is only guessed:
// what matters is how large the board looks.
std::string hold_text(const std::string& camera, const Projector& projector, const Board& board,
                      const Pose& T_cam_board) {
  const BoardHold hold = hold_of(projector, board, T_cam_board);
  const double ratio = hold.distance_m / working_distance(projector, board);
  const std::string distance = fmt::format("{:.2g} m", hold.distance_m);
  return fmt::format(
      "{}: hold the board {}, {}, {}", camera,
      place_text(outline_in(projector, board, T_cam_board), projector.intrinsics().image_size),
      ratio < 0.8   ? "near (" + distance + ")"
      : ratio > 1.3 ? "far (" + distance + ")"
                    : "at " + distance,
      tilt_text(hold.tilt));
}

std::string board_warning(const Observations& observations) {
  const std::vector<DetectCounts> counts = count_boards(observations);
  if (const auto other = diagnose_missing(observations.board, counts)) return other->message;
  int pictures = 0;
  for (const DetectCounts& each : counts) pictures += each.images;
  if (pictures < kManyWithoutBoard) return "";
  try {
    require_boards(observations.board, counts, "");
  } catch (const UndeterminedError& error) {
    return error.what();
  }
  return "";
}

// The part of the observations that the rays do not have.
Observations without_known(const Observations& observations, const Rays& rays) {
  Observations fresh{observations.board, observations.cameras, {}, {}, {}};
  for (const View& view : observations.views) {
    const auto c = static_cast<std::size_t>(view.camera);
    if (!rays.views[c].contains(view.frame)) fresh.views.push_back(view);
  }
  return fresh;
}

// Whether the rays of all views would hardly change with the lenses of the calibration.
bool are_alike(const Calibration& lenses, const Calibration& calibration) {
  constexpr double kAlike = 0.02;  // of the focal length
  return !lenses.cameras.empty() &&
         std::all_of(lenses.cameras.begin(), lenses.cameras.end(), [&](const Camera& camera) {
           const Camera* other = find_camera(calibration, camera.name);
           if (!other || !other->intrinsics || !camera.intrinsics) return false;
           return std::abs(other->intrinsics->parameters.front() /
                               camera.intrinsics->parameters.front() -
                           1) < kAlike;
         });
}

std::size_t count_views(const Rays& rays) {
  std::size_t count = 0;
  for (const auto& of_camera : rays.views) count += of_camera.size();
  return count;
}

}  // namespace

SolvedSoFar solve_so_far(const Observations& all, const Context& context) {
  SolvedSoFar solved;
  try {
    solved.frames = board_frames(all);
    const Observations observations = select_cameras(all, cameras_with_views(all));
    ChooseOptions choose;
    choose.max_frames = kMostSolvedFrames;
    const Observations chosen = choose_stage(observations, choose, {}, context);
    SolveResult result = solve_chosen(chosen, context);
    solved.reasons = verdict_reasons(result.calibration.findings);
    solved.used = board_frames(chosen).size();
    solved.calibration = std::move(result.calibration);
    if (observations.cameras.size() == 1) place_alone(chosen, solved.calibration);
    if (all.board.parts.empty()) solved.shots.emplace(chosen, solved.calibration, context.jobs);
  } catch (const Error& error) {
    solved.obstacle = error.what();
  }
  return solved;
}

void FilmingGuide::take(SolvedSoFar solved) {
  obstacle_ = solved.obstacle;
  if (!obstacle_.empty()) return;
  solved_ = std::move(solved);
  if (!are_alike(lenses_, solved_->calibration)) lenses_ = {};
}

// Brings lenses, rays and board poses up to date with the observations.
void FilmingGuide::follow(const Observations& observations) {
  const bool same_cameras = std::equal(
      lenses_.cameras.begin(), lenses_.cameras.end(), observations.cameras.begin(),
      observations.cameras.end(), [](const Camera& known, const ObservedCamera& observed) {
        return known.name == observed.name && known.image_size == observed.image_size;
      });
  // Frames may get other numbers as more names of pictures are known.
  if (!same_cameras || count_views(rays_) > observations.views.size()) {
    lenses_ = {};
    lenses_.board = board_;
    for (const ObservedCamera& observed : observations.cameras) {
      Camera camera{observed.name, observed.image_size, observed.crop};
      const Camera* known = solved_ ? find_camera(solved_->calibration, observed.name) : nullptr;
      if (known && known->intrinsics) {
        camera = *known;
      } else if (observed.image_size != ImageSize{}) {
        camera.intrinsics = guessed_lens(observed.image_size);
      }
      lenses_.cameras.push_back(std::move(camera));
    }
    rays_ = observed_rays(observations, lenses_, jobs_);
    poses_ = view_poses(rays_, jobs_);
    return;
  }
  Rays fresh = observed_rays(without_known(observations, rays_), lenses_, jobs_);
  ViewPoses poses = view_poses(fresh, jobs_);
  for (std::size_t c = 0; c < fresh.views.size(); ++c) {
    rays_.views[c].merge(fresh.views[c]);
    poses_[c].merge(poses[c]);
  }
}

std::optional<ShotAdvice> FilmingGuide::best_shot(const Observations& observations,
                                                  const std::vector<CameraCoverage>& coverage) {
  if (!solved_ || !solved_->shots) return std::nullopt;
  for (const std::int64_t frame : board_frames(observations)) {
    if (solved_->frames.insert(frame).second) solved_->shots->add(observations, frame);
  }
  const auto shot = solved_->shots->best(coverage);
  if (!shot) return std::nullopt;
  ShotAdvice advice{shot->camera, "", {}, shot->gain};
  for (const ObservedCamera& observed : observations.cameras) {
    const Camera* camera = find_camera(solved_->calibration, observed.name);
    advice.outlines.emplace_back();
    if (!camera || !camera->intrinsics || !camera->T_cam_rig) continue;
    const Projector projector(*camera->intrinsics);
    const Pose T_cam_board = *camera->T_cam_rig * shot->T_rig_board;
    advice.outlines.back() = outline_in(projector, board_, T_cam_board);
    if (camera->name == shot->camera)
      advice.text = hold_text(shot->camera, projector, board_, T_cam_board);
  }
  return advice;
}

// Before the rig is solved: the least covered region of the least covered camera, with a tilt and a
// distance that it has seen least.
std::optional<ShotAdvice> FilmingGuide::gap_shot(
    const Observations& observations, const std::vector<CameraCoverage>& coverage,
    const std::vector<PoseDiversity>& diversity) const {
  if (!board_.parts.empty()) return std::nullopt;
  std::optional<std::size_t> least;
  for (std::size_t c = 0; c < coverage.size(); ++c) {
    if (lenses_.cameras[c].intrinsics && (!least || coverage[c].share < coverage[*least].share))
      least = c;
  }
  if (!least) return std::nullopt;
  const Projector projector(*lenses_.cameras[*least].intrinsics);
  const PoseDiversity& seen = diversity[*least];
  const double usual = working_distance(projector, board_);
  const double middle = seen.views > 0 ? (seen.near_m + seen.far_m) / 2 : usual;
  BoardHold hold{{0.5, 0.5}, middle < usual ? 1.4 * usual : 0.8 * usual};
  for (int cell = 0; cell < kCoverageColumns * kCoverageRows; ++cell) {
    if (region_name(cell) != coverage[*least].weakest) continue;
    const int column = cell % kCoverageColumns, row = cell / kCoverageColumns;
    // The outer end of the region, from which the board is moved into the picture.
    const Eigen::Vector2d place((column + 0.5) / kCoverageColumns, (row + 0.5) / kCoverageRows);
    const Eigen::Vector2d center(0.5, 0.5);
    if ((place - center).norm() > (hold.place - center).norm()) hold.place = place;
  }
  if (coverage[*least].weakest == "center") hold.place = {0.5, 0.5};
  // By the side to which the printed side leans: left, right, top, bottom.
  const std::array<Eigen::Vector2d, 4> tilts = {Eigen::Vector2d(0, 1), Eigen::Vector2d(0, -1),
                                                Eigen::Vector2d(-1, 0), Eigen::Vector2d(1, 0)};
  const auto rarest = std::min_element(seen.leans.begin(), seen.leans.end());
  hold.tilt = 30 / kDegrees * tilts[static_cast<std::size_t>(rarest - seen.leans.begin())];
  const auto held = held_board(projector, board_, hold);
  if (!held) return std::nullopt;
  const std::string& name = observations.cameras[*least].name;
  ShotAdvice advice{name, hold_text(name, projector, board_, *held), {}, std::nullopt};
  advice.outlines.resize(observations.cameras.size());
  advice.outlines[*least] = outline_in(projector, board_, *held);
  return advice;
}

FilmingState FilmingGuide::advise(const Observations& observations) {
  follow(observations);
  FilmingState state;
  const std::vector<CameraCoverage> covered = coverage(observations);
  const std::vector<PoseDiversity> diversity = pose_diversity(observations, rays_, poses_);
  state.frames = board_frames(observations).size();
  state.lacks = next_shots(observations, lenses_, covered, diversity);
  state.warning = board_warning(observations);
  const std::vector<DetectCounts> counts = count_boards(observations);
  bool all_placed = solved_.has_value();
  for (std::size_t c = 0; c < covered.size(); ++c) {
    CameraProgress progress{covered[c].name, counts[c].images, counts[c].found, covered[c]};
    const Camera* camera = solved_ ? find_camera(solved_->calibration, progress.name) : nullptr;
    all_placed = all_placed && camera && camera->intrinsics && camera->T_cam_rig;
    if (camera && camera->intrinsics && !camera->std.parameters.empty())
      progress.focal_sigma =
          camera->std.parameters.front() / std::abs(camera->intrinsics->parameters.front());
    if (camera && camera->std.center_m) progress.center_sigma_m = camera->std.center_m->norm();
    state.cameras.push_back(std::move(progress));
  }
  state.obstacle = obstacle_;
  if (solved_) {
    state.verdict = solved_->calibration.verdict;
    state.reasons = solved_->reasons;
    state.solved_frames = solved_->used;
  }
  if (all_placed) state.next = best_shot(observations, covered);
  if (!state.next) state.next = gap_shot(observations, covered, diversity);
  state.is_enough = all_placed && state.verdict == Verdict::kGood &&
                    (!state.next || state.next->gain.value_or(0) < kLittleGain);
  return state;
}

}  // namespace calib
