#pragma once
// ArUco and AprilTag markers, by OpenCV's aruco module.

#include <array>
#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>
#include <string>
#include <vector>

namespace calib {

/// "4X4_50", ..., "ARUCO_ORIGINAL", "APRILTAG_36h11".
std::vector<std::string> dictionary_names();
/// The name as dictionary_names() spells it, from any case and with or without "DICT_"; "36h11" and
/// "tag36h11" are the AprilTag family. Throws Error with the nearest name when there is none.
std::string find_dictionary(const std::string& name);

/// Dictionaries of one family hold the same markers under the same numbers: 4X4_50 begins 4X4_1000.
/// Its name is "4X4"; AprilTag families and ARUCO_ORIGINAL stand alone.
std::string marker_family(const std::string& dictionary);

/// How many markers a dictionary holds.
int dictionary_size(const std::string& dictionary);

/// A marker's code without its border: n x n, CV_8U, 0 black and 255 white.
cv::Mat marker_code(const std::string& dictionary, int id);

struct Marker {
  int id = 0;
  std::array<cv::Point2d, 4> corners;  ///< clockwise from the marker's own top-left; pixels
};

/// Markers whose black border is `border_cells` cells wide; rising ids, each once. On 8-bit gray
/// pictures; thread-safe.
std::vector<Marker> find_markers(const cv::Mat& gray, const std::string& dictionary,
                                 int border_cells);

/// The same for white markers on black if the picture has no others; `inverted` says which.
std::vector<Marker> find_markers_either_way(const cv::Mat& gray, const std::string& dictionary,
                                            int border_cells, bool& inverted);

}  // namespace calib
