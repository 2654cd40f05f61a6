#include "app/commands.hpp"
#include "app/solve_summary.hpp"

namespace calib {
namespace {

struct StereoFlags {
  PoseInputs inputs;
  std::string pair;
  bool free_intrinsics = false;
};

std::string pair_of(const StereoFlags& flags, const Observations& observations) {
  const auto& cameras = observations.cameras;
  if (!flags.pair.empty() || cameras.size() != 2) return flags.pair;
  return cameras[0].name + "," + cameras[1].name;
}

}  // namespace

Action define_stereo(CommandLine& line) {
  const auto flags = std::make_shared<StereoFlags>();
  add_pose_flags(
      line, "stereo", flags->inputs,
      {Option::text("pair", flags->pair, "the two cameras; the first is the reference", "CAM,CAM"),
       Option::flag("free_intrinsics", flags->free_intrinsics, "refine the intrinsics too")});
  line.add("stereo", describe(flags->inputs.intrinsics.shape));
  return [flags](Session& session) {
    ExtrinsicsOptions options;
    options.fix_intrinsics = !flags->free_intrinsics;
    options.reject = flags->inputs.intrinsics.reject;
    options.shape = flags->inputs.intrinsics.shape;
    solve_poses(
        session, flags->inputs,
        [&](const KnownCameras& known) {
          if (!flags->pair.empty()) pair_names(known, flags->pair);
        },
        [&](const Artifact<Observations>& observations, const Artifact<Calibration>& start) {
          return stereo_stage(observations, start, pair_of(*flags, observations.value), options,
                              session.context());
        });
  };
}

}  // namespace calib
