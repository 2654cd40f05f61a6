#pragma once
// Boards that carry the same print on both faces. Cameras on both sides of the panel then see the
// same numbers, but other points in space: their board poses differ by the motion from one face to
// the other, a half turn about an axis in the panel, which is the same in all frames.

#include <optional>
#include <vector>

#include "solve/camera_graph.hpp"

namespace calib {

/// The evidence of the views for a second face.
struct FaceSearch {
  int disagreeing = 0;               ///< pairs of views in a frame that one face does not explain
  int explained = 0;                 ///< those of them that the second face explains
  std::optional<Pose> T_front_back;  ///< absent: no half turn explains more pairs

  /// Whether the second face is certain even if the user has not named it: it explains most of
  /// several pairs.
  bool is_certain() const;
  /// Whether it explains more pairs than chance would, but too few to be certain.
  bool is_unclear() const;
};

/// Looks for the motion between the faces with which the cameras agree best on where the board is.
/// The axes of half turns through the middle of the print are tried in turn; the best one is
/// refined by the views themselves. `edges` are those of camera_edges() for one face. Nothing is
/// searched when one face explains all pairs but a few, or, if the second face is `told`, all
/// pairs. Uses at most `jobs` threads.
FaceSearch find_second_face(const Board& front, const std::vector<ViewWithPose>& views,
                            const std::vector<CameraEdge>& edges, bool told, int jobs);

}  // namespace calib
