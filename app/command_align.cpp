#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/point_flags.hpp"
#include "app/solve_summary.hpp"
#include "base/append.hpp"
#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "io/artifacts.hpp"
#include "measure/align.hpp"
#include "report/text_table.hpp"

namespace calib {
namespace {

struct AlignFlags {
  std::vector<std::string> calibration;
  MeasuredPointFlags measured;
  AlignOptions align;
};

std::vector<std::string> align_inputs(const AlignFlags& flags) {
  std::vector<std::string> inputs = flags.calibration;
  append(inputs, measured_point_files(flags.measured));
  return inputs;
}

std::string mm_text(const Eigen::Vector3d& meters, int decimals) {
  return fmt::format("{} {} {}", to_text(1000 * meters.x(), decimals),
                     to_text(1000 * meters.y(), decimals), to_text(1000 * meters.z(), decimals));
}

nlohmann::ordered_json vector_json(const Eigen::Vector3d& v) { return {v.x(), v.y(), v.z()}; }

void print_alignment(Session& session, const Alignment& result) {
  TableRows rows = {{"point", "left mm", "x y z mm"}};
  nlohmann::ordered_json residuals = nlohmann::ordered_json::object();
  for (const AlignResidual& each : result.residuals) {
    rows.push_back({each.name, to_text(1000 * each.error_m.norm(), 2), mm_text(each.error_m, 2)});
    residuals[each.name] = vector_json(1000 * each.error_m);
  }
  if (!result.residuals.empty()) session.say(text_table(rows));
  for (const std::string& name : result.unplaced)
    session.warn(name + " could not be placed from its pixels and was left out");
  nlohmann::ordered_json json = {{"path", session.output()},
                                 {"scale", result.scale},
                                 {"rms_mm", 1000 * result.rms_m},
                                 {"residuals_mm", residuals},
                                 {"left_out", result.unplaced}};
  if (result.fitting_scale) json["fitting_scale"] = *result.fitting_scale;
  if (result.scale != 1)
    session.say(fmt::format("all lengths of the rig times {}{}\n", to_text(result.scale, 6),
                            result.scale_std ? " ± " + to_text(*result.scale_std, 6) : ""));
  if (result.scale_std) json["scale_std"] = *result.scale_std;
  if (result.calibration.world) {
    const WorldFrame& world = *result.calibration.world;
    const Eigen::VectorXd std = world.std();
    session.say(fmt::format(
        "origin of the rig in the world: {} mm, standard deviations {} mm and {} mdeg\n",
        mm_text(world.T_world_rig.translation, 2), mm_text(std.segment<3>(3), 3),
        to_text(kMillidegrees * std.head<3>().norm(), 2)));
    json["position_mm"] = vector_json(1000 * world.T_world_rig.translation);
    json["std"] = {{"rotation_rad", vector_json(std.head<3>())},
                   {"translation_m", vector_json(std.segment<3>(3))},
                   {"scale", std[6]}};
  }
  session.say(fmt::format("-> {}\n", session.output()));
  session.say_json(json);
}

void warn_of_scale(Session& session, const AlignFlags& flags, const Alignment& result) {
  constexpr double kNotice = 0.005, kMostOfBoard = 1.1;
  if (result.scale > kMostOfBoard || result.scale < 1 / kMostOfBoard) {
    session.warn(
        fmt::format("all lengths of the rig were multiplied by {:.4g}, more than the size of a "
                    "board can be wrong by: check the unit of the lengths, the names of the points "
                    "and the square of the board",
                    result.scale));
  }
  if (!result.fitting_scale || flags.align.scale) return;
  const double off = *result.fitting_scale - 1;
  if (std::abs(off) < kNotice) return;
  session.warn(
      fmt::format("the measured points are {:.2f} % {} apart than in the rig: check the "
                  "square of the board, or scale the rig with --scale",
                  100 * std::abs(off), off > 0 ? "further" : "less"));
}

}  // namespace

Action define_align(CommandLine& line) {
  const auto flags = std::make_shared<AlignFlags>();
  line.add_positional(Option::list("calibration", flags->calibration, "calibration.yaml", "FILE"));
  line.add("align", describe(flags->align));
  line.add("align", describe(flags->measured));
  return [flags](Session& session) {
    const int jobs = session.context().jobs;
    const std::string& output = session.output_file(align_inputs(*flags));
    const Calibration calibration =
        read_calibration(only_file(flags->calibration, "calibration.yaml"));
    warn_if_poor(session, calibration, flags->calibration.front());
    const AlignInputs inputs = read_measured(flags->measured, names_of(calibration.cameras), jobs);
    const Alignment result = align(calibration, flags->align, inputs, jobs);
    write_file(output, to_yaml(result.calibration));
    warn_of_scale(session, *flags, result);
    if (!result.doubt.empty()) session.warn(result.doubt);
    print_alignment(session, result);
  };
}

}  // namespace calib
