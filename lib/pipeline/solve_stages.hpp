#pragma once
// The solving stages: the solve itself, the judgment of its result, and the provenance.

#include "evaluate/verdict.hpp"
#include "pipeline/context.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"
#include "solve/options.hpp"

namespace calib {

struct SolveResult {
  Calibration calibration;  ///< judged, with provenance
  Evaluation evaluation;
  double seconds = 0;  ///< of the solve alone
};

SolveResult intrinsics_stage(const Observations& observations, const IntrinsicsOptions& options,
                             const Context& context);
Provenance intrinsics_provenance(const Observations& observations, IntrinsicsOptions options);

/// All cameras of the observations jointly; `calibration` gives the intrinsics to start from.
SolveResult extrinsics_stage(const Observations& observations, const Calibration& calibration,
                             const ExtrinsicsOptions& options, const Context& context);
Provenance extrinsics_provenance(const Observations& observations, const Calibration& calibration,
                                 ExtrinsicsOptions options);

/// Two cameras, "cam0,cam1", the first being the reference. The other cameras of `calibration` stay
/// as they were, without a pose. Throws Error when the pair is not two different cameras of the
/// observations.
SolveResult stereo_stage(const Observations& observations, const Calibration& calibration,
                         const std::string& pair, const ExtrinsicsOptions& options,
                         const Context& context);

}  // namespace calib
