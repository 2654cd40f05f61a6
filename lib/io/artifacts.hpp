#pragma once
// Reads and writes the artifact files. Writing is deterministic: numbers have the shortest text
// that reads back exactly, and keys have a fixed order. Reading is strict. Reading a file and
// writing it again gives the same bytes. Two things are rounded: pixels and their sigma to 1e-6 px,
// and rotations to a grid of 1e-13 rad (pose_yaml.hpp). docs/files.md describes the formats. Each
// artifact has its own NAME_yaml.cpp.

#include <filesystem>
#include <string>
#include <vector>

#include "design/summary.hpp"
#include "image/dataset.hpp"
#include "rectify/rectified_set.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// A set in rectification.yaml.
struct RectificationEntry {
  RectifiedSet set;
  std::vector<std::string> maps;  ///< a file per camera, relative to rectification.yaml, or ""
  int images = 0;                 ///< number of rectified images or video frames of all cameras
  int previews = 0;               ///< number of frames in previews/
};
struct RectificationEntries {
  std::vector<RectificationEntry> sets;
  Provenance provenance;
};

/// The paths in the text are relative to dataset.root, which is where it must be written.
std::string to_yaml(const Dataset& dataset);
std::string to_yaml(const Observations& observations);
std::string to_yaml(const Calibration& calibration);
std::string to_yaml(const RectificationEntries& rectification);
std::string to_yaml(const DesignSummary& design);

/// The calibration as its file will hold it: rotations are rounded to their grid.
Calibration as_written(Calibration calibration);

/// The value that a file's text holds. Messages name `file`, whose folder becomes Dataset::root.
template <class T>
T parse_artifact(std::string text, const std::filesystem::path& file);
template <>
Dataset parse_artifact(std::string text, const std::filesystem::path& file);
template <>
Observations parse_artifact(std::string text, const std::filesystem::path& file);
template <>
Calibration parse_artifact(std::string text, const std::filesystem::path& file);
template <>
RectificationEntries parse_artifact(std::string text, const std::filesystem::path& file);
template <>
DesignSummary parse_artifact(std::string text, const std::filesystem::path& file);

/// A value and the hash of its file's bytes. The provenance of what is made from the value is
/// computed from this hash.
template <class T>
struct Artifact {
  T value;
  std::string hash;
};

/// Reads the file once, for both. Throws Error "FILE:LINE:COLUMN: ..." when it cannot be read.
template <class T>
Artifact<T> read_artifact(const std::filesystem::path& file);

/// A value that is in no file, with the hash of the file that would hold it.
template <class T>
Artifact<T> make_artifact(T value);

/// The value alone.
Dataset read_dataset(const std::filesystem::path& file);
Observations read_observations(const std::filesystem::path& file);
Calibration read_calibration(const std::filesystem::path& file);
RectificationEntries read_rectification(const std::filesystem::path& file);
DesignSummary read_design(const std::filesystem::path& file);

/// The `kind` of a file: "dataset", "observations", "calibration", "rectification"
/// or "design".
std::string artifact_kind(const std::filesystem::path& file);

}  // namespace calib
