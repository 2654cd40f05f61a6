#include <algorithm>

#include "rectify/rectify.hpp"

namespace calib {
namespace {

constexpr double kNearTie = 0.01;

struct PlacedCamera {
  std::string name;
  Eigen::Vector3d center, axis;
};

std::vector<PlacedCamera> placed_cameras(const Calibration& calibration) {
  std::vector<PlacedCamera> result;
  for (const Camera& camera : calibration.cameras) {
    if (!camera.intrinsics || !camera.T_cam_rig) continue;
    const Pose T_rig_cam = camera.T_cam_rig->inverse();
    result.push_back(
        {camera.name, T_rig_cam.translation, T_rig_cam.rotation * Eigen::Vector3d::UnitZ()});
  }
  return result;
}

// Whether the optical axes differ by less than 110 degrees. (In a ring of four cameras that look
// inwards, those of neighbors differ by about 90 degrees.)
bool look_alike(const PlacedCamera& a, const PlacedCamera& b) {
  constexpr double kLeastCosine = -0.342;
  return a.axis.dot(b.axis) > kLeastCosine;
}

// Whether c is nearer to both a and b than they are to each other. The tolerance is relative to the
// shorter of c's two distances: this removes the diagonals of a slim rectangle, which are hardly
// longer than its long sides, and keeps the three sides of a nearly equilateral triangle.
bool stands_between(const PlacedCamera& c, const PlacedCamera& a, const PlacedCamera& b) {
  const double ab = (a.center - b.center).norm();
  const double ac = (a.center - c.center).norm();
  const double bc = (b.center - c.center).norm();
  return std::max(ac, bc) < ab - kNearTie * std::min(ac, bc);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> adjacent_pairs(const Calibration& calibration) {
  const std::vector<PlacedCamera> all = placed_cameras(calibration);
  std::vector<std::pair<std::string, std::string>> pairs;
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = i + 1; j < all.size(); ++j) {
      const PlacedCamera &a = all[i], &b = all[j];
      if (!look_alike(a, b) || (a.center - b.center).norm() < kSameCenter_m) continue;
      const bool separated = std::any_of(all.begin(), all.end(), [&](const PlacedCamera& c) {
        const bool other = &c != &a && &c != &b;
        return other && look_alike(c, a) && look_alike(c, b) && stands_between(c, a, b);
      });
      if (!separated) pairs.emplace_back(a.name, b.name);
    }
  }
  return pairs;
}

}  // namespace calib
