#pragma once
// What detect and merge say of the boards that were found.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "pipeline/detect_counts.hpp"

namespace calib {

std::string found_table(const std::vector<DetectCounts>& counts);
/// {"cameras": {NAME: {"images": N, "boards": N, "missing": {REASON: N}}}}
nlohmann::ordered_json found_json(const std::vector<DetectCounts>& counts);

}  // namespace calib
