#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "base/errors.hpp"
#include "base/files.hpp"
#include "io/artifacts.hpp"
#include "pipeline/open_dataset.hpp"
#include "pipeline/report_stage.hpp"

namespace calib {
namespace {

struct ReportFlags {
  std::vector<std::string> files, images;
  ReportOptions report;
};

void report_command(Session& session, const ReportFlags& flags) {
  const std::string& output = session.output_file(flags.files);
  require(flags.files.size() == 2,
          fmt::format("input: found {} files, expected two: calibration.yaml observations.yaml",
                      flags.files.size()));
  const auto calibration = read_artifact<Calibration>(flags.files[0]);
  const auto observations = read_artifact<Observations>(flags.files[1]);
  std::optional<Dataset> dataset;
  if (!flags.images.empty()) {
    dataset = open_pictures(flags.images, calibration.value);
    require_not_read(*dataset, output);
  }
  const ReportPage page = report_stage(observations, calibration, dataset ? &*dataset : nullptr,
                                       flags.report, session.context());
  if (session.flags().strict && !page.broken.empty()) {
    throw Error(page.broken.front() +
                " (without --strict such pictures are left out with a warning)");
  }
  write_file(output, page.html);
  for (const std::string& text : page.broken) session.warn("left out " + text);
  session.say(fmt::format("report: {:.0f} kB -> {}\n", static_cast<double>(page.html.size()) / 1000,
                          output));
  session.say_json({{"report", output}, {"bytes", page.html.size()}, {"left_out", page.broken}});
}

}  // namespace

Action define_report(CommandLine& line) {
  const auto flags = std::make_shared<ReportFlags>();
  line.add_positional(
      Option::list("files", flags->files, "calibration.yaml observations.yaml", "FILE"));
  line.add("report", {Option::list("images", flags->images,
                                   "the cameras' images, to show rectified pictures", "DATASET")});
  line.add("report", describe(flags->report));
  return [flags](Session& session) { report_command(session, *flags); };
}

}  // namespace calib
