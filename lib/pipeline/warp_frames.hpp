#pragma once
// Reads, warps and writes the frames of a rectified set, on many threads.

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
  std::string reason;       ///< names the camera or the file
  std::string advice = {};  ///< what to do if all frames are left out for this reason
  auto operator<=>(const SkippedFrame&) const = default;
};

/// "frame 7: cam1 has no image" for each of the first frames, and how many more there are.
std::vector<std::string> skipped_lines(const std::vector<SkippedFrame>& skipped);

/// Where the results of a set are written.
struct WarpPlaces {
  std::filesystem::path pictures;  ///< gets a folder or video for each camera; the pictures
                                   ///< themselves when there is a single camera
  std::filesystem::path previews;  ///< empty: none
  int preview_frames = 0;          ///< spread evenly; 0: all
};

struct WarpedFrames {
  std::size_t images = 0;  ///< pictures written, or frames in videos
  std::vector<SkippedFrame> skipped;
  std::vector<std::filesystem::path> previews;
};

/// Warps every frame that all cameras of the set have. A frame with an image that is missing,
/// broken or not of the size that its camera was calibrated at is skipped for the whole set, with
/// its reason (in videos it is black). Files are named by the frame's number. With previews, it
/// sets matched_share of the pairs. It takes the maps out of `rectification`. Each thread holds a
/// few frames of all cameras in memory. Throws Error when the dataset lacks a camera, has images of
/// some cameras and videos of others, states another image size than the calibration, or has
/// pictures that the format cannot hold.
WarpedFrames warp_frames(Rectification& rectification, const Calibration& calibration,
                         const Dataset& dataset, const WarpOptions& options,
                         const WarpPlaces& places, const Context& context);

}  // namespace calib
