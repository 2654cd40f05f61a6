#include "report/trust_report.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "evaluate/metrics.hpp"
#include "report/cells.hpp"

namespace calib {
namespace {

using nlohmann::ordered_json;

// The size of an error that is larger than the picture has no meaning: there the lens model may
// predict any position.
constexpr double kMostError_px = 1e4;

std::string mean_cell(const ErrorStatistics& statistics) {
  if (statistics.count == 0) return "-";
  return statistics.mean > kMostError_px ? "> 10000" : to_text(statistics.mean, 3);
}

std::string spread_cell(const std::vector<double>& grid) {
  const GridSpread spread = grid_spread(grid);
  if (spread.cells == 0) return "-";
  return fmt::format("{} / {}", to_text(spread.median, 3), to_text(spread.worst, 3));
}

// The index of a camera among those of the observations.
std::optional<std::size_t> index_of(const Evaluation& evaluation, const std::string& name) {
  const CameraCoverage* coverage = find_coverage(evaluation, name);
  if (!coverage) return std::nullopt;
  return static_cast<std::size_t>(coverage - evaluation.coverage.data());
}

ordered_json grid_json(const std::vector<double>& grid) {
  ordered_json json = ordered_json::array();
  for (const double value : grid)
    json.push_back(std::isnan(value) ? ordered_json(nullptr) : ordered_json(value));
  return json;
}

ordered_json uncertainty_json(const ProjectionUncertainty& uncertainty) {
  const GridSpread near = grid_spread(uncertainty.near_px),
                   far = grid_spread(uncertainty.infinity_px);
  return {{"grid", {ProjectionUncertainty::kColumns, ProjectionUncertainty::kRows}},
          {"distance_m", uncertainty.distance_m},
          {"near_median_px", near.median},
          {"near_worst_px", near.worst},
          {"infinity_median_px", far.median},
          {"infinity_worst_px", far.worst},
          {"near_px", grid_json(uncertainty.near_px)},
          {"infinity_px", grid_json(uncertainty.infinity_px)}};
}

}  // namespace

TableRows trust_rows(const Calibration& calibration, const Evaluation& evaluation) {
  TableRows rows = {{"camera", "held-out error px: own pose", "pose from the other cameras",
                     "projection std px: at the boards (median / worst)", "at infinity"}};
  bool any = false;
  for (const Camera& camera : calibration.cameras) {
    const auto index = index_of(evaluation, camera.name);
    if (!camera.intrinsics || !index) continue;
    const auto& heldout = evaluation.heldout;
    rows.push_back({camera.name, heldout ? mean_cell(heldout->lens[*index]) : "-",
                    heldout ? mean_cell(heldout->rig[*index]) : "-",
                    camera.uncertainty ? spread_cell(camera.uncertainty->near_px) : "-",
                    camera.uncertainty ? spread_cell(camera.uncertainty->infinity_px) : "-"});
    any = any || heldout || camera.uncertainty;
  }
  if (!any) rows.resize(1);
  return rows;
}

std::string heldout_text(const Evaluation& evaluation, const std::string& name) {
  const auto index = index_of(evaluation, name);
  if (!evaluation.heldout || !index) return "-";
  const ErrorStatistics& rig = evaluation.heldout->rig[*index];
  return mean_cell(rig.count > 0 ? rig : evaluation.heldout->lens[*index]);
}

std::string lost_note(const Evaluation& evaluation) {
  const std::size_t lost =
      evaluation.heldout ? evaluation.heldout->lens_lost + evaluation.heldout->rig_lost : 0;
  if (lost == 0) return "";
  return fmt::format("  {} corners of held-out views could not be predicted\n", lost);
}

TableRows model_rows(const Calibration& calibration) {
  TableRows rows = {{"held-out error px"}};
  for (const Camera& camera : calibration.cameras) {
    if (camera.model_trials.empty()) continue;
    if (rows.size() == 1) {
      for (const ModelTrial& trial : camera.model_trials) rows[0].push_back(trial.model);
    }
    rows.push_back({camera.name});
    for (const ModelTrial& trial : camera.model_trials) {
      rows.back().push_back(trial.heldout_px ? to_text(*trial.heldout_px, 4) : "-");
      if (camera.intrinsics && trial.model == camera.intrinsics->model) rows.back().back() += "*";
    }
  }
  return rows;
}

void add_trust(const Calibration& calibration, const Evaluation& evaluation, ordered_json& json) {
  for (const Camera& camera : calibration.cameras) {
    ordered_json& entry = json["cameras"][camera.name];
    const auto index = index_of(evaluation, camera.name);
    if (evaluation.heldout && index) {
      entry["heldout_px"]["own_pose"] =
          statistics_json(evaluation.heldout->lens[*index], "corners");
      entry["heldout_px"]["others_pose"] =
          statistics_json(evaluation.heldout->rig[*index], "corners");
    }
    if (camera.uncertainty) entry["projection_std"] = uncertainty_json(*camera.uncertainty);
    for (const ModelTrial& trial : camera.model_trials) {
      ordered_json tried = {{"model", trial.model}};
      if (trial.heldout_px) tried["heldout_px"] = *trial.heldout_px;
      if (trial.rms_px) tried["rms_px"] = *trial.rms_px;
      if (!trial.problem.empty()) tried["problem"] = trial.problem;
      entry["model_trials"].push_back(tried);
    }
  }
  if (!evaluation.heldout) return;
  json["heldout"] = {{"folds", evaluation.heldout->folds},
                     {"own_pose_lost", evaluation.heldout->lens_lost},
                     {"others_pose_lost", evaluation.heldout->rig_lost}};
}

}  // namespace calib
