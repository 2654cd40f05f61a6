#include "scene/calibration.hpp"

#include <utility>

#include "base/named.hpp"
#include "base/text.hpp"

namespace calib {

void forget_covariance(Calibration& calibration) {
  calibration.covariance.reset();
  if (!calibration.world) return;
  WorldFrame& world = *calibration.world;
  Eigen::Matrix<double, WorldFrame::kCount, WorldFrame::kCount> largest;
  largest.setZero();
  for (const auto& each : world.by_calibration) {
    const auto own = (each * each.transpose()).eval();
    if (own.trace() > largest.trace()) largest = own;
  }
  world.covariance += largest;
  world.by_calibration.clear();
}

const Camera* find_camera(const Calibration& calibration, const std::string& name) {
  return find_named(calibration.cameras, name);
}

Camera* find_camera(Calibration& calibration, const std::string& name) {
  return const_cast<Camera*>(find_camera(std::as_const(calibration), name));
}

std::string unknown_camera_text(const Calibration& calibration, const std::string& name) {
  return "there is no camera '" + name + "' in the calibration, " +
         expected_one_of(name, names_of(calibration.cameras));
}

}  // namespace calib
