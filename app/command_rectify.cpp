#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/solve_summary.hpp"
#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "pipeline/open_dataset.hpp"
#include "pipeline/rectify.hpp"
#include "report/calibration_report.hpp"

namespace calib {
namespace {

struct Flags {
  std::vector<std::string> calibration, images;
  std::string observations;
  RectifyOptions rectify;
};

void print(Session& session, const RectifyResult& result, const std::filesystem::path& output) {
  std::vector<std::vector<std::string>> rows = {
      {"pair", "rows or columns", "size", "baseline mm", "row error px"}};
  nlohmann::ordered_json json = {{"images", result.images},
                                 {"pairs", nlohmann::ordered_json::array()}};
  for (const RectificationEntry& entry : result.entries) {
    const RectifiedPair& pair = entry.pair;
    rows.push_back({pair.first.name + "-" + pair.second.name, pair.vertical ? "columns" : "rows",
                    to_text(pair.image_size), to_text(1000 * pair.baseline_m, 2),
                    entry.row_error_mean_px ? to_text(*entry.row_error_mean_px, 3) : "-"});
    json["pairs"].push_back({{"first", pair.first.name},
                             {"second", pair.second.name},
                             {"vertical", pair.vertical},
                             {"baseline_m", pair.baseline_m}});
    if (entry.row_error_mean_px)
      json["pairs"].back()["row_error_mean_px"] = *entry.row_error_mean_px;
  }
  for (const SkippedPair& pair : result.skipped_pairs)
    session.warn("not rectified: " + pair.reason);
  for (const SkippedImage& image : result.skipped_images)
    session.warn(fmt::format("left out {}: {}", image.path, image.reason));
  session.say(text_table(rows) + fmt::format("  {} images, {} previews -> {}\n", result.images,
                                             result.previews.size(), output.string()));
  session.say_json(json);
}

}  // namespace

Action define_rectify(CommandLine& line) {
  const auto flags = std::make_shared<Flags>();
  line.add_positional(Option::list("calibration", flags->calibration, "calibration.yaml", "FILE"));
  line.add("rectify",
           {Option::list("images", flags->images,
                         "the cameras' images; without it only maps are written", "DATASET"),
            Option::text("observations", flags->observations,
                         "observations.yaml to measure the row error on", "FILE")});
  line.add("rectify", describe(flags->rectify));
  return [flags](Session& session) {
    const std::filesystem::path output = session.output();
    refuse_overwrite(output / "rectification.yaml", session.flags().force);
    const Calibration calibration =
        read_calibration(only_file(flags->calibration, "calibration.yaml"));
    const auto posed =
        std::count_if(calibration.cameras.begin(), calibration.cameras.end(),
                      [](const Camera& camera) { return camera.intrinsics && camera.T_cam_rig; });
    require(posed >= 2,
            fmt::format("{}: found poses of {} cameras, expected at least 2; solve the rig with "
                        "`calib extrinsics` first",
                        flags->calibration.front(), posed));
    std::optional<Dataset> dataset;
    if (!flags->images.empty()) dataset = open_dataset(flags->images);
    std::optional<Observations> observations;
    if (!flags->observations.empty()) observations = read_observations(flags->observations);
    print(
        session,
        rectify(calibration, dataset ? &*dataset : nullptr, observations ? &*observations : nullptr,
                flags->rectify, output, session.context()),
        output);
  };
}

}  // namespace calib
