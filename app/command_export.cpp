#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/solve_summary.hpp"
#include "base/errors.hpp"
#include "base/text.hpp"
#include "io/artifacts.hpp"
#include "pipeline/export_stage.hpp"
#include "report/text_table.hpp"

namespace calib {
namespace {

std::string conversions_table(const std::vector<ConvertedCamera>& converted) {
  TableRows rows = {{"camera", "from", "to", "RMS px", "largest px", "covered %"}};
  for (const ConvertedCamera& camera : converted) {
    const ConvertedLens& lens = camera.lens;
    rows.push_back({camera.name, camera.from, lens.intrinsics.model, to_text(lens.rms_px, 4),
                    to_text(lens.max_px, 4), to_text(100 * lens.covered, 0)});
  }
  return converted.empty() ? "" : text_table(rows);
}

nlohmann::ordered_json result_json(const ExportResult& result) {
  nlohmann::ordered_json json = {{"files", nlohmann::ordered_json::array()},
                                 {"converted", nlohmann::ordered_json::object()}};
  for (const auto& file : result.files) json["files"].push_back(file.string());
  for (const ConvertedCamera& camera : result.converted) {
    json["converted"][camera.name] = {{"from", camera.from},
                                      {"to", camera.lens.intrinsics.model},
                                      {"rms_px", camera.lens.rms_px},
                                      {"max_px", camera.lens.max_px},
                                      {"covered", camera.lens.covered}};
  }
  return json;
}

void print(Session& session, const ExportResult& result) {
  for (const ConvertedCamera& camera : result.converted) {
    if (camera.lens.covered >= 1) continue;
    session.warn(fmt::format(
        "{}: the {} lens is fitted to the {:.0f} % of the picture around its center only; "
        "do not use it further out",
        camera.name, camera.lens.intrinsics.model, 100 * camera.lens.covered));
  }
  session.say(conversions_table(result.converted));
  for (const auto& file : result.files) session.say(fmt::format("-> {}\n", file.string()));
  session.say_json(result_json(result));
}

}  // namespace

Action define_export(CommandLine& line) {
  struct Flags {
    std::vector<std::string> calibration;
    ExportOptions options;
  };
  const auto flags = std::make_shared<Flags>();
  line.add_positional(Option::list("calibration", flags->calibration, "calibration.yaml", "FILE"));
  line.add("export", describe(flags->options));
  return [flags](Session& session) {
    require(flags->options.format != nullptr,
            "--format: missing: say which tool the files are for, as in --format opencv");
    const std::string& input = only_file(flags->calibration, "calibration.yaml");
    const Calibration calibration = read_calibration(input);
    warn_if_poor(session, calibration, input);
    print(session,
          export_stage(calibration, flags->options, session.output(), input, session.context()));
  };
}

}  // namespace calib
