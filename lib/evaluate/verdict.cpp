#include "evaluate/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "evaluate/advice.hpp"
#include "evaluate/metrics.hpp"

namespace calib {
namespace {

enum class Grade { kGood, kUsable, kPoor };

constexpr double kOverChance = 2;  // a pattern over the picture must be twice what chance explains
constexpr int kLeastScaleFrames = 5;  // fewer do not give their own deviation
constexpr double kSigmas = 3;         // a scale error must be beyond so many of its deviations

constexpr const char* kGradeNames[] = {"good", "usable", "poor"};

class Judge {
 public:
  // `good` and `usable` are the limits. Returns whether the value is on the better side of `good`,
  // which gives no reason.
  bool at_most(double value, double good, double usable, const std::string& reason) {
    raise(value <= good ? Grade::kGood : value <= usable ? Grade::kUsable : Grade::kPoor, reason);
    return value <= good;
  }
  void never(const std::string& reason) { raise(Grade::kPoor, reason); }
  void at_least(double value, double good, double usable, const std::string& reason) {
    raise(value >= good ? Grade::kGood : value >= usable ? Grade::kUsable : Grade::kPoor, reason);
  }
  Grade grade() const { return grade_; }
  // The gravest first.
  std::vector<std::string> reasons() const {
    std::vector<std::string> sorted;
    for (const Grade grade : {Grade::kPoor, Grade::kUsable}) {
      for (const auto& [of, reason] : reasons_) {
        if (of == grade) sorted.push_back(reason);
      }
    }
    return sorted;
  }

 private:
  void raise(Grade grade, const std::string& reason) {
    if (grade == Grade::kGood) return;
    grade_ = std::max(grade_, grade);
    reasons_.emplace_back(grade, reason);
  }
  Grade grade_ = Grade::kGood;
  std::vector<std::pair<Grade, std::string>> reasons_;
};

// The distance from a camera to the nearest other one.
double nearest_neighbor(const Calibration& calibration, const Camera& camera) {
  double nearest = std::numeric_limits<double>::infinity();
  for (const Camera& other : calibration.cameras) {
    if (&other == &camera || !other.T_cam_rig) continue;
    nearest = std::min(
        nearest,
        (other.T_cam_rig->inverse().translation - camera.T_cam_rig->inverse().translation).norm());
  }
  return nearest;
}

// How many views of each camera were rejected whole.
std::map<std::string, int> rejected_views(const Calibration& calibration) {
  std::map<std::string, int> counts;
  for (const Rejected& rejected : calibration.rejected) {
    if (!rejected.corner) ++counts[rejected.camera];
  }
  return counts;
}

void judge_camera(const Calibration& calibration, const Camera& camera,
                  const CameraCoverage& coverage, int rejected, Judge& judge) {
  const std::string& name = camera.name;
  if (camera.views > 0) {  // otherwise it came from elsewhere, and nobody knows
    judge.at_least(
        camera.views, 15, 6,
        fmt::format("{}: only {} views of the board were used: film more, tilted in all directions",
                    name, camera.views));
  }
  judge.at_least(coverage.share, 0.6, 0.3,
                 fmt::format("{}: corners cover {:.0f} % of the picture: film the board at its {}",
                             name, 100 * coverage.share, coverage.weakest));
  if (camera.std.parameters.size() >= 2) {
    const double relative = camera.std.parameters[0] / camera.intrinsics->parameters[0];
    judge.at_most(
        relative, 1e-3, 1e-2,
        fmt::format(
            "{}: the focal length is known to {:.2f} % only: film the board tilted and nearer",
            name, 100 * relative));
  }
  if (camera.std.center_m) {
    const double relative = camera.std.center_m->norm() / nearest_neighbor(calibration, camera);
    judge.at_most(relative, 2e-3, 2e-2,
                  fmt::format("{}: its position is known to {:.1f} mm only ({:.1f} % of the "
                              "distance to its neighbor): film "
                              "more frames that several cameras see",
                              name, 1000 * camera.std.center_m->norm(), 100 * relative));
  }
  if (camera.views + rejected > 0) {
    const double share = static_cast<double>(rejected) / (camera.views + rejected);
    judge.at_most(
        share, 0.1, 0.3,
        fmt::format(
            "{}: {} of {} views did not fit and were left out (see `rejected` in the calibration)",
            name, rejected, camera.views + rejected));
  }
}

// The worst of all grades: nothing speaks for this camera.
void judge_unused(const std::string& name, Judge& judge) {
  judge.at_least(0, 2, 1, fmt::format("{}: none of its views here can be used", name));
}

void judge_stream(const SyncOffset& stream, Judge& judge) {
  if (!stream.offset_frames || *stream.offset_frames == 0) return;
  const std::int64_t offset = *stream.offset_frames;
  judge.never(fmt::format(
      "{0}: its stream is {1} frame{2} {3} than that of {4}: frame 100 of {4} is its frame {5} "
      "({6:.1f} px apart as numbered, {7:.2f} px then): {8} its frame numbers and solve again",
      stream.name, std::abs(offset), std::abs(offset) == 1 ? "" : "s",
      offset > 0 ? "later" : "earlier", stream.against, 100 + offset, stream.error_at_zero_px,
      stream.error_at_offset_px,
      offset > 0 ? fmt::format("subtract {} from", offset) : fmt::format("add {} to", -offset)));
}

void judge_motion(const CameraMotion& motion, Judge& judge) {
  if (!motion.moved) return;
  judge.never(fmt::format(
      "{}{}: moved at about frame {}, as if turned by {:.0f} mdeg ({:.1f} px): solve the frames "
      "before and after it separately",
      motion.name, motion.or_camera.empty() ? "" : " or " + motion.or_camera, motion.frame,
      kMillidegrees * motion.angle_rad, motion.shift_px));
}

// How far the corners of a camera lie from where the model has them, as an RMS that does not follow
// a few bad views: of normal errors along x and y the median is sqrt(ln 2) of it.
std::optional<double> usual_error_px(const Camera& camera, const Evaluation& evaluation) {
  if (!find_coverage(evaluation, camera.name)) return std::nullopt;  // of other observations
  const ErrorStatistics* measured = find_reprojection(evaluation, camera.name);
  return measured ? measured->median / std::sqrt(std::log(2)) : camera.reprojection_rms_px;
}

void judge_fit(const Camera& camera, const Evaluation& evaluation, Judge& judge) {
  const std::optional<double> error_px = usual_error_px(camera, evaluation);
  if (!error_px) return;
  judge.at_most(*error_px, 1, 2,
                fmt::format("{}: its corners lie about {:.1f} px from where the model has them: "
                            "look for pictures that hold several views (cut them with --layout), "
                            "pictures of another camera, a zoom or focus that changed, motion "
                            "blur, or a board that bends",
                            camera.name, *error_px));
}

void judge_regions(const CameraRegions& camera, Judge& judge) {
  if (camera.over_chance < kOverChance) return;
  judge.at_most(camera.systematic_px, 0.2, 0.6,
                fmt::format("{}: its errors follow a pattern over the picture ({:.2f} px, most at "
                            "the {}): try a model with more parameters, or look for a board that "
                            "is not flat",
                            camera.name, camera.systematic_px, camera.worst));
}

// This and the next return whether all is well.
bool judge_scale(const PairLengths& pair, Judge& judge) {
  const LengthErrors& errors = pair.errors;
  if (errors.frames < kLeastScaleFrames ||
      std::abs(errors.scale_percent) < kSigmas * errors.scale_std_percent) {
    return true;
  }
  return judge.at_most(
      std::abs(errors.scale_percent), 0.5, 2,
      fmt::format("{} and {}: lengths on the board come out {:.2f} % too {}: look for "
                  "a wrong distance between the two, or lenses that changed",
                  pair.first, pair.second, std::abs(errors.scale_percent),
                  errors.scale_percent > 0 ? "long" : "short"));
}

bool judge_rows(const PairRowErrors& pair, Judge& judge) {
  return judge.at_most(
      pair.row_px.mean, 0.3, 1,
      fmt::format("{} and {}: rows differ by {:.2f} px on average: look for motion "
                  "blur, a board that is not "
                  "flat, or cameras that are not synchronized",
                  pair.first, pair.second, pair.row_px.mean));
}

// Cameras that are late or moved: their other errors follow from that and would only hide it.
std::set<std::string> explained_cameras(const Evaluation& evaluation) {
  std::set<std::string> names;
  for (const SyncOffset& stream : evaluation.streams) {
    if (stream.offset_frames && *stream.offset_frames != 0) names.insert(stream.name);
  }
  for (const CameraMotion& motion : evaluation.motions) {
    if (motion.moved) names.insert(motion.name);
  }
  return names;
}

// The cameras whose poses need not be in order.
std::set<std::string> judge_poses(const Evaluation& evaluation, Judge& judge) {
  const std::set<std::string> explained = explained_cameras(evaluation);
  std::set<std::string> doubtful = explained;
  const auto judge_pair = [&](const auto& pair, const auto& judge_it) {
    const bool is_explained = explained.contains(pair.first) || explained.contains(pair.second);
    if (is_explained || !judge_it(pair, judge)) doubtful.insert({pair.first, pair.second});
  };
  for (const PairRowErrors& pair : evaluation.pairs) judge_pair(pair, judge_rows);
  for (const PairLengths& pair : evaluation.metric.pairs) judge_pair(pair, judge_scale);
  return doubtful;
}

// A wrong pose makes errors and patterns over the picture too: where the poses are in order it is
// the lens.
void judge_geometry(const Calibration& calibration, const Evaluation& evaluation, Judge& judge) {
  const std::set<std::string> doubtful = judge_poses(evaluation, judge);
  for (const Camera& camera : calibration.cameras) {
    if (!doubtful.contains(camera.name)) judge_fit(camera, evaluation, judge);
  }
  if (!doubtful.empty()) return;
  for (const CameraRegions& camera : evaluation.regions) judge_regions(camera, judge);
}

// In the order in which the file tells them.
std::vector<QualityMetric> quality_metrics(const Evaluation& evaluation) {
  std::vector<QualityMetric> metrics;
  const RigMetrics values = rig_metrics(evaluation);
  const auto tell = [&](const char* name, const std::optional<double>& value) {
    if (value) metrics.push_back({name, *value});
  };
  if (evaluation.reprojection_px.count > 0) {
    tell("reprojection_rms_px", evaluation.reprojection_px.rms);
    tell("reprojection_max_px", evaluation.reprojection_px.max);
    tell("corners_used", static_cast<double>(evaluation.reprojection_px.count));
  }
  tell("row_error_worst_pair_mean_px", values.epipolar_px);
  tell("worst_view_rms_px", values.worst_view_px);
  tell("region_systematic_px", values.region_px);
  tell("metric_rms_mm", values.metric_mm);
  tell("metric_scale_worst_percent", values.metric_percent);
  tell("late_frames", values.late_frames);
  tell("moved_mdeg", values.moved_mdeg);
  return metrics;
}

}  // namespace

Evaluation evaluate(const Observations& observations, const Calibration& calibration, int jobs) {
  Evaluation evaluation;
  std::vector<double> all;
  std::vector<std::vector<double>> by_camera(observations.cameras.size());
  const std::vector<Residual> residuals = rig_residuals(observations, calibration);
  for (const Residual& residual : residuals) {
    all.push_back(residual.error.norm());
    by_camera[residual.camera].push_back(residual.error.norm());
  }
  evaluation.reprojection_px = statistics(std::move(all));
  for (auto& magnitudes : by_camera)
    evaluation.camera_reprojection.push_back(statistics(std::move(magnitudes)));
  const Rays rays = observed_rays(observations, calibration, jobs);
  evaluation.pairs = row_errors(rays, jobs);
  evaluation.coverage = coverage(observations);
  evaluation.views = view_errors(residuals);
  evaluation.regions = region_errors(observations, residuals);
  const ViewPoses poses = view_poses(rays, jobs);
  evaluation.pose_diversity = pose_diversity(observations, rays, poses);
  evaluation.next_shots =
      next_shots(observations, calibration, evaluation.coverage, evaluation.pose_diversity);
  if (rays.cameras.size() > 1)
    evaluation.streams =
        sync_offsets(observations, rays, poses, calibration.reference_camera, jobs);
  if (posed_cameras(rays).size() > 1) {
    evaluation.metric = length_errors(rays, jobs);
    evaluation.motions = moved_cameras(rays, poses, calibration, jobs);
  }
  // Of a rig with a late stream the errors follow the board: no camera need have moved.
  if (rig_metrics(evaluation).late_frames.value_or(0) != 0) {
    for (CameraMotion& motion : evaluation.motions) motion.moved = false;
  }
  return evaluation;
}

void judge(const Observations& observations, const Evaluation& evaluation,
           Calibration& calibration) {
  Judge judge;
  // To lenses by themselves it does not matter.
  for (const SyncOffset& stream : evaluation.streams) {
    const Camera* camera = find_camera(calibration, stream.name);
    if (camera && camera->T_cam_rig) judge_stream(stream, judge);
  }
  for (const CameraMotion& motion : evaluation.motions) judge_motion(motion, judge);
  judge_geometry(calibration, evaluation, judge);
  for (std::size_t i = 0; i < observations.cameras.size(); ++i) {
    const Camera* camera = find_camera(calibration, observations.cameras[i].name);
    if (camera && camera->T_cam_rig && evaluation.camera_reprojection[i].count == 0)
      judge_unused(camera->name, judge);
  }
  const std::map<std::string, int> rejected = rejected_views(calibration);
  for (std::size_t i = 0; i < observations.cameras.size(); ++i) {
    const Camera* camera = find_camera(calibration, observations.cameras[i].name);
    if (!camera || !camera->intrinsics) continue;
    const auto count = rejected.find(camera->name);
    judge_camera(calibration, *camera, evaluation.coverage[i],
                 count == rejected.end() ? 0 : count->second, judge);
  }
  calibration.verdict = kGradeNames[static_cast<int>(judge.grade())];
  calibration.reasons = judge.reasons();
  if (calibration.reasons.empty()) {
    calibration.reasons = {
        "views, coverage, predicted uncertainty, reprojection, row errors and rejections are all "
        "within bounds"};
  }
  calibration.quality = quality_metrics(evaluation);
}

}  // namespace calib
