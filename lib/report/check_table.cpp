#include "report/check_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace calib {
namespace {

using nlohmann::ordered_json;

constexpr double kUnbounded = 1e9;  // a larger value says that nothing is known

std::string check_words(FindingCode code) {
  using enum FindingCode;
  static const std::map<FindingCode, std::string> kWords = {
      {kSyncOffset, "frame offset of a camera"},
      {kBoardPosesDisagree, "board poses against those of the other cameras, over chance"},
      {kErrorsCorrelated, "correlation of the errors of neighboring corners"},
      {kRowError, "row error of a pair, mean"},
      {kLengthScale, "scale of triangulated lengths"},
      {kLensMisfit, "usual reprojection error of a camera"},
      {kErrorPattern, "systematic error over the picture"},
      {kFewViews, "views of a camera"},
      {kLowCoverage, "coverage of the picture"},
      {kFocalLengthUncertain, "standard deviation of the focal length"},
      {kPositionUncertain, "standard deviation of a camera's center, of the distance to the next"},
      {kManyViewsRejected, "views that were left out"}};
  const auto found = kWords.find(code);
  return found == kWords.end() ? to_text(code) : found->second;
}

// "good", "usable" or "poor": the verdict if there were only this check. A value beyond its limit
// that the note excuses is not good, but tolerated.
std::string result_text(const Check& check) {
  const bool is_beyond = check.at_least ? check.value < check.good : check.value > check.good;
  if (check.severity == Severity::kNote && is_beyond) return "tolerated";
  return to_text(verdict_of({{.code = check.code, .severity = check.severity}}));
}

std::string value_text(double value, const Check& check) {
  if (std::abs(value) > kUnbounded) return "not bounded";
  return metric_text(value) + (check.unit.empty() ? "" : " " + check.unit);
}

std::string limit_text(const std::optional<double>& limit, const Check& check) {
  return limit ? (check.at_least ? "≥ " : "≤ ") + value_text(*limit, check) : "-";
}

// How far a value is from its limit for good: larger is worse.
double distance(const Check& check) {
  if (check.good == 0) return check.value;
  return check.at_least ? -check.value / check.good : check.value / check.good;
}

bool is_worse(const Check& a, const Check& b) {
  return a.severity != b.severity ? a.severity > b.severity : distance(a) > distance(b);
}

}  // namespace

std::string metric_text(double value) {
  return value == std::round(value) ? fmt::format("{:.0f}", value) : fmt::format("{:.3g}", value);
}

ordered_json checks_json(const std::vector<Check>& checks) {
  ordered_json list = ordered_json::array();
  for (const Check& check : checks) {
    list.push_back({{"code", to_text(check.code)},
                    {"cameras", check.cameras},
                    {"value", check.value},
                    {"unit", check.unit},
                    {"limit", check.at_least ? "at_least" : "at_most"},
                    {"good", check.good},
                    {"usable", check.usable ? ordered_json(*check.usable) : ordered_json()},
                    {"result", result_text(check)}});
    if (!check.note.empty()) list.back()["note"] = check.note;
  }
  return list;
}

ordered_json checks_data(const std::vector<Check>& checks) {
  std::vector<const Check*> worst;
  for (const Check& check : checks) {
    const auto same = std::find_if(worst.begin(), worst.end(),
                                   [&](const Check* other) { return other->code == check.code; });
    if (same == worst.end()) {
      worst.push_back(&check);
    } else if (is_worse(check, **same)) {
      *same = &check;
    }
  }
  if (worst.empty()) return false;
  std::stable_sort(worst.begin(), worst.end(),
                   [](const Check* a, const Check* b) { return a->severity > b->severity; });
  ordered_json list = ordered_json::array();
  for (const Check* check : worst) {
    list.push_back(
        {{"name", check_words(check->code)},
         {"value", value_text(check->value, *check)},
         {"cameras", join(check->cameras, ", ")},
         {"good", limit_text(check->good, *check)},
         {"usable", limit_text(check->usable, *check)},
         {"result", result_text(*check)},
         {"note", check->note.empty() ? ordered_json(false) : ordered_json(check->note)}});
  }
  return {{"list", list}};
}

}  // namespace calib
