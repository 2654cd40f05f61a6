#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/solve_summary.hpp"
#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "evaluate/rig_check.hpp"
#include "io/artifacts.hpp"
#include "report/text_table.hpp"
#include "solve/moving_boards.hpp"

namespace calib {
namespace {

std::string state_of(const CameraCheck& check) {
  if (check.moved && check.lens_changed) return "moved, lens changed";
  if (check.moved) return "moved";
  if (check.lens_changed) return "lens changed";
  return check.views == 0 ? "not seen" : check.shared_frames == 0 ? "lens holds" : "holds";
}

// "12.3 ±0.4", or "-" where the pose was not tested.
std::string with_std(double value, double std, int decimals) {
  if (value == 0 && std == 0) return "-";
  return fmt::format("{:.{}f} ±{:.{}f}", value, decimals, std, decimals);
}

std::string check_table(const RigCheck& result) {
  TableRows rows = {{"camera", "views", "state", "turned mdeg", "shifted mm", "px", "sigmas",
                     "focal length %", "lens px", "lens sigmas"}};
  for (const CameraCheck& check : result.cameras) {
    rows.push_back({check.name, std::to_string(check.views), state_of(check),
                    with_std(kMillidegrees * check.turn_rad, kMillidegrees * check.turn_std_rad, 1),
                    with_std(1000 * check.shift_m, 1000 * check.shift_std_m, 2),
                    to_text(check.pose_px, 2), to_text(std::max(0.0, check.pose_sigmas), 1),
                    fmt::format("{:+.3f}", 100 * check.zoom), to_text(check.lens_px, 2),
                    to_text(std::max(0.0, check.lens_sigmas), 1)});
  }
  return text_table(rows);
}

nlohmann::ordered_json check_json(const RigCheck& result) {
  nlohmann::ordered_json json = {{"holds", result.holds()}, {"frames", result.frames}};
  for (const CameraCheck& check : result.cameras) {
    json["cameras"][check.name] = {{"views", check.views},
                                   {"shared_frames", check.shared_frames},
                                   {"moved", check.moved},
                                   {"or_cameras", check.or_cameras},
                                   {"turn_deg", kDegrees * check.turn_rad},
                                   {"turn_std_deg", kDegrees * check.turn_std_rad},
                                   {"shift_mm", 1000 * check.shift_m},
                                   {"shift_std_mm", 1000 * check.shift_std_m},
                                   {"pose_px", check.pose_px},
                                   {"pose_sigmas", check.pose_sigmas},
                                   {"lens_changed", check.lens_changed},
                                   {"focal_length_change", check.zoom},
                                   {"lens_px", check.lens_px},
                                   {"lens_sigmas", check.lens_sigmas}};
  }
  return json;
}

// "cam2 has moved: turned by 0.101 degrees, shifted by 0.3 mm": one text for each change.
std::vector<std::string> changes_of(const RigCheck& result) {
  std::vector<std::string> texts;
  for (const CameraCheck& check : result.cameras) {
    if (check.moved) {
      const std::string others =
          check.or_cameras.empty() ? "" : " (or " + join(check.or_cameras, " or ") + ")";
      texts.push_back(fmt::format(
          "{}{} has moved: turned by {:.3f} degrees, shifted by {:.2f} mm, which is {:.2f} px in "
          "its pictures",
          check.name, others, kDegrees * check.turn_rad, 1000 * check.shift_m, check.pose_px));
    }
    if (check.lens_changed) {
      texts.push_back(
          fmt::format("the lens of {} has changed by {:.2f} px, its focal length by "
                      "{:+.3f} %",
                      check.name, check.lens_px, 100 * check.zoom));
    }
  }
  return texts;
}

}  // namespace

Action define_check(CommandLine& line) {
  struct Flags {
    std::vector<std::string> files;
    bool repair = false;
  };
  const auto flags = std::make_shared<Flags>();
  line.add_positional(Option::list("files", flags->files,
                                   "the old calibration.yaml, and new observations.yaml", "FILE"));
  line.add("check", {Option::flag("repair", flags->repair,
                                  "solve the changed poses and lenses again, and write the "
                                  "calibration with them to -o")});
  return [flags](Session& session) {
    require(flags->files.size() == 2,
            fmt::format("found {} files, expected two: the old calibration.yaml and new "
                        "observations.yaml",
                        flags->files.size()));
    require(flags->repair == !session.flags().output.empty(),
            flags->repair ? "--repair: give the path of the new calibration with -o PATH"
                          : "-o: there is nothing to write without --repair");
    const std::string output = flags->repair ? session.output_file(flags->files) : "";
    const Calibration calibration = read_calibration(flags->files[0]);
    const Observations observations = read_observations(flags->files[1]);
    const RigCheck result = check_rig(in_step(observations, calibration, session.context().jobs),
                                      calibration, session.context().jobs);
    session.say(check_table(result));
    if (flags->repair) {
      write_file(output, to_yaml(as_written(result.repaired)));
      session.say(fmt::format("-> {}\n", output));
    }
    session.say_json(check_json(result));
    if (!result.holds())
      throw GateError("the calibration does not hold: " + join(changes_of(result), "; "));
    session.say(fmt::format("  the calibration holds in {} frames\n", result.frames));
  };
}

}  // namespace calib
