#include "design/planned_camera.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "camera/model_list.hpp"
#include "measure/align.hpp"
#include "synth/arrangement.hpp"
#include "synth/typical_lens.hpp"

namespace calib {
namespace {

Eigen::Vector3d parse_place(const std::vector<std::string>& texts, const std::string& key) {
  require(texts.size() == 3,
          fmt::format("{}: found {} numbers, expected three lengths, such as [0, 1.2m, -30cm]", key,
                      texts.size()));
  Eigen::Vector3d place;
  for (Eigen::Index k = 0; k < 3; ++k) {
    try {
      place[k] = parse_signed_length(texts[static_cast<std::size_t>(k)]);
    } catch (const Error& error) {
      throw Error(fmt::format("{}: {}", key, error.what()));
    }
  }
  return place;
}

std::vector<double> distortion_of(const PlannedCamera& camera, std::size_t count) {
  if (camera.distortion.empty()) return typical_distortion(camera.model);
  require(camera.distortion.size() == count,
          fmt::format("distortion: found {} numbers, expected {} for the model {}",
                      camera.distortion.size(), count, camera.model));
  std::vector<double> values;
  values.reserve(count);
  for (const std::string& text : camera.distortion) {
    const auto value = parse_number(text);
    require(value.has_value(), fmt::format("distortion: found '{}', expected a number", text));
    values.push_back(*value);
  }
  return values;
}

double planned_focal_px(const PlannedCamera& camera, const Intrinsics& unit) {
  const int given =
      (camera.fov_deg > 0 ? 1 : 0) + (camera.focal_px > 0 ? 1 : 0) + (camera.focal_mm > 0 ? 1 : 0);
  require(given == 1,
          given == 0 ? "the lens is missing: give fov_deg, or focal_px, or focal_mm and pixel_um"
                     : "the lens is given twice: give one of fov_deg, focal_px, and focal_mm with "
                       "pixel_um");
  require(
      (camera.focal_mm > 0) == (camera.pixel_um > 0),
      "pixel_um: give the size of a pixel (pixel_um: 3.45) with the focal length in millimeters "
      "(focal_mm: 8)");
  if (camera.focal_px > 0) return camera.focal_px;
  if (camera.focal_mm > 0) return 1000 * camera.focal_mm / camera.pixel_um;
  require_angle(camera.model, camera.fov_deg);
  return focal_length(unit, camera.fov_deg);
}

}  // namespace

std::vector<Option> describe(PlannedCamera& c) {
  return {
      Option::text("name", c.name, "name of the camera"),
      Option::text("size", c.size, "size of its pictures in pixels", "WxH"),
      Option::text("model", c.model, "camera model").one_of(model_names()),
      Option::number("fov_deg", c.fov_deg, "horizontal angle of view in degrees")
          .at_least(1)
          .at_most(170),
      Option::number("focal_px", c.focal_px, "focal length in pixels").at_least(1),
      Option::number("focal_mm", c.focal_mm, "focal length of the lens in millimeters")
          .at_least(0.1),
      Option::number("pixel_um", c.pixel_um, "side of a pixel of the sensor in micrometers")
          .at_least(0.1),
      Option::list("distortion", c.distortion, "coefficients in the order of the model", "NUMBER"),
      Option::list("place", c.place, "where the camera stands in the room", "LENGTH"),
      Option::list("looks_at", c.looks_at, "a point in the middle of its picture", "LENGTH"),
      Option::number("roll_deg", c.roll_deg, "turns the camera about its axis, clockwise"),
  };
}

Intrinsics planned_lens(const PlannedCamera& camera) {
  require(!camera.size.empty(), "size: missing: give the size of the pictures (size: 1920x1080)");
  const auto [width, height] = parse_size(camera.size, "size (such as 1920x1080)");
  require(width >= 64 && height >= 64,
          fmt::format("size: found {}, expected at least 64x64", camera.size));
  Intrinsics lens = make_intrinsics(camera.model, {width, height}, 1, 1, 0, 0);
  const std::size_t count = lens.parameters.size() - kLinearCount;
  const std::vector<double> distortion = distortion_of(camera, count);
  std::copy(distortion.begin(), distortion.end(), lens.parameters.begin() + kLinearCount);
  const double focal = planned_focal_px(camera, lens);
  lens.parameters[0] = lens.parameters[1] = focal;
  lens.parameters[2] = (width - 1) / 2.0;
  lens.parameters[3] = (height - 1) / 2.0;
  require(Projector(lens).unproject({lens.parameters[2], lens.parameters[3]}).has_value(),
          "the lens cannot see the middle of its picture");
  return lens;
}

Pose planned_pose(const PlannedCamera& camera) {
  constexpr double kLeastDistance_m = 1e-3, kMostDistance_m = 1e4, kStraight = 1e-3;
  const Eigen::Vector3d place = parse_place(camera.place, "place");
  const Eigen::Vector3d target = parse_place(camera.looks_at, "looks_at");
  require((target - place).norm() > kLeastDistance_m,
          "looks_at: is the place of the camera; give a point in front of it");
  require(place.norm() < kMostDistance_m && target.norm() < kMostDistance_m,
          "place, looks_at: found a point more than 10 km away: write the unit of each length");
  Eigen::Vector3d down = -Eigen::Vector3d::UnitZ();
  // A camera that looks straight up or down has the room's x axis along its rows.
  const Eigen::Vector3d axis = (target - place).normalized();
  if (down.cross(axis).norm() < kStraight) down = axis.cross(Eigen::Vector3d::UnitX());
  return looking_at(place, target, down) *
         Pose{exp_so3(camera.roll_deg / kDegrees * Eigen::Vector3d::UnitZ()), {0, 0, 0}};
}

Calibration planned_rig(const std::vector<PlannedCamera>& cameras) {
  require(cameras.size() >= 2,
          fmt::format("found {} cameras, expected at least two", cameras.size()));
  Calibration rig;
  rig.reference_camera = cameras.front().name;
  const Pose T_world_rig = planned_pose(cameras.front());
  rig.world = WorldFrame{.T_world_rig = T_world_rig};
  rig.cameras.reserve(cameras.size());
  for (const PlannedCamera& planned : cameras) {
    require(!find_camera(rig, planned.name),
            fmt::format("two cameras are named '{}'", planned.name));
    const Intrinsics lens = planned_lens(planned);
    Camera camera{planned.name, lens.image_size};
    camera.intrinsics = lens;
    camera.T_cam_rig = rig.cameras.empty() ? Pose{} : planned_pose(planned).inverse() * T_world_rig;
    rig.cameras.push_back(std::move(camera));
  }
  return rig;
}

}  // namespace calib
