#include "target/several_boards.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "target/printed_boards.hpp"

namespace calib {

Detection detect_several(const cv::Mat& gray, const Board& board) {
  Detection all;
  std::vector<std::string> reasons;
  for (const auto& [single, first_id] : single_boards(board)) {
    Detection found = detector_of(*single)(gray, *single);
    const bool is_new = std::find(reasons.begin(), reasons.end(), found.reason) == reasons.end();
    if (!found.reason.empty() && is_new) reasons.push_back(found.reason);
    all.print.legacy_layout |= found.print.legacy_layout;
    all.print.white_on_black |= found.print.white_on_black;
    for (Corner& corner : found.corners) {
      corner.id += first_id;
      all.corners.push_back(corner);
    }
  }
  if (!all.found()) all.reason = join(reasons, ", ");
  return all;
}

}  // namespace calib
