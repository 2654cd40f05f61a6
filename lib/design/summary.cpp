#include "design/summary.hpp"

#include <algorithm>
#include <cmath>

#include "base/median.hpp"

namespace calib {
namespace {

// The values that are not NaN.
std::vector<double> known_values(std::vector<double> values) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  return values;
}

DesignedCamera designed_camera(const Camera& camera) {
  DesignedCamera result{camera.name, camera.intrinsics->model, camera.image_size, camera.views};
  const std::vector<std::string> names = parameter_names(camera.intrinsics->model);
  for (std::size_t k = 0; k < camera.std.parameters.size(); ++k)
    result.lens.emplace_back(names[k], camera.std.parameters[k]);
  if (camera.uncertainty) {
    const std::vector<double> values = known_values(camera.uncertainty->near_px);
    if (!values.empty()) result.pixel_worst = *std::max_element(values.begin(), values.end());
    result.pixel_median = median(values);
  }
  result.rotation_rad = camera.std.rotation_rad;
  result.center_m = camera.std.center_m;
  return result;
}

}  // namespace

DesignSummary summarize(const Design& design, const Forecast& now,
                        const std::vector<DesignChange>& changes) {
  DesignSummary result{.board = design.board,
                       .shots = design.plan.shots,
                       .placed = static_cast<int>(now.expected.frames.size()),
                       .near_m = design.plan.near_m,
                       .far_m = design.plan.far_m,
                       .max_tilt_deg = kDegrees * design.plan.max_tilt,
                       .corner_px = design.noise.corner_px,
                       .point_px = design.noise.point_px,
                       .exact_board = design.noise.exact_board,
                       .pairs = now.pairs,
                       .box = design.grid.box,
                       .in_room = design.rig.world.has_value(),
                       .points = now.points};
  for (const Camera& camera : now.expected.cameras)
    result.cameras.push_back(designed_camera(camera));
  for (const DesignChange& change : changes) {
    DesignedChange& row = result.changes.emplace_back(DesignedChange{change.text});
    row.determined = change.result.has_value();
    if (!change.result) continue;
    row.mean_m = change.result->points.mean_m;
    row.worst_m = change.result->points.worst_m;
    row.calibration_m = change.result->points.calibration_m;
  }
  return result;
}

std::vector<SharedBoards> pairs_without_boards(const DesignSummary& design) {
  std::vector<SharedBoards> result;
  std::copy_if(design.pairs.begin(), design.pairs.end(), std::back_inserter(result),
               [](const SharedBoards& pair) { return pair.boards == 0; });
  return result;
}

}  // namespace calib
