#include "app/commands.hpp"
#include "app/solve_summary.hpp"

namespace calib {
namespace {

struct ExtrinsicsFlags {
  PoseInputs inputs;
  ExtrinsicsOptions extrinsics;
};

}  // namespace

Action define_extrinsics(CommandLine& line) {
  const auto flags = std::make_shared<ExtrinsicsFlags>();
  add_pose_flags(line, "extrinsics", flags->inputs, describe(flags->extrinsics));
  return [flags](Session& session) {
    flags->inputs.intrinsics.shape = flags->extrinsics.shape;
    solve_poses(
        session, flags->inputs,
        [&](const Artifact<Observations>& observations, const Artifact<Calibration>& start) {
          return extrinsics_stage(observations, start, flags->extrinsics, session.context());
        });
  };
}

}  // namespace calib
