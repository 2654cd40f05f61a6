#include "target/detector_list.hpp"

#include "target/chessboard_fast.hpp"
#include "target/chessboard_opencv.hpp"

namespace calib {

const std::vector<Detector>& detectors() {
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

}  // namespace calib
