#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "base/append.hpp"
#include "base/errors.hpp"
#include "base/text.hpp"
#include "io/artifacts.hpp"
#include "report/calibration_report.hpp"

namespace calib {
namespace {

// The allowance for rounding errors, with which equal calibrations differ, in pixels, millimeters
// and millidegrees.
constexpr double kRounding = 1e-6;

struct CompareFlags {
  std::vector<std::string> files;
  double max_px = -1, max_mm = -1, max_mdeg = -1;  // -1: no gate
};

// The differences that exceed a limit, one line each.
std::vector<std::string> exceeded_limits(const CompareFlags& flags,
                                         const std::vector<CameraDifference>& differences) {
  std::vector<std::string> lines;
  const auto check = [&](const std::string& camera, const char* what, double found, double most,
                         const char* unit) {
    if (most < 0 || found <= most + kRounding) return;
    lines.push_back(fmt::format("{}: {} {:.3f} {}, more than {} {}", camera, what, found, unit,
                                to_text(most), unit));
  };
  for (const CameraDifference& d : differences) {
    check(d.name, "projections differ by up to", d.projection_px.max, flags.max_px, "px");
    if (!d.posed) continue;
    check(d.name, "centers differ by", 1000 * d.center_m, flags.max_mm, "mm");
    check(d.name, "turned by", kMillidegrees * d.rotation_rad, flags.max_mdeg, "mdeg");
  }
  return lines;
}

void compare_command(Session& session, const CompareFlags& flags) {
  require(flags.files.size() == 2,
          fmt::format("input: found {} files, expected two calibrations", flags.files.size()));
  const Calibration first = read_calibration(flags.files[0]);
  const Calibration second = read_calibration(flags.files[1]);
  const auto differences = compare(first, second);
  session.say(comparison_text(differences));
  session.say_json(comparison_json(differences));
  const bool gates_poses = flags.max_mm >= 0 || flags.max_mdeg >= 0;
  std::vector<std::string> problems = cameras_of_one(first, second, flags.files[0], flags.files[1]);
  append(problems, lenses_seen_apart(differences));
  if (gates_poses) append(problems, poses_unknown(differences));
  if (!gates_poses && flags.max_px < 0) {
    for (const std::string& text : problems) session.warn(text);
    return;
  }
  append(problems, exceeded_limits(flags, differences));
  if (!problems.empty()) throw GateError(join(problems, "; "));
}

}  // namespace

Action define_compare(CommandLine& line) {
  const auto flags = std::make_shared<CompareFlags>();
  line.add_positional(Option::list(
      "files", flags->files,
      "two calibration.yaml; differences are those of the first to the second", "FILE"));
  line.add("compare",
           {Option::number(
                "max_px", flags->max_px,
                "exit 1 when the projection of any camera differs by more pixels anywhere, or is "
                "not in both")
                .at_least(0),
            Option::number("max_mm", flags->max_mm,
                           "the same when the center of any camera is further away, or unknown")
                .at_least(0),
            Option::number("max_mdeg", flags->max_mdeg,
                           "the same when any camera is turned by more millidegrees")
                .at_least(0)});
  return [flags](Session& session) { compare_command(session, *flags); };
}

}  // namespace calib
