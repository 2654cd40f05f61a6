#include "target/several_boards.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "target/detector_list.hpp"

namespace calib {

Detection detect_several(const cv::Mat& gray, const Board& board) {
  Detection all;
  std::vector<std::string> reasons, notes;
  const auto add = [](std::vector<std::string>& texts, const std::string& text) {
    if (!text.empty() && std::find(texts.begin(), texts.end(), text) == texts.end())
      texts.push_back(text);
  };
  for (const auto& [single, first_id] : single_boards(board)) {
    Detection found = detector_of(*single, "")(gray, *single);
    add(reasons, found.reason);
    add(notes, found.note);
    for (Corner& corner : found.corners) {
      corner.id += first_id;
      all.corners.push_back(corner);
    }
  }
  if (!all.found()) all.reason = join(reasons, ", ");
  all.note = join(notes, ", ");
  return all;
}

}  // namespace calib
