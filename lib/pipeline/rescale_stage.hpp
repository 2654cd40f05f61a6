#pragma once
// Brings a calibration to pictures that were cut, resized, turned or mirrored after it was made.

#include <string>
#include <vector>

#include "base/option.hpp"
#include "io/artifacts.hpp"

namespace calib {

struct RescaleOptions {
  std::vector<std::string> cameras;  ///< none: all
  std::string crop;                  ///< "x,y,w,h"; empty: the whole picture
  std::string size;                  ///< "960x540"; empty: by `factor` and `bin`
  double factor = 1;
  int bin = 1;
  int turn = 0;  ///< degrees clockwise
  bool mirror = false;
};
std::vector<Option> describe(RescaleOptions& options);

/// The calibration for the new pictures, as its file will hold it. Throws Error for options that
/// contradict each other or change nothing, for an unknown camera, and for what cannot be changed
/// exactly (rescale_calibration()).
Calibration rescale_stage(const Artifact<Calibration>& calibration, RescaleOptions options);

}  // namespace calib
