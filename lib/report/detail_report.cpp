#include "report/detail_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "report/cells.hpp"

namespace calib {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kMaxWorstViews = 3;

const std::string& camera_name(const Evaluation& evaluation, int camera) {
  return evaluation.coverage[static_cast<std::size_t>(camera)].name;
}

std::string view_cell(const Evaluation& evaluation, std::size_t camera) {
  const ViewError* worst = nullptr;
  for (const ViewError& view : evaluation.views) {
    if (view.camera == static_cast<int>(camera) && (!worst || view.rms_px > worst->rms_px))
      worst = &view;
  }
  return worst ? fmt::format("{:.3f} (frame {})", worst->rms_px, worst->frame) : "-";
}

std::string systematic_cell(const CameraRegions& regions) {
  return regions.ratio_to_chance > 0 ? to_text(regions.systematic_px, 3) : "-";
}

std::string tilt_cell(const PoseDiversity& pose_diversity) {
  if (pose_diversity.views == 0) return "-";
  return fmt::format("{}/{}/{}/{}", pose_diversity.tilts[0], pose_diversity.tilts[1],
                     pose_diversity.tilts[2], pose_diversity.tilts[3]);
}

std::string distance_cell(const PoseDiversity& pose_diversity) {
  if (pose_diversity.views == 0) return "-";
  return fmt::format("{:.2f}-{:.2f}", pose_diversity.near_m, pose_diversity.far_m);
}

std::string stream_cell(const Evaluation& evaluation, std::size_t camera) {
  if (camera >= evaluation.streams.size()) return "-";
  const auto& offset = evaluation.streams[camera].offset_frames;
  if (!offset) return "?";
  if (*offset == 0) return "none";
  return fmt::format("{} {}", std::abs(*offset), *offset > 0 ? "late" : "early");
}

std::string motion_cell(const Evaluation& evaluation, std::size_t camera) {
  if (camera >= evaluation.motions.size()) return "-";
  const CameraMotion& motion = evaluation.motions[camera];
  if (motion.views == 0) return "?";
  if (!motion.moved) return "no";
  return fmt::format("{:.0f} mdeg (frame {})", kMillidegrees * motion.angle_rad, motion.frame);
}

ordered_json lengths_json(const LengthErrors& errors) {
  return {{"points", errors.points},
          {"squares", errors.lengths},
          {"mean_mm", errors.mean_mm},
          {"rms_mm", errors.rms_mm},
          {"p95_mm", errors.p95_mm},
          {"frames", errors.frames},
          {"long_rms_mm", errors.long_rms_mm},
          {"scale_percent", errors.scale_percent},
          {"scale_std_percent", errors.scale_std_percent ? ordered_json(*errors.scale_std_percent)
                                                         : ordered_json(nullptr)}};
}

ordered_json pose_diversity_json(const PoseDiversity& a) {
  return {{"views", a.views},
          {"tilts",
           {{"below_15_deg", a.tilts[0]},
            {"15_to_30_deg", a.tilts[1]},
            {"30_to_45_deg", a.tilts[2]},
            {"above_45_deg", a.tilts[3]}}},
          {"median_tilt_deg", a.median_tilt_deg},
          {"leans",
           {{"left", a.leans[0]}, {"right", a.leans[1]}, {"up", a.leans[2]}, {"down", a.leans[3]}}},
          {"rolls",
           {{"0_deg", a.rolls[0]},
            {"90_deg", a.rolls[1]},
            {"180_deg", a.rolls[2]},
            {"270_deg", a.rolls[3]}}},
          {"near_m", a.near_m},
          {"far_m", a.far_m},
          {"far_over_near", a.views > 0 ? a.far_m / a.near_m : 0}};
}

ordered_json regions_json(const CameraRegions& regions) {
  ordered_json json = {{"systematic_px", regions.systematic_px},
                       {"over_chance", regions.ratio_to_chance},
                       {"worst", regions.worst},
                       {"columns", kCoverageColumns},
                       {"rows", kCoverageRows}};
  for (const RegionError& cell : regions.cells) {
    json["cells"].push_back({{"corners", cell.corners},
                             {"views", cell.views},
                             {"rms_px", cell.rms_px},
                             {"mean_px", {cell.mean_px.x(), cell.mean_px.y()}},
                             {"chance_px", cell.chance_px}});
  }
  return json;
}

ordered_json stream_json(const SyncOffset& stream) {
  ordered_json json;
  json["offset_frames"] =
      stream.offset_frames ? ordered_json(*stream.offset_frames) : ordered_json();
  if (!stream.offset_frames) {
    json["why_not"] = stream.why_not;
    return json;
  }
  json["against"] = stream.against;
  json["error_at_zero_px"] = stream.error_at_zero_px;
  json["error_at_offset_px"] = stream.error_at_offset_px;
  json["sureness"] = stream.sureness;
  return json;
}

ordered_json motion_json(const CameraMotion& motion) {
  ordered_json json = {{"views", motion.views}, {"moved", motion.moved}};
  if (motion.views == 0) return json;
  json["frame"] = motion.frame;
  json["angle_mdeg"] = kMillidegrees * motion.angle_rad;
  json["shift_px"] = motion.shift_px;
  json["scatter_px"] = motion.scatter_px;
  json["significance"] = motion.significance;
  if (!motion.or_camera.empty()) json["or_camera"] = motion.or_camera;
  return json;
}

bool some_stream_unknown(const Evaluation& evaluation) {
  return std::any_of(evaluation.streams.begin(), evaluation.streams.end(),
                     [](const SyncOffset& stream) { return !stream.offset_frames; });
}

}  // namespace

TableRows detail_rows(const Evaluation& evaluation) {
  TableRows rows = {{"camera", "worst view RMS px", "systematic error px",
                     "views tilted 0-15/15-30/30-45/45-90 deg", "board distance m",
                     "frames out of step", "moved"}};
  for (std::size_t i = 0; i < evaluation.pose_diversity.size(); ++i) {
    if (evaluation.pose_diversity[i].views == 0) continue;
    rows.push_back({evaluation.pose_diversity[i].name, view_cell(evaluation, i),
                    systematic_cell(evaluation.regions[i]), tilt_cell(evaluation.pose_diversity[i]),
                    distance_cell(evaluation.pose_diversity[i]), stream_cell(evaluation, i),
                    motion_cell(evaluation, i)});
  }
  return rows;
}

std::string detail_notes(const Evaluation& evaluation) {
  std::string text;
  const LengthErrors& rig = evaluation.lengths.rig;
  if (rig.lengths > 0 && evaluation.lengths.pairs.size() > 1) {  // a single pair is in the table
    text += fmt::format(
        "  triangulated squares of the board: {:.3f} mm RMS, 95 % within {:.3f} mm; length error "
        "{} %\n",
        rig.rms_mm, rig.p95_mm, scale_text(rig));
  }
  const std::vector<std::size_t> order = worst_first(evaluation.views);
  std::vector<std::string> worst;
  for (std::size_t i = 0; i < std::min(kMaxWorstViews, order.size()); ++i) {
    const ViewError& view = evaluation.views[order[i]];
    worst.push_back(fmt::format("{} frame {} ({:.3f} px)", camera_name(evaluation, view.camera),
                                view.frame, view.rms_px));
  }
  if (!worst.empty()) text += "  worst views: " + join(worst, ", ") + "\n";
  if (some_stream_unknown(evaluation)) {
    text +=
        "  frames out of step ?: not known, because the board hardly moved from frame to frame or "
        "too few frames are shared\n";
  }
  return text;
}

std::string bullets(const std::vector<std::string>& lines, std::size_t most_lines,
                    const std::string& what) {
  if (most_lines == 0) return "";
  std::string text;
  const std::size_t shown = lines.size() <= most_lines ? lines.size() : most_lines - 1;
  for (std::size_t i = 0; i < shown; ++i) text += "  - " + lines[i] + "\n";
  if (lines.size() > shown) {
    text += fmt::format("  - and {} more{} (-v and report.html show all)\n", lines.size() - shown,
                        what.empty() ? "" : " " + what);
  }
  return text;
}

std::string next_shots_text(const Evaluation& evaluation, std::size_t most_lines) {
  if (evaluation.next_shots.empty() || most_lines == 0) return "";
  return "next shots:\n" + bullets(evaluation.next_shots, most_lines);
}

const PairLengths* find_pair_lengths(const Evaluation& evaluation, const std::string& first,
                                     const std::string& second) {
  for (const PairLengths& pair : evaluation.lengths.pairs) {
    if (pair.first == first && pair.second == second) return &pair;
  }
  return nullptr;
}

ordered_json pair_metric_json(const Evaluation& evaluation, const std::string& first,
                              const std::string& second) {
  const PairLengths* pair = find_pair_lengths(evaluation, first, second);
  return pair ? lengths_json(pair->errors) : ordered_json();
}

namespace {

// Statistics of the residuals that reveal faults, also if they are too small for a finding.
void add_structure(const ErrorStructure& structure, ordered_json& json) {
  for (const NeighborCorrelation& each : structure.neighbors) {
    json["cameras"][each.name]["neighbor_correlation"] = {{"correlation", each.correlation},
                                                          {"sigmas", each.sigmas}};
  }
  for (const PoseDisagreement& each : structure.disagreements) {
    json["cameras"][each.name]["pose_disagreement"] = {
        {"ratio", each.ratio}, {"rms_px", each.px}, {"views", each.views}};
  }
  json["correlated_frames"] = structure.correlated_frames;
}

}  // namespace

void add_details(const Evaluation& evaluation, ordered_json& json) {
  for (std::size_t i = 0; i < evaluation.pose_diversity.size(); ++i) {
    ordered_json& camera = json["cameras"][evaluation.pose_diversity[i].name];
    camera["attitudes"] = pose_diversity_json(evaluation.pose_diversity[i]);
    if (evaluation.regions[i].ratio_to_chance > 0)
      camera["regions"] = regions_json(evaluation.regions[i]);
    if (i < evaluation.streams.size()) camera["stream"] = stream_json(evaluation.streams[i]);
    if (i < evaluation.motions.size()) camera["motion"] = motion_json(evaluation.motions[i]);
  }
  add_structure(evaluation.structure, json);
  if (evaluation.lengths.rig.lengths > 0) json["lengths"] = lengths_json(evaluation.lengths.rig);
  json["views"] = ordered_json::array();
  for (const std::size_t index : worst_first(evaluation.views)) {
    const ViewError& view = evaluation.views[index];
    json["views"].push_back({{"camera", camera_name(evaluation, view.camera)},
                             {"frame", view.frame},
                             {"corners", view.corners},
                             {"rms_px", view.rms_px},
                             {"mean_px", {view.mean_px.x(), view.mean_px.y()}}});
  }
  json["next_shots"] = evaluation.next_shots;
}

}  // namespace calib
