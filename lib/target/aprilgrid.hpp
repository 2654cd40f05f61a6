#pragma once
// A grid of AprilTags, four points a tag.

#include "target/detection.hpp"
#include "target/marker_board.hpp"

namespace calib {

/// The tags, and Kalibr's black squares between them where `choice` asks for them.
BoardPattern draw_aprilgrid(const Board& board, const PrintChoice& choice);

/// How wide the tags' black border is, in cells of the code: 2 as Kalibr prints them, 1 as AprilTag
/// itself does.
inline constexpr int kKalibrBorderCells = 2, kAprilTagBorderCells = 1;

/// Finds the corners of all tags that are seen, with a border of either width, with Kalibr's black
/// squares between the tags or without. With them each corner is a crossing of edges, which is
/// fitted and has its sigma_px; without, cornerSubPix moves it, and sigma_px is not known. Reasons
/// for nothing: no_markers, other_markers, refinement_diverged.
Detection detect_aprilgrid(const cv::Mat& gray, const Board& board);

}  // namespace calib
