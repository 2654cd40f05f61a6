#pragma once
// A calibration as one self-contained HTML file: it needs no network and no other file, and
// scripts only to rotate the drawing of the rig and to look at one view.

#include <string>
#include <vector>

#include "evaluate/verdict.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// Two rectified images side by side (or one above the other) with lines across.
struct PreviewPicture {
  std::string pair;  ///< "cam0-cam1"
  std::int64_t frame = 0;
  bool vertical = false;  ///< the columns are aligned instead of the rows
  int width = 0, height = 0;
  std::string jpeg;  ///< the bytes of a JPEG file
};

struct PreviewPictures {
  std::vector<PreviewPicture> pictures;
  std::vector<std::string> missing;  ///< the pictures that could not be drawn, and why
  bool asked = false;                ///< whether the user gave images
  std::vector<std::string> broken =
      {};  ///< those of `missing` whose image file is missing or broken
};

/// The content of the page. The corner ids of the observations are those of the calibration
/// (with_resolved_ambiguity()); the calibration has a verdict and the board poses of their frames.
struct HtmlReport {
  const Observations& observations;
  const Calibration& calibration;
  const Evaluation& evaluation;
  const PreviewPictures& previews;
  std::string inputs_hash;  ///< of all inputs of the page
  /// The observations before in_step(), from which the clocks are drawn. nullptr: `observations`
  /// itself.
  const Observations* filmed = nullptr;
};

/// Deterministic: the same input gives the same bytes. Charts of many corners show evenly spaced
/// ones, as their captions say, so that the page of 400 views of each of four cameras is smaller
/// than 3 MB.
std::string html_report(const HtmlReport& report);

/// The `inputs_hash` of a page of html_report(). Empty for any other text.
std::string inputs_hash_of(const std::string& html);

}  // namespace calib
