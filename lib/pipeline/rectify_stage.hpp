#pragma once
// The rectify and undistort stages: maps, pictures, previews and rectification.yaml.

#include <filesystem>
#include <string>
#include <vector>

#include "image/dataset.hpp"
#include "io/artifacts.hpp"
#include "pipeline/context.hpp"
#include "pipeline/rectify_options.hpp"
#include "pipeline/warp_frames.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

struct RectifyResult {
  std::vector<RectificationEntry> entries;
  std::vector<std::string> not_rectified;  ///< why; only pairs that were chosen by themselves
  std::vector<SkippedFrame> skipped;       ///< in rising frames, each reason once
  std::vector<std::filesystem::path> previews;
  std::size_t images = 0;  ///< rectified images written
};

/// Rectifies the pairs and sets of `options`, or every adjacent pair. Writes
/// OUT/rectification.yaml, the maps OUT/<set>/<camera>.npy and, with a dataset,
/// OUT/<set>/<camera>/<frame>.<format> and OUT/previews/<set>/<frame>_*.png. With observations, the
/// alignment of the observed corners is measured in the rectified images, checked and written too.
/// Nothing is written before all is checked. A pair or set that the user named and that cannot be
/// rectified is an UndeterminedError; of the pairs chosen by themselves it is left out with its
/// reason, unless none is left.
RectifyResult rectify(const Calibration& calibration, const Dataset* dataset,
                      const Observations* observations, const RectifyOptions& options,
                      const Provenance& provenance, const std::filesystem::path& output,
                      const Context& context);

/// What rectify() is to write for these inputs; `dataset_hash` is "" without a dataset.
Provenance rectify_provenance(const Calibration& calibration, const std::string& dataset_hash,
                              const Observations* observations, RectifyOptions options);

/// Whether the rectification.yaml `file` has this provenance, can be read, and has its maps and
/// pictures beside it.
bool is_current_rectification(const std::filesystem::path& file, const Provenance& expected);

/// Every camera of the dataset by itself: OUT/<camera>/<frame>.<format>, the distortion taken out,
/// and rectification.yaml with the new camera matrices.
RectifyResult undistort(const Calibration& calibration, const Dataset& dataset,
                        const UndistortOptions& options, const std::filesystem::path& output,
                        const Context& context);

}  // namespace calib
