#include "report/html_charts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "base/subsample.hpp"
#include "evaluate/metrics.hpp"
#include "report/svg.hpp"
#include "report/svg_bars.hpp"
#include "report/svg_picture.hpp"
#include "report/svg_rig.hpp"
#include "solve/camera_clocks.hpp"

namespace calib {
namespace {

using nlohmann::ordered_json;

// The largest number of corners drawn for all cameras together, which limits the size of the page,
// and the smallest limit for one camera.
constexpr std::size_t kMaxMarks = 6000, kMinMarksPerCamera = 200;
constexpr std::size_t kMaxBoards = 40;
constexpr std::size_t kMaxListedViews = 5;
constexpr double kHistogramOverP95 = 2;  // the end of the histogram over the 95th percentile

std::size_t marks_per_camera(const Observations& observations) {
  return std::max(kMinMarksPerCamera,
                  kMaxMarks / std::max<std::size_t>(1, observations.cameras.size()));
}

std::string drawn_text(std::size_t drawn, std::size_t all) {
  return drawn == all ? fmt::format("all {} corners drawn", all)
                      : fmt::format("{} of {} corners drawn, evenly spread", drawn, all);
}

std::vector<Eigen::Vector2d> corners_of(const Observations& observations, std::size_t camera) {
  std::vector<Eigen::Vector2d> corners;
  for (const View& view : observations.views) {
    if (static_cast<std::size_t>(view.camera) != camera) continue;
    for (const Corner& corner : view.corners) corners.emplace_back(corner.x, corner.y);
  }
  return corners;
}

template <class T>
std::vector<T> thinned(const std::vector<T>& all, std::size_t most) {
  std::vector<T> taken;
  for (const std::size_t i : evenly_spread(all.size(), most)) taken.push_back(all[i]);
  return taken;
}

ordered_json arrows_of(const ObservedCamera& camera, const std::vector<Arrow>& all,
                       std::size_t most, double enlargement, const ErrorStatistics& errors,
                       const CameraRegions& regions) {
  const std::vector<Arrow> drawn = thinned(all, most);
  std::string caption = fmt::format(
      "RMS {:.3f} px, 95 % below {:.3f} px. Arrows {:g} times as long as the errors; {}.",
      errors.rms, errors.p95, enlargement, drawn_text(drawn.size(), all.size()));
  if (regions.ratio_to_chance > 0)
    caption += fmt::format(" Systematic error over the picture: {:.3f} px.", regions.systematic_px);
  return {{"name", camera.name},
          {"svg", arrows_svg(camera.image_size, drawn, enlargement)},
          {"caption", caption}};
}

ordered_json histogram_data(const ErrorStatistics& errors, const std::vector<Residual>& residuals) {
  std::vector<double> magnitudes;
  for (const Residual& residual : residuals) magnitudes.push_back(residual.error.norm());
  const double upper = errors.p95 > 0 ? kHistogramOverP95 * errors.p95 : 1;
  return {
      {"svg", histogram_svg(histogram(magnitudes, upper), "px")},
      {"caption", fmt::format("{} corners of all cameras: RMS {:.3f} px, median {:.3f} px, 95 "
                              "% below {:.3f} px, largest {:.3f} px.",
                              errors.count, errors.rms, errors.median, errors.p95, errors.max)}};
}

ordered_json worst_views(const Observations& observations, const Evaluation& evaluation) {
  ordered_json worst = ordered_json::array();
  for (const std::size_t index : worst_first(evaluation.views)) {
    if (worst.size() == kMaxListedViews) break;
    const ViewError& view = evaluation.views[index];
    worst.push_back(fmt::format("{} frame {}: {:.3f} px over {} corners",
                                observations.cameras[static_cast<std::size_t>(view.camera)].name,
                                view.frame, view.rms_px, view.corners));
  }
  return worst;
}

ordered_json heat_map(const Camera& camera, const std::vector<double>& grid,
                      const std::string& distance) {
  const GridSpread spread = grid_spread(grid);
  return {
      {"name", camera.name + ", " + distance},
      {"svg", heat_map_svg(camera.image_size,
                           {ProjectionUncertainty::kColumns, ProjectionUncertainty::kRows}, grid,
                           "standard deviation of projection in pixels")},
      {"caption", fmt::format("Median {:.3f} px, worst {:.3f} px.", spread.median, spread.worst)}};
}

}  // namespace

ordered_json coverage_data(const Observations& observations, const Evaluation& evaluation) {
  ordered_json list = ordered_json::array();
  for (std::size_t i = 0; i < observations.cameras.size(); ++i) {
    const ObservedCamera& camera = observations.cameras[i];
    const CameraCoverage& coverage = evaluation.coverage[i];
    const std::vector<Eigen::Vector2d> all = corners_of(observations, i);
    const std::vector<Eigen::Vector2d> drawn = thinned(all, marks_per_camera(observations));
    list.push_back(
        {{"name", camera.name},
         {"svg", coverage_svg(camera.image_size, {kCoverageColumns, kCoverageRows}, coverage.cells,
                              drawn)},
         {"caption", fmt::format("{} views cover {:.0f} % of the cells, least at the {}; {}.",
                                 coverage.views, 100 * coverage.share, coverage.weakest,
                                 drawn_text(drawn.size(), all.size()))}});
  }
  return list;
}

double common_enlargement(const Observations& observations, const Evaluation& evaluation) {
  double enlargement = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < observations.cameras.size(); ++i) {
    const ErrorStatistics& errors = evaluation.camera_reprojection[i];
    if (errors.count == 0) continue;
    enlargement =
        std::min(enlargement, arrow_enlargement(observations.cameras[i].image_size, errors.p95));
  }
  return std::isfinite(enlargement) ? enlargement : 1;
}

ordered_json residuals_data(const Observations& observations, const Evaluation& evaluation,
                            const std::vector<Residual>& residuals) {
  if (residuals.empty()) return false;
  std::vector<std::vector<Arrow>> arrows(observations.cameras.size());
  for (const Residual& residual : residuals)
    arrows[static_cast<std::size_t>(residual.camera)].push_back({residual.pixel, residual.error});
  const double enlargement = common_enlargement(observations, evaluation);
  ordered_json list = ordered_json::array();
  for (std::size_t i = 0; i < arrows.size(); ++i) {
    if (arrows[i].empty()) continue;
    list.push_back(arrows_of(observations.cameras[i], arrows[i], marks_per_camera(observations),
                             enlargement, evaluation.camera_reprojection[i],
                             evaluation.regions[i]));
  }
  return {{"list", list}, {"histogram", histogram_data(evaluation.reprojection_px, residuals)}};
}

// A bar for every frame of the recording, so that all charts can be compared. Where a camera has no
// error, the bar has no height.
std::vector<FrameBar> no_bars(const Observations& observations) {
  std::set<std::int64_t> frames;
  for (const View& view : observations.views) frames.insert(view.frame);
  std::vector<FrameBar> bars;
  bars.reserve(frames.size());
  for (const std::int64_t frame : frames) bars.push_back({frame, 0});
  return bars;
}

void set_bar(std::vector<FrameBar>& bars, std::int64_t frame, double value) {
  const auto bar = std::lower_bound(
      bars.begin(), bars.end(), frame,
      [](const FrameBar& each, std::int64_t number) { return each.frame < number; });
  if (bar != bars.end() && bar->frame == frame) bar->value = value;
}

std::vector<FrameChart> view_charts(const Observations& observations,
                                    const Evaluation& evaluation) {
  if (evaluation.views.empty()) return {};
  const std::vector<FrameBar> none = no_bars(observations);
  std::vector<FrameBar> all = none;
  for (const FrameError& frame : frame_errors(evaluation.views))
    set_bar(all, frame.frame, frame.rms_px);
  std::vector<std::vector<FrameBar>> by_camera(observations.cameras.size());
  for (const ViewError& view : evaluation.views) {
    std::vector<FrameBar>& bars = by_camera[static_cast<std::size_t>(view.camera)];
    if (bars.empty()) bars = none;
    set_bar(bars, view.frame, view.rms_px);
  }
  std::vector<FrameChart> charts = {frame_chart(-1, all)};
  for (std::size_t i = 0; i < by_camera.size(); ++i)
    if (!by_camera[i].empty()) charts.push_back(frame_chart(static_cast<int>(i), by_camera[i]));
  return charts;
}

ordered_json views_data(const Observations& observations, const Evaluation& evaluation,
                        const std::vector<FrameChart>& charts) {
  if (charts.empty()) return false;
  double top = 0;
  for (const ViewError& view : evaluation.views) top = std::max(top, view.rms_px);
  if (top == 0) top = 1;
  ordered_json list = ordered_json::array();
  for (const FrameChart& chart : charts) {
    const bool is_all = chart.camera < 0;
    list.push_back(
        {{"name", is_all ? "All cameras"
                         : observations.cameras[static_cast<std::size_t>(chart.camera)].name},
         {"svg", frame_bars_svg(chart.bars, top, "px")},
         {"caption", chart.frames_each == 1
                         ? ordered_json(false)
                         : ordered_json(fmt::format("Each bar is the worst of {} frames.",
                                                    chart.frames_each))}});
  }
  return {{"list", list}, {"worst", worst_views(observations, evaluation)}};
}

ordered_json uncertainty_data(const Calibration& calibration) {
  ordered_json list = ordered_json::array();
  for (const Camera& camera : calibration.cameras) {
    if (!camera.uncertainty) continue;
    const ProjectionUncertainty& grids = *camera.uncertainty;
    list.push_back(heat_map(camera, grids.near_px,
                            fmt::format("at the boards' distance ({:.2f} m)", grids.distance_m)));
    list.push_back(heat_map(camera, grids.infinity_px, "infinitely far away"));
  }
  if (list.empty()) return false;
  return {{"list", list},
          {"low", fmt::format("{:g}", kHeatLow_px)},
          {"high", fmt::format("{:g}", kHeatHigh_px)}};
}

ordered_json choice_data(const Observations& observations) {
  if (!observations.choice || observations.choice->frames.empty() ||
      observations.choice->frames.size() == observations.choice->candidates)
    return false;
  constexpr double kTop = 6;  // the first frames alone determine nearly nothing
  std::vector<double> ratios;
  for (const ChosenFrame& chosen : observations.choice->frames)
    ratios.push_back(chosen.sigma_ratio);
  return {{"svg", curve_svg(ratios, kTop, "times the standard deviation of all", "frames")},
          {"caption",
           fmt::format("{} of {} frames were chosen. Their standard deviations are {:.2f} times "
                       "those of all frames, if the errors of each frame were its own.",
                       ratios.size(), observations.choice->candidates, ratios.back())}};
}

ordered_json clocks_data(const Calibration& calibration, const Observations& filmed) {
  ordered_json list = ordered_json::array();
  for (std::size_t i = 0; i < filmed.cameras.size(); ++i) {
    const Camera* camera = find_camera(calibration, filmed.cameras[i].name);
    if (!camera || !camera->time) continue;
    const CameraTime& time = *camera->time;
    if (time.offset_s == 0 && time.rate == 1 && time.jumps.empty()) continue;
    std::vector<Eigen::Vector2d> late_ms;
    for (const View& view : filmed.views) {
      if (static_cast<std::size_t>(view.camera) != i) continue;
      const double on_file = time_on_file(filmed, view);
      const double on_rig = time_of_row(time, on_file + shift_of_jumps(time, view.frame), 0);
      late_ms.emplace_back(on_file, 1e3 * (on_rig - on_file));
    }
    std::string caption = fmt::format("Time offset {:+.3f} ms", 1e3 * time.offset_s);
    if (time.std.offset_s) caption += fmt::format(" +- {:.3f} ms", 1e3 * *time.std.offset_s);
    if (time.rate != 1) caption += fmt::format(", clock rate {:+.2f} ppm", 1e6 * (time.rate - 1));
    for (const ClockJump& jump : time.jumps)
      caption += fmt::format(", {:+} frames from frame {} on", jump.frames, jump.frame);
    list.push_back({{"name", camera->name},
                    {"svg", trend_svg(late_ms, "ms", "s")},
                    {"caption", caption + "."}});
  }
  if (list.empty()) return false;
  return {{"list", list}, {"reference", calibration.reference_camera}};
}

ordered_json rig_data(const Calibration& calibration) {
  const RigScene scene = rig_scene(calibration, kMaxBoards);
  if (scene.labels.empty()) return false;
  const RigView view = first_view(scene);
  return {{"svg", rig_svg(scene, view)},
          {"json", script_text(rig_json(scene, view))},
          {"caption", fmt::format("{} cameras and {} of {} boards.", scene.labels.size(),
                                  scene.boards, scene.boards_of)}};
}

std::string script_text(const ordered_json& json) {
  std::string text;
  for (const char c : json.dump()) text += c == '<' ? std::string("\\u003c") : std::string(1, c);
  return text;
}

}  // namespace calib
