#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "base/errors.hpp"
#include "base/text.hpp"
#include "io/artefacts.hpp"
#include "report/calibration_report.hpp"

namespace calib {
namespace {

// Equal lenses differ by rounding.
constexpr double kRounding_px = 1e-6;

}  // namespace

Action define_compare(CommandLine& line) {
  struct Flags {
    std::vector<std::string> files;
    double max_px = -1;  // no gate
  };
  const auto flags = std::make_shared<Flags>();
  line.add_positional(Option::list(
      "files", flags->files,
      "two calibration.yaml; differences are those of the first to the second", "FILE"));
  line.add("compare",
           {Option::number(
                "max_px", flags->max_px,
                "exit 1 when the projection of any camera differs by more pixels anywhere, or is "
                "not in both")
                .at_least(0)});
  return [flags](Session& session) {
    require(flags->files.size() == 2,
            fmt::format("input: found {} files, expected two calibrations", flags->files.size()));
    const Calibration first = read_calibration(flags->files[0]);
    const Calibration second = read_calibration(flags->files[1]);
    const auto differences = compare(first, second);
    session.say(comparison_text(differences));
    session.say_json(comparison_json(differences));
    std::vector<std::string> apart =
        cameras_of_one(first, second, flags->files[0], flags->files[1]);
    for (std::string& text : lenses_seen_apart(differences)) apart.push_back(std::move(text));
    if (flags->max_px >= 0 && !apart.empty()) throw GateError(join(apart, "; "));
    for (const std::string& text : apart) session.warn(text);
    if (flags->max_px < 0) return;
    for (const CameraDifference& d : differences) {
      if (d.projection_px.max <= flags->max_px + kRounding_px) continue;
      throw GateError(fmt::format("{}: projections differ by up to {:.3f} px, more than {} px",
                                  d.name, d.projection_px.max, to_text(flags->max_px)));
    }
  };
}

}  // namespace calib
