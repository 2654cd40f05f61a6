#pragma once
// The findings of a calibration as the user reads them.

#include <string>
#include <vector>

#include "scene/calibration.hpp"

namespace calib::testing {

inline std::vector<std::string> finding_texts(const Calibration& calibration) {
  std::vector<std::string> texts;
  for (const Finding& finding : calibration.findings) texts.push_back(finding_text(finding));
  return texts;
}

}  // namespace calib::testing
