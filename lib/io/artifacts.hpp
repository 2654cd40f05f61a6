#pragma once
// The artifact files. Writing is deterministic (shortest numbers that read back exactly, fixed key
// order), reading is strict. write_X(read_X(file)) gives the same bytes. Two things are rounded on
// the way: pixels and their sigma to 1e-6 px, and rotations to a grid of 1e-13 rad (pose_yaml.hpp).
// The formats are described in README.md. Each artifact has its own NAME_yaml.cpp.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "image/dataset.hpp"
#include "rectify/rectified_set.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// Its relative paths hold when the text is written into dataset.root.
std::string to_yaml(const Dataset& dataset);
std::string to_yaml(const Observations& observations);
std::string to_yaml(const Calibration& calibration);

/// rectification.yaml: per set its cameras with R, P, valid rectangles and map files, its pairs
/// with Q and checked errors.
struct RectificationEntry {
  RectifiedSet set;
  std::vector<std::string> maps;  ///< a file per camera, relative to rectification.yaml; "": none
  int images = 0;                 ///< rectified pictures of all its cameras, or frames of videos
  int previews = 0;               ///< frames in previews/
};
std::string to_yaml(const std::vector<RectificationEntry>& rectification,
                    const Provenance& provenance);

Dataset read_dataset(const std::filesystem::path& file);
Observations read_observations(const std::filesystem::path& file);
Calibration read_calibration(const std::filesystem::path& file);
/// The same from a file's text; `name` stands for the file in messages.
Calibration parse_calibration(const std::string& text, const std::string& name);
std::vector<RectificationEntry> read_rectification(const std::filesystem::path& file);

/// What any of the files says of its origin; stages compare it to see whether they can be skipped.
Provenance read_provenance(const std::filesystem::path& file);

/// "dataset", "observations", "calibration" or "rectification": the file's `kind`.
std::string artifact_kind(const std::filesystem::path& file);

}  // namespace calib
