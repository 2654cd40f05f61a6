#pragma once
// What every stage is given besides its own options.

#include <filesystem>

#include "base/option.hpp"
#include "base/progress.hpp"
#include "scene/provenance.hpp"

namespace calib {

struct Context {
  int jobs = 0;             ///< threads; 0: all cores
  bool force = false;       ///< overwrite existing outputs
  bool strict = false;      ///< a broken file ends the run instead of being listed
  double max_pixels = 250;  ///< larger pictures count as broken; million
  Progress* progress = &no_progress();
};

/// Adds to what an artifact was made by that nothing could be left out of it, where that is so:
/// what was made otherwise may lack broken files.
void note_strict(Provenance& provenance, const Context& context);

/// The option of that limit; what reads pictures is told of it by limit_pixels().
Option max_pixels_option(double& millions);

/// Once at the start of a program: OpenCV's own threads would compete with ours, which work on
/// different images, and its messages would mix with the program's; and memory is kept for reuse.
void prepare_process();

/// Gives memory that is kept but not in use back to the system: after work that needed much of it
/// for a moment.
void release_memory();

}  // namespace calib
