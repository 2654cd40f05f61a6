#include <algorithm>

#include "rectify/rectify.hpp"

namespace calib {
namespace {

constexpr double kNearTie = 0.01;

struct Station {
  std::string name;
  Eigen::Vector3d center, axis;
};

std::vector<Station> stations(const Calibration& calibration) {
  std::vector<Station> result;
  for (const Camera& camera : calibration.cameras) {
    if (!camera.intrinsics || !camera.T_cam_rig) continue;
    const Pose T_rig_cam = camera.T_cam_rig->inverse();
    result.push_back(
        {camera.name, T_rig_cam.translation, T_rig_cam.rotation * Eigen::Vector3d::UnitZ()});
  }
  return result;
}

// A ring of four looks inwards at right angles, more or less.
bool look_alike(const Station& a, const Station& b) {
  constexpr double kLeastCosine = -0.342;  // 110 degrees
  return a.axis.dot(b.axis) > kLeastCosine;
}

// Measured against the shorter of c's two distances, so that a slim rectangle, whose diagonal is
// hardly longer than its long sides, still loses the diagonal, and an equilateral triangle with a
// little jitter keeps its three sides.
bool stands_between(const Station& c, const Station& a, const Station& b) {
  const double ab = (a.center - b.center).norm();
  const double ac = (a.center - c.center).norm();
  const double bc = (b.center - c.center).norm();
  return std::max(ac, bc) < ab - kNearTie * std::min(ac, bc);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> adjacent_pairs(const Calibration& calibration) {
  const std::vector<Station> all = stations(calibration);
  std::vector<std::pair<std::string, std::string>> pairs;
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = i + 1; j < all.size(); ++j) {
      const Station& a = all[i];
      const Station& b = all[j];
      if (!look_alike(a, b) || (a.center - b.center).norm() < kSameCenter_m) continue;
      const bool separated = std::any_of(all.begin(), all.end(), [&](const Station& c) {
        const bool other = &c != &a && &c != &b;
        return other && look_alike(c, a) && look_alike(c, b) && stands_between(c, a, b);
      });
      if (!separated) pairs.emplace_back(a.name, b.name);
    }
  }
  return pairs;
}

}  // namespace calib
