#pragma once
// The synth stage: writes pictures and YAML of a synthetic rig whose true values are known.

#include "base/folder_lock.hpp"
#include "pipeline/context.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"
#include "synth/synthetic_rig.hpp"

namespace calib {

struct SynthResult {
  Calibration truth;
  Observations observations;
  std::size_t images = 0;
};

/// Writes OUT/<camera>/<frame>.png, or with options.composite "RxC" OUT/composite/<frame>.png
/// instead; OUT/truth.yaml (a calibration.yaml with the true values) and OUT/observations.yaml (the
/// true corners).
SynthResult synthesize(const SynthOptions& options, const Board& board, const FolderLock& output,
                       const Context& context);

}  // namespace calib
