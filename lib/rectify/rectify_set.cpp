#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "rectify/rectify.hpp"
#include "rectify/set_shape.hpp"
#include "rectify/shared_view.hpp"

namespace calib {
namespace {

using Cameras = std::vector<const Camera*>;

std::vector<std::string> names_of(const std::vector<Camera>& cameras) {
  std::vector<std::string> names;
  for (const Camera& camera : cameras) names.push_back(camera.name);
  return names;
}

[[noreturn]] void refuse(const std::vector<std::string>& names, const std::string& why) {
  throw UndeterminedError(fmt::format("cannot rectify {}: {}", join(names, ","), why));
}

Cameras known_cameras(const Calibration& calibration, const std::vector<std::string>& names) {
  Cameras cameras;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string& name = names[i];
    require(std::count(names.begin(), names.end(), name) == 1,
            fmt::format("{}: the same camera twice, expected different ones", join(names, ",")));
    const Camera* camera = find_camera(calibration, name);
    const std::vector<std::string> known = names_of(calibration.cameras);
    require(camera != nullptr,
            fmt::format("there is no camera '{}' in the calibration, expected one of {}{}", name,
                        join(known, ", "), did_you_mean(name, known)));
    if (!camera->intrinsics)
      refuse(names, name + " has no intrinsics; run 'calib intrinsics' first");
    if (!camera->T_cam_rig) {
      refuse(names, name +
                        " has no pose in the rig; run 'calib stereo' or 'calib extrinsics' first, "
                        "with frames in which it sees the board together with another camera");
    }
    cameras.push_back(camera);
  }
  return cameras;
}

void require_apart(const Cameras& cameras, const std::vector<std::string>& names) {
  for (std::size_t i = 0; i < cameras.size(); ++i) {
    for (std::size_t j = i + 1; j < cameras.size(); ++j) {
      const double distance_m = (cameras[i]->T_cam_rig->inverse().translation -
                                 cameras[j]->T_cam_rig->inverse().translation)
                                    .norm();
      if (distance_m > kSameCentre_m) continue;
      refuse(names, fmt::format("the centres of {} and {} coincide ({} m apart), expected a "
                                "distance between them; check the calibration of their poses",
                                names[i], names[j], to_text(distance_m)));
    }
  }
}

void require_neighbours(const SetShape& shape, const std::vector<std::string>& names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool found =
        std::any_of(shape.pairs.begin(), shape.pairs.end(),
                    [i](const SetShape::Pair& p) { return p.first == i || p.second == i; });
    if (!found) {
      refuse(names, fmt::format("{} looks more than 90 degrees away from the others; leave it out",
                                names[i]));
    }
  }
}

double degrees(double cosine) {
  return std::acos(std::clamp(cosine, -1.0, 1.0)) * 180 / std::numbers::pi;
}

// Why cameras see too little in common, from the angles between them; of the first pair whose
// cameras differ most.
std::string directions_text(const Cameras& cameras, const SetShape& shape) {
  double widest = -1;
  std::string text;
  for (const SetShape::Pair& pair : shape.pairs) {
    const Camera &a = *cameras[pair.first], &b = *cameras[pair.second];
    const Pose T_b_a = *b.T_cam_rig * a.T_cam_rig->inverse();
    const double between = degrees((T_b_a.rotation * Eigen::Vector3d::UnitZ()).z());
    if (between <= widest) continue;
    widest = between;
    text = fmt::format(
        "the optical axes of {} and {} differ by {} degrees, {} looks {} degrees away from the "
        "baseline, and rectifying turns the cameras by {} and {} degrees; choose cameras that look "
        "the same way, across the line between them",
        a.name, b.name, to_text(between, 1), a.name,
        to_text(degrees(std::abs(T_b_a.inverse().translation.normalized().z())), 1),
        to_text(degrees(shape.R_rect_cam[pair.first](2, 2)), 1),
        to_text(degrees(shape.R_rect_cam[pair.second](2, 2)), 1));
  }
  return text;
}

SetOfViews views_of(const Cameras& cameras, const SetShape& shape, const ViewPlane& plane,
                    const std::vector<std::string>& names) {
  SetOfViews views;
  for (std::size_t i = 0; i < cameras.size(); ++i) {
    const Projector lens(*cameras[i]->intrinsics);
    const auto area = visible_area(lens, shape.R_rect_cam[i], plane);
    if (!area) {
      refuse(names, fmt::format("{} does not look at a plane that all can share: {}",
                                cameras[i]->name, directions_text(cameras, shape)));
    }
    views.areas.push_back(*area);
    views.focal += lens.axis_focal_px() / static_cast<double>(cameras.size());
    const ImageSize size = lens.intrinsics().image_size;
    views.largest = {std::max(views.largest.width, size.width),
                     std::max(views.largest.height, size.height)};
  }
  for (const SetShape::Pair& pair : shape.pairs)
    (pair.vertical ? views.has_columns : views.has_rows) = true;
  return views;
}

Eigen::Matrix3d camera_matrix(const SharedView& view) {
  Eigen::Matrix3d K;
  K << view.focal, 0, view.centre.x(), 0, view.focal, view.centre.y(), 0, 0, 1;
  return K;
}

// As in the documentation of cv::stereoRectify.
Eigen::Matrix4d disparity_to_depth(const SharedView& view, double along_m) {
  Eigen::Matrix4d Q;
  Q << 1, 0, 0, -view.centre.x(), 0, 1, 0, -view.centre.y(), 0, 0, 0, view.focal, 0, 0,
      -1 / along_m, 0;
  return Q;
}

// The boards' median distance along the rectified axis; without boards, ten of the longest
// baselines.
double working_distance(const Calibration& calibration, const Cameras& cameras,
                        const SetShape& shape) {
  std::vector<double> depths;
  for (const auto& [frame, T_rig_board] : calibration.frames) {
    const Board& board = calibration.board;
    const Eigen::Vector3d last = corner_position(board, corner_count(board) - 1);
    const Eigen::Vector3d middle = T_rig_board * (last / 2);
    const double depth = (shape.R_rect_cam[0] * (*cameras[0]->T_cam_rig * middle)).z();
    if (depth > 0) depths.push_back(depth);
  }
  if (depths.empty()) {
    double longest = 0;
    for (const SetShape::Pair& pair : shape.pairs)
      longest = std::max(longest, std::abs(shape.along_m(pair)));
    return 10 * longest;
  }
  const auto middle = depths.begin() + static_cast<std::ptrdiff_t>(depths.size() / 2);
  std::nth_element(depths.begin(), middle, depths.end());
  return *middle;
}

// The largest row (column) difference of points at a depth, over the first camera's picture.
double departure_px(const RectifiedSet& set, const Eigen::Vector3d& offset_m, bool vertical) {
  const ViewPlane plane = view_plane(set);
  const double focal = set.cameras[0].P(0, 0);
  const Eigen::Vector2d centre = set.cameras[0].P.col(2).head<2>();
  constexpr int kSteps = 8;
  double largest = 0;
  for (int i = 0; i <= kSteps; ++i) {
    for (int j = 0; j <= kSteps; ++j) {
      const Eigen::Vector2d pixel(set.image_size.width * static_cast<double>(i) / kSteps,
                                  set.image_size.height * static_cast<double>(j) / kSteps);
      const Eigen::Vector2d point = (pixel - centre) / focal;
      const Eigen::Vector3d ray = plane.ray(point);
      if (!ray.allFinite()) continue;
      const auto other = plane.of_ray(set.distance_m * ray + offset_m);
      if (!other) continue;
      largest = std::max(largest, focal * std::abs((*other - point)[vertical ? 0 : 1]));
    }
  }
  return largest;
}

PixelRect common(const PixelRect& a, const PixelRect& b) {
  const int x = std::max(a.x, b.x), y = std::max(a.y, b.y);
  const int width = std::min(a.x + a.width, b.x + b.width) - x;
  const int height = std::min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? PixelRect{x, y, width, height} : PixelRect{};
}

bool share_lines(const RectifiedSet& set, const RectifiedPair& pair) {
  const PixelRect &a = camera_of(set, pair.first).valid, &b = camera_of(set, pair.second).valid;
  if (a.width == 0 || b.width == 0) return false;
  return pair.vertical ? std::max(a.x, b.x) < std::min(a.x + a.width, b.x + b.width)
                       : std::max(a.y, b.y) < std::min(a.y + a.height, b.y + b.height);
}

void add_cameras(const Cameras& cameras, const SetShape& shape, const SharedView& view, int jobs,
                 Rectification& result) {
  RectifiedSet& set = result.set;
  const Eigen::Matrix3d K = camera_matrix(view);
  for (std::size_t i = 0; i < cameras.size(); ++i) {
    RectifiedCamera& camera = set.cameras.emplace_back();
    camera.name = cameras[i]->name;
    camera.R_rect_cam = shape.R_rect_cam[i];
    camera.P << K, K * shape.offset_m[i];
    const Intrinsics& lens = *cameras[i]->intrinsics;
    result.maps.push_back(pixel_maps(lens, camera, view_plane(set), set.image_size, jobs));
    camera.valid = valid_rectangle(result.maps.back(), lens.image_size);
    if (camera.valid.width > 0) measure_scale(result.maps.back(), camera);
    set.valid = i == 0 ? camera.valid : common(set.valid, camera.valid);
  }
}

void add_pairs(const SetShape& shape, const SharedView& view, RectifiedSet& set,
               const std::vector<std::string>& names) {
  for (const SetShape::Pair& pair : shape.pairs) {
    const Eigen::Vector3d offset_m = shape.offset_m[pair.second] - shape.offset_m[pair.first];
    RectifiedPair& added = set.pairs.emplace_back();
    added.first = names[pair.first];
    added.second = names[pair.second];
    added.vertical = pair.vertical;
    added.baseline_m = offset_m.norm();
    if (set.projection == RectifiedProjection::kPinhole)
      added.Q = disparity_to_depth(view, shape.along_m(pair));
  }
}

}  // namespace

Rectification rectify_set(const Calibration& calibration, const std::vector<std::string>& names,
                          const ViewRules& rules, int jobs) {
  require(names.size() > 1, fmt::format("{}: expected two cameras or more", join(names, ",")));
  const Cameras cameras = known_cameras(calibration, names);
  require_apart(cameras, names);
  const SetShape shape = set_shape(cameras);
  require_neighbours(shape, names);

  Rectification result;
  RectifiedSet& set = result.set;
  set.projection = rules.projection;
  const ViewPlane plane{rules.projection, shape.pairs.front().vertical};
  const SetOfViews views = views_of(cameras, shape, plane, names);
  if (set.projection == RectifiedProjection::kLatlon && views.has_rows && views.has_columns) {
    refuse(
        names,
        "latlon aligns rows or columns, not both; use --projection pinhole, or rectify in pairs");
  }
  const std::optional<SharedView> view = shared_view(views, rules);
  if (view) {
    set.image_size = view->size;
    add_pairs(shape, *view, set, names);
    add_cameras(cameras, shape, *view, jobs, result);
  }
  const auto shares = [&](const RectifiedPair& pair) { return share_lines(set, pair); };
  if (!view || !std::all_of(set.pairs.begin(), set.pairs.end(), shares)) {
    refuse(names, fmt::format("the rectified images have no valid {} in common: {}",
                              !views.has_columns ? "rows"
                              : views.has_rows   ? "rows and columns"
                                                 : "columns",
                              directions_text(cameras, shape)));
  }
  set.distance_m =
      rules.distance_m > 0 ? rules.distance_m : working_distance(calibration, cameras, shape);
  for (std::size_t i = 0; names.size() > 2 && i < set.pairs.size(); ++i) {
    const SetShape::Pair& pair = shape.pairs[i];
    set.pairs[i].departure_px =
        departure_px(set, shape.offset_m[pair.second] - shape.offset_m[pair.first], pair.vertical);
  }
  return result;
}

}  // namespace calib
