#include "solve/solve_rig.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/errors.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"
#include "camera/models/splined.hpp"
#include "geometry/pose_average.hpp"
#include "scene/board_symmetry.hpp"
#include "solve/board_pose.hpp"
#include "solve/board_shape.hpp"
#include "solve/bundle.hpp"
#include "solve/camera_graph.hpp"
#include "solve/covariance.hpp"
#include "solve/multi_board_poses.hpp"
#include "solve/part_views.hpp"
#include "solve/projection_uncertainty.hpp"
#include "solve/resection.hpp"
#include "solve/resolve_board_ambiguity.hpp"
#include "solve/robust_adjust.hpp"
#include "solve/shape_parameters.hpp"

namespace calib {
namespace {

std::vector<std::string> names_of(const Observations& observations,
                                  const std::vector<int>& cameras) {
  std::vector<std::string> names;
  for (const int camera : cameras)
    names.push_back(observations.cameras[static_cast<std::size_t>(camera)].name);
  return names;
}

int reference_index(const Observations& observations, const std::string& name) {
  if (name.empty()) return 0;
  std::vector<std::string> names;
  for (const ObservedCamera& camera : observations.cameras) names.push_back(camera.name);
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    throw Error(fmt::format("reference: there is no camera '{}', expected one of {}{}", name,
                            join(names, ", "), did_you_mean(name, names)));
  }
  return static_cast<int>(found - names.begin());
}

std::vector<LocatedView> locate_views(const Observations& observations,
                                      const std::vector<std::optional<Projector>>& lenses, int jobs,
                                      std::vector<Rejected>& rejected) {
  std::vector<std::optional<BoardPose>> poses(observations.views.size());
  parallel_for(poses.size(), jobs, [&](std::size_t i) {
    const View& view = observations.views[i];
    if (const auto& lens = lenses[static_cast<std::size_t>(view.camera)])
      poses[i] = estimate_board_pose(*lens, observations.board, view.corners);
  });
  std::vector<LocatedView> located;
  for (std::size_t i = 0; i < observations.views.size(); ++i) {
    const View& view = observations.views[i];
    const auto camera = static_cast<std::size_t>(view.camera);
    if (!lenses[camera]) continue;
    if (poses[i]) {
      located.push_back({view.camera, view.frame, i, poses[i]->T_cam_board});
    } else {
      rejected.push_back({observations.cameras[camera].name, view.frame, std::nullopt,
                          std::string(kNoPoseReason)});
    }
  }
  return located;
}

// Which cameras are solved: all, or with allow_partial the largest group. Notes and errors name
// what is missing.
std::vector<int> solvable_group(const Observations& observations,
                                const std::vector<std::optional<Projector>>& lenses,
                                const std::vector<CameraEdge>& edges, bool allow_partial,
                                std::vector<std::string>& notes) {
  std::vector<std::vector<int>> groups =
      connected_groups(static_cast<int>(observations.cameras.size()), edges);
  // Cameras without a lens are looked for later, where the others see the board.
  std::erase_if(groups, [&](const std::vector<int>& group) {
    return group.size() == 1 && !lenses[static_cast<std::size_t>(group.front())];
  });
  if (groups.size() == 1) return groups.front();
  std::vector<std::string> texts;
  for (const auto& group : groups)
    texts.push_back("{" + join(names_of(observations, group), ", ") + "}");
  const std::string pair = fmt::format("{} and {}", names_of(observations, groups[0]).back(),
                                       names_of(observations, groups[1]).front());
  const std::string what = fmt::format(
      "the cameras fall into {} groups that never see the board in the same frame (where both "
      "views can be used): {}",
      groups.size(), join(texts, " and "));
  if (!allow_partial || groups.front().size() < 2) {
    throw UndeterminedError(fmt::format(
        "{}; film the board where both {} see it, and check with `calib detect --dry-run` "
        "that frames are paired{}",
        what, pair,
        groups.front().size() < 2 ? "" : ", or pass --allow-partial to solve the largest group"));
  }
  notes.push_back(fmt::format("{}; solved the first group only", what));
  return groups.front();
}

// The board's symmetry (index) under which a view agrees best with where the rig says the board is.
std::size_t best_symmetry(const Pose& T_cam_board, const Pose& expected,
                          const std::vector<Pose>& symmetries) {
  std::size_t best = 0;
  double best_difference = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < symmetries.size(); ++k) {
    const Pose candidate = T_cam_board * symmetries[k];
    const double difference =
        angle_between(candidate.rotation, expected.rotation) +
        (candidate.translation - expected.translation).norm() / expected.translation.norm();
    if (difference < best_difference) {
      best = k;
      best_difference = difference;
    }
  }
  return best;
}

// Relabels the views of each frame so that all cameras agree with the view of the frame's first
// camera. Returns how many views were relabeled.
int resolve_board_ambiguity(Observations& observations, std::vector<LocatedView>& views,
                            const std::vector<std::optional<Pose>>& T_cam_rig) {
  const std::vector<Pose> symmetries = board_symmetries(observations.board);
  const std::vector<Relabeling> maps = ambiguous_relabelings(observations.board);
  std::map<std::int64_t, const LocatedView*> first;
  int changed = 0;
  for (LocatedView& view : views) {
    if (!T_cam_rig[static_cast<std::size_t>(view.camera)]) continue;
    const auto [leader, is_new] = first.try_emplace(view.frame, &view);
    if (is_new) continue;
    const Pose T_rig_board =
        T_cam_rig[static_cast<std::size_t>(leader->second->camera)]->inverse() *
        leader->second->T_cam_board;
    const Pose expected = *T_cam_rig[static_cast<std::size_t>(view.camera)] * T_rig_board;
    const std::size_t k = best_symmetry(view.T_cam_board, expected, symmetries);
    if (k == 0) continue;
    ++changed;
    view.T_cam_board = view.T_cam_board * symmetries[k];
    auto& corners = observations.views[view.source].corners;
    corners = relabeled(corners, maps[k]);
  }
  return changed;
}

Bundle make_bundle(const Observations& observations, const Calibration& calibration,
                   const std::vector<LocatedView>& views,
                   const std::vector<std::optional<Pose>>& T_cam_rig, int reference,
                   bool fix_intrinsics) {
  Bundle bundle;
  bundle.board = observations.board;
  bundle.board.shape = calibration.board.shape;
  for (std::size_t i = 0; i < observations.cameras.size(); ++i) {
    const ObservedCamera& observed = observations.cameras[i];
    const auto& lens = find_camera(calibration, observed.name)->intrinsics;
    const double width = observed.image_size.width;
    bundle.cameras.push_back(
        {observed.name,
         lens.value_or(make_intrinsics("pinhole", observed.image_size, width, width, 0, 0)),
         T_cam_rig[i].value_or(Pose{}),
         fix_intrinsics || !T_cam_rig[i] ? FreeIntrinsics::kNone : FreeIntrinsics::kAll,
         static_cast<int>(i) != reference && T_cam_rig[i].has_value()});
  }
  std::map<std::int64_t, std::vector<Pose>> opinions;
  for (const LocatedView& view : views) {
    const auto& pose = T_cam_rig[static_cast<std::size_t>(view.camera)];
    if (pose) opinions[view.frame].push_back(pose->inverse() * view.T_cam_board);
  }
  std::map<std::int64_t, int> pose_index;
  for (const auto& [frame, poses] : opinions) {
    pose_index[frame] = static_cast<int>(bundle.board_poses.size());
    bundle.board_poses.push_back(robust_average(poses));
  }
  for (const LocatedView& view : views) {
    if (!T_cam_rig[static_cast<std::size_t>(view.camera)]) continue;
    bundle.views.push_back({view.camera, pose_index.at(view.frame), view.source,
                            observations.views[view.source].corners});
  }
  return bundle;
}

// A view that cannot be projected at the first poses (its frame's consensus puts the board behind
// the camera, say) would stop the solver before it starts; it is left out and named.
void drop_impossible_views(Bundle& bundle, const Observations& observations, int jobs,
                           std::vector<Rejected>& rejected) {
  const auto errors = view_errors(bundle, bundle.views, jobs);
  std::vector<BundleView> possible;
  for (std::size_t i = 0; i < errors.size(); ++i) {
    BundleView& view = bundle.views[i];
    if (std::isfinite(rms(errors[i]))) {
      possible.push_back(std::move(view));
      continue;
    }
    rejected.push_back({bundle.cameras[static_cast<std::size_t>(view.camera)].name,
                        observations.views[view.source].frame, std::nullopt,
                        "the other cameras see the board where this one cannot"});
  }
  bundle.views = std::move(possible);
}

void store_cameras(const Bundle& bundle, const std::vector<std::optional<Pose>>& T_cam_rig,
                   bool fix_intrinsics, int jobs, Calibration& calibration) {
  const Covariance found = covariance(bundle, jobs);
  const std::vector<CameraStd> stds = standard_deviations(bundle, found);
  const auto uncertainties = projection_uncertainty(bundle, found);
  const auto errors = view_errors(bundle, bundle.views, jobs);
  for (std::size_t i = 0; i < bundle.cameras.size(); ++i) {
    Camera& camera = *find_camera(calibration, bundle.cameras[i].name);
    camera.T_cam_rig.reset();
    if (!T_cam_rig[i]) continue;
    camera.T_cam_rig = bundle.cameras[i].T_cam_rig;
    camera.intrinsics = bundle.cameras[i].intrinsics;
    const std::vector<double> kept = camera.std.parameters;
    camera.std = stds[i];
    if (fix_intrinsics) {
      camera.std.parameters = kept;
    } else {
      camera.uncertainty = uncertainties[i];
    }
    double sum = 0;
    std::size_t corners = 0;
    camera.views = 0;
    for (std::size_t v = 0; v < errors.size(); ++v) {
      if (bundle.views[v].camera != static_cast<int>(i)) continue;
      for (const Eigen::Vector2d& error : errors[v]) {
        if (!error.allFinite()) continue;  // beyond the fold of the lens
        sum += error.squaredNorm();
        ++corners;
      }
      ++camera.views;
    }
    if (corners > 0) camera.reprojection_rms_px = std::sqrt(sum / static_cast<double>(corners));
  }
}

// Cameras without a lens get one from the boards that the solved cameras have located.
void resect_cameras(const Observations& observations,
                    const std::vector<std::optional<Projector>>& lenses, bool allow_partial,
                    Bundle& bundle, std::vector<std::optional<Pose>>& T_cam_rig,
                    std::vector<std::string>& notes) {
  std::map<std::int64_t, int> pose_of_frame;
  for (const BundleView& view : bundle.views)
    pose_of_frame[observations.views[view.source].frame] = view.board_pose;
  const auto any_lens =
      std::find_if(lenses.begin(), lenses.end(), [](const auto& lens) { return lens.has_value(); });
  std::string model = (*any_lens)->intrinsics().model;
  if (model == Splined::name) model = "opencv8";  // a splined lens has no first values
  for (std::size_t i = 0; i < lenses.size(); ++i) {
    if (lenses[i]) continue;
    std::vector<LocatedBoardView> known;
    std::vector<BundleView> views;
    for (std::size_t v = 0; v < observations.views.size(); ++v) {
      const View& view = observations.views[v];
      const auto pose = pose_of_frame.find(view.frame);
      if (view.camera != static_cast<int>(i) || pose == pose_of_frame.end()) continue;
      known.push_back({bundle.board_poses[pose->second], &view.corners});
      views.push_back({view.camera, pose->second, v, view.corners});
    }
    const ObservedCamera& observed = observations.cameras[i];
    const auto found = resect_camera(model, bundle.board, observed.image_size, known);
    if (!found) {
      const std::string problem = fmt::format(
          "{}: its own views do not determine its lens, and it sees the board in no frame that "
          "another camera has located: film the board where {} and another camera see it",
          observed.name, observed.name);
      if (!allow_partial) throw UndeterminedError(problem);
      notes.push_back(problem);
      continue;
    }
    T_cam_rig[i] = found->T_cam_rig;
    bundle.cameras[i] = {observed.name, found->intrinsics, found->T_cam_rig, FreeIntrinsics::kAll,
                         true};
    bundle.views.insert(bundle.views.end(), views.begin(), views.end());
    notes.push_back(
        fmt::format("{}: its lens is found from {} boards that the other cameras have "
                    "located, since its own views do not determine it",
                    observed.name, views.size()));
  }
}

// What the residuals say of the board, where it matters or was asked for.
void note_board_shape(const Bundle& bundle, const BoardShapeCheck& before, bool asked, int jobs,
                      std::vector<std::string>& notes) {
  if (asked && bundle.free_shape < kBoardShapeCount) {
    notes.push_back(bundle.free_shape == 0
                        ? "the views do not determine the board's shape; it is taken to be flat"
                        : "the views do not tell the height of the squares from the lens: film the "
                          "board turned by 90 degrees in the picture too");
  }
  if (bundle.free_shape > 0) {
    const BoardShapeCheck after = check_board_shape(bundle, jobs);
    notes.push_back(fmt::format("the board's shape: {}", shape_text(after.shape, after.std)));
  } else if (matters(before)) {
    notes.push_back(fmt::format(
        "the board does not look flat and square: {}; residuals would fall by {:.0f} %. Check the "
        "print, or pass --estimate-board-shape",
        shape_text(before.shape, before.std), 100 * before.rms_change));
  }
}

void note_multi_board_poses(const Board& board, bool shape_asked, std::vector<std::string>& notes) {
  notes.push_back(multi_board_text(board));
  if (shape_asked)
    notes.push_back("of several boards each is taken to be flat: their shapes are not estimated");
}

// Every posed camera must still be tied to the reference by views that were kept.
void require_supported(const Bundle& bundle, int reference, const Observations& observations) {
  std::vector<std::vector<int>> cameras_at(bundle.board_poses.size());
  for (const BundleView& view : bundle.views) cameras_at[view.board_pose].push_back(view.camera);
  std::vector<CameraEdge> edges;
  for (const std::vector<int>& cameras : cameras_at) {
    for (std::size_t i = 1; i < cameras.size(); ++i)
      edges.push_back({cameras[0], cameras[i], 1, 1, Pose{}});
  }
  for (const auto& group : connected_groups(static_cast<int>(bundle.cameras.size()), edges)) {
    if (std::find(group.begin(), group.end(), reference) != group.end()) continue;
    for (const int camera : group) {
      if (!bundle.cameras[camera].pose_free) continue;
      throw UndeterminedError(
          fmt::format("{}: no view fits together with those of the other cameras: check that frame "
                      "numbers mean the same frame in every camera, and that all saw the same "
                      "board ({})",
                      bundle.cameras[camera].name, size_text(observations.board)));
    }
  }
}

}  // namespace

void require_fitting(const Observations& observations, const Calibration& calibration) {
  const bool any_lens = std::any_of(observations.cameras.begin(), observations.cameras.end(),
                                    [&](const ObservedCamera& observed) {
                                      const Camera* camera =
                                          find_camera(calibration, observed.name);
                                      return camera && camera->intrinsics;
                                    });
  for (const ObservedCamera& observed : observations.cameras) {
    const Camera* camera = find_camera(calibration, observed.name);
    if (!camera || (!camera->intrinsics && !any_lens)) {
      throw Error(
          fmt::format("the calibration has no intrinsics for camera '{}' of the observations: run "
                      "`calib intrinsics` on the same observations first",
                      observed.name));
    }
    if (!(camera->image_size == observed.image_size)) {
      throw Error(fmt::format(
          "camera '{}': the calibration is for {} images, the observations are from {} images",
          observed.name, to_text(camera->image_size), to_text(observed.image_size)));
    }
    if (camera->crop != observed.crop) {
      throw Error(fmt::format(
          "camera '{}': calibration and observations are from different crops of the composite "
          "picture, so their principal points differ",
          observed.name));
    }
  }
}

Observations select_cameras(const Observations& observations,
                            const std::vector<std::string>& names) {
  Observations selected{observations.board, {}, {}, {}, observations.provenance};
  for (const std::string& name : names) {
    const auto found =
        std::find_if(observations.cameras.begin(), observations.cameras.end(),
                     [&](const ObservedCamera& camera) { return camera.name == name; });
    require(found != observations.cameras.end(),
            fmt::format("the observations have no camera '{}'", name));
    const int old_index = static_cast<int>(found - observations.cameras.begin());
    const int new_index = static_cast<int>(selected.cameras.size());
    selected.cameras.push_back(*found);
    for (View view : observations.views) {
      if (view.camera != old_index) continue;
      view.camera = new_index;
      selected.views.push_back(std::move(view));
    }
    for (MissingView missing : observations.missing) {
      if (missing.camera != old_index) continue;
      missing.camera = new_index;
      selected.missing.push_back(std::move(missing));
    }
  }
  return selected;
}

RigSolution solve_rig(const Observations& input, const Calibration& calibration,
                      const ExtrinsicsOptions& options, int jobs, Progress& progress) {
  require(input.cameras.size() >= 2,
          "a rig needs at least two cameras; use `calib intrinsics` for a single one");
  require_fitting(input, calibration);
  progress.begin("extrinsics", 0);
  Observations observations = input;
  RigSolution solution;
  solution.calibration = calibration;
  for (Camera& camera : solution.calibration.cameras) {  // of an earlier solve, in another frame
    camera.T_cam_rig.reset();
    camera.std.rotation_rad.reset();
    camera.std.translation_m.reset();
    camera.std.center_m.reset();
  }

  std::vector<std::optional<Projector>> lenses;
  for (const ObservedCamera& camera : observations.cameras) {
    const auto& lens = find_camera(calibration, camera.name)->intrinsics;
    lenses.push_back(lens ? std::optional<Projector>(*lens) : std::nullopt);
  }
  const bool several = !observations.board.parts.empty();
  if (several) {
    observations = with_known_boards(
        observations,
        estimate_multi_board_poses(observations, lenses, options.allow_partial, solution.notes));
  }
  std::vector<Rejected> rejected;
  std::vector<LocatedView> views = locate_views(observations, lenses, jobs, rejected);
  const std::vector<Pose> symmetries = board_symmetries(observations.board);
  const std::vector<CameraEdge> edges = camera_edges(views, symmetries, jobs);
  const std::vector<int> group =
      solvable_group(observations, lenses, edges, options.allow_partial, solution.notes);
  int reference = reference_index(observations, options.reference);
  if (std::find(group.begin(), group.end(), reference) == group.end() || !lenses[reference]) {
    const auto lensed = std::find_if(group.begin(), group.end(),
                                     [&](int camera) { return lenses[camera].has_value(); });
    if (!options.reference.empty()) {
      solution.notes.push_back(fmt::format(
          "{} cannot be the reference, since its own views do not place it: {} is",
          options.reference, observations.cameras[static_cast<std::size_t>(*lensed)].name));
    }
    reference = *lensed;
  }

  auto T_cam_rig =
      spanning_tree_poses(static_cast<int>(observations.cameras.size()), edges, reference);
  if (symmetries.size() > 1) {
    const int changed = resolve_board_ambiguity(observations, views, T_cam_rig);
    solution.notes.push_back(
        fmt::format("a {} board looks the same after a half turn; the cameras' consensus "
                    "renumbered {} of {} views. A board with one "
                    "even and one odd count (such as {}x{}) avoids the question",
                    size_text(observations.board), changed, views.size(),
                    observations.board.corners_x + 1, observations.board.corners_y));
  }

  Bundle bundle =
      make_bundle(observations, calibration, views, T_cam_rig, reference, options.fix_intrinsics);
  if (several) bundle.free_shape = shape_count(bundle.board);
  drop_impossible_views(bundle, observations, jobs, rejected);
  // Poses first: wrong first poses must not bend the lenses.
  std::vector<BundleCamera> wanted = bundle.cameras;
  for (BundleCamera& camera : bundle.cameras) camera.free = FreeIntrinsics::kNone;
  const std::vector<BundleView> candidates = bundle.views;
  loss_adjust(bundle, jobs);
  for (std::size_t i = 0; i < wanted.size(); ++i) bundle.cameras[i].free = wanted[i].free;
  bundle.views = candidates;
  resect_cameras(observations, lenses, options.allow_partial, bundle, T_cam_rig, solution.notes);
  const std::vector<BundleView> candidates_and_rescued = bundle.views;
  std::vector<Rejected> left_out = robust_adjust(bundle, observations, options.reject, jobs);
  if (several) {
    note_multi_board_poses(bundle.board, options.estimate_board_shape, solution.notes);
  } else {
    const BoardShapeCheck shape = check_board_shape(bundle, jobs);
    if (options.estimate_board_shape) {
      bundle.free_shape = estimable_shape(shape);
      bundle.views = candidates_and_rescued;
      left_out = robust_adjust(bundle, observations, options.reject, jobs);
    }
    note_board_shape(bundle, shape, options.estimate_board_shape, jobs, solution.notes);
  }
  solution.calibration.board = bundle.board;
  rejected.insert(rejected.end(), left_out.begin(), left_out.end());
  require_supported(bundle, reference, observations);

  store_cameras(bundle, T_cam_rig, options.fix_intrinsics, jobs, solution.calibration);
  solution.calibration.reference_camera =
      observations.cameras[static_cast<std::size_t>(reference)].name;
  solution.calibration.rejected = std::move(rejected);
  solution.calibration.frames.clear();
  for (const BundleView& view : bundle.views) {
    solution.calibration.frames[observations.views[view.source].frame] =
        bundle.board_poses[static_cast<std::size_t>(view.board_pose)];
  }
  progress.end();
  return solution;
}

}  // namespace calib
