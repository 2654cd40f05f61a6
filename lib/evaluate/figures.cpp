#include "evaluate/figures.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace calib {
namespace {

constexpr double kMillidegrees = 180e3 / std::numbers::pi;

void raise(std::optional<double>& value, double candidate) {
  value = std::max(value.value_or(candidate), candidate);
}

}  // namespace

FigureValues figure_values(const Evaluation& evaluation) {
  FigureValues values;
  if (evaluation.reprojection_px.count > 0) values.reprojection_px = evaluation.reprojection_px.rms;
  for (const PairEpipolar& pair : evaluation.pairs) raise(values.epipolar_px, pair.row_px.mean);
  for (const ViewError& view : evaluation.views) raise(values.worst_view_px, view.rms_px);
  for (const CameraRegions& camera : evaluation.regions) {
    if (camera.over_chance > 0) raise(values.region_px, camera.systematic_px);
  }
  if (evaluation.metric.rig.lengths > 0) values.metric_mm = evaluation.metric.rig.rms_mm;
  for (const PairMetric& pair : evaluation.metric.pairs) {
    if (pair.errors.frames > 0) raise(values.metric_percent, std::abs(pair.errors.scale_percent));
  }
  for (const StreamOffset& stream : evaluation.streams) {
    if (stream.offset_frames)
      raise(values.late_frames, std::abs(static_cast<double>(*stream.offset_frames)));
  }
  for (const CameraMotion& motion : evaluation.motions) {
    if (motion.views > 0)
      raise(values.moved_mdeg, motion.moved ? kMillidegrees * motion.angle_rad : 0);
  }
  return values;
}

}  // namespace calib
