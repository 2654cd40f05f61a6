#include "report/calibration_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/append.hpp"
#include "base/text.hpp"
#include "evaluate/metrics.hpp"
#include "report/cells.hpp"
#include "report/check_table.hpp"
#include "report/detail_report.hpp"
#include "report/trust_report.hpp"
#include "scene/world.hpp"

namespace calib {
namespace {

using nlohmann::ordered_json;

std::vector<std::string> camera_row(const Camera& camera, const Evaluation& evaluation) {
  std::vector<std::string> row = {camera.name, camera.intrinsics->model};
  append(row, view_cells(camera, evaluation));
  for (const std::size_t parameter : {0, 2, 3})  // fx, cx, cy
    row.push_back(
        with_std(camera.intrinsics->parameters[parameter], parameter_std(camera, parameter)));
  row.push_back(center_text(camera));
  return row;
}

// The table, or "" if it has only a header.
std::string table_or_nothing(const TableRows& rows) {
  return rows.size() > 1 ? text_table(rows) : "";
}

}  // namespace

ordered_json findings_json(const std::vector<Finding>& findings) {
  ordered_json list = ordered_json::array();
  for (const Finding& finding : findings) {
    ordered_json entry = {{"code", to_text(finding.code)},
                          {"severity", to_text(finding.severity)},
                          {"cameras", finding.cameras}};
    if (finding.frame) entry["frame"] = *finding.frame;
    entry["numbers"] = ordered_json::object();
    for (const Metric& number : finding.numbers) entry["numbers"][number.name] = number.value;
    entry["words"] = ordered_json::object();
    for (const NamedWord& word : finding.words) entry["words"][word.name] = word.value;
    entry["text"] = message_text(finding);
    entry["remedy"] = remedy_text(finding);
    list.push_back(std::move(entry));
  }
  return list;
}

std::string verdict_text(const Calibration& calibration, std::size_t most_reasons,
                         std::size_t most_notes) {
  const std::vector<Finding> findings = joined_by_cameras(calibration.findings);
  std::string text;
  if (calibration.verdict) {
    text += "verdict: " + to_text(*calibration.verdict) + "\n";
    text += bullets(verdict_reasons(findings), most_reasons, "reasons");
  }
  std::vector<std::string> notes = note_texts(findings);
  for (std::string& note : notes) note.insert(0, "note: ");
  return text + bullets(notes, most_notes, "notes");
}

std::string calibration_text(const Calibration& calibration, const Evaluation& evaluation) {
  TableRows cameras = {{"camera", "model", "views", "coverage", "RMS error px", "fx px", "cx px",
                        "cy px", "center mm"}};
  for (const Camera& camera : calibration.cameras) {
    if (camera.intrinsics) cameras.push_back(camera_row(camera, evaluation));
  }
  std::string text = verdict_text(calibration, kAllBullets, kAllBullets) + text_table(cameras) +
                     table_or_nothing(model_rows(calibration)) +
                     table_or_nothing(detail_rows(evaluation)) +
                     table_or_nothing(trust_rows(calibration, evaluation)) + lost_note(evaluation);
  if (!evaluation.pairs.empty()) {
    TableRows pairs = {{"pair", "frames", "baseline mm", "row error px: mean", "p95", "max",
                        "square RMS mm", "length error %"}};
    for (const PairRowErrors& pair : evaluation.pairs) {
      const PairLengths* lengths = find_pair_lengths(evaluation, pair.first, pair.second);
      pairs.push_back({pair_name(pair.first, pair.second), std::to_string(pair.frames),
                       to_text(1000 * pair.baseline_m, 2), to_text(pair.row_px.mean, 3),
                       to_text(pair.row_px.p95, 3), to_text(pair.row_px.max, 3),
                       lengths ? to_text(lengths->errors.rms_mm, 3) : "-",
                       lengths ? scale_text(lengths->errors) : "-"});
    }
    text += text_table(pairs);
  }
  text += detail_notes(evaluation) + rejected_text(calibration);
  return text + next_shots_text(evaluation, kAllBullets);
}

std::string rejected_text(const Calibration& calibration) {
  if (calibration.rejected.empty()) return "";
  const auto views = std::count_if(calibration.rejected.begin(), calibration.rejected.end(),
                                   [](const Rejected& rejected) { return !rejected.corner; });
  return fmt::format("  left out: {} views, {} single corners\n", views,
                     static_cast<long>(calibration.rejected.size()) - views);
}

ordered_json calibration_json(const Calibration& calibration, const Evaluation& evaluation) {
  ordered_json json;
  json["verdict"] = to_text(calibration.verdict);
  json["reasons"] = ordered_json::array();
  if (calibration.verdict) json["reasons"] = verdict_reasons(calibration.findings);
  json["findings"] = findings_json(calibration.findings);
  json["checks"] = checks_json(evaluation.checks);
  json["reprojection_px"] = statistics_json(evaluation.reprojection_px);
  for (const Camera& camera : calibration.cameras) {
    ordered_json entry;
    entry["views"] = camera.views;
    if (const auto rms = reprojection_rms(camera, evaluation)) entry["reprojection_rms_px"] = *rms;
    if (const CameraCoverage* coverage = find_coverage(evaluation, camera.name))
      entry["coverage"] = coverage->share;
    if (camera.intrinsics) {
      entry["model"] = camera.intrinsics->model;
      const std::vector<std::string> names = parameter_names(camera.intrinsics->model);
      for (std::size_t i = 0; i < names.size(); ++i)
        entry["parameters"][names[i]] = camera.intrinsics->parameters[i];
      for (std::size_t i = 0; i < camera.std.parameters.size(); ++i)
        entry["std"][names[i]] = camera.std.parameters[i];
    }
    if (camera.T_cam_rig) {
      const Eigen::Vector3d center = camera_center(*camera.T_cam_rig);
      entry["centre_m"] = {center.x(), center.y(), center.z()};
      if (calibration.world) {
        const Eigen::Vector3d in_world = camera_center(*T_cam_world(calibration, camera));
        entry["centre_world_m"] = {in_world.x(), in_world.y(), in_world.z()};
      }
    }
    json["cameras"][camera.name] = entry;
  }
  json["pairs"] = ordered_json::array();
  for (const PairRowErrors& pair : evaluation.pairs) {
    json["pairs"].push_back({{"first", pair.first},
                             {"second", pair.second},
                             {"frames", pair.frames},
                             {"baseline_m", pair.baseline_m},
                             {"row_error_px", statistics_json(pair.row_px)}});
    const ordered_json lengths = pair_metric_json(evaluation, pair.first, pair.second);
    if (!lengths.is_null()) json["pairs"].back()["lengths"] = lengths;
  }
  add_details(evaluation, json);
  add_trust(calibration, evaluation, json);
  json["rejected"] = calibration.rejected.size();
  return json;
}

std::string comparison_text(const std::vector<CameraDifference>& differences) {
  TableRows rows = {{"camera", "projection px: mean", "max", "in sigmas: mean", "center mm",
                     "rotation mdeg", "worst number in sigmas"}};
  const auto or_dash = [](const std::optional<double>& value) {
    return value ? to_text(*value, 1) : std::string("-");
  };
  for (const CameraDifference& d : differences) {
    const auto sigmas =
        d.projection_sigmas ? std::optional(d.projection_sigmas->mean) : std::nullopt;
    rows.push_back({d.name, to_text(d.projection_px.mean, 4), to_text(d.projection_px.max, 4),
                    or_dash(sigmas), d.posed ? to_text(1000 * d.center_m, 4) : "-",
                    d.posed ? to_text(kMillidegrees * d.rotation_rad, 3) : "-",
                    or_dash(d.worst_sigmas)});
  }
  return text_table(rows);
}

ordered_json comparison_json(const std::vector<CameraDifference>& differences) {
  ordered_json json = ordered_json::object();
  for (const CameraDifference& d : differences) {
    ordered_json& entry = json[d.name];
    entry["projection_px"] = statistics_json(d.projection_px);
    if (d.posed) {
      entry["centre_m"] = d.center_m;
      entry["rotation_rad"] = d.rotation_rad;
    }
    if (d.projection_sigmas) entry["projection_sigmas"] = statistics_json(*d.projection_sigmas);
    if (d.center_sigmas) entry["centre_sigmas"] = *d.center_sigmas;
    if (d.rotation_sigmas) entry["rotation_sigmas"] = *d.rotation_sigmas;
    if (d.worst_sigmas) entry["worst_sigmas"] = *d.worst_sigmas;
  }
  return json;
}

}  // namespace calib
