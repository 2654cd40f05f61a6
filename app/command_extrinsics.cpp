#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/point_flags.hpp"
#include "app/solve_summary.hpp"
#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "io/artifacts.hpp"
#include "report/calibration_report.hpp"
#include "report/text_table.hpp"

namespace calib {
namespace {

struct ExtrinsicsFlags {
  PoseInputs inputs;
  ExtrinsicsOptions extrinsics;
  MeasuredPointFlags measured;
};

nlohmann::ordered_json located_json(const LocatedRig& rig) {
  nlohmann::ordered_json json = calibration_json(rig.calibration, Evaluation{});
  for (const PointResidual& point : rig.points)
    json["points"][point.name] = {{"error_mm", 1000 * point.error_m.norm()},
                                  {"residual_px", point.rms_px},
                                  {"pixels", point.pixels}};
  json["sigma_px"] = rig.sigma_px;
  return json;
}

void say_located(Session& session, const LocatedRig& rig) {
  TableRows cameras = {{"camera", "pixels", "left out", "rms px", "x y z mm in the world", "± mm"}};
  const Pose& T_world_rig = rig.calibration.world->T_world_rig;
  const Eigen::VectorXd world_std = rig.calibration.world->std();
  for (const LocatedCamera& located : rig.cameras) {
    const Camera& camera = *find_camera(rig.calibration, located.name);
    const Eigen::Vector3d center = 1000 * (T_world_rig * camera.T_cam_rig->inverse().translation);
    const double std_mm =
        1000 * (camera.std.center_m ? camera.std.center_m->norm() : world_std.segment<3>(3).norm());
    cameras.push_back({located.name, std::to_string(located.pixels),
                       std::to_string(located.left_out), to_text(located.rms_px, 3),
                       fmt::format("{:.1f} {:.1f} {:.1f}", center.x(), center.y(), center.z()),
                       to_text(std_mm, 2)});
  }
  session.say(text_table(cameras));
  TableRows points = {{"point", "pixels", "rms px", "off mm"}};
  for (const PointResidual& point : rig.points)
    points.push_back({point.name, std::to_string(point.pixels), to_text(point.rms_px, 3),
                      to_text(1000 * point.error_m.norm(), 2)});
  if (session.flags().verbose) session.say(text_table(points));
  session.say(fmt::format("verdict: {}\n", to_text(rig.calibration.verdict)));
  for (const Finding& finding : gravest_first(rig.calibration.findings, Severity::kWarning))
    session.warn(finding_text(finding));
  session.say(fmt::format("-> {}\n", session.output()));
  session.say_json(located_json(rig));
}

void solve_from_points(Session& session, const ExtrinsicsFlags& flags) {
  require(flags.inputs.observations.empty(),
          "--points: the poses come either from observations or from measured points: give one of "
          "them, or solve from the observations and then place the rig with `calib align`");
  require(!flags.measured.points.empty() && !flags.measured.pixels.empty(),
          "expected both --points and --pixels: the measured points, and where each camera sees "
          "them");
  require(!flags.inputs.calibration.empty(),
          "--calibration: missing: measured points give poses only; the lenses come from `calib "
          "intrinsics`");
  std::vector<std::string> files = measured_point_files(flags.measured);
  files.push_back(flags.inputs.calibration);
  const std::string output = session.output_file(files);
  const auto lenses = read_artifact<Calibration>(flags.inputs.calibration);
  const AlignInputs inputs =
      read_measured(flags.measured, names_of(lenses.value.cameras), session.context().jobs);
  const LocatedRig rig = points_stage(
      lenses, inputs, hash_file(flags.measured.points) + hash_file(flags.measured.pixels),
      flags.extrinsics.reference);
  write_file(output, to_yaml(rig.calibration));
  say_located(session, rig);
}

}  // namespace

Action define_extrinsics(CommandLine& line) {
  const auto flags = std::make_shared<ExtrinsicsFlags>();
  add_pose_flags(line, "extrinsics", flags->inputs, describe(flags->extrinsics));
  line.add("extrinsics", describe(flags->measured));
  return [flags](Session& session) {
    if (!measured_point_files(flags->measured).empty()) return solve_from_points(session, *flags);
    flags->inputs.intrinsics.shape = flags->extrinsics.shape;
    solve_poses(
        session, flags->inputs,
        [&](const KnownCameras& known) { check_cameras(known, flags->extrinsics); },
        [&](const Artifact<Observations>& observations, const Artifact<Calibration>& start) {
          return extrinsics_stage(observations, start, flags->extrinsics, session.context());
        });
  };
}

}  // namespace calib
