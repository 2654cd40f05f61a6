#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "rectify/rectify.hpp"
#include "rectify/shared_view.hpp"
#include "rectify/valid_rectangle.hpp"

namespace calib {
namespace {

using CameraPair = std::array<const Camera*, 2>;

[[noreturn]] void refuse(const CameraPair& pair, const std::string& why) {
  throw UndeterminedError(
      fmt::format("cannot rectify {},{}: {}", pair[0]->name, pair[1]->name, why));
}

const Camera& named_camera(const Calibration& calibration, const std::string& name) {
  if (const Camera* camera = find_camera(calibration, name)) return *camera;
  std::vector<std::string> names;
  for (const Camera& camera : calibration.cameras) names.push_back(camera.name);
  throw Error(fmt::format("no camera '{}' in the calibration, expected one of {}{}", name,
                          join(names, ", "), did_you_mean(name, names)));
}

void require_known(const CameraPair& pair) {
  for (const Camera* camera : pair) {
    if (!camera->intrinsics) {
      refuse(pair, camera->name + " has no intrinsics; run 'calib intrinsics' first");
    }
    if (!camera->T_cam_rig) {
      refuse(pair, camera->name +
                       " has no pose in the rig; run 'calib stereo' or 'calib extrinsics' first, "
                       "with frames in which it sees the board together with another camera");
    }
  }
}

struct Turns {
  std::array<Eigen::Matrix3d, 2> R_rect_cam;
  bool vertical = false;
  double offset = 0;  // of the second camera's coordinates along the rows (or columns): OpenCV's Tx
};

// Half of the relative rotation for each, then the shortest turn that lays the baseline along the
// rows or columns.
Turns rectifying_turns(const Pose& T_second_first) {
  const Eigen::Quaterniond half = exp_so3(-0.5 * log_so3(T_second_first.rotation));
  const Eigen::Vector3d baseline = half * T_second_first.translation;
  Turns turns;
  turns.vertical = !(std::abs(baseline.x()) > std::abs(baseline.y()));
  const double along = turns.vertical ? baseline.y() : baseline.x();
  turns.offset = along > 0 ? baseline.norm() : -baseline.norm();
  Eigen::Vector3d axis = turns.vertical ? Eigen::Vector3d::UnitY() : Eigen::Vector3d::UnitX();
  if (!(along > 0)) axis = -axis;
  const Eigen::Quaterniond level = Eigen::Quaterniond::FromTwoVectors(baseline, axis);
  turns.R_rect_cam = {(level * half.conjugate()).toRotationMatrix(),
                      (level * half).toRotationMatrix()};
  return turns;
}

// Why two cameras see too little in common, from the angles between them.
std::string directions_text(const CameraPair& pair, const Pose& T_second_first,
                            const Turns& turns) {
  const auto degrees = [](double cosine) {
    return std::acos(std::clamp(cosine, -1.0, 1.0)) * 180 / std::numbers::pi;
  };
  const double between = degrees((T_second_first.rotation * Eigen::Vector3d::UnitZ()).z());
  const double to_baseline =
      degrees(std::abs(T_second_first.inverse().translation.normalized().z()));
  return fmt::format(
      "the optical axes differ by {} degrees, {} looks {} degrees away from the baseline, and "
      "rectifying turns the cameras by {} and {} degrees; choose a pair that looks the same way, "
      "across the line between the cameras",
      to_text(between, 1), pair[0]->name, to_text(to_baseline, 1),
      to_text(degrees(turns.R_rect_cam[0](2, 2)), 1),
      to_text(degrees(turns.R_rect_cam[1](2, 2)), 1));
}

// P of both and Q, as in the documentation of cv::stereoRectify.
void set_projections(const PlaneView& view, double offset, RectifiedPair& pair) {
  Eigen::Matrix<double, 3, 4> P;
  P << view.focal, 0, view.centre.x(), 0, 0, view.focal, view.centre.y(), 0, 0, 0, 1, 0;
  pair.first.P = pair.second.P = P;
  pair.second.P(pair.vertical ? 1 : 0, 3) = offset * view.focal;
  pair.Q << 1, 0, 0, -view.centre.x(), 0, 1, 0, -view.centre.y(), 0, 0, 0, view.focal, 0, 0,
      -1 / offset, 0;
}

bool share_rows(const RectifiedPair& pair) {
  const PixelRect& a = pair.first.valid;
  const PixelRect& b = pair.second.valid;
  if (a.width == 0 || b.width == 0) return false;
  return pair.vertical ? std::max(a.x, b.x) < std::min(a.x + a.width, b.x + b.width)
                       : std::max(a.y, b.y) < std::min(a.y + a.height, b.y + b.height);
}

CameraPair known_cameras(const Calibration& calibration, const std::string& first,
                         const std::string& second) {
  require(first != second,
          fmt::format("pair {},{}: the same camera twice, expected two cameras", first, second));
  const CameraPair cameras = {&named_camera(calibration, first),
                              &named_camera(calibration, second)};
  require_known(cameras);
  return cameras;
}

std::array<VisibleArea, 2> visible_areas(const CameraPair& cameras, const Turns& turns,
                                         const std::string& directions) {
  std::array<VisibleArea, 2> areas;
  for (std::size_t i = 0; i < 2; ++i) {
    const auto area = visible_area(Projector(*cameras[i]->intrinsics), turns.R_rect_cam[i]);
    if (!area) {
      refuse(cameras, fmt::format("{} does not look at a plane that both can share: {}",
                                  cameras[i]->name, directions));
    }
    areas[i] = *area;
  }
  return areas;
}

RectifiedCamera side(const Camera& camera, const Eigen::Matrix3d& R_rect_cam) {
  RectifiedCamera result;
  result.name = camera.name;
  result.R_rect_cam = R_rect_cam;
  result.P.setZero();
  return result;
}

void set_valid(const Intrinsics& intrinsics, ImageSize size, RectifiedCamera& camera) {
  camera.valid = valid_rectangle(rectify_maps(intrinsics, camera, size), intrinsics.image_size);
}

}  // namespace

RectifiedPair rectify_pair(const Calibration& calibration, const std::string& first,
                           const std::string& second, double alpha) {
  require(alpha >= 0 && alpha <= 1,
          fmt::format("alpha: found {}, expected a number from 0 to 1", alpha));
  const CameraPair cameras = known_cameras(calibration, first, second);
  const Intrinsics& lens_a = *cameras[0]->intrinsics;
  const Intrinsics& lens_b = *cameras[1]->intrinsics;
  const Pose T_second_first = *cameras[1]->T_cam_rig * cameras[0]->T_cam_rig->inverse();
  const double baseline_m = T_second_first.translation.norm();
  if (!(baseline_m > kSameCentre_m)) {
    refuse(cameras, fmt::format("their centres coincide ({} m apart), expected a distance between "
                                "them; check the calibration of their poses",
                                to_text(baseline_m)));
  }
  const Turns turns = rectifying_turns(T_second_first);
  const std::string directions = directions_text(cameras, T_second_first, turns);

  RectifiedPair pair;
  pair.first = side(*cameras[0], turns.R_rect_cam[0]);
  pair.second = side(*cameras[1], turns.R_rect_cam[1]);
  pair.vertical = turns.vertical;
  pair.image_size = {std::max(lens_a.image_size.width, lens_b.image_size.width),
                     std::max(lens_a.image_size.height, lens_b.image_size.height)};
  pair.baseline_m = baseline_m;
  const std::size_t across = pair.vertical ? 0 : 1;  // OpenCV takes the focal length across
  const double focal = (lens_a.parameters[across] + lens_b.parameters[across]) / 2;
  const std::optional<PlaneView> view = shared_view(visible_areas(cameras, turns, directions),
                                                    pair.image_size, focal, pair.vertical, alpha);
  if (view) {
    set_projections(*view, turns.offset, pair);
    set_valid(lens_a, pair.image_size, pair.first);
    set_valid(lens_b, pair.image_size, pair.second);
  }
  if (!view || !share_rows(pair)) {
    refuse(cameras, fmt::format("their rectified images have no valid {} in common: {}",
                                pair.vertical ? "columns" : "rows", directions));
  }
  return pair;
}

}  // namespace calib
