#include "target/markers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <opencv2/aruco.hpp>

#include "base/errors.hpp"
#include "base/named.hpp"
#include "base/text.hpp"

namespace calib {
namespace {

constexpr Named<int> kDictionaries[] = {
    {"4X4_50", cv::aruco::DICT_4X4_50},
    {"4X4_100", cv::aruco::DICT_4X4_100},
    {"4X4_250", cv::aruco::DICT_4X4_250},
    {"4X4_1000", cv::aruco::DICT_4X4_1000},
    {"5X5_50", cv::aruco::DICT_5X5_50},
    {"5X5_100", cv::aruco::DICT_5X5_100},
    {"5X5_250", cv::aruco::DICT_5X5_250},
    {"5X5_1000", cv::aruco::DICT_5X5_1000},
    {"6X6_50", cv::aruco::DICT_6X6_50},
    {"6X6_100", cv::aruco::DICT_6X6_100},
    {"6X6_250", cv::aruco::DICT_6X6_250},
    {"6X6_1000", cv::aruco::DICT_6X6_1000},
    {"7X7_50", cv::aruco::DICT_7X7_50},
    {"7X7_100", cv::aruco::DICT_7X7_100},
    {"7X7_250", cv::aruco::DICT_7X7_250},
    {"7X7_1000", cv::aruco::DICT_7X7_1000},
    {"ARUCO_ORIGINAL", cv::aruco::DICT_ARUCO_ORIGINAL},
    {"APRILTAG_16h5", cv::aruco::DICT_APRILTAG_16h5},
    {"APRILTAG_25h9", cv::aruco::DICT_APRILTAG_25h9},
    {"APRILTAG_36h10", cv::aruco::DICT_APRILTAG_36h10},
    {"APRILTAG_36h11", cv::aruco::DICT_APRILTAG_36h11},
};

cv::Ptr<cv::aruco::Dictionary> dictionary_of(const std::string& name) {
  return cv::aruco::getPredefinedDictionary(
      find_named(kDictionaries, find_dictionary(name))->value);
}

cv::Mat bits_of(const cv::aruco::Dictionary& dictionary, int id) {
  return cv::aruco::Dictionary::getBitsFromByteList(dictionary.bytesList.rowRange(id, id + 1),
                                                    dictionary.markerSize);
}

// Of outlines that are closer to each other than this share of their length OpenCV keeps the
// largest. That may be the outline of the white paper around a marker.
constexpr double kUsualCloseness = 0.05, kKeepAllOutlines = 0;

cv::Ptr<cv::aruco::DetectorParameters> parameters(int border_cells, double closest_outlines) {
  auto settings = cv::aruco::DetectorParameters::create();
  settings->markerBorderBits = border_cells;
  // Also finds small markers: those with a perimeter of a hundredth of the image's longer side.
  settings->minMarkerPerimeterRate = 0.01;
  settings->adaptiveThreshWinSizeMax = 43;
  settings->cornerRefinementMethod = cv::aruco::CORNER_REFINE_SUBPIX;
  settings->cornerRefinementWinSize = 3;
  settings->minMarkerDistanceRate = closest_outlines;
  return settings;
}

// The markers of all outlines that are kept, by rising id.
std::vector<Marker> outlined_markers(const cv::Mat& gray, const std::string& dictionary,
                                     int border_cells, double closest_outlines) {
  std::vector<std::vector<cv::Point2f>> corners;
  std::vector<int> ids;
  cv::aruco::detectMarkers(gray, dictionary_of(dictionary), corners, ids,
                           parameters(border_cells, closest_outlines));
  std::vector<Marker> markers;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    Marker marker{ids[i], {}};
    std::copy_n(corners[i].begin(), 4, marker.corners.begin());
    markers.push_back(marker);
  }
  std::stable_sort(markers.begin(), markers.end(),
                   [](const Marker& a, const Marker& b) { return a.id < b.id; });
  return markers;
}

// Whether the two are one print, of which two outlines were found.
bool is_same_print(const Marker& a, const Marker& b) {
  const auto middle = [](const Marker& marker) {
    return (marker.corners[0] + marker.corners[2]) / 2;
  };
  return a.id == b.id &&
         cv::norm(middle(a) - middle(b)) < cv::norm(a.corners[0] - a.corners[2]) / 4;
}

// Adds the marker, or puts it in the place of a smaller outline of the same print.
void add_print(const Marker& marker, std::vector<Marker>& markers) {
  const auto known = std::find_if(markers.begin(), markers.end(),
                                  [&](const Marker& each) { return is_same_print(each, marker); });
  const auto diagonal = [](const Marker& each) {
    return cv::norm(each.corners[0] - each.corners[2]);
  };
  if (known == markers.end()) {
    markers.push_back(marker);
  } else if (diagonal(marker) > diagonal(*known)) {
    *known = marker;
  }
}

}  // namespace

std::vector<std::string> dictionary_names() { return names_of(kDictionaries); }

std::string find_dictionary(const std::string& name) {
  std::string wanted = upper_case(name);
  for (const char* prefix : {"DICT_", "TAG"})
    if (wanted.starts_with(prefix)) wanted = wanted.substr(std::string(prefix).size());
  for (const auto& [known, opencv] : kDictionaries) {
    const std::string upper = upper_case(known);
    if (wanted == upper || "APRILTAG_" + wanted == upper) return known;
  }
  throw Error(
      fmt::format("dictionary: found '{}', {}", name, expected_one_of(wanted, dictionary_names())));
}

std::string marker_family(const std::string& dictionary) {
  return dictionary.starts_with("A") ? dictionary : dictionary.substr(0, dictionary.rfind('_'));
}

int dictionary_size(const std::string& dictionary) {
  return dictionary_of(dictionary)->bytesList.rows;
}

cv::Mat marker_code(const std::string& dictionary, int id) {
  const auto found = dictionary_of(dictionary);
  require(id >= 0 && id < found->bytesList.rows,
          fmt::format("the dictionary {} has the markers 0 to {}, but {} is needed: use a larger "
                      "one, or another first marker",
                      dictionary, found->bytesList.rows - 1, id));
  return bits_of(*found, id) * 255;
}

std::vector<std::uint64_t> marker_bits(const std::string& dictionary) {
  const auto found = dictionary_of(dictionary);
  std::vector<std::uint64_t> codes(static_cast<std::size_t>(found->bytesList.rows), 0);
  for (std::size_t id = 0; id < codes.size(); ++id) {
    const cv::Mat bits = bits_of(*found, static_cast<int>(id));
    for (int k = 0; k < static_cast<int>(bits.total()); ++k)
      if (bits.at<uchar>(k / bits.cols, k % bits.cols) != 0) codes[id] |= std::uint64_t{1} << k;
  }
  return codes;
}

int marker_bits_a_side(const std::string& dictionary) {
  return dictionary_of(dictionary)->markerSize;
}

std::vector<Marker> find_all_markers(const cv::Mat& gray, const std::string& dictionary,
                                     int border_cells) {
  std::vector<Marker> markers;
  for (const Marker& marker : outlined_markers(gray, dictionary, border_cells, kKeepAllOutlines))
    add_print(marker, markers);
  return markers;
}

std::vector<Marker> find_markers(const cv::Mat& gray, const std::string& dictionary,
                                 int border_cells) {
  std::vector<Marker> all = outlined_markers(gray, dictionary, border_cells, kUsualCloseness);
  std::map<int, int> times;
  for (const Marker& marker : all) ++times[marker.id];
  std::erase_if(all, [&](const Marker& marker) { return times[marker.id] > 1; });
  return all;
}

std::vector<Marker> find_markers_either_way(const cv::Mat& gray, const std::string& dictionary,
                                            int border_cells, bool& inverted) {
  std::vector<Marker> dark = find_markers(gray, dictionary, border_cells);
  inverted = false;
  if (dark.size() > 1) return dark;
  cv::Mat negative = ~gray;
  std::vector<Marker> bright = find_markers(negative, dictionary, border_cells);
  inverted = bright.size() > dark.size();
  return inverted ? bright : dark;
}

}  // namespace calib
