#include "evaluate/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

namespace calib {
namespace {

enum class Grade { kGood, kUsable, kPoor };

constexpr const char* kGradeNames[] = {"good", "usable", "poor"};

class Judge {
 public:
  // `good` and `usable` are the limits; a value on the better side of `good` gives no reason.
  void at_most(double value, double good, double usable, const std::string& reason) {
    raise(value <= good ? Grade::kGood : value <= usable ? Grade::kUsable : Grade::kPoor, reason);
  }
  void at_least(double value, double good, double usable, const std::string& reason) {
    raise(value >= good ? Grade::kGood : value >= usable ? Grade::kUsable : Grade::kPoor, reason);
  }
  Grade grade() const { return grade_; }
  const std::vector<std::string>& reasons() const { return reasons_; }

 private:
  void raise(Grade grade, const std::string& reason) {
    if (grade == Grade::kGood) return;
    grade_ = std::max(grade_, grade);
    reasons_.push_back(reason);
  }
  Grade grade_ = Grade::kGood;
  std::vector<std::string> reasons_;
};

// The distance from a camera to the nearest other one.
double nearest_neighbour(const Calibration& calibration, const Camera& camera) {
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
  judge.at_least(
      camera.views, 15, 6,
      fmt::format("{}: only {} views of the board were used: film more, tilted in all directions",
                  name, camera.views));
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
  if (camera.std.centre_m) {
    const double relative = camera.std.centre_m->norm() / nearest_neighbour(calibration, camera);
    judge.at_most(relative, 2e-3, 2e-2,
                  fmt::format("{}: its position is known to {:.1f} mm only ({:.1f} % of the "
                              "distance to its neighbour): film "
                              "more frames that several cameras see",
                              name, 1000 * camera.std.centre_m->norm(), 100 * relative));
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

}  // namespace

Evaluation evaluate(const Observations& observations, const Calibration& calibration) {
  Evaluation evaluation;
  std::vector<double> all;
  std::vector<std::vector<double>> by_camera(observations.cameras.size());
  for (const Residual& residual : rig_residuals(observations, calibration)) {
    all.push_back(residual.error.norm());
    by_camera[residual.camera].push_back(residual.error.norm());
  }
  evaluation.reprojection_px = statistics(std::move(all));
  for (auto& magnitudes : by_camera)
    evaluation.camera_reprojection.push_back(statistics(std::move(magnitudes)));
  evaluation.pairs = epipolar_errors(observations, calibration);
  evaluation.coverage = coverage(observations);
  return evaluation;
}

void judge(const Observations& observations, const Evaluation& evaluation,
           Calibration& calibration) {
  Judge judge;
  const std::map<std::string, int> rejected = rejected_views(calibration);
  for (std::size_t i = 0; i < observations.cameras.size(); ++i) {
    const Camera* camera = find_camera(calibration, observations.cameras[i].name);
    if (!camera || !camera->intrinsics) continue;
    const auto count = rejected.find(camera->name);
    judge_camera(calibration, *camera, evaluation.coverage[i],
                 count == rejected.end() ? 0 : count->second, judge);
  }
  double worst_row = 0;
  for (const PairEpipolar& pair : evaluation.pairs) {
    worst_row = std::max(worst_row, pair.row_px.mean);
    judge.at_most(pair.row_px.mean, 0.3, 1,
                  fmt::format("{} and {}: rows differ by {:.2f} px on average: look for motion "
                              "blur, a board that is not "
                              "flat, or cameras that are not synchronised",
                              pair.first, pair.second, pair.row_px.mean));
  }
  calibration.verdict = kGradeNames[static_cast<int>(judge.grade())];
  calibration.reasons = judge.reasons();
  if (calibration.reasons.empty()) {
    calibration.reasons = {
        "views, coverage, predicted uncertainty, row errors and rejections are all within bounds"};
  }
  calibration.quality.clear();
  if (evaluation.reprojection_px.count > 0) {
    calibration.quality.push_back({"reprojection_rms_px", evaluation.reprojection_px.rms});
    calibration.quality.push_back({"reprojection_max_px", evaluation.reprojection_px.max});
    calibration.quality.push_back(
        {"corners_used", static_cast<double>(evaluation.reprojection_px.count)});
  }
  if (!evaluation.pairs.empty())
    calibration.quality.push_back({"row_error_worst_pair_mean_px", worst_row});
}

}  // namespace calib
