#include "report/cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "evaluate/metrics.hpp"

namespace calib {
namespace {

// "±0.021", or "±3e-09" if six decimals are too few.
std::string std_text(double std) {
  return std < 5e-7 ? fmt::format("±{:.0e}", std) : "±" + to_text(std, decimals_for(std, 0));
}

}  // namespace

// Adding zero converts -0 to 0.
Eigen::Vector3d camera_center(const Pose& T_cam_rig) {
  return T_cam_rig.inverse().translation + Eigen::Vector3d::Zero();
}

int decimals_for(double std, int usual) {
  if (!(std > 0) || !std::isfinite(std)) return usual;
  return std::clamp(1 - static_cast<int>(std::floor(std::log10(std))), 0, 6);
}

std::string with_std(double value, double std) {
  const std::string text = to_text(value, decimals_for(std, 2));
  return std > 0 ? text + " " + std_text(std) : text;
}

double parameter_std(const Camera& camera, std::size_t index) {
  return index < camera.std.parameters.size() ? camera.std.parameters[index] : 0;
}

std::string center_text(const Camera& camera) {
  if (!camera.T_cam_rig) return "-";
  const Eigen::Vector3d center = 1000 * camera_center(*camera.T_cam_rig);
  const double std = camera.std.center_m ? 1000 * camera.std.center_m->norm() : 0;
  const int decimals = decimals_for(std, 2);
  std::string text = to_text(center.x(), decimals) + " " + to_text(center.y(), decimals) + " " +
                     to_text(center.z(), decimals);
  return std > 0 ? text + " " + std_text(std) : text;
}

std::string scale_text(const LengthErrors& errors) {
  if (errors.frames < 2) return "-";
  const double std = errors.scale_std_percent.value_or(0);
  const std::string value = fmt::format("{:+.{}f}", errors.scale_percent, decimals_for(std, 2));
  return std > 0 ? value + " " + std_text(std) : value;
}

std::vector<std::string> view_cells(const Camera& camera, const Evaluation& evaluation) {
  const CameraCoverage* coverage = find_coverage(evaluation, camera.name);
  const std::optional<double> rms = reprojection_rms(camera, evaluation);
  return {std::to_string(camera.views),
          coverage ? fmt::format("{:.0f} %", 100 * coverage->share) : "-",
          rms ? to_text(*rms, 3) : "-"};
}

std::string pair_name(const std::string& first, const std::string& second) {
  return first + "-" + second;
}

nlohmann::ordered_json statistics_json(const ErrorStatistics& s, const char* count_key) {
  return {{count_key, s.count}, {"mean", s.mean}, {"rms", s.rms},
          {"median", s.median}, {"p95", s.p95},   {"max", s.max}};
}

}  // namespace calib
