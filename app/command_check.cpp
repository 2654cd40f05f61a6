#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/solve_summary.hpp"
#include "base/append.hpp"
#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "evaluate/rig_check.hpp"
#include "io/artifacts.hpp"
#include "report/text_table.hpp"
#include "solve/moving_boards.hpp"

namespace calib {
namespace {

std::string state_of(const CameraCheck& check, const RigCheck& result) {
  if (check.unexplained > 0) return "does not fit";
  if (result.fault) return "not judged";
  const char* const moved = check.pose_is_certain() ? "moved" : "moved?";
  const char* const lens = check.lens_is_certain() ? "lens changed" : "lens changed?";
  if (check.moved && check.lens_changed) return fmt::format("{}, {}", moved, lens);
  if (check.moved) return moved;
  if (check.lens_changed) return lens;
  return check.views == 0 ? "not seen" : check.shared_frames == 0 ? "lens holds" : "holds";
}

// "12.3 ±0.4", or "-" where the pose was not tested.
std::string with_std(double value, double std, int decimals) {
  if (value == 0 && std == 0) return "-";
  return fmt::format("{:.{}f} ±{:.{}f}", value, decimals, std, decimals);
}

std::string check_table(const RigCheck& result) {
  TableRows rows = {{"camera", "views", "shared", "state", "turned mdeg", "shifted mm", "px",
                     "sigmas", "focal length %", "lens px", "lens sigmas"}};
  for (const CameraCheck& check : result.cameras) {
    rows.push_back({check.name, std::to_string(check.views), std::to_string(check.shared_frames),
                    state_of(check, result),
                    with_std(kMillidegrees * check.turn_rad, kMillidegrees * check.turn_std_rad, 1),
                    with_std(1000 * check.shift_m, 1000 * check.shift_std_m, 2),
                    to_text(check.pose_px, 2), to_text(std::max(0.0, check.pose_sigmas), 1),
                    check.has_possible_zoom() ? fmt::format("{:+.3f}", 100 * check.zoom) : "-",
                    to_text(check.lens_px, 2), to_text(std::max(0.0, check.lens_sigmas), 1)});
  }
  return text_table(rows);
}

bool is_swap(const FileFault& fault) { return fault.kind == FileFault::Kind::kNamesSwapped; }

nlohmann::ordered_json check_json(const RigCheck& result) {
  nlohmann::ordered_json json = {{"holds", result.holds()},
                                 {"certain", result.holds() || result.fails_for_certain()},
                                 {"frames", result.frames},
                                 {"board_off_mm", 1000 * result.board_off_m}};
  if (result.fault) {
    json["fault"] = {{"kind", is_swap(*result.fault) ? "names_swapped" : "pictures_turned"},
                     {"cameras", result.fault->cameras},
                     {"how", result.fault->how},
                     {"frames", result.fault->frames}};
  }
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
                                   {"unexplained", check.unexplained},
                                   {"focal_length_change", check.zoom},
                                   {"focal_length_change_std", check.zoom_std},
                                   {"lens_px", check.lens_px},
                                   {"lens_sigmas", check.lens_sigmas}};
  }
  return json;
}

std::string count_text(int count, const std::string& noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

// "cam2 has moved: turned by 0.101 degrees, shifted by 0.3 mm ...".
std::string motion_text(const CameraCheck& check) {
  const std::string others =
      check.or_cameras.empty() ? "" : " (or " + join(check.or_cameras, " or ") + ")";
  return fmt::format(
      "{}{} {} moved: turned by {:.3f} degrees, shifted by {:.2f} mm, which is {:.2f} px in its "
      "pictures, by {} that another camera sees too{}",
      check.name, others, check.pose_is_certain() ? "has" : "may have", kDegrees * check.turn_rad,
      1000 * check.shift_m, check.pose_px, count_text(check.shared_frames, "frame"),
      check.pose_is_certain() ? "" : ": too few to be certain, film more of these");
}

std::string lens_text(const CameraCheck& check) {
  return fmt::format(
      "the lens of {} {} changed by {:.2f} px, its focal length by {:+.3f} ±{:.3f} %, "
      "by {}{}",
      check.name, check.lens_is_certain() ? "has" : "may have", check.lens_px, 100 * check.zoom,
      100 * check.zoom_std, count_text(check.views, "view"),
      check.lens_is_certain() ? "" : ": too few to be certain, film more");
}

// "the names of cam0 and cam1 are swapped in 20 frames ...".
std::string fault_text(const FileFault& fault) {
  const std::string frames = count_text(static_cast<int>(fault.frames.size()), "frame");
  return is_swap(fault)
             ? fmt::format(
                   "the names of {} are swapped in {}: the pictures of each fit the lens and the "
                   "pose of another; swap the names of these pictures, and check again",
                   join(fault.cameras, ", "), frames)
             : fmt::format(
                   "the pictures of {} are {} in {}: turned back, they fit; turn mirroring and "
                   "rotation off in the camera and the recorder, turn these pictures back, and "
                   "check again",
                   join(fault.cameras, " and "), fault.how, frames);
}

// One text for each change. What is unexplained comes first, because it may cause the rest.
std::vector<std::string> changes_of(const RigCheck& result) {
  if (result.fault) return {fault_text(*result.fault)};
  std::vector<std::string> unexplained, changes;
  for (const CameraCheck& check : result.cameras) {
    if (check.unexplained > 0) {
      unexplained.push_back(fmt::format(
          "neither a motion nor a change of the lens explains the {} of {}: look for frames that "
          "are not of the same moment, pictures of another camera or zoom, or another board{}",
          count_text(check.unexplained, "view"), check.name,
          check.unexplained < kFewestCertain ? "; they are too few to be certain, film more" : ""));
    }
    if (check.moved) changes.push_back(motion_text(check));
    if (check.lens_changed) changes.push_back(lens_text(check));
  }
  append(unexplained, changes);
  return unexplained;
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
    if (result.board_off_m > 0) {
      session.say(fmt::format(
          "  the board of these views differs by up to {:.2f} mm from that of the calibration: it "
          "is bent, or another print; this is taken into account\n",
          1000 * result.board_off_m));
    }
    const bool is_repaired =
        flags->repair && !result.fault &&
        std::none_of(result.cameras.begin(), result.cameras.end(),
                     [](const CameraCheck& check) { return check.unexplained > 0; });
    if (is_repaired) {
      write_file(output, to_yaml(as_written(result.repaired)));
      session.say(fmt::format("-> {}\n", output));
    }
    session.say_json(check_json(result));
    if (!result.holds())
      throw GateError((result.fails_for_certain()
                           ? "the calibration does not hold: "
                           : "it is not certain that the calibration holds: ") +
                      join(changes_of(result), "; ") +
                      (flags->repair && !is_repaired
                           ? "; --repair has written nothing, because it cannot mend this"
                           : ""));
    session.say(fmt::format("  the calibration holds in {} frames\n", result.frames));
  };
}

}  // namespace calib
