#pragma once
// The rectify and undistort stages: maps, images, previews and rectification.yaml.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "image/dataset.hpp"
#include "io/artefacts.hpp"
#include "pipeline/context.hpp"
#include "rectify/rectify.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

struct SkippedPair {
  std::string first, second, reason;
};

struct SkippedImage {
  std::string path, reason;
};

struct RectifyResult {
  std::vector<RectificationEntry> entries;
  std::vector<SkippedPair>
      skipped_pairs;  ///< only of pairs that were chosen by themselves, not by the user
  std::vector<SkippedImage> skipped_images;  ///< unreadable, of another size, or without a partner
  std::vector<std::filesystem::path> previews;
  std::size_t images = 0;  ///< rectified images written
};

/// Rectifies the pairs of options.pair, or every adjacent pair. Writes OUT/rectification.yaml, the
/// maps OUT/<pair>/<camera>.npy and, with a dataset, OUT/<pair>/<camera>/<frame>.<format> and
/// OUT/<pair>/preview/<frame>.png. With observations, the row error of the observed corners is
/// measured in the rectified images and written too. A pair that the user named and that cannot be
/// rectified is an UndeterminedError; of the pairs chosen by themselves it is skipped with its
/// reason, unless none is left.
RectifyResult rectify(const Calibration& calibration, const Dataset* dataset,
                      const Observations* observations, const RectifyOptions& options,
                      const std::filesystem::path& output, const Context& context);
Provenance rectify_provenance(const Calibration& calibration, const Dataset* dataset,
                              RectifyOptions options, int jobs);

struct UndistortResult {
  std::size_t images = 0;
  std::vector<SkippedImage> skipped_images;
};

/// Every camera by itself: OUT/<camera>/<frame>.<format>, the distortion taken out.
UndistortResult undistort(const Calibration& calibration, const Dataset& dataset, double alpha,
                          const std::string& format, const std::filesystem::path& output,
                          const Context& context);

}  // namespace calib
