#include "report/html_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "base/version.hpp"
#include "report/cells.hpp"
#include "report/check_table.hpp"
#include "report/detail_report.hpp"
#include "report/svg_bars.hpp"
#include "report/text_table.hpp"
#include "report/trust_report.hpp"
#include "scene/board_types.hpp"

namespace calib {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kMaxListed = 300;  // entries of a group; the file has all of them

ordered_json list_or_false(ordered_json list) {
  if (list.empty()) return false;
  return {{"list", std::move(list)}};
}

// A number and its standard deviation, which is left out if it is 0: not known or held fixed.
ordered_json cell(double value, double std, int usual_decimals) {
  const int decimals = decimals_for(std, usual_decimals);
  return {{"value", to_text(value, decimals)},
          {"std", std > 0 ? ordered_json(to_text(std, decimals)) : ordered_json(false)}};
}
ordered_json text_cell(const std::string& text) { return {{"value", text}, {"std", false}}; }

ordered_json lens_cells(const Camera& camera) {
  ordered_json cells = ordered_json::array();
  for (std::size_t i = 0; i < 4; ++i) {  // fx fy cx cy
    cells.push_back(camera.intrinsics
                        ? cell(camera.intrinsics->parameters[i], parameter_std(camera, i), 2)
                        : text_cell("-"));
  }
  return cells;
}

ordered_json center_cells(const Camera& camera) {
  ordered_json cells = ordered_json::array();
  for (int axis = 0; axis < 3; ++axis) {
    if (!camera.T_cam_rig) {
      cells.push_back(text_cell("-"));
      continue;
    }
    const double std = camera.std.center_m ? 1000 * (*camera.std.center_m)(axis) : 0;
    cells.push_back(cell(1000 * camera_center(*camera.T_cam_rig)(axis), std, 2));
  }
  return cells;
}

ordered_json camera_data(const Camera& camera, const Evaluation& evaluation) {
  ordered_json cells = {text_cell(camera.intrinsics ? camera.intrinsics->model : "-"),
                        text_cell(to_text(camera.image_size))};
  for (const std::string& text : view_cells(camera, evaluation)) cells.push_back(text_cell(text));
  for (const ordered_json& numbers : {lens_cells(camera), center_cells(camera)})
    cells.insert(cells.end(), numbers.begin(), numbers.end());
  return {{"name", camera.name}, {"cells", cells}};
}

// A table of the text report.
ordered_json table_data(const std::string& title, const TableRows& all) {
  const TableRows rows = without_empty_columns(all);
  ordered_json body = ordered_json::array();
  for (std::size_t i = 1; i < rows.size(); ++i) {
    body.push_back({{"name", rows[i].front()},
                    {"cells", std::vector<std::string>(rows[i].begin() + 1, rows[i].end())}});
  }
  return {{"title", title}, {"head", rows.front()}, {"body", body}};
}

// The name of a metric of calibration.yaml in words. A name that is not known here is shown as is.
std::string readable(std::string name) {
  static const std::map<std::string, std::string> kWords = {
      {"reprojection_rms_px", "reprojection error, RMS, px"},
      {"reprojection_max_px", "largest reprojection error, px"},
      {"corners_used", "corners used"},
      {"row_error_worst_pair_mean_px", "mean row error of the worst pair, px"},
      {"worst_view_rms_px", "reprojection error of the worst view, px"},
      {"region_systematic_px", "systematic error over the picture, px"},
      {"metric_rms_mm", "error of triangulated squares, RMS, mm"},
      {"metric_scale_worst_percent", "error of scale of the worst pair, %"},
      {"late_frames", "frame offset of a stream"},
      {"moved_mdeg", "rotation of a camera while filming, mdeg"}};
  const auto found = kWords.find(name);
  if (found != kWords.end()) return found->second;
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

// Whether the table of checks has this metric of calibration.yaml.
bool is_checked(const std::string& metric, const std::vector<Check>& checks) {
  static const std::map<std::string, FindingCode> kCodes = {
      {"row_error_worst_pair_mean_px", FindingCode::kRowError},
      {"region_systematic_px", FindingCode::kErrorPattern},
      {"metric_scale_worst_percent", FindingCode::kLengthScale},
      {"late_frames", FindingCode::kSyncOffset}};
  const auto code = kCodes.find(metric);
  return code != kCodes.end() && std::any_of(checks.begin(), checks.end(), [&](const Check& check) {
           return check.code == code->second;
         });
}

ordered_json lengths_row(const std::string& name, const LengthErrors& errors) {
  return {{"name", name},
          {"cells",
           {std::to_string(errors.points), std::to_string(errors.lengths),
            fmt::format("{:+.3f}", errors.mean_mm), to_text(errors.rms_mm, 3),
            to_text(errors.p95_mm, 3), to_text(errors.long_rms_mm, 3), scale_text(errors)}}};
}

// The reason with "…" instead of each number, so that "0.03 px off" and "0.31 px off" are equal.
std::string without_numbers(const std::string& text) {
  std::string result;
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = std::isdigit(static_cast<unsigned char>(text[i])) ||
                       (inside && text[i] == '.' && i + 1 < text.size() &&
                        std::isdigit(static_cast<unsigned char>(text[i + 1])));
    if (!digit) result += text[i];
    if (digit && !inside) result += "…";
    inside = digit;
  }
  return result;
}

// The views, corners or images of one camera that were left out for one reason.
struct Group {
  std::string camera, what, key;
  std::string reason;  // with its numbers if all items have the same reason, otherwise `key`
  std::vector<std::string> items;
};

void add_to_group(std::vector<Group>& groups, const std::string& camera, const std::string& what,
                  const std::string& reason, const std::string& item) {
  const std::string key = without_numbers(reason);
  auto found = std::find_if(groups.begin(), groups.end(), [&](const Group& group) {
    return group.camera == camera && group.what == what && group.key == key;
  });
  if (found == groups.end())
    found = groups.insert(groups.end(), Group{camera, what, key, reason, {}});
  if (found->reason != reason) found->reason = key;
  found->items.push_back(item);
}

ordered_json groups_data(const std::vector<Group>& groups) {
  ordered_json list = ordered_json::array();
  for (const Group& group : groups) {
    const std::size_t shown = std::min(group.items.size(), kMaxListed);
    const std::size_t left = group.items.size() - shown;
    list.push_back(
        {{"camera", group.camera},
         {"what", group.what},
         {"reason", group.reason},
         {"count", std::to_string(group.items.size())},
         {"items", std::vector<std::string>(group.items.begin(), group.items.begin() + shown)},
         {"more", left > 0 ? ordered_json(std::to_string(left)) : ordered_json(false)}});
  }
  return list_or_false(std::move(list));
}

// The text as one word of a POSIX shell.
std::string shell_word(const std::string& text) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+.,:/=";
  const bool is_plain = !text.empty() && text.find_first_not_of(kPlain) == std::string::npos;
  return is_plain ? text : shell_quoted(text);
}

std::string flags_text(const Provenance& provenance) {
  std::string text;
  for (const auto& [key, value] : provenance.options) {
    if (value.empty() || value == "false") continue;
    if (key.starts_with("boards.")) {  // several boards are described in a file
      if (key == "boards.1") text += " --target boards.yaml";
      continue;
    }
    std::string flag = key;
    std::replace(flag.begin(), flag.end(), '_', '-');
    text += " --" + flag + (value == "true" ? "" : " " + shell_word(value));
  }
  return text;
}

// The command that wrote a calibration, which follows from its content.
std::string solve_command(const Calibration& calibration) {
  const auto& options = calibration.provenance.options;
  const bool posed = std::any_of(calibration.cameras.begin(), calibration.cameras.end(),
                                 [](const Camera& camera) { return camera.T_cam_rig.has_value(); });
  if (!posed) return "calib intrinsics observations.yaml";
  const bool pair = std::any_of(options.begin(), options.end(),
                                [](const auto& option) { return option.first == "pair"; });
  return fmt::format("calib {} observations.yaml --calibration intrinsics.yaml",
                     pair ? "stereo" : "extrinsics");
}

std::string command_text(const std::string& command, const Provenance& provenance,
                         const std::string& output) {
  return command + flags_text(provenance) + " -o " + output;
}

// "cam0", and where it is in the world.
std::string reference_text(const Calibration& calibration) {
  if (!calibration.world) return calibration.reference_camera;
  const WorldFrame& world = *calibration.world;
  const Eigen::Vector3d at = 1000 * world.T_world_rig.translation;
  const double std = 1000 * world.std().segment<3>(3).norm();
  const int decimals = decimals_for(std, 2);
  return fmt::format("{}, in the world at {} {} {} mm, standard deviation {} mm",
                     calibration.reference_camera, to_text(at.x(), decimals),
                     to_text(at.y(), decimals), to_text(at.z(), decimals), to_text(std, decimals));
}

}  // namespace

ordered_json summary_data(const Observations& observations, const Calibration& calibration) {
  std::vector<std::string> names;
  for (const Camera& camera : calibration.cameras) names.push_back(camera.name);
  return {{"cameras", join(names, ", ")},
          {"board", describe_board(observations.board)},
          {"views", std::to_string(observations.views.size())},
          {"frames", std::to_string(calibration.frames.size())},
          {"reference", reference_text(calibration)}};
}

ordered_json verdict_data(const Calibration& calibration, const std::vector<Check>& checks) {
  ordered_json metrics = ordered_json::array();
  for (const Metric& metric : calibration.quality)
    if (!is_checked(metric.name, checks))
      metrics.push_back({{"name", readable(metric.name)}, {"value", metric_text(metric.value)}});
  const std::vector<Finding> findings = joined_by_cameras(calibration.findings);
  return {{"grade", to_text(calibration.verdict)},
          {"reasons", verdict_reasons(findings)},
          {"notes", note_texts(findings)},
          {"checks", checks_data(checks)},
          {"metrics", metrics}};
}

ordered_json cameras_data(const Calibration& calibration, const Evaluation& evaluation) {
  ordered_json list = ordered_json::array(), tables = ordered_json::array();
  for (const Camera& camera : calibration.cameras) list.push_back(camera_data(camera, evaluation));
  const auto add = [&](const std::string& title, const TableRows& rows) {
    if (rows.size() > 1) tables.push_back(table_data(title, rows));
  };
  add("What the views showed", detail_rows(evaluation));
  add("Held-out errors and uncertainty", trust_rows(calibration, evaluation));
  add("Lens models that were tried", model_rows(calibration));
  return {{"list", list}, {"tables", tables}};
}

ordered_json rows_data(const Evaluation& evaluation) {
  double top = 0;
  for (const PairRowErrors& pair : evaluation.pairs) top = std::max(top, pair.row_px.p95);
  ordered_json list = ordered_json::array();
  for (const PairRowErrors& pair : evaluation.pairs) {
    list.push_back(
        {{"name", pair_name(pair.first, pair.second)},
         {"cells",
          {std::to_string(pair.frames), to_text(1000 * pair.baseline_m, 2),
           to_text(pair.row_px.mean, 3), to_text(pair.row_px.p95, 3), to_text(pair.row_px.max, 3)}},
         {"bar", spread_bar_svg(pair.row_px.mean, pair.row_px.p95, top > 0 ? top : 1)}});
  }
  return list_or_false(std::move(list));
}

ordered_json lengths_data(const Evaluation& evaluation) {
  ordered_json list = ordered_json::array();
  for (const PairLengths& pair : evaluation.lengths.pairs) {
    if (pair.errors.lengths > 0)
      list.push_back(lengths_row(pair_name(pair.first, pair.second), pair.errors));
  }
  if (evaluation.lengths.rig.lengths > 0 && list.size() > 1)
    list.push_back(lengths_row("all cameras", evaluation.lengths.rig));
  return list_or_false(std::move(list));
}

ordered_json rejected_data(const Calibration& calibration) {
  std::vector<Group> groups;
  for (const Rejected& rejected : calibration.rejected) {
    const std::string place =
        rejected.corner ? fmt::format("frame {}, corner {}", rejected.frame, *rejected.corner)
                        : fmt::format("frame {}", rejected.frame);
    add_to_group(groups, rejected.camera, rejected.corner ? "corners" : "views", rejected.reason,
                 place + ": " + rejected.reason);
  }
  return groups_data(groups);
}

ordered_json missing_data(const Observations& observations) {
  std::vector<Group> groups;
  for (const MissingView& missing : observations.missing) {
    add_to_group(groups, observations.cameras[static_cast<std::size_t>(missing.camera)].name,
                 "images", readable(missing.reason), fmt::format("frame {}", missing.frame));
  }
  return groups_data(groups);
}

ordered_json provenance_data(const Observations& observations, const Calibration& calibration) {
  const auto hash = [](const Provenance& provenance) {
    return provenance.inputs_hash.empty() ? "not known" : provenance.inputs_hash;
  };
  return {{"commands",
           {command_text("calib detect IMAGES", observations.provenance, "observations.yaml"),
            command_text(solve_command(calibration), calibration.provenance, "calibration.yaml"),
            "calib report calibration.yaml observations.yaml -o report.html"}},
          {"version", kVersion},
          {"observations_hash", hash(observations.provenance)},
          {"calibration_hash", hash(calibration.provenance)}};
}

}  // namespace calib
