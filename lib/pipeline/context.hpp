#pragma once
// The settings that every stage gets in addition to its own options.

#include <filesystem>

#include "base/option.hpp"
#include "base/progress.hpp"
#include "scene/provenance.hpp"

namespace calib {

struct Context {
  int jobs = 0;             ///< threads; 0: all cores
  bool force = false;       ///< overwrite existing outputs
  bool strict = false;      ///< a broken file is an Error instead of being listed
  double max_pixels = 250;  ///< million pixels; larger pictures count as broken
  Progress* progress = &no_progress();
};

/// Adds the option `strict` to the provenance when context.strict is set. An artifact that was made
/// without it may lack broken files, so a strict run must not keep it.
void note_strict(Provenance& provenance, const Context& context);

/// The option for Context::max_pixels. The code that reads images gets its value by limit_pixels().
Option max_pixels_option(double& millions);

/// Call it once, at the start of a program. It stops OpenCV's own threads, which would compete with
/// ours, and OpenCV's messages, and it keeps freed memory for reuse.
void prepare_process();

/// Returns freed memory to the system: for use after work that needed much memory for a short time.
void release_memory();

}  // namespace calib
