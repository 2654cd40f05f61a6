#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/core.hpp>

#include "base/errors.hpp"
#include "base/median.hpp"
#include "base/text.hpp"
#include "rectify/common_frame.hpp"
#include "rectify/rectify.hpp"
#include "rectify/shared_view.hpp"

namespace calib {
namespace {

using Cameras = std::vector<const Camera*>;

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
    require(camera != nullptr, unknown_camera_text(calibration, name));
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
      if (distance_m > kSameCenter_m) continue;
      refuse(names, fmt::format("the centers of {} and {} coincide ({} m apart), expected a "
                                "distance between them; check the calibration of their poses",
                                names[i], names[j], to_text(distance_m)));
    }
  }
}

// Throws unless the pairs connect all cameras.
void require_connected(const CommonFrame& frame, const std::vector<std::string>& names) {
  std::vector<bool> reached(names.size(), false);
  reached[0] = true;
  for (std::size_t round = 0; round < names.size(); ++round) {
    for (const CommonFrame::Pair& pair : frame.pairs)
      if (reached[pair.first] || reached[pair.second])
        reached[pair.first] = reached[pair.second] = true;
  }
  std::vector<std::string> groups[2];
  for (std::size_t i = 0; i < names.size(); ++i) groups[reached[i] ? 0 : 1].push_back(names[i]);
  if (groups[1].empty()) return;
  refuse(names,
         fmt::format("no camera of {} looks less than 110 degrees away from one of {}; rectify "
                     "them as sets of their own",
                     join(groups[1], ","), join(groups[0], ",")));
}

double roll_deg(const Eigen::Matrix3d& R_rect_cam) {
  return std::atan2(R_rect_cam(1, 0), R_rect_cam(0, 0)) * 180 / std::numbers::pi;
}

void require_upright(const CommonFrame& frame, const std::vector<std::string>& names) {
  constexpr double kMostRollDeg = 60;
  for (std::size_t i = 0; i < names.size(); ++i) {
    // If the camera looks in another direction, a later check reports that instead of the roll.
    if (frame.R_rect_cam[i](2, 2) < 0.2) continue;
    const double roll = roll_deg(frame.R_rect_cam[i]);
    if (std::abs(roll) <= kMostRollDeg) continue;
    refuse(names, fmt::format("{}'s picture would be rolled by {:.0f} degrees, expected at most "
                              "{:.0f}: is a camera mounted on its side or upside down? Turn its "
                              "images first and calibrate again",
                              names[i], roll, kMostRollDeg));
  }
}

double degrees(double cosine) {
  return std::acos(std::clamp(cosine, -1.0, 1.0)) * 180 / std::numbers::pi;
}

void require_one_way_for_latlon(const CommonFrame& frame, const ViewRules& rules,
                                const std::vector<std::string>& names) {
  const bool mixed = std::any_of(
      frame.pairs.begin(), frame.pairs.end(),
      [&](const CommonFrame::Pair& pair) { return pair.vertical != frame.pairs[0].vertical; });
  if (rules.projection == RectifiedProjection::kLatlon && mixed) {
    refuse(
        names,
        "latlon aligns rows or columns, not both; use --projection pinhole, or rectify in pairs");
  }
}

// Explains why cameras have too little in common, with the angles of the pair whose optical axes
// differ most.
std::string directions_text(const Cameras& cameras, const CommonFrame& frame) {
  double widest = -1;
  std::string text;
  for (const CommonFrame::Pair& pair : frame.pairs) {
    const Camera &a = *cameras[pair.first], &b = *cameras[pair.second];
    const Pose T_b_a = *b.T_cam_rig * a.T_cam_rig->inverse();
    const double between = degrees((T_b_a.rotation * Eigen::Vector3d::UnitZ()).z());
    if (between <= widest) continue;
    widest = between;
    text = fmt::format(
        "the optical axes of {} and {} differ by {} degrees, {} looks {} degrees away from the "
        "baseline, and rectifying turns the cameras by {} and {} degrees and rolls their pictures "
        "by {} and {}; choose cameras that look the same way, across the line between them",
        a.name, b.name, to_text(between, 1), a.name,
        to_text(degrees(std::abs(T_b_a.inverse().translation.normalized().z())), 1),
        to_text(degrees(frame.R_rect_cam[pair.first](2, 2)), 1),
        to_text(degrees(frame.R_rect_cam[pair.second](2, 2)), 1),
        to_text(roll_deg(frame.R_rect_cam[pair.first]), 0),
        to_text(roll_deg(frame.R_rect_cam[pair.second]), 0));
  }
  return text;
}

std::string nothing_common_text(const Cameras& cameras, const CommonFrame& frame) {
  return "the rectified images have hardly any valid area in common: " +
         directions_text(cameras, frame);
}

SetOfViews views_of(const Cameras& cameras, const CommonFrame& frame, const ViewPlane& plane,
                    const std::vector<std::string>& names) {
  SetOfViews views;
  views.plane = plane;
  std::vector<TurnedCamera> turned;
  for (std::size_t i = 0; i < cameras.size(); ++i) {
    const Projector lens(*cameras[i]->intrinsics);
    const auto area = visible_area(lens, frame.R_rect_cam[i], plane);
    if (!area) {
      refuse(names, fmt::format("{} does not look at a plane that all can share: {}",
                                cameras[i]->name, directions_text(cameras, frame)));
    }
    views.areas.push_back(*area);
    turned.push_back({&*cameras[i]->intrinsics, frame.R_rect_cam[i]});
    views.focal += lens.axis_focal_px() / static_cast<double>(cameras.size());
    const ImageSize size = lens.intrinsics().image_size;
    views.largest = {std::max(views.largest.width, size.width),
                     std::max(views.largest.height, size.height)};
  }
  const auto common = common_rectangle(turned, plane, hull(views.areas));
  if (!common) refuse(names, nothing_common_text(cameras, frame));
  views.common = *common;
  return views;
}

// As in the documentation of cv::stereoRectify.
Eigen::Matrix4d disparity_to_depth(const SharedView& view, double along_m) {
  Eigen::Matrix4d Q;
  Q << 1, 0, 0, -view.center.x(), 0, 1, 0, -view.center.y(), 0, 0, 0, view.focal, 0, 0,
      -1 / along_m, 0;
  return Q;
}

// The median distance of the boards along the rectified axis, or ten times the longest baseline if
// there are no boards.
double working_distance(const Calibration& calibration, const Cameras& cameras,
                        const CommonFrame& frame) {
  std::vector<double> depths;
  for (const auto& [key, T_rig_board] : calibration.frames) {
    const Board& board = calibration.board;
    const Eigen::Vector3d last = corner_position(board, corner_count(board) - 1);
    const Eigen::Vector3d middle = T_rig_board * (last / 2);
    const double depth = (frame.R_rect_cam[0] * (*cameras[0]->T_cam_rig * middle)).z();
    if (depth > 0) depths.push_back(depth);
  }
  if (depths.empty()) {
    double longest = 0;
    for (const CommonFrame::Pair& pair : frame.pairs)
      longest = std::max(longest, std::abs(frame.along_m(pair)));
    return 10 * longest;
  }
  return median(std::move(depths));
}

// The largest row (column) difference of points at RectifiedSet::distance_m, over the image of the
// first camera.
double departure_px(const RectifiedSet& set, const Eigen::Vector3d& offset_m, bool vertical) {
  const ViewPlane plane = view_plane(set);
  const double focal = set.cameras[0].P(0, 0);
  const Eigen::Vector2d center = set.cameras[0].P.col(2).head<2>();
  constexpr int kSteps = 8;
  double largest = 0;
  for (int i = 0; i <= kSteps; ++i) {
    for (int j = 0; j <= kSteps; ++j) {
      const Eigen::Vector2d pixel(set.image_size.width * static_cast<double>(i) / kSteps,
                                  set.image_size.height * static_cast<double>(j) / kSteps);
      const Eigen::Vector2d point = (pixel - center) / focal;
      const Eigen::Vector3d ray = plane.ray(point);
      if (!ray.allFinite()) continue;
      const auto other = plane.of_ray(set.distance_m * ray + offset_m);
      if (!other) continue;
      largest = std::max(largest, focal * std::abs((*other - point)[vertical ? 0 : 1]));
    }
  }
  return largest;
}

// Whether the area that is valid in all cameras shows a few percent of every source image.
bool shows_enough(const RectifiedSet& set, const Cameras& cameras) {
  constexpr double kLeastShare = 0.03;
  for (std::size_t i = 0; i < cameras.size(); ++i) {
    const double scale = set.cameras[i].scale;
    const ImageSize source = cameras[i]->intrinsics->image_size;
    const double shown = set.valid.width / scale * set.valid.height / scale;
    if (!(shown >= kLeastShare * source.width * source.height)) return false;
  }
  return true;
}

void add_cameras(const Cameras& cameras, const CommonFrame& frame, const SharedView& view, int jobs,
                 Rectification& result) {
  RectifiedSet& set = result.set;
  const Eigen::Matrix3d K = view.camera_matrix();
  cv::Mat common;
  for (std::size_t i = 0; i < cameras.size(); ++i) {
    RectifiedCamera& camera = set.cameras.emplace_back();
    camera.name = cameras[i]->name;
    camera.R_rect_cam = frame.R_rect_cam[i];
    camera.P << K, K * frame.offset_m[i];
    const Intrinsics& lens = *cameras[i]->intrinsics;
    result.maps.push_back(pixel_maps(lens, camera, view_plane(set), set.image_size, jobs));
    const cv::Mat mask = valid_mask(result.maps.back(), lens.image_size);
    camera.valid = largest_rectangle(mask);
    if (camera.valid.width > 0) measure_scale(result.maps.back(), camera);
    common = i == 0 ? mask : cv::Mat(common & mask);
  }
  set.valid = largest_rectangle(common);
}

void add_pairs(const CommonFrame& frame, const SharedView& view, RectifiedSet& set,
               const std::vector<std::string>& names) {
  for (const CommonFrame::Pair& pair : frame.pairs) {
    const Eigen::Vector3d offset_m = frame.offset_m[pair.second] - frame.offset_m[pair.first];
    RectifiedPair& added = set.pairs.emplace_back();
    added.first = names[pair.first];
    added.second = names[pair.second];
    added.vertical = pair.vertical;
    added.baseline_m = offset_m.norm();
    if (set.projection == RectifiedProjection::kPinhole)
      added.Q = disparity_to_depth(view, frame.along_m(pair));
  }
}

}  // namespace

Rectification rectify_set(const Calibration& calibration, const std::vector<std::string>& names,
                          const ViewRules& rules, int jobs) {
  require(names.size() > 1, fmt::format("{}: expected two cameras or more", join(names, ",")));
  const Cameras cameras = known_cameras(calibration, names);
  require_apart(cameras, names);
  const CommonFrame frame = common_frame(cameras);
  require_connected(frame, names);
  require_upright(frame, names);

  Rectification result;
  RectifiedSet& set = result.set;
  set.projection = rules.projection;
  const ViewPlane plane{rules.projection, frame.pairs.front().vertical};
  require_one_way_for_latlon(frame, rules, names);
  const SetOfViews views = views_of(cameras, frame, plane, names);
  const std::optional<SharedView> view = shared_view(views, rules);
  if (view) {
    set.image_size = view->size;
    add_pairs(frame, *view, set, names);
    add_cameras(cameras, frame, *view, jobs, result);
  }
  if (!view || set.valid.width == 0 || (!rules.fov_rad && !shows_enough(set, cameras)))
    refuse(names, nothing_common_text(cameras, frame));
  set.distance_m =
      rules.distance_m > 0 ? rules.distance_m : working_distance(calibration, cameras, frame);
  for (std::size_t i = 0; names.size() > 2 && i < set.pairs.size(); ++i) {
    const CommonFrame::Pair& pair = frame.pairs[i];
    set.pairs[i].departure_px =
        departure_px(set, frame.offset_m[pair.second] - frame.offset_m[pair.first], pair.vertical);
  }
  return result;
}

}  // namespace calib
