#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/solve_summary.hpp"
#include "base/errors.hpp"
#include "base/text.hpp"
#include "pipeline/inputs_hash.hpp"
#include "pipeline/open_dataset.hpp"
#include "pipeline/rectify_stage.hpp"
#include "report/text_table.hpp"

namespace calib {
namespace {

struct RectifyFlags {
  std::vector<std::string> calibration, images;
  std::string observations;
  RectifyOptions rectify;
};

std::string metric(const std::optional<double>& value, int decimals) {
  return value ? to_text(*value, decimals) : "-";
}

nlohmann::ordered_json pair_json(const RectifiedPair& pair) {
  nlohmann::ordered_json json = {{"first", pair.first},
                                 {"second", pair.second},
                                 {"vertical", pair.vertical},
                                 {"baseline_m", pair.baseline_m}};
  if (pair.departure_px) json["departure_px"] = *pair.departure_px;
  if (pair.matched_share) json["matched_share"] = *pair.matched_share;
  if (pair.errors) {
    json["error_px"] = {{"corners", pair.errors->corners},
                        {"mean", pair.errors->mean_px},
                        {"p95", pair.errors->p95_px},
                        {"max", pair.errors->max_px}};
  }
  return json;
}

nlohmann::ordered_json set_json(const RectifiedSet& set) {
  nlohmann::ordered_json json = {
      {"name", set_name(set)},
      {"projection", name_of(kProjections, set.projection)},
      {"image_size", {set.image_size.width, set.image_size.height}},
      {"valid", {set.valid.x, set.valid.y, set.valid.width, set.valid.height}},
      {"cameras", nlohmann::ordered_json::object()},
      {"pairs", nlohmann::ordered_json::array()}};
  for (const RectifiedCamera& camera : set.cameras) {
    const PixelRect& valid = camera.valid;
    json["cameras"][camera.name] = {{"valid", {valid.x, valid.y, valid.width, valid.height}},
                                    {"scale", camera.scale},
                                    {"roll_deg", camera.roll_deg}};
  }
  for (const RectifiedPair& pair : set.pairs) json["pairs"].push_back(pair_json(pair));
  return json;
}

double valid_percent(const RectifiedSet& set) {
  return 100.0 * set.valid.width * set.valid.height / set.image_size.width / set.image_size.height;
}

// The table of pairs. Optional columns are left out if no pair has a value for them.
std::string pairs_table(const RectifyResult& result) {
  bool common = false, matched = false;
  for (const RectificationEntry& entry : result.entries) {
    for (const RectifiedPair& pair : entry.set.pairs) {
      common = common || pair.departure_px;
      matched = matched || pair.matched_share;
    }
  }
  TableRows rows = {{"pair", "aligned", "size", "valid %", "baseline mm", "error px: mean", "p95",
                     "max", "scale"}};
  if (common) rows[0].emplace_back("frame leaves px");
  if (matched) rows[0].emplace_back("matched %");
  for (const RectificationEntry& entry : result.entries) {
    const RectifiedSet& set = entry.set;
    for (const RectifiedPair& pair : set.pairs) {
      const auto error = [&](double AlignmentErrors::*field) {
        return pair.errors ? to_text(*pair.errors.*field, 3) : "-";
      };
      rows.push_back({pair.first + "-" + pair.second, pair.vertical ? "columns" : "rows",
                      to_text(set.image_size), to_text(valid_percent(set), 0),
                      to_text(1000 * pair.baseline_m, 2), error(&AlignmentErrors::mean_px),
                      error(&AlignmentErrors::p95_px), error(&AlignmentErrors::max_px),
                      to_text(camera_of(set, pair.first).scale, 2) + " " +
                          to_text(camera_of(set, pair.second).scale, 2)});
      if (common) rows.back().push_back(metric(pair.departure_px, 3));
      if (matched) {
        rows.back().push_back(pair.matched_share ? to_text(100 * *pair.matched_share, 0) : "-");
      }
    }
  }
  return text_table(rows);
}

void print(Session& session, const RectifyResult& result, const std::filesystem::path& output) {
  nlohmann::ordered_json json = {{"images", result.images},
                                 {"skipped", result.skipped.size()},
                                 {"skipped_frames", nlohmann::ordered_json::array()},
                                 {"not_rectified", result.not_rectified},
                                 {"pairing", result.pairing},
                                 {"sets", nlohmann::ordered_json::array()}};
  for (const RectificationEntry& entry : result.entries)
    json["sets"].push_back(set_json(entry.set));
  for (const SkippedFrame& frame : result.skipped)
    json["skipped_frames"].push_back({{"frame", frame.frame}, {"reason", frame.reason}});
  for (const std::string& reason : result.not_rectified) session.warn("not rectified: " + reason);
  for (const std::string& text : skipped_lines(result.skipped)) session.warn("left out " + text);
  for (const std::string& line : result.pairing) session.say(line + "\n");
  session.say(pairs_table(result) + fmt::format("  {} images, {} frames previewed -> {}\n",
                                                result.images, result.previews.size(),
                                                output.string()));
  session.say_json(json);
}

}  // namespace

Action define_rectify(CommandLine& line) {
  const auto flags = std::make_shared<RectifyFlags>();
  line.add_positional(Option::list("calibration", flags->calibration, "calibration.yaml", "FILE"));
  line.add("rectify",
           {Option::list("images", flags->images,
                         "the cameras' images; without it only maps are written", "DATASET"),
            Option::text("observations", flags->observations,
                         "observations.yaml to measure the row error on", "FILE")});
  line.add("rectify", describe(flags->rectify));
  return [flags](Session& session) {
    std::vector<std::string> inputs = flags->calibration;
    inputs.push_back(flags->observations);
    const FolderLock& output = session.output_folder({"rectification.yaml"}, inputs);
    const auto calibration =
        read_artifact<Calibration>(only_file(flags->calibration, "calibration.yaml"));
    const std::vector<Camera>& cameras = calibration.value.cameras;
    const auto posed = std::count_if(cameras.begin(), cameras.end(), [](const Camera& camera) {
      return camera.intrinsics && camera.T_cam_rig;
    });
    require(posed >= 2,
            fmt::format("{}: found poses of {} cameras, expected at least 2; solve the rig with "
                        "`calib extrinsics` first",
                        flags->calibration.front(), posed));
    require(!flags->rectify.preview || !flags->images.empty(),
            "preview: no images were given to show, expected --images too");
    std::optional<Dataset> dataset;
    if (!flags->images.empty()) {
      dataset = open_pictures(flags->images, calibration.value);
      require_apart(*dataset, flags->images, output.path());
    }
    std::optional<Artifact<Observations>> observations;
    if (!flags->observations.empty())
      observations = read_artifact<Observations>(flags->observations);
    const std::string hash = dataset ? dataset_hash(*dataset, session.flags().jobs) : "";
    const Provenance provenance = rectify_provenance(
        calibration, hash, observations ? &*observations : nullptr, flags->rectify);
    print(session,
          rectify(calibration.value, dataset ? &*dataset : nullptr,
                  observations ? &observations->value : nullptr, flags->rectify, provenance, output,
                  session.context()),
          output.path());
  };
}

}  // namespace calib
