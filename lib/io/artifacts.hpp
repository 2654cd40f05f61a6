#pragma once
// Reads and writes the artifact files. Writing is deterministic: numbers have the shortest text
// that reads back exactly, and keys have a fixed order. Reading is strict. Reading a file and
// writing it again gives the same bytes. Two things are rounded: pixels and their sigma to 1e-6 px,
// and rotations to a grid of 1e-13 rad (pose_yaml.hpp). README.md describes the formats. Each
// artifact has its own NAME_yaml.cpp.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "image/dataset.hpp"
#include "rectify/rectified_set.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// The paths in the text are relative to dataset.root, which is where it must be written.
std::string to_yaml(const Dataset& dataset);
std::string to_yaml(const Observations& observations);
std::string to_yaml(const Calibration& calibration);

/// A set in rectification.yaml.
struct RectificationEntry {
  RectifiedSet set;
  std::vector<std::string> maps;  ///< a file per camera, relative to rectification.yaml, or ""
  int images = 0;                 ///< number of rectified images or video frames of all cameras
  int previews = 0;               ///< number of frames in previews/
};
std::string to_yaml(const std::vector<RectificationEntry>& rectification,
                    const Provenance& provenance);

Dataset read_dataset(const std::filesystem::path& file);
Observations read_observations(const std::filesystem::path& file);
Calibration read_calibration(const std::filesystem::path& file);
/// Parses the text of a file; `name` stands for the file in messages.
Calibration parse_calibration(const std::string& text, const std::string& name);
std::vector<RectificationEntry> read_rectification(const std::filesystem::path& file);

/// The provenance of any artifact. A stage whose result has the same provenance is skipped.
Provenance read_provenance(const std::filesystem::path& file);

/// The `kind` of a file: "dataset", "observations", "calibration" or "rectification".
std::string artifact_kind(const std::filesystem::path& file);

}  // namespace calib
