#pragma once
// A calibration as one HTML file for a lab notebook: it needs no network, no file besides itself,
// and no script but to turn the rig.

#include <filesystem>
#include <string>
#include <vector>

#include "evaluate/verdict.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// Two rectified pictures side by side (or above each other) with lines across.
struct PreviewPicture {
  std::string pair;  ///< "cam0-cam1"
  std::int64_t frame = 0;
  bool vertical = false;  ///< columns align, not rows
  int width = 0, height = 0;
  std::string jpeg;  ///< bytes
};

struct PreviewPictures {
  std::vector<PreviewPicture> pictures;
  std::vector<std::string> missing;      ///< what could not be drawn, and why
  bool asked = false;                    ///< whether images were given at all
  std::vector<std::string> broken = {};  ///< those missing for which a picture is missing or broken
};

/// What the page is made of. The observations are numbered as the calibration has them, which is
/// judged and holds the boards of their frames.
struct HtmlReport {
  const Observations& observations;
  const Calibration& calibration;
  const Evaluation& evaluation;
  const PreviewPictures& previews;
  std::string inputs_hash;  ///< of all that it was made from
};

/// The same bytes for the same input. Pictures of many corners are thinned out, which their
/// captions say: 400 views of each of four cameras stay below 3 MB.
std::string html_report(const HtmlReport& report);

/// The `inputs_hash` of a page that html_report made; empty for any other text.
std::string inputs_hash_of(const std::string& html);

}  // namespace calib
