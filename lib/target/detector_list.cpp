#include "target/detector_list.hpp"

#include <algorithm>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "target/aprilgrid.hpp"
#include "target/charuco.hpp"
#include "target/chessboard_fast.hpp"
#include "target/chessboard_opencv.hpp"
#include "target/circle_grid.hpp"
#include "target/several_boards.hpp"

namespace calib {

const std::vector<Detector>& detectors() {
  // The first is the default.
  static const std::vector<Detector> list = {
      {"fast", "our own: whole and cut boards, each corner fitted and given its sigma_px",
       detect_fast},
      {"opencv", "findChessboardCorners, refined with a window that fits the squares",
       detect_opencv},
      {"sb", "findChessboardCornersSB: slower, finds more on blurred or inverted boards",
       detect_sb},
  };
  return list;
}

std::vector<std::string> detector_names() {
  std::vector<std::string> names;
  for (const Detector& detector : detectors()) names.push_back(detector.name);
  return names;
}

const Detector& find_detector(const std::string& name) {
  const auto& list = detectors();
  const auto found = std::find_if(list.begin(), list.end(),
                                  [&](const Detector& detector) { return detector.name == name; });
  if (found == list.end())
    throw Error("detector: found '" + name + "', expected one of " + join(detector_names(), ", ") +
                did_you_mean(name, detector_names()));
  return *found;
}

DetectFunction detector_of(const Board& board, const std::string& name) {
  static const std::vector<std::pair<std::string, DetectFunction>> others = {
      {"charuco", detect_charuco},   {"aprilgrid", detect_aprilgrid},  {"circles", detect_circles},
      {"acircles", detect_acircles}, {kSeveralBoards, detect_several},
  };
  for (const auto& [type, detect] : others)
    if (board.type == type) return detect;
  return find_detector(name).detect;
}

}  // namespace calib
