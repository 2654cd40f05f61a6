#include "evaluate/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "base/append.hpp"
#include "base/text.hpp"
#include "evaluate/advice.hpp"
#include "evaluate/explained_changes.hpp"
#include "evaluate/metrics.hpp"

namespace calib {
namespace {

// For systematic errors over the image, as ratios to what chance explains: above the first ratio
// they are judged by their size, and above the second one they are certainly not due to chance.
constexpr double kMinOverChance = 2, kSurePattern = 3;
constexpr int kMinViews = 6;
constexpr int kMinPoseViews = 5;       // fewer do not tell where a camera sees the board
constexpr double kMinScaleSigmas = 3;  // a smaller scale error is not significant
// The limits for standard deviations beyond which a rig is poor also hold for what a fault may do.
constexpr double kMostGoodDamage = 0.002, kMostUsableDamage = 0.01;
// If the model does not explain the errors, the standard deviations are multiplied by this factor
// before they are judged.
constexpr double kDoubt = 2;
// Sound rigs have a ratio of 1. In real pictures blur alone gives a few times as much.
constexpr double kMinDisagreement = 2, kClearDisagreement = 4;
// Sound rigs have a correlation of 0, and of a little less where views have few corners.
constexpr double kMinCorrelation = 0.12, kMinCorrelationSigmas = 5;
// What is less than this prints as 0 and harms nothing: a pattern, and a change of a lens.
constexpr double kLeastPatternPx = 0.005, kLeastZoom = 5e-5, kLeastShiftPx = 0.05;
// Compressed video makes errors of this size alike, which the standard deviations account for.
constexpr double kSmallCorrelatedPx = 0.015;

using Findings = std::vector<Finding>;

// The checks that were made, and the findings that follow from them.
struct Judgment {
  Findings findings;
  std::vector<Check> checks;
};

constexpr const char *kByChance = "within chance",
                     *kFollows = "follows from a fault that is reported";

// A value whose limits are `good` and `usable`, in this unit. Without the second it is a warning at
// worst.
Check at_most(double value, const char* unit, double good, std::optional<double> usable) {
  Check check{.value = value, .good = good, .usable = usable, .unit = unit};
  if (value <= good) return check;
  check.severity = !usable || value <= *usable ? Severity::kWarning : Severity::kError;
  return check;
}
Check at_least(double value, const char* unit, double good, std::optional<double> usable) {
  Check check =
      at_most(-value, unit, -good, usable ? std::optional(-*usable) : std::optional<double>());
  check.value = value;
  check.good = good;
  check.usable = usable;
  check.at_least = true;
  return check;
}

// The check with a severity that differs from that of its limits, and the reason.
Check because(Check check, Severity severity, const char* why) {
  if (check.severity != severity) check.note = why;
  check.severity = severity;
  return check;
}

double finite(double value) {  // files can only have finite numbers
  return std::isfinite(value) ? value : std::numeric_limits<double>::max();
}

void add_check(Check check, FindingCode code, const std::vector<std::string>& cameras,
               Judgment& judgment) {
  check.code = code;
  check.cameras = cameras;
  check.value = finite(check.value);
  judgment.checks.push_back(std::move(check));
}

// Adds the check, and the finding unless its value is good or another fault explains it.
void judge_by(Check check, Finding finding, Judgment& judgment, bool is_explained = false) {
  if (is_explained && check.severity != Severity::kNote) check.note = kFollows;
  add_check(check, finding.code, finding.cameras, judgment);
  if (check.severity == Severity::kNote || is_explained) return;
  finding.severity = check.severity;
  for (Metric& metric : finding.numbers) metric.value = finite(metric.value);
  judgment.findings.push_back(std::move(finding));
}

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

// The number of rejected views of each camera.
std::map<std::string, int> rejected_views(const Calibration& calibration) {
  std::map<std::string, int> counts;
  for (const Rejected& rejected : calibration.rejected) {
    if (!rejected.corner) ++counts[rejected.camera];
  }
  return counts;
}

// Whether the model does not explain the errors of a camera. Its standard deviations then hold less
// well.
bool has_unexplained_errors(const std::string& camera, const Findings& findings) {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    return (finding.code == FindingCode::kErrorsCorrelated ||
            finding.code == FindingCode::kBoardPosesDisagree) &&
           finding.cameras.front() == camera;
  });
}

// The relative standard deviation of the focal length. In models such as omni, in which it trades
// against another parameter, that of the projection at the edge of the picture.
double focal_uncertainty(const Camera& camera) {
  const Intrinsics& lens = *camera.intrinsics;
  const double relative = camera.std.parameters[0] / lens.parameters[0];
  const bool trades = std::abs(Projector(lens).axis_focal_px() / lens.parameters[0] - 1) > 1e-6;
  if (!trades || !camera.uncertainty) return relative;
  const double edge_px = grid_spread(camera.uncertainty->infinity_px).worst;
  return std::min(relative, 2 * edge_px / lens.image_size.width);
}

// Whether the camera shows the same pictures as another one, whose place is then its own.
bool is_recorded_twice(const std::string& camera, const Findings& findings) {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    return finding.code == FindingCode::kSamePictures &&
           std::find(finding.cameras.begin(), finding.cameras.end(), camera) !=
               finding.cameras.end();
  });
}

// `doubt` says how much less the standard deviations hold.
void judge_deviations(const Calibration& calibration, const Camera& camera, double doubt,
                      Judgment& judgment) {
  using enum FindingCode;
  if (camera.std.parameters.size() >= 2) {
    const double percent = 100 * focal_uncertainty(camera);
    judge_by(at_most(percent, "%", 0.1, 1 / doubt),
             {.code = kFocalLengthUncertain,
              .cameras = {camera.name},
              .numbers = {{"std_percent", percent}}},
             judgment);
  }
  if (camera.std.center_m) {
    const double std_m = camera.std.center_m->norm();
    const double percent = 100 * std_m / nearest_neighbor(calibration, camera);
    judge_by(at_most(percent, "%", 0.2, 2 / doubt),
             {.code = kPositionUncertain,
              .cameras = {camera.name},
              .numbers = {{"std_mm", 1000 * std_m}, {"std_percent", percent}}},
             judgment, is_recorded_twice(camera.name, judgment.findings));
  }
}

void judge_camera(const Calibration& calibration, const Camera& camera,
                  const CameraCoverage& coverage, int rejected, Judgment& judgment) {
  using enum FindingCode;
  const double doubt = has_unexplained_errors(camera.name, judgment.findings) ? kDoubt : 1;
  if (camera.views > 0) {  // otherwise it was imported and the number is not known
    // The standard deviations already express the uncertainty from few views, unless there are very
    // few.
    judge_by(at_least(camera.views, "views", kMinViews, {}),
             {.code = kFewViews,
              .cameras = {camera.name},
              .numbers = {{"views", static_cast<double>(camera.views)}}},
             judgment);
  }
  judge_by(at_least(100 * coverage.share, "%", 60, 30),
           {.code = kLowCoverage,
            .cameras = {camera.name},
            .numbers = {{"coverage_percent", 100 * coverage.share}},
            .words = {{"region", coverage.weakest}}},
           judgment);
  judge_deviations(calibration, camera, doubt, judgment);
  if (camera.views + rejected > 0) {
    const double all = camera.views + rejected;
    judge_by(at_most(100 * rejected / all, "%", 10, 30),
             {.code = kManyViewsRejected,
              .cameras = {camera.name},
              .numbers = {{"rejected", static_cast<double>(rejected)}, {"views", all}}},
             judgment);
  }
}

void judge_stream(const SyncOffset& stream, Judgment& judgment) {
  if (!stream.offset_frames) return;
  judge_by(at_most(static_cast<double>(std::abs(*stream.offset_frames)), "frames", 0, 0),
           {.code = FindingCode::kSyncOffset,
            .cameras = {stream.name},
            .numbers = {{"offset_frames", static_cast<double>(*stream.offset_frames)},
                        {"error_at_zero_px", stream.error_at_zero_px},
                        {"error_at_offset_px", stream.error_at_offset_px}},
            .words = {{"against", stream.against}}},
           judgment);
}

void judge_same_pictures(const SamePictures& same, Findings& findings) {
  std::string when;
  if (same.offset_frames != 0)
    when = fmt::format(", frame F of {} against frame F{:+d} of {},", same.first,
                       same.offset_frames, same.second);
  findings.push_back({.code = FindingCode::kSamePictures,
                      .severity = Severity::kError,
                      .cameras = {same.first, same.second},
                      .numbers = {{"count", static_cast<double>(same.count)},
                                  {"frames", static_cast<double>(same.frames)},
                                  {"distance_px", same.distance_px}},
                      .words = {{"when", when}}});
}

void judge_motion(const CameraMotion& motion, Findings& findings) {
  if (!motion.moved) return;
  Finding finding{
      .code = FindingCode::kCameraMoved,
      .severity = Severity::kError,
      .cameras = {motion.name},
      .frame = motion.frame,
      .numbers = {{"angle_mdeg", kMillidegrees * motion.angle_rad}, {"shift_px", motion.shift_px}},
      .words = {{"how", "at"}}};
  if (!motion.or_camera.empty()) finding.cameras.push_back(motion.or_camera);
  findings.push_back(std::move(finding));
}

// By how much a wrong direction (radians) or a relative error of the focal length changes the
// position of a camera, relative to its distance from the nearest other one.
double leverage(const Calibration& calibration, const Camera& camera) {
  if (!camera.T_cam_rig || !camera.uncertainty) return 1;
  const double neighbor = nearest_neighbor(calibration, camera);
  if (!std::isfinite(neighbor) || neighbor <= 0) return 1;
  return std::max(1.0, camera.uncertainty->distance_m / neighbor);
}

// The severity of a fault that may make the focal length, or a camera's position, wrong by the
// fraction `damage`: that of the limits for their standard deviations.
Severity severity_of_damage(double damage) {
  return damage > kMostUsableDamage ? Severity::kError : Severity::kWarning;
}

Severity severity_of(const CameraChange& change, const Calibration& calibration,
                     const Camera& camera) {
  if (change.visible) return Severity::kError;
  const double turn_rad =
      std::max(change.angle_rad, change.shift_px.norm() / camera.intrinsics->parameters[0]);
  return severity_of_damage(leverage(calibration, camera) *
                            std::max(std::abs(change.zoom), turn_rad) / 2);
}

// In a rig of two cameras only their relative pose is known: either of them may have moved.
void add_other_of_pair(const Calibration& calibration, Finding& finding) {
  std::vector<std::string> posed;
  for (const Camera& camera : calibration.cameras) {
    if (camera.T_cam_rig) posed.push_back(camera.name);
  }
  if (posed.size() != 2) return;
  finding.cameras.push_back(posed[posed[0] == finding.cameras.front() ? 1 : 0]);
}

// Whether the motion is told, and is of the camera that has changed.
bool is_the_motion(const CameraChange& change, const CameraMotion& motion) {
  return motion.moved && (motion.name == change.camera || motion.or_camera == change.camera);
}

// How a change came: "at" a frame, "slowly", or with a return.
std::string how_changed(bool gradual, const std::optional<std::int64_t>& until) {
  if (until) return fmt::format("until frame {}, first at", *until);
  return gradual ? "slowly, half of it by" : "at";
}

void judge_change(const CameraChange& change, const Calibration& calibration,
                  const Evaluation& evaluation, Findings& findings) {
  const Camera* camera = find_camera(calibration, change.camera);
  const bool is_known =
      std::any_of(evaluation.motions.begin(), evaluation.motions.end(),
                  [&](const CameraMotion& motion) { return is_the_motion(change, motion); });
  if (!camera || is_known) return;
  const double focal = camera->intrinsics->parameters[0];
  const double shift_px = change.shift_px.norm();
  if (change.kind != CameraChange::Kind::kPose && std::abs(change.zoom) < kLeastZoom &&
      shift_px < kLeastShiftPx)
    return;
  Finding finding{.code = FindingCode::kLensChanged,
                  .severity = severity_of(change, calibration, *camera),
                  .cameras = {change.camera},
                  .frame = change.frame};
  if (change.kind == CameraChange::Kind::kPose) {
    finding.code = FindingCode::kCameraMoved;
    finding.numbers = {{"angle_mdeg", kMillidegrees * change.angle_rad},
                       {"shift_px", focal * change.angle_rad}};
    finding.words = {{"how", how_changed(change.gradual, change.until)}};
    add_other_of_pair(calibration, finding);
  } else {
    finding.numbers = {{"zoom_percent", 100 * change.zoom}, {"shift_px", shift_px}};
    finding.words = {{"how", how_changed(change.gradual, change.until)}};
  }
  findings.push_back(std::move(finding));
}

// A run of rejected views shows a change that is too large for the views after it to be used.
void judge_run(const RejectedRun& run, const Calibration& calibration, Findings& findings) {
  const auto is_told = [&](const Finding& finding) {
    return (finding.code == FindingCode::kCameraMoved ||
            finding.code == FindingCode::kLensChanged) &&
           finding.cameras.front() == run.camera;
  };
  if (std::any_of(findings.begin(), findings.end(), is_told)) return;
  if (run.lens && std::abs(run.zoom) < kLeastZoom) return;
  const double focal = find_camera(calibration, run.camera)->intrinsics->parameters[0];
  Finding finding{.code = run.lens ? FindingCode::kLensChanged : FindingCode::kCameraMoved,
                  .severity = Severity::kError,
                  .cameras = {run.camera},
                  .frame = run.frame,
                  .words = {{"how", how_changed(false, run.until)}}};
  if (run.lens) {
    finding.numbers = {{"zoom_percent", 100 * run.zoom}, {"shift_px", 0}};
  } else {
    finding.numbers = {{"angle_mdeg", kMillidegrees * run.angle_rad},
                       {"shift_px", focal * run.angle_rad}};
    add_other_of_pair(calibration, finding);
  }
  findings.push_back(std::move(finding));
}

// "0 to 13, 20, 25": the frames of a fault, the first runs of them if there are many.
std::string frames_text(const std::vector<std::int64_t>& frames,
                        const std::set<std::int64_t>& others) {
  constexpr std::size_t kMostRuns = 6;
  std::vector<std::string> runs;
  for (std::size_t i = 0; i < frames.size() && runs.size() <= kMostRuns;) {
    const auto next = others.upper_bound(frames[i]);
    std::size_t end = i + 1;
    while (end < frames.size() && (next == others.end() || frames[end] < *next)) ++end;
    runs.push_back(end - i == 1 ? std::to_string(frames[i])
                                : fmt::format("{} to {}", frames[i], frames[end - 1]));
    i = end;
  }
  if (runs.size() > kMostRuns) runs.back() = "...";
  return join(runs, ", ");
}

void judge_files(const Observations& observations, const Evaluation& evaluation,
                 Findings& findings) {
  for (const FileFault& fault : evaluation.file_faults) {
    std::set<std::int64_t> others;
    for (const View& view : observations.views) others.insert(view.frame);
    for (const std::int64_t frame : fault.frames) others.erase(frame);
    constexpr FindingCode kCodes[] = {FindingCode::kNamesSwapped, FindingCode::kPicturesTurned,
                                      FindingCode::kMomentsDiffer, FindingCode::kRecordingsMixed};
    Finding finding{.code = kCodes[static_cast<std::size_t>(fault.kind)],
                    .severity = Severity::kError,
                    .cameras = fault.cameras,
                    .frame = fault.from,
                    .numbers = {{"count", static_cast<double>(fault.frames.size())}},
                    .words = {{"frames", frames_text(fault.frames, others)}}};
    if (fault.kind == FileFault::Kind::kPicturesTurned) finding.words.push_back({"how", fault.how});
    findings.push_back(std::move(finding));
  }
}

// If all cameras but one seem to have moved at the same frame, it is the one that has.
void name_the_odd_one(const Calibration& calibration, Findings& findings) {
  std::set<std::string> moved;
  std::set<std::int64_t> frames;
  for (const Finding& finding : findings) {
    if (finding.code != FindingCode::kCameraMoved) continue;
    moved.insert(finding.cameras.front());
    frames.insert(*finding.frame);
  }
  std::vector<std::string> still;
  for (const Camera& camera : calibration.cameras) {
    if (camera.T_cam_rig && !moved.contains(camera.name)) still.push_back(camera.name);
  }
  if (moved.size() < 2 || still.size() != 1 || frames.size() != 1) return;
  bool is_named = false;
  std::erase_if(findings, [&](Finding& finding) {
    if (finding.code != FindingCode::kCameraMoved) return false;
    if (std::exchange(is_named, true)) return true;
    finding.cameras = still;
    return false;
  });
}

// Where files are at fault, cameras seem to have moved or to have other lenses, and have not.
void judge_changes(const Calibration& calibration, const Evaluation& evaluation,
                   Findings& findings) {
  if (!evaluation.file_faults.empty()) return;
  for (const CameraMotion& motion : evaluation.motions) judge_motion(motion, findings);
  for (const CameraChange& change : evaluation.structure.changes)
    judge_change(change, calibration, evaluation, findings);
  for (const RejectedRun& run : evaluation.structure.rejected_runs)
    judge_run(run, calibration, findings);
  name_the_odd_one(calibration, findings);
}

void judge_disagreement(const PoseDisagreement& each, const Calibration& calibration,
                        Judgment& judgment) {
  const Camera* camera = find_camera(calibration, each.name);
  if (!camera || each.views < kMinPoseViews) return;
  const Check check = at_most(each.ratio, "times", kMinDisagreement, {});
  Finding finding{.code = FindingCode::kBoardPosesDisagree,
                  .cameras = {each.name},
                  .numbers = {{"disagreement_px", each.px}, {"ratio", each.ratio}}};
  if (each.ratio < kMinDisagreement || !each.because_of.empty()) {
    add_check(each.because_of.empty() ? check : because(check, Severity::kNote, kFollows),
              finding.code, finding.cameras, judgment);
    return;
  }
  const double damage =
      2 * leverage(calibration, *camera) * each.px / camera->intrinsics->parameters[0];
  const bool is_small =
      damage < kMostGoodDamage && (each.ratio < kClearDisagreement || each.px < kLeastPatternPx);
  finding.severity = is_small ? Severity::kNote : severity_of_damage(damage);
  const char* const why = is_small ? "it moves little" : "it moves the camera";
  add_check(because(check, finding.severity, why), finding.code, finding.cameras, judgment);
  judgment.findings.push_back(std::move(finding));
}

void judge_correlation(const NeighborCorrelation& each, const Calibration& calibration,
                       Judgment& judgment) {
  const Check check = at_most(each.correlation, "", kMinCorrelation, {});
  Finding finding{.code = FindingCode::kErrorsCorrelated,
                  .cameras = {each.name},
                  .numbers = {{"correlation", each.correlation}, {"sigmas", each.sigmas}}};
  if (each.correlation < kMinCorrelation || each.sigmas < kMinCorrelationSigmas) {
    add_check(because(check, Severity::kNote, kByChance), finding.code, finding.cameras, judgment);
    return;
  }
  const Camera* camera = find_camera(calibration, each.name);
  const double rms_px = camera ? camera->reprojection_rms_px.value_or(1) : 1;
  const bool is_small = std::sqrt(each.correlation) * rms_px < kSmallCorrelatedPx;
  finding.severity = is_small ? Severity::kNote : Severity::kWarning;
  add_check(because(check, finding.severity, "the errors are small"), finding.code, finding.cameras,
            judgment);
  judgment.findings.push_back(std::move(finding));
}

void judge_structure(const Calibration& calibration, const Evaluation& evaluation,
                     Judgment& judgment) {
  for (const PoseDisagreement& each : evaluation.structure.disagreements)
    judge_disagreement(each, calibration, judgment);
  for (const NeighborCorrelation& each : evaluation.structure.neighbors)
    judge_correlation(each, calibration, judgment);
}

// The RMS reprojection error of a camera, estimated robustly from the median: for Gaussian errors
// in x and y the median length is sqrt(ln 2) times the RMS length.
std::optional<double> robust_rms_px(const Camera& camera, const Evaluation& evaluation) {
  if (!find_coverage(evaluation, camera.name)) return std::nullopt;  // not in these observations
  const ErrorStatistics* measured = find_reprojection(evaluation, camera.name);
  return measured ? measured->median / std::sqrt(std::log(2)) : camera.reprojection_rms_px;
}

void judge_fit(const Camera& camera, const Evaluation& evaluation, bool is_explained,
               Judgment& judgment) {
  const std::optional<double> error_px = robust_rms_px(camera, evaluation);
  if (!error_px) return;
  judge_by(at_most(*error_px, "px", 1, 2),
           {.code = FindingCode::kLensMisfit,
            .cameras = {camera.name},
            .numbers = {{"error_px", *error_px}}},
           judgment, is_explained);
}

// What chance explains is known from the scatter between views, as if their errors were
// independent.
void judge_regions(const CameraRegions& camera, double correlated_frames, bool is_explained,
                   Judgment& judgment) {
  if (camera.ratio_to_chance <= 0) return;  // not known
  Check check = at_most(camera.systematic_px, "px", 0.2, 0.6);
  if (is_explained) {
    // The scatter between views does not measure chance if another fault explains the errors.
  } else if (camera.ratio_to_chance < kMinOverChance) {
    check = because(check, Severity::kNote, kByChance);
  } else if (camera.systematic_px >= kLeastPatternPx &&
             camera.ratio_to_chance > kSurePattern * std::sqrt(correlated_frames)) {
    check = because(check, std::max(Severity::kWarning, check.severity), "clearly not by chance");
  }
  judge_by(check,
           {.code = FindingCode::kErrorPattern,
            .cameras = {camera.name},
            .numbers = {{"systematic_px", camera.systematic_px}},
            .words = {{"region", camera.worst}}},
           judgment, is_explained);
}

void judge_scale(const PairLengths& pair, bool is_explained, Judgment& judgment) {
  const LengthErrors& errors = pair.errors;
  if (!errors.scale_std_percent) return;  // chance may explain any error
  Check check = at_most(std::abs(errors.scale_percent), "%", 0.5, 2);
  if (!is_explained && std::abs(errors.scale_percent) < kMinScaleSigmas * *errors.scale_std_percent)
    check = because(check, Severity::kNote, kByChance);
  judge_by(check,
           {.code = FindingCode::kLengthScale,
            .cameras = {pair.first, pair.second},
            .numbers = {{"scale_percent", errors.scale_percent},
                        {"scale_std_percent", *errors.scale_std_percent}}},
           judgment, is_explained);
}

// Where two cameras face each other, no rectification aligns their rows: points near the epipole
// have large row errors however small their distance to the epipolar plane is.
void judge_rows(const PairRowErrors& pair, bool is_explained, Judgment& judgment) {
  const double error_px = std::min(pair.row_px.mean, pair.epipolar_px.mean);
  judge_by(at_most(error_px, "px", 0.3, 1),
           {.code = FindingCode::kRowError,
            .cameras = {pair.first, pair.second},
            .numbers = {{"row_error_px", error_px}}},
           judgment, is_explained);
}

// The cameras that have a frame offset, have moved, or have faulty files or frame numbers. Their
// other errors are consequences, and findings about these would hide the cause.
std::set<std::string> explained_cameras(const Calibration& calibration,
                                        const Evaluation& evaluation) {
  std::set<std::string> names;
  for (const SyncOffset& stream : evaluation.streams) {
    if (stream.offset_frames.value_or(0) != 0) names.insert(stream.name);
  }
  for (const CameraMotion& motion : evaluation.motions) {
    if (motion.moved) names.insert(motion.name);
  }
  for (const FileFault& fault : evaluation.file_faults)
    names.insert(fault.cameras.begin(), fault.cameras.end());
  if (evaluation.unrelated)
    names.insert(evaluation.unrelated->cameras.begin(), evaluation.unrelated->cameras.end());
  std::erase_if(names, [&](const std::string& name) {  // a lens alone needs no other camera
    const Camera* camera = find_camera(calibration, name);
    return !camera || !camera->T_cam_rig;
  });
  return names;
}

void judge_geometry(const Calibration& calibration, const Evaluation& evaluation,
                    Judgment& judgment) {
  const std::set<std::string> faulty = explained_cameras(calibration, evaluation);
  // A wrong pose also causes errors of the cameras that share frames with it.
  std::set<std::string> explained = faulty;
  const auto is_explained = [&](const auto& pair) {
    if (!faulty.contains(pair.first) && !faulty.contains(pair.second)) return false;
    explained.insert({pair.first, pair.second});
    return true;
  };
  for (const PairRowErrors& pair : evaluation.pairs) judge_rows(pair, is_explained(pair), judgment);
  for (const PairLengths& pair : evaluation.lengths.pairs)
    judge_scale(pair, is_explained(pair), judgment);
  for (const Camera& camera : calibration.cameras)
    judge_fit(camera, evaluation, explained.contains(camera.name), judgment);
  for (const CameraRegions& camera : evaluation.regions)
    judge_regions(camera, evaluation.structure.correlated_frames, !faulty.empty(), judgment);
}

// Whether a finding can be a consequence of pictures that were not taken at the same time.
bool follows_from_unrelated(FindingCode code) {
  using enum FindingCode;
  constexpr FindingCode kCodes[] = {kBoardNotFlat,
                                    kBoardShapeEstimated,
                                    kBoardShapeUndetermined,
                                    kBoardStretchUndetermined,
                                    kErrorsRepeat,
                                    kLensesDisagree,
                                    kTimeOffset,
                                    kClockRate,
                                    kFramesLost,
                                    kRollingShutter,
                                    kRollingShutterUnlikely,
                                    kHeldCameraDisagrees,
                                    kSyncOffset,
                                    kNamesSwapped,
                                    kPicturesTurned,
                                    kMomentsDiffer,
                                    kRecordingsMixed,
                                    kCameraMoved,
                                    kLensChanged,
                                    kBoardPosesDisagree,
                                    kErrorsCorrelated,
                                    kRowError,
                                    kLengthScale,
                                    kLensMisfit,
                                    kErrorPattern,
                                    kCameraUnused,
                                    kFocalLengthUncertain,
                                    kPositionUncertain,
                                    kManyViewsRejected};
  return std::find(std::begin(kCodes), std::end(kCodes), code) != std::end(kCodes);
}

// Inserts this finding before all others, and removes those that only follow from it.
void put_first(const UnrelatedFrames& unrelated, Findings& findings) {
  const auto is_told = [&](const std::string& camera) {
    return std::find(unrelated.cameras.begin(), unrelated.cameras.end(), camera) !=
           unrelated.cameras.end();
  };
  std::erase_if(findings, [&](const Finding& finding) {
    return follows_from_unrelated(finding.code) &&
           (unrelated.all || std::any_of(finding.cameras.begin(), finding.cameras.end(), is_told));
  });
  findings.insert(findings.begin(), unrelated_finding(unrelated));
}

// The pictures of a camera that cannot be used, and how many it has.
struct BrokenPictures {
  std::size_t pictures = 0;
  std::vector<const MissingView*> undecoded, resized;
  std::int64_t first_whole = std::numeric_limits<std::int64_t>::max(), last_whole = -first_whole;

  void add_whole(const ViewRef& view) {
    first_whole = std::min(first_whole, view.frame);
    last_whole = std::max(last_whole, view.frame);
  }
};

std::vector<BrokenPictures> broken_pictures(const Observations& observations) {
  std::vector<BrokenPictures> cameras(observations.cameras.size());
  for (const View& view : observations.views) {
    BrokenPictures& camera = cameras[static_cast<std::size_t>(view.camera)];
    ++camera.pictures;
    camera.add_whole(view);
  }
  for (const MissingView& missing : observations.missing) {
    BrokenPictures& camera = cameras[static_cast<std::size_t>(missing.camera)];
    ++camera.pictures;
    if (!missing.is_broken) {
      camera.add_whole(missing);
    } else {
      (missing.other_size == ImageSize{} ? camera.undecoded : camera.resized).push_back(&missing);
    }
  }
  return cameras;
}

bool share_a_size(const std::vector<const MissingView*>& pictures) {
  return std::all_of(pictures.begin(), pictures.end(), [&](const MissingView* picture) {
    return picture->other_size == pictures.front()->other_size;
  });
}

// "from cam0/0010.png on they are 480x640": which pictures have another size.
std::string resized_text(const BrokenPictures& camera) {
  const std::vector<const MissingView*>& resized = camera.resized;
  const std::string size = to_text(resized.front()->other_size);
  if (resized.front()->frame > camera.last_whole)
    return fmt::format("from {} on they are {}", resized.front()->image, size);
  if (resized.back()->frame < camera.first_whole)
    return fmt::format("up to {} they are {}", resized.back()->image, size);
  return fmt::format("{} of them are {}, the first is {}", resized.size(), size,
                     resized.front()->image);
}

// What is wrong with them: pictures that share another size together, the first of the others one
// by one.
std::string broken_text(const BrokenPictures& camera, ImageSize usual) {
  constexpr std::size_t kMostNamed = 3;
  std::vector<const MissingView*> single = camera.undecoded;
  std::vector<std::string> texts;
  if (camera.resized.size() > 1 && share_a_size(camera.resized)) {
    texts.push_back(resized_text(camera) + ", the others " + to_text(usual));
  } else {
    append(single, camera.resized);
  }
  for (std::size_t i = 0; i < std::min(kMostNamed, single.size()); ++i)
    texts.push_back(fmt::format("{} ({})", single[i]->image, single[i]->reason));
  if (single.size() > kMostNamed)
    texts.push_back(fmt::format("{} more", single.size() - kMostNamed));
  return join(texts, ", ");
}

std::string broken_advice(const BrokenPictures& camera, ImageSize usual) {
  std::vector<std::string> parts;
  if (!camera.undecoded.empty()) parts.emplace_back("copy them from the recorder again");
  if (!camera.resized.empty() && share_a_size(camera.resized)) {
    const ImageSize other = camera.resized.front()->other_size;
    const bool is_turned = other.width == usual.height && other.height == usual.width;
    parts.push_back(fmt::format(
        "the camera was {} for those of {}: record again, or put these into a folder of their own",
        is_turned ? "turned" : "set to another size", to_text(other)));
  } else if (!camera.resized.empty()) {
    parts.emplace_back(
        "look for pictures of other cameras and for cut or resized ones among those of other "
        "sizes");
  }
  return join(parts, "; ");
}

// Pictures that cannot be decoded, or have another size, of each camera.
void judge_broken(const Observations& observations, Findings& findings) {
  constexpr double kMostShare = 0.2;  // more make the calibration usable at best
  const std::vector<BrokenPictures> cameras = broken_pictures(observations);
  for (std::size_t c = 0; c < cameras.size(); ++c) {
    const BrokenPictures& camera = cameras[c];
    const auto count = static_cast<double>(camera.undecoded.size() + camera.resized.size());
    if (count == 0) continue;
    const auto all = static_cast<double>(camera.pictures);
    const ImageSize usual = observations.cameras[c].image_size;
    findings.push_back({.code = FindingCode::kPicturesBroken,
                        .severity = count > kMostShare * all ? Severity::kWarning : Severity::kNote,
                        .cameras = {observations.cameras[c].name},
                        .numbers = {{"broken", count}, {"pictures", all}},
                        .words = {{"files", broken_text(camera, usual)},
                                  {"advice", broken_advice(camera, usual)}}});
  }
}

bool has_poses(const Calibration& calibration) {
  return std::any_of(calibration.cameras.begin(), calibration.cameras.end(),
                     [](const Camera& camera) { return camera.T_cam_rig.has_value(); });
}

// The metrics in the order of the file.
std::vector<Metric> quality_metrics(const Evaluation& evaluation) {
  std::vector<Metric> metrics;
  const RigMetrics values = rig_metrics(evaluation);
  const auto add = [&](const char* name, const std::optional<double>& value) {
    if (value) metrics.push_back({name, *value});
  };
  if (evaluation.reprojection_px.count > 0) {
    add("reprojection_rms_px", evaluation.reprojection_px.rms);
    add("reprojection_max_px", evaluation.reprojection_px.max);
    add("corners_used", static_cast<double>(evaluation.reprojection_px.count));
  }
  add("row_error_worst_pair_mean_px", values.epipolar_px);
  add("worst_view_rms_px", values.worst_view_px);
  add("region_systematic_px", values.region_px);
  add("metric_rms_mm", values.metric_mm);
  add("metric_scale_worst_percent", values.metric_percent);
  add("late_frames", values.late_frames);
  add("moved_mdeg", values.moved_mdeg);
  return metrics;
}

Judgment judge_evaluation(const Observations& observations, const Evaluation& evaluation,
                          const Calibration& calibration) {
  Judgment judgment;
  for (const SamePictures& same : evaluation.same_pictures)
    judge_same_pictures(same, judgment.findings);
  // An offset of a stream does not matter for a lens without a pose.
  for (const SyncOffset& stream : evaluation.streams) {
    const Camera* camera = find_camera(calibration, stream.name);
    if (camera && camera->T_cam_rig) judge_stream(stream, judgment);
  }
  judge_files(observations, evaluation, judgment.findings);
  judge_changes(calibration, evaluation, judgment.findings);
  judge_structure(calibration, evaluation, judgment);
  judge_geometry(calibration, evaluation, judgment);
  for (std::size_t i = 0; i < observations.cameras.size(); ++i) {
    const Camera* camera = find_camera(calibration, observations.cameras[i].name);
    if (camera && camera->T_cam_rig && evaluation.camera_reprojection[i].count == 0) {
      judgment.findings.push_back({.code = FindingCode::kCameraUnused,
                                   .severity = Severity::kError,
                                   .cameras = {camera->name}});
    }
  }
  const std::map<std::string, int> rejected = rejected_views(calibration);
  for (std::size_t i = 0; i < observations.cameras.size(); ++i) {
    const Camera* camera = find_camera(calibration, observations.cameras[i].name);
    if (!camera || !camera->intrinsics) continue;
    const auto count = rejected.find(camera->name);
    judge_camera(calibration, *camera, evaluation.coverage[i],
                 count == rejected.end() ? 0 : count->second, judgment);
  }
  judge_broken(observations, judgment.findings);
  return judgment;
}

void add_reprojection(const Observations& observations, const Calibration& calibration, int jobs,
                      Evaluation& evaluation) {
  const std::size_t cameras = observations.cameras.size();
  std::vector<std::vector<double>> magnitudes(cameras);
  std::vector<std::vector<ViewError>> views(cameras);
  evaluation.camera_reprojection.resize(cameras);
  evaluation.regions.resize(cameras);
  visit_rig_residuals(observations, calibration, jobs,
                      [&](std::size_t camera, const std::vector<Residual>& residuals) {
                        magnitudes[camera].reserve(residuals.size());
                        for (const Residual& residual : residuals)
                          magnitudes[camera].push_back(residual.error.norm());
                        evaluation.camera_reprojection[camera] = statistics(magnitudes[camera]);
                        views[camera] = view_errors(residuals);
                        evaluation.regions[camera] =
                            region_errors(observations.cameras[camera], residuals);
                      });
  std::vector<double> all;
  for (const std::vector<double>& of_camera : magnitudes) append(all, of_camera);
  evaluation.reprojection_px = statistics(std::move(all));
  for (const std::vector<ViewError>& of_camera : views) append(evaluation.views, of_camera);
}

// The frame offset of each stream, or the reason why it has none.
void add_times(const Observations& observations, const Calibration& calibration, const Rays& rays,
               const ViewPoses& poses, int jobs, Evaluation& evaluation) {
  evaluation.streams = sync_offsets(observations, rays, poses, calibration.reference_camera, jobs);
  evaluation.unrelated = unrelated_frames(rays, poses, evaluation.streams, jobs);
  if (!evaluation.unrelated) return;
  for (const std::string& name : evaluation.unrelated->cameras) {
    for (SyncOffset& stream : evaluation.streams) {
      if (stream.name != name) continue;
      stream = {};
      stream.name = name;
      stream.why_not = "its frames are not of the moments of the others";
    }
  }
}

// Asks what changed where a check suspects a camera. A motion that another change explains is none.
void explain_changes(const Observations& observations, const Calibration& calibration, int jobs,
                     Evaluation& evaluation) {
  std::vector<SuspectedChange> suspects;
  for (const CameraMotion& motion : evaluation.motions) {
    if (motion.moved) suspects.push_back({motion.name, motion.frame, {}, false, false, true});
  }
  for (const CameraChange& change : evaluation.structure.changes) {
    const Camera* camera = find_camera(calibration, change.camera);
    const bool is_error = camera && severity_of(change, calibration, *camera) == Severity::kError;
    suspects.push_back({change.camera,
                        change.frame,
                        {},
                        change.gradual,
                        change.kind == CameraChange::Kind::kZoom,
                        is_error});
  }
  for (const RejectedRun& run : evaluation.structure.rejected_runs)
    suspects.push_back({run.camera, run.frame, run.until, false, false, true});
  if (suspects.empty()) return;
  std::vector<CameraChange> changes = explained_changes(observations, calibration, suspects, jobs);
  if (changes.empty()) return;
  // What seemed to be grave is so, whatever it was.
  changes.front().visible =
      std::any_of(suspects.begin(), suspects.end(),
                  [](const SuspectedChange& suspect) { return suspect.visible; });
  evaluation.structure.rejected_runs.clear();
  evaluation.structure.changes = changes;
  for (CameraMotion& motion : evaluation.motions) {
    motion.moved = std::any_of(changes.begin(), changes.end(), [&](const CameraChange& change) {
      return change.kind == CameraChange::Kind::kPose && is_the_motion(change, motion);
    });
  }
}

// With a late stream the errors change with the motion of the board, so that steps do not prove
// that a camera moved, and frames that do not fit no fault of files.
void add_changes(const Observations& observations, const Calibration& calibration, const Rays& rays,
                 const ViewPoses& poses, int jobs, Evaluation& evaluation) {
  evaluation.motions = moved_cameras(rays, poses, calibration, jobs);
  if (rig_metrics(evaluation).late_frames.value_or(0) != 0) {
    for (CameraMotion& motion : evaluation.motions) motion.moved = false;
  } else {
    evaluation.file_faults =
        file_faults(observations, calibration, evaluation.structure.disagreements, jobs);
    if (evaluation.file_faults.empty())
      explain_changes(observations, calibration, jobs, evaluation);
  }
}

}  // namespace

Evaluation evaluate(const Observations& observations, const Calibration& calibration, int jobs) {
  Evaluation evaluation;
  add_reprojection(observations, calibration, jobs, evaluation);
  const Rays rays = observed_rays(observations, calibration, jobs);
  evaluation.pairs = row_errors(rays, jobs);
  evaluation.coverage = coverage(observations);
  const ViewPoses poses = view_poses(rays, jobs);
  evaluation.pose_diversity = pose_diversity(observations, rays, poses);
  evaluation.next_shots =
      next_shots(observations, calibration, evaluation.coverage, evaluation.pose_diversity);
  evaluation.same_pictures = same_pictures(observations, calibration, jobs);
  if (rays.cameras.size() > 1) add_times(observations, calibration, rays, poses, jobs, evaluation);
  if (posed_cameras(rays).size() > 1) evaluation.lengths = length_errors(rays, jobs);
  evaluation.structure = error_structure(observations, calibration, jobs);
  if (posed_cameras(rays).size() > 1 && !evaluation.unrelated)
    add_changes(observations, calibration, rays, poses, jobs, evaluation);
  return evaluation;
}

std::vector<Check> judge(const Observations& observations, const Evaluation& evaluation,
                         Calibration& calibration) {
  std::erase_if(calibration.findings, [](const Finding& finding) {
    return source_of(finding.code) == FindingSource::kEvaluation;
  });
  Judgment judgment = judge_evaluation(observations, evaluation, calibration);
  append(calibration.findings, judgment.findings);
  // Lenses alone need no common moments.
  if (evaluation.unrelated && has_poses(calibration))
    put_first(*evaluation.unrelated, calibration.findings);
  calibration.verdict = verdict_of(calibration.findings);
  calibration.quality = quality_metrics(evaluation);
  return std::move(judgment.checks);
}

Finding unrelated_finding(const UnrelatedFrames& unrelated) {
  const std::string pictures =
      unrelated.all ? "pictures"
                    : "the pictures of " + join(unrelated.cameras, " and ") + " and of the others";
  return {.code = FindingCode::kFramesUnrelated,
          .severity = Severity::kError,
          .cameras = unrelated.cameras,
          .numbers = {{"pairs", static_cast<double>(unrelated.pairs)},
                      {"agreeing", static_cast<double>(unrelated.agreeing)},
                      {"error_px", finite(unrelated.error_px)}},
          .words = {{"pictures", pictures}}};
}

void judge_without_observations(Calibration& calibration) {
  Judgment judgment;
  for (const Camera& camera : calibration.cameras)
    if (camera.T_cam_rig) judge_deviations(calibration, camera, 1, judgment);
  append(calibration.findings, judgment.findings);
  calibration.verdict = verdict_of(calibration.findings);
}

}  // namespace calib
