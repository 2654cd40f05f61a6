#include "design/next_shot.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

#include "base/append.hpp"
#include "base/errors.hpp"
#include "base/median.hpp"
#include "base/parallel.hpp"
#include "geometry/small_systems.hpp"
#include "solve/board_pose.hpp"
#include "solve/restore_bundle.hpp"
#include "synth/typical_lens.hpp"
#include "synth/visibility.hpp"

namespace calib {
namespace {

constexpr double kShotTilt = 35 / kDegrees;
// Cameras see boards at most this obliquely.
constexpr double kMostOblique = 60 / kDegrees;
// The best poses, of which the next one is chosen until the rig is solved again.
constexpr std::size_t kKeptCandidates = 64;

Eigen::Quaterniond facing_along(const Eigen::Vector3d& ray) {
  return turn_between(Eigen::Vector3d::UnitZ(), ray);
}

Eigen::Vector2d picture_share(const Eigen::Vector2d& pixel, const ImageSize& size) {
  return {(pixel.x() + 0.5) / size.width, (pixel.y() + 0.5) / size.height};
}

bool shows_whole(const Projector& projector, const Board& board, const Pose& T_cam_board) {
  if (!sees_printed_side(T_cam_board)) return false;
  const std::vector<Eigen::Vector3d> outline = board_outline(board, 1.2 * board.square_m, 4);
  return std::all_of(outline.begin(), outline.end(), [&](const Eigen::Vector3d& p_board) {
    return pixel_in_image(projector, T_cam_board * p_board).has_value();
  });
}

bool is_seen_well(const Projector& projector, const Board& board, const Pose& T_cam_board) {
  const Eigen::Vector3d sight = (T_cam_board * board_middle(board)).normalized();
  const Eigen::Vector3d normal = T_cam_board.rotation * Eigen::Vector3d::UnitZ();
  return normal.dot(sight) > std::cos(kMostOblique) && shows_whole(projector, board, T_cam_board);
}

}  // namespace

std::optional<Pose> held_board(const Projector& projector, const Board& board,
                               const BoardHold& hold) {
  constexpr int kSteps = 10;
  const ImageSize& size = projector.intrinsics().image_size;
  const auto pose_at = [&](const Eigen::Vector2d& place) -> std::optional<Pose> {
    const auto ray =
        projector.unproject({place.x() * size.width - 0.5, place.y() * size.height - 0.5});
    if (!ray) return std::nullopt;
    const Eigen::Quaterniond rotation =
        facing_along(*ray) * exp_so3(Eigen::Vector3d(hold.tilt.x(), hold.tilt.y(), 0));
    const Pose pose{rotation, hold.distance_m * *ray - rotation * board_middle(board)};
    return shows_whole(projector, board, pose) ? std::optional(pose) : std::nullopt;
  };
  // A large board may have room to one side of the picture only.
  Eigen::Vector2d place(0.5, 0.5);
  std::optional<Pose> held = pose_at(place);
  for (int axis = 0; axis < 2 && held; ++axis) {
    for (int step = kSteps; step > 0; --step) {
      Eigen::Vector2d moved = place;
      moved[axis] += (hold.place[axis] - 0.5) * step / kSteps;
      const std::optional<Pose> pose = pose_at(moved);
      if (!pose) continue;
      held = pose;
      place = moved;
      break;
    }
  }
  return held;
}

BoardHold hold_of(const Projector& projector, const Board& board, const Pose& T_cam_board) {
  const Eigen::Vector3d middle = T_cam_board * board_middle(board);
  BoardHold hold{{0.5, 0.5}, middle.norm()};
  if (const auto pixel = projector.project(middle))
    hold.place = picture_share(*pixel, projector.intrinsics().image_size);
  const Eigen::Vector3d normal = facing_along(middle.normalized()).inverse() *
                                 (T_cam_board.rotation * Eigen::Vector3d::UnitZ());
  const double across = std::hypot(normal.x(), normal.y());
  if (across > 0) {
    const double angle = std::atan2(across, normal.z());
    hold.tilt = angle / across * Eigen::Vector2d(-normal.y(), normal.x());
  }
  return hold;
}

NextShots::NextShots(const Observations& observations, const Calibration& calibration, int jobs)
    : bundle_(restore_bundle(observations, calibration)), layout_(bundle_) {
  std::vector<double> sigmas_px;
  for (const BundleView& view : bundle_.views)
    for (const Corner& corner : view.corners) sigmas_px.push_back(corner.sigma_px);
  require(!sigmas_px.empty(), "no frame was solved: film the board where several cameras see it");
  sigma_px_ = median(std::move(sigmas_px));
  for (const BundleCamera& camera : bundle_.cameras) projectors_.emplace_back(camera.intrinsics);
  AdjustOptions options;
  options.jobs = jobs;
  const auto equations = linearize(bundle_, layout_, options);
  if (!equations) throw UndeterminedError("a corner cannot be projected by the lens so far");
  const Eigen::MatrixXd lower = schur_complement(*equations, 0, jobs).information;
  const Eigen::MatrixXd whole = lower.selfadjointView<Eigen::Lower>();
  // Parameters have different units, so they are scaled before they are compared.
  scale_ = whole.diagonal().array().max(1e-300).rsqrt();
  Eigen::MatrixXd information = scale_.asDiagonal() * whole * scale_.asDiagonal();
  information.diagonal().array() += 1e-9;
  const Eigen::VectorXd ones = Eigen::VectorXd::Ones(layout_.size);
  const Eigen::VectorXd variances = InformationSum(information, ones).variances();
  // Each variance as a multiple of what it is now.
  sum_.emplace(std::move(information), variances.cwiseInverse() / layout_.size);

  std::vector<std::vector<double>> distances_m(projectors_.size());
  for (const BundleView& view : bundle_.views) {
    const Pose T_cam_board = bundle_.cameras[static_cast<std::size_t>(view.camera)].T_cam_rig *
                             bundle_.board_poses[static_cast<std::size_t>(view.board_pose)];
    distances_m[static_cast<std::size_t>(view.camera)].push_back(
        (T_cam_board * board_middle(bundle_.board)).norm());
  }
  std::vector<Candidate> all;
  for (std::size_t c = 0; c < projectors_.size(); ++c) {
    const double usual = working_distance(projectors_[c], bundle_.board);
    std::vector<double> distances = {0.65 * usual, usual, 1.6 * usual};
    if (!distances_m[c].empty()) distances.push_back(median(std::move(distances_m[c])));
    append(all, candidates_of(c, distances));
  }
  const std::vector<CameraCoverage> covered = coverage(observations);
  parallel_for(all.size(), jobs, [&](std::size_t i) {
    all[i].information = information_of(all[i].shot.T_rig_board, all[i].views);
    all[i].score = score(all[i], covered);
    all[i].information = {};  // all of it would take too much memory
  });
  std::stable_sort(all.begin(), all.end(),
                   [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
  all.resize(std::min(all.size(), kKeptCandidates));
  parallel_for(all.size(), jobs, [&](std::size_t i) {
    all[i].information = information_of(all[i].shot.T_rig_board, all[i].views);
  });
  candidates_ = std::move(all);
}

// Boards in all parts of the camera's picture, at these distances, facing it and tilted.
std::vector<NextShots::Candidate> NextShots::candidates_of(
    std::size_t camera, const std::vector<double>& distances_m) const {
  constexpr std::array kPlaces = {0.1, 0.5, 0.9};
  const std::array<Eigen::Vector2d, 5> tilts = {
      Eigen::Vector2d(0, 0), Eigen::Vector2d(0, kShotTilt), Eigen::Vector2d(0, -kShotTilt),
      Eigen::Vector2d(kShotTilt, 0), Eigen::Vector2d(-kShotTilt, 0)};
  const BundleCamera& own = bundle_.cameras[camera];
  const Pose T_rig_cam = own.T_cam_rig.inverse();
  std::vector<Candidate> candidates;
  candidates.reserve(kPlaces.size() * kPlaces.size() * tilts.size() * distances_m.size());
  for (const double distance : distances_m) {
    for (const Eigen::Vector2d& tilt : tilts) {
      for (const double y : kPlaces) {
        for (const double x : kPlaces) {
          const auto held =
              held_board(projectors_[camera], bundle_.board, {{x, y}, distance, tilt});
          if (!held) continue;
          const Pose T_rig_board = T_rig_cam * *held;
          Candidate& candidate = candidates.emplace_back();
          candidate.shot.camera = own.name;
          candidate.shot.T_rig_board = T_rig_board;
          candidate.views = views_of(T_rig_board);
        }
      }
    }
  }
  return candidates;
}

// What the cameras would see of the board.
std::vector<BundleView> NextShots::views_of(const Pose& T_rig_board) const {
  std::vector<BundleView> views;
  for (std::size_t c = 0; c < projectors_.size(); ++c) {
    const Pose T_cam_board = bundle_.cameras[c].T_cam_rig * T_rig_board;
    if (!is_seen_well(projectors_[c], bundle_.board, T_cam_board)) continue;
    BundleView view{static_cast<int>(c), 0, 0, {}};
    for (int id = 0; id < corner_count(bundle_.board); ++id) {
      const auto pixel = projectors_[c].project(T_cam_board * corner_position(bundle_.board, id));
      if (pixel) view.corners.push_back({id, pixel->x(), pixel->y(), sigma_px_});
    }
    views.push_back(std::move(view));
  }
  return views;
}

FrameInformation NextShots::information_of(const Pose& T_rig_board,
                                           std::vector<BundleView> views) const {
  Bundle frame{bundle_.board, bundle_.cameras, {T_rig_board}, std::move(views)};
  frame.free_board_parameters = bundle_.free_board_parameters;
  return scaled(frame_information(frame, layout_, frame.views), scale_);
}

double NextShots::score(const Candidate& candidate,
                        const std::vector<CameraCoverage>& coverage) const {
  std::set<std::pair<int, std::size_t>> first;
  for (const BundleView& view : candidate.views) {
    const auto c = static_cast<std::size_t>(view.camera);
    const auto covered = std::find_if(
        coverage.begin(), coverage.end(),
        [&](const CameraCoverage& each) { return each.name == bundle_.cameras[c].name; });
    if (covered == coverage.end()) continue;
    for (const Corner& corner : view.corners) {
      const std::size_t cell =
          coverage_cell({corner.x, corner.y}, projectors_[c].intrinsics().image_size);
      if (covered->cells[cell] == 0) first.emplace(view.camera, cell);
    }
  }
  const double cells = static_cast<double>(projectors_.size()) * kCoverageColumns * kCoverageRows;
  return sum_->gain(candidate.information) / sum_->weighted_variance() +
         static_cast<double>(first.size()) / cells;
}

void NextShots::add(const Observations& observations, std::int64_t frame) {
  std::vector<BundleView> used;
  std::optional<Pose> T_rig_board;
  std::size_t most = 0;
  for (const View& view : observations.views) {
    if (view.frame != frame) continue;
    const std::string& name = camera_name(observations, view);
    const auto own = std::find_if(bundle_.cameras.begin(), bundle_.cameras.end(),
                                  [&](const BundleCamera& camera) { return camera.name == name; });
    if (own == bundle_.cameras.end()) continue;
    const auto c = static_cast<std::size_t>(own - bundle_.cameras.begin());
    const auto pose = estimate_board_pose(projectors_[c], bundle_.board, view.corners);
    if (!pose) continue;
    used.push_back({static_cast<int>(c), 0, 0, view.corners});
    if (view.corners.size() <= most) continue;
    most = view.corners.size();
    T_rig_board = bundle_.cameras[c].T_cam_rig.inverse() * pose->T_cam_board;
  }
  if (!T_rig_board) return;
  const FrameInformation information = information_of(*T_rig_board, std::move(used));
  if (!information.columns.empty()) sum_->add(information);
}

std::optional<NextShot> NextShots::best(const std::vector<CameraCoverage>& coverage) {
  // Scores nearly always fall as frames are added: the earlier ones are upper bounds.
  std::stable_sort(candidates_.begin(), candidates_.end(),
                   [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
  Candidate* best = nullptr;
  for (Candidate& candidate : candidates_) {
    if (best && best->score >= candidate.score) break;
    candidate.score = score(candidate, coverage);
    if (!best || candidate.score > best->score) best = &candidate;
  }
  if (!best) return std::nullopt;
  best->shot.gain = sum_->gain(best->information) / sum_->weighted_variance();
  return best->shot;
}

}  // namespace calib
