#include "evaluate/gates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/append.hpp"
#include "base/errors.hpp"
#include "base/text.hpp"
#include "evaluate/metrics.hpp"

namespace calib {
namespace {

// THE LIST of metrics that a gate can be set on.
struct GateMetric {
  const char* name;
  const char* help;
};
constexpr GateMetric kMetrics[] = {
    {"reprojection_px", "RMS over all corners"},
    {"epipolar_px", "mean row error of the worst pair"},
    {"worst_view_px", "RMS of the worst view"},
    {"region_px", "systematic error over the picture of the worst camera"},
    {"metric_mm", "RMS error of triangulated squares"},
    {"metric_percent", "scale error of triangulated lengths of the worst pair"},
    {"heldout_px", "mean error of held-out views, with their own board pose, worst camera"},
    {"heldout_rig_px", "the same, with the board pose from the other cameras"},
    {"projection_std_px", "largest predicted standard deviation of a projected pixel"},
    {"late_frames", "largest frame offset of a stream"},
    {"time_offset_ms", "largest time offset of a camera that the solve found, 0 if none"},
    {"clock_rate_ppm", "the same of clock rates"},
    {"readout_ms", "the same of rolling shutters, from the first row to the last"},
    {"lost_frames", "largest number of frames that a camera has lost or stored twice"},
    {"moved_mdeg", "largest rotation of a camera that moved during the recording, 0 if none did"},
    {"coverage", "share of the picture that corners cover, worst camera"},
    {"views", "number of views of the camera with the fewest"},
    {"truth_px", "mean projection error of the worst camera, with --truth"},
    {"truth_mm", "error of the worst camera center, with --truth"},
};

std::vector<std::string> metric_names() {
  std::vector<std::string> names;
  for (const GateMetric& metric : kMetrics) names.emplace_back(metric.name);
  return names;
}

void raise(std::map<std::string, double>& values, const std::string& name, double value) {
  const auto [entry, is_new] = values.try_emplace(name, value);
  if (!is_new) entry->second = std::max(entry->second, value);
}

void lower(std::map<std::string, double>& values, const std::string& name, double value) {
  const auto [entry, is_new] = values.try_emplace(name, value);
  if (!is_new) entry->second = std::min(entry->second, value);
}

// The differences of the cameras' clocks from the clock of the rig.
void add_time_values(const Calibration& calibration, std::map<std::string, double>& values) {
  for (const Camera& camera : calibration.cameras) {
    const CameraTime time = camera.time.value_or(CameraTime{});
    int lost = 0;
    for (const ClockJump& jump : time.jumps) lost += std::abs(jump.frames);
    raise(values, "time_offset_ms", 1e3 * std::abs(time.offset_s));
    raise(values, "clock_rate_ppm", 1e6 * std::abs(time.rate - 1));
    raise(values, "readout_ms", 1e3 * std::abs(time.line_delay_s) * (camera.image_size.height - 1));
    raise(values, "lost_frames", lost);
  }
}

}  // namespace

std::string gate_help() {
  std::vector<std::string> parts;
  for (const GateMetric& metric : kMetrics)
    parts.push_back(fmt::format("{} ({})", metric.name, metric.help));
  return join(parts, ", ");
}

std::vector<Gate> parse_gates(const std::vector<std::string>& texts) {
  std::vector<Gate> gates;
  const std::vector<std::string> names = metric_names();
  for (const std::string& text : texts) {
    const std::size_t sign = text.find_first_of("<>");
    const auto bound = sign == std::string::npos
                           ? std::nullopt
                           : parse_number(split(text.substr(sign + 1), '\n')[0]);
    require(bound.has_value(),
            fmt::format("require: found '{}', expected NAME<X or NAME>X, such as epipolar_px<0.3",
                        text));
    const std::string name = split(text.substr(0, sign), '\n')[0];
    require(
        std::find(names.begin(), names.end(), name) != names.end(),
        fmt::format("require: there is no metric '{}', {}", name, expected_one_of(name, names)));
    gates.push_back({text, name, *bound, text[sign] == '<'});
  }
  return gates;
}

std::map<std::string, double> gate_values(const Calibration& calibration,
                                          const Evaluation& evaluation,
                                          const std::vector<CameraDifference>& differences) {
  std::map<std::string, double> values;
  const RigMetrics metrics = rig_metrics(evaluation);
  const auto set = [&](const char* name, const std::optional<double>& value) {
    if (value) values[name] = *value;
  };
  set("reprojection_px", metrics.reprojection_px);
  set("epipolar_px", metrics.epipolar_px);
  set("worst_view_px", metrics.worst_view_px);
  set("region_px", metrics.region_px);
  set("metric_mm", metrics.metric_mm);
  set("metric_percent", metrics.metric_percent);
  set("heldout_px", metrics.heldout_px);
  set("heldout_rig_px", metrics.heldout_rig_px);
  set("projection_std_px", worst_projection_std_px(calibration));
  set("late_frames", metrics.late_frames);
  set("moved_mdeg", metrics.moved_mdeg);
  add_time_values(calibration, values);
  for (const CameraCoverage& camera : evaluation.coverage) {
    lower(values, "coverage", camera.share);
    lower(values, "views", camera.views);
  }
  for (const CameraDifference& difference : differences) {
    raise(values, "truth_px", difference.projection_px.mean);
    if (difference.posed) raise(values, "truth_mm", 1000 * difference.center_m);
  }
  return values;
}

std::vector<GateResult> check_gates(const std::vector<Gate>& gates,
                                    const std::map<std::string, double>& values) {
  std::vector<GateResult> results;
  for (const Gate& gate : gates) {
    const auto value = values.find(gate.name);
    require(value != values.end(),
            fmt::format(
                "require: '{}' cannot be checked: this calibration and these flags do not give {}",
                gate.text, gate.name));
    results.push_back({gate, value->second,
                       gate.below ? value->second < gate.bound : value->second > gate.bound});
  }
  return results;
}

void require_gates(const std::vector<GateResult>& results,
                   const std::vector<std::string>& failures) {
  std::vector<std::string> missed;
  for (const GateResult& result : results) {
    if (!result.passed)
      missed.push_back(fmt::format("{} (found {:.6g})", result.gate.text, result.value));
  }
  append(missed, failures);
  if (!missed.empty()) throw GateError("missed: " + join(missed, ", "));
}

}  // namespace calib
