#include "design/forecast.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "measure/triangulate.hpp"
#include "solve/camera_graph.hpp"
#include "solve/covariance.hpp"
#include "solve/joint_covariance.hpp"
#include "solve/observability.hpp"
#include "solve/options.hpp"
#include "solve/projection_uncertainty.hpp"
#include "solve/restore_bundle.hpp"
#include "synth/synthetic_rig.hpp"
#include "synth/visibility.hpp"

namespace calib {
namespace {

// Corners nearer to the border of the picture do not count: no detector can refine them.
constexpr double kMargin_px = 4;

void require_views(const Observations& observations, std::size_t shots) {
  const auto least = static_cast<std::size_t>(IntrinsicsOptions{}.min_views);
  for (std::size_t c = 0; c < observations.cameras.size(); ++c) {
    std::vector<const View*> views;
    for (const View& view : observations.views) {
      if (view.camera == static_cast<int>(c)) views.push_back(&view);
    }
    if (views.size() >= least && count_board_places(views, least) >= least) continue;
    throw UndeterminedError(fmt::format(
        "{} sees {} of the {} boards of the plan, expected at least {} in different places: plan "
        "more shots, or boards where this camera looks",
        observations.cameras[c].name, views.size(), shots, least));
  }
}

std::map<std::int64_t, std::vector<int>> cameras_of_frames(const Observations& observations) {
  std::map<std::int64_t, std::vector<int>> frames;
  for (const View& view : observations.views) frames[view.frame].push_back(view.camera);
  return frames;
}

std::vector<SharedBoards> shared_boards(const Observations& observations) {
  std::map<std::pair<int, int>, int> counts;
  for (const auto& [frame, cameras] : cameras_of_frames(observations)) {
    for (std::size_t i = 0; i < cameras.size(); ++i) {
      for (std::size_t k = i + 1; k < cameras.size(); ++k) ++counts[{cameras[i], cameras[k]}];
    }
  }
  std::vector<SharedBoards> pairs;
  const int count = static_cast<int>(observations.cameras.size());
  for (int a = 0; a < count; ++a) {
    for (int b = a + 1; b < count; ++b) {
      pairs.push_back({observations.cameras[static_cast<std::size_t>(a)].name,
                       observations.cameras[static_cast<std::size_t>(b)].name, counts[{a, b}]});
    }
  }
  return pairs;
}

void require_connected(const Observations& observations) {
  std::vector<CameraEdge> edges;
  for (const auto& [frame, cameras] : cameras_of_frames(observations)) {
    for (std::size_t i = 1; i < cameras.size(); ++i)
      edges.push_back({cameras[0], cameras[i], 1, Pose{}});
  }
  const auto groups = connected_groups(static_cast<int>(observations.cameras.size()), edges);
  if (groups.size() == 1) return;
  std::vector<std::string> texts;
  for (const std::vector<int>& group : groups) {
    std::vector<std::string> names;
    for (const int camera : group)
      names.push_back(observations.cameras[static_cast<std::size_t>(camera)].name);
    texts.push_back("{" + join(names, ", ") + "}");
  }
  throw UndeterminedError(fmt::format(
      "no shot of the plan shows a board to cameras of two groups; the groups are {}: place or "
      "turn the cameras so "
      "that their pictures overlap, or plan a smaller board or boards at other distances",
      join(texts, " and ")));
}

// The pixels of the points of the grid in all cameras.
PixelTracks pixels_of_grid(const Calibration& rig, const PointGrid& grid) {
  PixelTracks tracks;
  tracks.cameras = names_of(rig.cameras);
  tracks.points = {"point"};
  std::vector<Projector> lenses;
  for (const Camera& camera : rig.cameras) lenses.emplace_back(*camera.intrinsics);
  const Pose T_rig_world = room_of(rig).inverse();
  for (int i = 0; i < PointGrid::kX * PointGrid::kY * PointGrid::kZ; ++i) {
    const Eigen::Vector3d p_rig =
        T_rig_world * grid.at(i % PointGrid::kX, i / PointGrid::kX % PointGrid::kY,
                              i / (PointGrid::kX * PointGrid::kY));
    tracks.keys.push_back({i, 0});
    for (std::size_t c = 0; c < lenses.size(); ++c) {
      tracks.pixels.push_back(pixel_in_image(lenses[c], *rig.cameras[c].T_cam_rig * p_rig)
                                  .value_or(Eigen::Vector2d::Constant(kMissing)));
    }
  }
  return tracks;
}

std::string box_text(const Eigen::AlignedBox3d& box) {
  std::vector<std::string> axes;
  for (Eigen::Index k = 0; k < 3; ++k)
    axes.push_back(fmt::format("{}..{}m", to_text(box.min()[k], 2), to_text(box.max()[k], 2)));
  return join(axes, ",");
}

}  // namespace

Eigen::Vector3d PointGrid::at(int x, int y, int z) const {
  const Eigen::Array3d share((x + 0.5) / kX, (y + 0.5) / kY, (z + 0.5) / kZ);
  return box.min().array() + share * box.sizes().array();
}

Eigen::AlignedBox3d box_of_boards(const Calibration& rig) {
  std::array<std::vector<double>, 3> coordinates;
  for (const auto& [frame, T_rig_board] : rig.frames) {
    const Eigen::Vector3d center = room_of(rig) * (T_rig_board * board_middle(rig.board));
    for (std::size_t k = 0; k < 3; ++k) coordinates[k].push_back(center[static_cast<int>(k)]);
  }
  Eigen::Vector3d low, high;
  for (std::size_t k = 0; k < 3; ++k) {
    std::vector<double>& sorted = coordinates[k];
    std::sort(sorted.begin(), sorted.end());
    const std::size_t tenth = (sorted.size() - 1) / 10;
    low[static_cast<int>(k)] = sorted[tenth];
    high[static_cast<int>(k)] = sorted[sorted.size() - 1 - tenth];
  }
  return {low, high};
}

Observations planned_observations(const Calibration& rig, double sigma_px) {
  Observations observations = true_observations(rig, kMargin_px);
  std::erase_if(observations.views,
                [&](const View& view) { return !view_problem(observations.board, view).empty(); });
  for (View& view : observations.views) {
    for (Corner& corner : view.corners) corner.sigma_px = sigma_px;
  }
  return observations;
}

PointForecast forecast_points(const Calibration& rig, const PointGrid& grid, double sigma_px,
                              int jobs) {
  TriangulateOptions options;
  options.sigma_px = sigma_px;
  options.keep_spreads = true;
  const Triangulation found = triangulate(rig, pixels_of_grid(rig, grid), options, jobs);
  PointForecast result;
  double calibration = 0;
  int count = 0;
  for (std::size_t i = 0; i < found.points.values.size(); ++i) {
    const Point3d& point = found.points.values[i];
    result.std_m.push_back(point.known() ? std::sqrt(to_matrix(point.covariance).trace())
                                         : kMissing);
    if (!point.known()) continue;
    ++count;
    result.mean_m += result.std_m.back();
    result.worst_m = std::max(result.worst_m, result.std_m.back());
    calibration += std::max(0.0, to_matrix(point.covariance).trace() - found.noise[i].trace());
  }
  result.seen_share = static_cast<double>(count) / static_cast<double>(result.std_m.size());
  if (count == 0) return result;
  result.mean_m /= count;
  result.calibration_m = std::sqrt(calibration / count);
  return result;
}

void require_seen(const Calibration& rig, const PointGrid& grid, int jobs) {
  if (forecast_points(rig, grid, 1, jobs).seen_share > 0) return;
  throw UndeterminedError(fmt::format(
      "no two cameras see a point of the volume {}: give a --volume that is in their pictures, or "
      "turn the cameras to it",
      box_text(grid.box)));
}

Forecast forecast(const Calibration& rig, const PointGrid& grid, const ForecastNoise& noise,
                  int jobs) {
  const Observations observations = planned_observations(rig, noise.corner_px);
  require_views(observations, rig.frames.size());
  require_connected(observations);
  const Bundle bundle = restore_bundle(observations, rig);
  const std::vector<Covariance> expected = {expected_covariance(bundle, noise.exact_board, jobs)};
  const std::vector<CameraStd> stds = standard_deviations(bundle, expected);
  const auto uncertainties = projection_uncertainty(bundle, expected);
  Forecast result{rig, shared_boards(observations), {}};
  Calibration& calibration = result.expected;
  calibration.covariance = joint_covariance(bundle, expected);
  for (std::size_t i = 0; i < bundle.cameras.size(); ++i) {
    Camera& camera = *find_camera(calibration, bundle.cameras[i].name);
    camera.std = stds[i];
    camera.uncertainty = uncertainties[i];
    camera.views = static_cast<int>(
        std::count_if(bundle.views.begin(), bundle.views.end(),
                      [i](const BundleView& view) { return view.camera == static_cast<int>(i); }));
  }
  result.points = forecast_points(calibration, grid, noise.point_px, jobs);
  return result;
}

}  // namespace calib
