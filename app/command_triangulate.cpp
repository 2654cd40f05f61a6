#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/point_flags.hpp"
#include "app/solve_summary.hpp"
#include "base/files.hpp"
#include "base/median.hpp"
#include "base/text.hpp"
#include "measure/triangulate.hpp"
#include "report/text_table.hpp"

namespace calib {
namespace {

// The median over the points of the standard deviation in x, y and z, millimeters.
Eigen::Vector3d median_std_mm(const PointTracks& points) {
  std::array<std::vector<double>, 3> all;
  for (const Point3d& point : points.values) {
    if (!point.known()) continue;
    const Eigen::Vector3d variance = to_matrix(point.covariance).diagonal();
    for (int k = 0; k < 3; ++k) all[static_cast<std::size_t>(k)].push_back(variance[k]);
  }
  Eigen::Vector3d result;
  for (int k = 0; k < 3; ++k)
    result[k] = 1000 * std::sqrt(median(std::move(all[static_cast<std::size_t>(k)])));
  return result;
}

const char* sigma_text(SigmaSource source) {
  if (source == SigmaSource::kResiduals) return "from the residuals";
  return source == SigmaSource::kStated ? "as stated"
                                        : "assumed, since so few points do not show it";
}

// The text of a number, or "not known" if no point could be placed.
std::string text_if_known(double value, const Triangulation& result) {
  return result.known > 0 ? to_text(value, 3) : "-";
}

// "1 point", "2 points"
std::string counted(long count, const std::string& what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string cameras_table(const Triangulation& result) {
  TableRows rows = {{"camera", "pixels", "outside", "contradicted", "rms px"}};
  for (const CameraUse& use : result.cameras) {
    if (!use.posed) continue;
    rows.push_back({use.camera, std::to_string(use.pixels), std::to_string(use.outside),
                    std::to_string(use.contradicted),
                    use.rms_px > 0 ? to_text(use.rms_px, 3) : "-"});
  }
  return text_table(rows);
}

// The number as JSON, or null if it is not known.
nlohmann::ordered_json json_if(bool is_known, nlohmann::ordered_json value) {
  return is_known ? std::move(value) : nlohmann::ordered_json();
}

nlohmann::ordered_json picture_factor_json(const Triangulation& result) {
  if (!result.picture_factor) return {};
  const PictureFactor& found = *result.picture_factor;
  return {{"camera", json_if(!found.camera.empty(), found.camera)},
          {"factor", found.factor},
          {"noise_px", found.noise_px}};
}

nlohmann::ordered_json triangulation_json(const Triangulation& result, const std::string& file,
                                          const Eigen::Vector3d& std_mm) {
  nlohmann::ordered_json json = {
      {"path", file},
      {"points", result.points.keys.size()},
      {"known", result.known},
      {"too_few_views", result.too_few_views},
      {"far_away", result.far_away},
      {"sigma_px", result.sigma_px},
      {"sigma_from", name_of(kSigmaSources, result.sigma_from)},
      {"disagreeing", result.disagreeing},
      {"large_noise_px", json_if(result.large_noise_px && std::isfinite(*result.large_noise_px),
                                 result.large_noise_px.value_or(0))},
      {"picture_factor", picture_factor_json(result)},
      {"rms_px", json_if(result.known > 0, result.rms_px)},
      {"calibration_covariance", result.source == ParameterFactor::Source::kCovariance},
      {"median_std_mm",
       json_if(result.known > 0, nlohmann::ordered_json{std_mm.x(), std_mm.y(), std_mm.z()})},
      {"cameras", nlohmann::ordered_json::object()}};
  for (const CameraUse& use : result.cameras) {
    json["cameras"][use.camera] = {{"posed", use.posed},
                                   {"pixels", use.pixels},
                                   {"outside", use.outside},
                                   {"contradicted", use.contradicted},
                                   {"rms_px", json_if(use.rms_px > 0, use.rms_px)}};
  }
  return json;
}

void print(Session& session, const Triangulation& result, const std::string& file) {
  const Eigen::Vector3d std_mm = median_std_mm(result.points);
  session.say(cameras_table(result));
  session.say(fmt::format(
      "noise of the pixels: {} px ({}); median standard deviations: {} {} {} "
      "mm in x, y, z\n",
      to_text(result.sigma_px, 3), sigma_text(result.sigma_from), text_if_known(std_mm.x(), result),
      text_if_known(std_mm.y(), result), text_if_known(std_mm.z(), result)));
  session.say(
      fmt::format("{} placed; left empty: {} seen by too few cameras, {} behind the "
                  "cameras or too far away -> {}\n",
                  counted(result.known, "point"), result.too_few_views, result.far_away, file));
  session.say_json(triangulation_json(result, file, std_mm));
}

}  // namespace

Action define_triangulate(CommandLine& line) {
  struct Flags {
    PointFlags points;
    TriangulateOptions triangulate;
  };
  const auto flags = std::make_shared<Flags>();
  add_point_flags(line, "triangulate", flags->points, true);
  line.add("triangulate", describe(flags->triangulate));
  return [flags](Session& session) {
    const int jobs = session.context().jobs;
    const std::string& output = session.output_file(point_inputs(flags->points));
    const TrackForm form = track_form(output);
    const Calibration calibration = calibration_of(flags->points);
    warn_if_poor(session, calibration, flags->points.files.front());
    const Triangulation result = triangulate(
        calibration, pixels_of(flags->points, calibration, jobs), flags->triangulate, jobs);
    write_file(output, track_bytes(result.points, form, jobs));
    for (const std::string& doubt : doubts(calibration, result)) session.warn(doubt);
    print(session, result, output);
  };
}

}  // namespace calib
