#pragma once
// The rectify and undistort stages: maps, pictures, previews and rectification.yaml.

#include <filesystem>
#include <string>
#include <vector>

#include "base/folder_lock.hpp"
#include "image/dataset.hpp"
#include "io/artifacts.hpp"
#include "pipeline/context.hpp"
#include "pipeline/rectify_options.hpp"
#include "pipeline/warp_frames.hpp"
#include "rectify/rectify.hpp"
#include "scene/camera_choice.hpp"

namespace calib {

struct RectifyResult {
  std::vector<RectificationEntry> entries;
  std::vector<std::string> not_rectified;  ///< why adjacent pairs were left out
  std::vector<SkippedFrame> skipped;       ///< in order of frames, each reason once
  std::vector<std::string> pairing;        ///< how pictures were paired, if not by their numbers
  std::vector<std::filesystem::path> previews;
  std::size_t images = 0;  ///< rectified images written
};

/// Throws Error unless the cameras that the options name are known.
void check_cameras(const KnownCameras& known, const RectifyOptions& options);

/// Rectifies the pairs and sets of `options`, or every adjacent pair. Writes
/// OUT/rectification.yaml, the maps OUT/<set>/<camera>.npy and, with a dataset,
/// OUT/<set>/<camera>/<frame>.<format> and OUT/previews/<set>/<frame>_*.png. With observations, the
/// alignment of the observed corners is measured in the rectified images, checked and written too.
/// If the calibration has time offsets, pictures are paired by them (pair_by_clocks.hpp).
/// Nothing is written before everything is checked. Throws UndeterminedError when a pair or set
/// that the user named cannot be rectified. An adjacent pair that cannot be is left out with its
/// reason, unless none is left.
RectifyResult rectify(const Calibration& calibration, const Dataset* dataset,
                      const Observations* observations, const RectifyOptions& options,
                      const Provenance& provenance, const FolderLock& output,
                      const Context& context);

/// One pair or set of cameras with its maps, which are those that rectify() writes. Only the view
/// and the tolerances of `options` are used. Throws as rectify() does.
Rectification rectify_cameras(const Calibration& calibration, const std::vector<std::string>& names,
                              const RectifyOptions& options, int jobs);

/// The provenance for these inputs of rectify(). `dataset_hash` is "" without a dataset, and
/// `observations` is nullptr without observations.
Provenance rectify_provenance(const Artifact<Calibration>& calibration,
                              const std::string& dataset_hash,
                              const Artifact<Observations>* observations, RectifyOptions options);

/// Whether the maps and pictures that a rectification.yaml lists are in its folder.
bool has_its_pictures(const RectificationEntries& rectification,
                      const std::filesystem::path& folder);

/// Removes the distortion from the pictures of every camera of the dataset. Writes
/// OUT/<camera>/<frame>.<format>, and rectification.yaml with the new camera matrices.
RectifyResult undistort(const Artifact<Calibration>& calibration, const Dataset& dataset,
                        const UndistortOptions& options, const FolderLock& output,
                        const Context& context);

}  // namespace calib
