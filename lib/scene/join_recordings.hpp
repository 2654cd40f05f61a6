#pragma once
// Observations of several recordings as those of one.

#include <string>
#include <vector>

#include "scene/observations.hpp"

namespace calib {

/// Observations and the name of their file, for messages.
struct ObservedRecording {
  std::string name;
  Observations observations;
};

/// All cameras and views. Frames and times of a recording come after those of the one before it,
/// which keep their numbers. Throws Error unless all are of the same board, and cameras of the same
/// name have pictures of the same size and crop. `recordings` must not be empty.
Observations join_recordings(const std::vector<ObservedRecording>& recordings);

}  // namespace calib
