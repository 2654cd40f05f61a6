#include "app/found_summary.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "report/text_table.hpp"

namespace calib {

std::string found_table(const std::vector<DetectCounts>& all) {
  TableRows rows = {{"camera", "images", "boards", "why not"}};
  for (const DetectCounts& counts : all) {
    std::string reasons;
    for (const auto& [reason, times] : counts.reasons) {
      reasons += fmt::format("{}{} x{}", reasons.empty() ? "" : ", ", reason, times);
    }
    rows.push_back(
        {counts.camera, std::to_string(counts.images), std::to_string(counts.found), reasons});
  }
  return text_table(rows);
}

nlohmann::ordered_json found_json(const std::vector<DetectCounts>& all) {
  nlohmann::ordered_json json;
  for (const DetectCounts& counts : all) {
    nlohmann::ordered_json& entry = json["cameras"][counts.camera];
    entry = {{"images", counts.images},
             {"boards", counts.found},
             {"missing", nlohmann::ordered_json::object()}};
    for (const auto& [reason, times] : counts.reasons) entry["missing"][reason] = times;
  }
  return json;
}

}  // namespace calib
