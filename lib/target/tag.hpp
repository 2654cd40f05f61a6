#pragma once
// Detects loose tags, each of which is a board of its own: on a wall, on the faces of a cube. Its
// points are the four corners of its black square.

#include "target/detection.hpp"
#include "target/marker_board.hpp"

namespace calib {

/// Draws one tag with the border that AprilTag and ArUco print. Throws Error if the dictionary does
/// not have its number.
BoardPattern draw_tag(const Board& board, const PrintChoice& choice);

/// Markers number their corners around, boards row by row: the corner of the marker that is corner
/// column + 2 * row of its square on a board.
inline constexpr std::array<std::size_t, 4> kAroundByRow = {0, 1, 3, 2};

/// The corners of a marker, refined by its edges, in the order of the marker's corners: clockwise
/// from its own top-left. `border_cells` is the width of its black border, and `gap` how far from
/// it nothing else is printed, as a share of its side. Returns nullopt if its edges do not fit.
std::optional<std::array<Corner, 4>> refine_tag(const cv::Mat& gray, const Marker& marker,
                                                const std::string& dictionary, int border_cells,
                                                double gap);

/// Finds the corners of one tag, or of all parts of `board`, which are single tags of one
/// dictionary. Each corner has its sigma_px. Tags that are there more than once go to
/// Detection::repeated. Reasons if no tag is found: no_markers, other_markers, repeated_tags,
/// refinement_diverged.
Detection detect_tags(const cv::Mat& gray, const Board& board);

/// Advice from a few pictures without these tags: what they show instead, and what to do. Empty if
/// nothing was recognized.
std::string diagnose_tags(const std::vector<cv::Mat>& images, const Board& asked);

}  // namespace calib
