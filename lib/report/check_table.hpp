#pragma once
// The checks of the verdict with their limits: all of them as JSON, and the worst of each kind as
// data for templates/report.html.mustache.

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "evaluate/verdict.hpp"

namespace calib {

/// Every check with its cameras, value, limits and result.
nlohmann::ordered_json checks_json(const std::vector<Check>& checks);

/// The worst check of each kind, those that are not passed first. `false` if nothing was judged.
nlohmann::ordered_json checks_data(const std::vector<Check>& checks);

/// "0.123", or "12" for whole numbers.
std::string metric_text(double value);

}  // namespace calib
