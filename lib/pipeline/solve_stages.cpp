#include "pipeline/solve_stages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "base/append.hpp"
#include "base/errors.hpp"
#include "base/memory.hpp"
#include "base/stopwatch.hpp"
#include "base/text.hpp"
#include "pipeline/evaluate_stage.hpp"
#include "pipeline/inputs_hash.hpp"
#include "scene/length_unit.hpp"
#include "solve/board_pose.hpp"
#include "solve/select_cameras.hpp"
#include "solve/solve_intrinsics.hpp"
#include "solve/solve_rig.hpp"

namespace calib {
namespace {

void require_sizes(const Observations& observations) {
  for (const ObservedCamera& camera : observations.cameras) {
    require(camera.image_size != ImageSize{},
            fmt::format("camera '{}' has no image_size, since none of its images could be read: "
                        "repair them, or leave the camera out",
                        camera.name));
  }
}

using ViewsByFrame = std::map<std::int64_t, const View*>;

bool are_same(const ViewsByFrame& first, const ViewsByFrame& second) {
  int common = 0;
  for (const auto& [frame, view] : first) {
    const auto other = second.find(frame);
    if (other == second.end()) continue;
    const bool same = std::equal(
        view->corners.begin(), view->corners.end(), other->second->corners.begin(),
        other->second->corners.end(),
        [](const Corner& a, const Corner& b) { return a.id == b.id && a.x == b.x && a.y == b.y; });
    if (!same) return false;
    ++common;
  }
  return common > 1;
}

// Refuses a camera whose folder is a copy of another one, or a link to it: no two cameras see a
// board alike to the last digit.
void require_different_pictures(const Observations& observations) {
  std::vector<ViewsByFrame> seen(observations.cameras.size());
  for (const View& view : observations.views) seen[view.camera][view.frame] = &view;
  for (std::size_t a = 0; a < seen.size(); ++a) {
    for (std::size_t b = a + 1; b < seen.size(); ++b) {
      require(!are_same(seen[a], seen[b]),
              fmt::format("cameras '{}' and '{}' have the same corners in every frame: one has the "
                          "pictures of the other; leave it out, or give it its own",
                          observations.cameras[a].name, observations.cameras[b].name));
    }
  }
}

// A rig often cannot be solved because its streams are not synchronized, or because frames with the
// same number are of other moments. The lenses alone show that.
[[noreturn]] void throw_with_late_streams(const Observations& observations,
                                          const Calibration& lenses, const UndeterminedError& error,
                                          int jobs) {
  const Evaluation evaluation = evaluate(observations, lenses, jobs);
  if (evaluation.unrelated) {
    throw UndeterminedError(fmt::format(
        "{} ({})", finding_text(unrelated_finding(*evaluation.unrelated)), error.what()));
  }
  std::string hint;
  for (const SyncOffset& stream : evaluation.streams) {
    if (stream.offset_frames.value_or(0) == 0) continue;
    hint += fmt::format("; {} looks {} frame{} {} against {}: check its frame numbers", stream.name,
                        std::abs(*stream.offset_frames),
                        std::abs(*stream.offset_frames) == 1 ? "" : "s",
                        *stream.offset_frames > 0 ? "late" : "early", stream.against);
  }
  throw UndeterminedError(error.what() + hint);
}

// Whether the poses of a calibration place the boards where the observations have them.
bool has_poses_of(const Calibration& calibration, const Observations& observations) {
  constexpr double kSamePx = 3;
  if (corner_count(calibration.board) != corner_count(observations.board)) return false;
  int same = 0, other = 0;
  for (const View& view : observations.views) {
    const Camera* camera =
        find_camera(calibration, observations.cameras[static_cast<std::size_t>(view.camera)].name);
    const auto frame = calibration.frames.find(view.frame);
    if (!camera || !camera->T_cam_rig || !camera->intrinsics || frame == calibration.frames.end())
      continue;
    const Pose T_cam_board = *camera->T_cam_rig * frame->second;
    const double error = rms(reprojection_errors(Projector(*camera->intrinsics), calibration.board,
                                                 T_cam_board, view.corners));
    ++(error < kSamePx ? same : other);
  }
  return same > other;
}

// Whether other observations than these have determined the lenses. Those of the same observations
// would count twice as priors.
bool are_given(const Artifact<Calibration>& lenses, const Artifact<Observations>& observations) {
  const std::string& made_from = lenses.value.provenance.inputs_hash;
  return !made_from.empty() && made_from != combined_hash({"intrinsics", observations.hash}) &&
         !has_poses_of(lenses.value, observations.value);
}

ExtrinsicsOptions options_for(const Artifact<Observations>& observations,
                              const Artifact<Calibration>& lenses, ExtrinsicsOptions options) {
  options.lenses_are_given = are_given(lenses, observations);
  return options;
}

SolveResult solve_and_judge_rig(const Observations& observations, const Calibration& lenses,
                                const ExtrinsicsOptions& options, Provenance provenance,
                                const Context& context) {
  require_sizes(observations);
  require_different_pictures(observations);
  const Stopwatch watch;
  SolveResult result;
  try {
    result.calibration =
        as_written(solve_rig(observations, lenses, options, context.jobs, *context.progress));
  } catch (const UndeterminedError& error) {
    throw_with_late_streams(observations, lenses, error, context.jobs);
  }
  result.seconds = watch.seconds();
  release_free_memory();
  result.calibration.provenance = std::move(provenance);
  result.evaluation = judge_solved(observations, result.calibration, context.jobs);
  return result;
}

}  // namespace

Provenance intrinsics_provenance(const Artifact<Observations>& observations,
                                 IntrinsicsOptions options) {
  std::vector<Option> all = describe(options);
  append(all, describe(options.shape));
  return {combined_hash({"intrinsics", observations.hash}), to_pairs(all)};
}

Calibration starting_lenses(const Observations& observations, const IntrinsicsOptions& options,
                            const Context& context) {
  require_sizes(observations);
  return solve_intrinsics(observations, options, context.jobs, *context.progress);
}

SolveResult intrinsics_stage(const Artifact<Observations>& observations,
                             const IntrinsicsOptions& options, const Context& context) {
  const Stopwatch watch;
  SolveResult result;
  result.calibration = as_written(starting_lenses(observations.value, options, context));
  result.seconds = watch.seconds();
  result.calibration.provenance = intrinsics_provenance(observations, options);
  result.evaluation = judge_solved(observations.value, result.calibration, context.jobs);
  return result;
}

Provenance extrinsics_provenance(const Artifact<Observations>& observations,
                                 const Artifact<Calibration>& calibration,
                                 ExtrinsicsOptions options) {
  return {combined_hash({"extrinsics", observations.hash, calibration.hash}),
          to_pairs(describe(options))};
}

namespace {

// The calibration with the cameras that are new in the observations of a known rig: each with a
// lens from its own views.
Calibration with_new_cameras(const Observations& observations, Calibration calibration,
                             const ExtrinsicsOptions& options, const Context& context) {
  const bool is_rig =
      std::any_of(calibration.cameras.begin(), calibration.cameras.end(),
                  [](const Camera& camera) { return camera.T_cam_rig.has_value(); });
  if (!is_rig) return calibration;
  std::vector<std::string> names;
  for (const ObservedCamera& camera : observations.cameras)
    if (!find_camera(calibration, camera.name)) names.push_back(camera.name);
  if (names.empty()) return calibration;
  IntrinsicsOptions lenses;
  const auto known =
      std::find_if(calibration.cameras.begin(), calibration.cameras.end(),
                   [](const Camera& camera) { return camera.intrinsics.has_value(); });
  if (known != calibration.cameras.end()) lenses.model = known->intrinsics->model;
  lenses.shape = options.shape;
  append(calibration.cameras,
         starting_lenses(select_cameras(observations, names), lenses, context).cameras);
  return calibration;
}

// "cam0,cam1" may be given as one word.
std::vector<std::string> separate_names(const std::vector<std::string>& texts) {
  std::vector<std::string> names;
  for (const std::string& text : texts) append(names, split(text, ','));
  return names;
}

}  // namespace

SolveResult extrinsics_stage(const Artifact<Observations>& observations,
                             const Artifact<Calibration>& calibration,
                             const ExtrinsicsOptions& options, const Context& context) {
  ExtrinsicsOptions chosen = options_for(observations, calibration, options);
  chosen.hold = separate_names(options.hold);
  chosen.keep_others = true;
  return solve_and_judge_rig(
      observations.value, with_new_cameras(observations.value, calibration.value, options, context),
      chosen, extrinsics_provenance(observations, calibration, options), context);
}

SolveResult stereo_stage(const Artifact<Observations>& observations,
                         const Artifact<Calibration>& calibration, const std::string& pair,
                         const ExtrinsicsOptions& options, const Context& context) {
  const std::vector<std::string> names =
      pair_names({"observations", names_of(observations.value.cameras)}, pair);
  ExtrinsicsOptions stereo = options_for(observations, calibration, options);
  stereo.reference = names[0];
  Provenance provenance = extrinsics_provenance(observations, calibration, stereo);
  provenance.options.emplace_back("pair", pair);
  return solve_and_judge_rig(select_cameras(observations.value, names), calibration.value, stereo,
                             std::move(provenance), context);
}

LocatedRig points_stage(const Artifact<Calibration>& lenses, const AlignInputs& inputs,
                        const std::string& points_hash, const std::string& reference) {
  LocatedRig rig = locate_cameras(lenses.value, inputs, reference);
  rig.calibration = as_written(std::move(rig.calibration));
  if (auto finding = unlikely_length_unit(rig.calibration))
    rig.calibration.findings.push_back(std::move(*finding));
  judge_without_observations(rig.calibration);
  rig.calibration.provenance = {
      combined_hash({"points", lenses.hash, points_hash}),
      {{"reference", reference}, {"sigma_px", fmt::format("{}", inputs.sigma_px)}}};
  return rig;
}

void check_cameras(const KnownCameras& known, const ExtrinsicsOptions& options) {
  if (!options.reference.empty())
    require_different_cameras(known, {options.reference}, "reference");
}

std::vector<std::string> pair_names(const KnownCameras& known, const std::string& pair) {
  std::vector<std::string> names = split(pair, ',');
  require(names.size() == 2 && names[0] != names[1],
          fmt::format("pair: found '{}', expected two different cameras, such as --pair cam0,cam1",
                      pair));
  require_different_cameras(known, names, "pair");
  return names;
}

}  // namespace calib
