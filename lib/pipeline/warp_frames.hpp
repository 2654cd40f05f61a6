#pragma once
// The frames of a rectified set: read, warped and written, all three at once on many threads.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "image/dataset.hpp"
#include "pipeline/context.hpp"
#include "pipeline/rectify_options.hpp"
#include "rectify/rectify.hpp"

namespace calib {

struct SkippedFrame {
  std::int64_t frame = 0;
  std::string reason;  ///< names the camera or the file
  auto operator<=>(const SkippedFrame&) const = default;
};

/// "frame 7: cam1 has no image" for each, the first few of many.
std::vector<std::string> skipped_lines(const std::vector<SkippedFrame>& skipped);

/// Where a set's results go.
struct WarpPlaces {
  std::filesystem::path pictures;  ///< a folder a camera in it, or a video; a single camera's
                                   ///< pictures themselves
  std::filesystem::path previews;  ///< empty: none
  int preview_frames = 0;          ///< spread evenly; 0: all
};

struct WarpedFrames {
  std::size_t images = 0;  ///< pictures written, or frames in videos
  std::vector<SkippedFrame> skipped;
  std::vector<std::filesystem::path> previews;
};

/// Takes every frame that all cameras of the set have; one whose image is missing, broken or of
/// another size than its camera was calibrated at is skipped for the whole set, with its reason (in
/// videos it is black). Files are named by the frame's number. With previews, the pairs'
/// matched_share is set. The maps of `rectification` are used up. Memory stays at a few frames of
/// all its cameras a thread. Throws Error when the dataset lacks a camera, has images of some
/// and videos of others, states another image size than the calibration, or pictures are of a kind
/// that the format cannot hold.
WarpedFrames warp_frames(Rectification& rectification, const Calibration& calibration,
                         const Dataset& dataset, const WarpOptions& options,
                         const WarpPlaces& places, const Context& context);

}  // namespace calib
