#pragma once
// The blocks `covariance` and `world` of calibration.yaml.

#include <string>

#include "io/yaml_reader.hpp"
#include "scene/calibration.hpp"

namespace calib {

std::string covariance_text(const Calibration& calibration);
/// Throws Error unless the cameras of the calibration have these parameters.
JointCovariance read_covariance(const YamlNode& node, const Calibration& calibration);

std::string world_text(const WorldFrame& world);
/// Reads the world without what links it to the covariance, which read_world_links() adds after the
/// covariance has been read.
WorldFrame read_world(const YamlNode& node);
void read_world_links(const YamlNode& node, Calibration& calibration);

}  // namespace calib
