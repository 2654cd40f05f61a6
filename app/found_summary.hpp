#pragma once
// The summary of the boards found, for detect and merge.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "pipeline/detect_counts.hpp"

namespace calib {

/// A row per camera: images, boards, and the reasons for images without a board.
std::string found_table(const std::vector<DetectCounts>& counts);
/// {"cameras": {NAME: {"images": N, "boards": N, "missing": {REASON: N}}}}
nlohmann::ordered_json found_json(const std::vector<DetectCounts>& counts);

}  // namespace calib
