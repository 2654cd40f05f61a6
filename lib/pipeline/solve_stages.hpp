#pragma once
// The solving stages: solve, judge the result, and add its provenance.

#include "evaluate/verdict.hpp"
#include "io/artifacts.hpp"
#include "measure/locate_cameras.hpp"
#include "pipeline/context.hpp"
#include "scene/camera_choice.hpp"
#include "solve/options.hpp"

namespace calib {

struct SolveResult {
  Calibration calibration;  ///< as its file will hold it: judged, with provenance
  Evaluation evaluation;
  double seconds = 0;  ///< of the solve alone
};

SolveResult intrinsics_stage(const Artifact<Observations>& observations,
                             const IntrinsicsOptions& options, const Context& context);
Provenance intrinsics_provenance(const Artifact<Observations>& observations,
                                 IntrinsicsOptions options);

/// The lenses of intrinsics_stage() without verdict and provenance: a start for the stages below.
Calibration starting_lenses(const Observations& observations, const IntrinsicsOptions& options,
                            const Context& context);

/// Solves all cameras of the observations jointly. `calibration` gives the intrinsics to start
/// from.
SolveResult extrinsics_stage(const Artifact<Observations>& observations,
                             const Artifact<Calibration>& calibration,
                             const ExtrinsicsOptions& options, const Context& context);
Provenance extrinsics_provenance(const Artifact<Observations>& observations,
                                 const Artifact<Calibration>& calibration,
                                 ExtrinsicsOptions options);

/// Throws Error unless the reference that the options name, if any, is known.
void check_cameras(const KnownCameras& known, const ExtrinsicsOptions& options);

/// The cameras of "cam0,cam1". Throws Error unless they are two different cameras that are known.
std::vector<std::string> pair_names(const KnownCameras& known, const std::string& pair);

/// Solves two cameras, "cam0,cam1", of which the first is the reference. The other cameras of
/// `calibration` stay as they were, without a pose. Throws Error when the pair is not two different
/// cameras of the observations.
SolveResult stereo_stage(const Artifact<Observations>& observations,
                         const Artifact<Calibration>& calibration, const std::string& pair,
                         const ExtrinsicsOptions& options, const Context& context);

/// Places cameras with known lenses by measured points, and judges the result. `points_hash` is
/// that of the files of the points and of their pixels.
LocatedRig points_stage(const Artifact<Calibration>& lenses, const AlignInputs& inputs,
                        const std::string& points_hash, const std::string& reference);

}  // namespace calib
