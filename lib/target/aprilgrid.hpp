#pragma once
// Detects a grid of AprilTags, whose points are the four corners of each tag.

#include "target/detection.hpp"
#include "target/marker_board.hpp"

namespace calib {

/// Draws the tags, and Kalibr's black squares between them if `choice` asks for them.
BoardPattern draw_aprilgrid(const Board& board, const PrintChoice& choice);

/// The width of a tag's black border in cells of its code, as printed by Kalibr and by AprilTag.
inline constexpr int kKalibrBorderCells = 2, kAprilTagBorderCells = 1;

/// Finds the corners of all visible tags, with borders of either width, with or without Kalibr's
/// black squares between the tags. With the squares, each corner is a crossing of edges, which is
/// fitted and has its sigma_px; without them, the edges of each tag are fitted (refine_tag).
/// Reasons if no board is found: "wrong_size 6x6", no_markers, other_markers, refinement_diverged.
Detection detect_aprilgrid(const cv::Mat& gray, const Board& board);

}  // namespace calib
