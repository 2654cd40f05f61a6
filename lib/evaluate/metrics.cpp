#include "evaluate/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace calib {
namespace {

void raise(std::optional<double>& value, double candidate) {
  value = std::max(value.value_or(candidate), candidate);
}

}  // namespace

RigMetrics rig_metrics(const Evaluation& evaluation) {
  RigMetrics values;
  if (evaluation.reprojection_px.count > 0) values.reprojection_px = evaluation.reprojection_px.rms;
  for (const PairRowErrors& pair : evaluation.pairs) raise(values.epipolar_px, pair.row_px.mean);
  for (const ViewError& view : evaluation.views) raise(values.worst_view_px, view.rms_px);
  for (const CameraRegions& camera : evaluation.regions) {
    if (camera.ratio_to_chance > 0) raise(values.region_px, camera.systematic_px);
  }
  if (evaluation.lengths.rig.lengths > 0) values.metric_mm = evaluation.lengths.rig.rms_mm;
  for (const PairLengths& pair : evaluation.lengths.pairs) {
    if (pair.errors.frames > 0) raise(values.metric_percent, std::abs(pair.errors.scale_percent));
  }
  if (evaluation.heldout) {
    for (const ErrorStatistics& camera : evaluation.heldout->lens) {
      if (camera.count > 0) raise(values.heldout_px, camera.mean);
    }
    for (const ErrorStatistics& camera : evaluation.heldout->rig) {
      if (camera.count > 0) raise(values.heldout_rig_px, camera.mean);
    }
  }
  for (const SyncOffset& stream : evaluation.streams) {
    if (stream.offset_frames)
      raise(values.late_frames, std::abs(static_cast<double>(*stream.offset_frames)));
  }
  for (const CameraMotion& motion : evaluation.motions) {
    if (motion.views > 0)
      raise(values.moved_mdeg, motion.moved ? kMillidegrees * motion.angle_rad : 0);
  }
  return values;
}

const CameraCoverage* find_coverage(const Evaluation& evaluation, const std::string& name) {
  for (const CameraCoverage& coverage : evaluation.coverage) {
    if (coverage.name == name) return &coverage;
  }
  return nullptr;
}

const ErrorStatistics* find_reprojection(const Evaluation& evaluation, const std::string& name) {
  const CameraCoverage* coverage = find_coverage(evaluation, name);
  if (!coverage) return nullptr;
  const ErrorStatistics& measured =
      evaluation.camera_reprojection[coverage - evaluation.coverage.data()];
  return measured.count > 0 ? &measured : nullptr;
}

std::optional<double> reprojection_rms(const Camera& camera, const Evaluation& evaluation) {
  const ErrorStatistics* measured = find_reprojection(evaluation, camera.name);
  return measured ? measured->rms : camera.reprojection_rms_px;
}

GridSpread grid_spread(const std::vector<double>& grid) {
  std::vector<double> known;
  std::copy_if(grid.begin(), grid.end(), std::back_inserter(known),
               [](double value) { return std::isfinite(value); });
  const ErrorStatistics spread = statistics(std::move(known));
  return {spread.count, spread.median, spread.max};
}

std::optional<double> worst_projection_std_px(const Calibration& calibration) {
  std::optional<double> worst;
  for (const Camera& camera : calibration.cameras) {
    if (camera.uncertainty) raise(worst, grid_spread(camera.uncertainty->near_px).worst);
  }
  return worst;
}

}  // namespace calib
