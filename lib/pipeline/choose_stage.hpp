#pragma once
// The choose stage: the frames of a long recording from which its cameras are solved.

#include "io/artifacts.hpp"
#include "pipeline/context.hpp"
#include "solve/choose_frames.hpp"
#include "solve/options.hpp"

namespace calib {

Provenance choose_provenance(const Artifact<Observations>& observations, ChooseOptions options,
                             const IntrinsicsOptions& lenses);

/// Chooses frames with lenses that some evenly spread frames give. `lenses` says how these are
/// solved. All frames are taken if there are not more than asked for, or if those few frames do not
/// give the poses of the cameras.
Observations choose_stage(const Observations& observations, const ChooseOptions& options,
                          const IntrinsicsOptions& lenses, const Context& context);

}  // namespace calib
