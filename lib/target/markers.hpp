#pragma once
// ArUco and AprilTag markers and their dictionaries, through OpenCV's aruco module.

#include <array>
#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>
#include <string>
#include <vector>

namespace calib {

/// "4X4_50", ..., "ARUCO_ORIGINAL", "APRILTAG_36h11".
std::vector<std::string> dictionary_names();
/// Returns the spelling of dictionary_names() for a name in any case, with or without "DICT_";
/// "36h11" and "tag36h11" stand for APRILTAG_36h11. Throws Error, with the most similar name, if
/// there is no such dictionary.
std::string find_dictionary(const std::string& name);

/// "4X4" for "4X4_50". Dictionaries of one family have the same markers under the same ids: the 50
/// markers of 4X4_50 are the first 50 of 4X4_1000. Each AprilTag dictionary and ARUCO_ORIGINAL is
/// its own family.
std::string marker_family(const std::string& dictionary);

/// The number of markers in a dictionary.
int dictionary_size(const std::string& dictionary);

/// The code of a marker without its border: n x n, CV_8U, 0 is black and 255 white. Throws Error if
/// the dictionary does not have the id.
cv::Mat marker_code(const std::string& dictionary, int id);

/// The bits of all markers of a dictionary by id: bit number row * n + column is set if it is
/// white.
std::vector<std::uint64_t> marker_bits(const std::string& dictionary);
/// n, the number of bits in a row of a marker.
int marker_bits_a_side(const std::string& dictionary);

struct Marker {
  int id = 0;
  std::array<cv::Point2d, 4> corners;  ///< clockwise from the marker's own top-left; pixels
};

/// Finds the markers whose black border is `border_cells` cells wide, by rising id; one that is
/// printed more than once has as many entries. `gray` is 8-bit. Thread-safe.
std::vector<Marker> find_all_markers(const cv::Mat& gray, const std::string& dictionary,
                                     int border_cells);

/// Finds the markers whose black border is `border_cells` cells wide, by rising id. Leaves out ids
/// that occur more than once. `gray` is 8-bit. Thread-safe.
std::vector<Marker> find_markers(const cv::Mat& gray, const std::string& dictionary,
                                 int border_cells);

/// The same, and if there is at most one marker, also looks for white markers on black. `inverted`
/// tells whether the result is white on black.
std::vector<Marker> find_markers_either_way(const cv::Mat& gray, const std::string& dictionary,
                                            int border_cells, bool& inverted);

}  // namespace calib
