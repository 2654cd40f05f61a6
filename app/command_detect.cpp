#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/found_summary.hpp"
#include "base/errors.hpp"
#include "base/paths.hpp"
#include "base/stopwatch.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "image/composites.hpp"
#include "image/image_stream.hpp"
#include "image/image_times.hpp"
#include "io/artifacts.hpp"
#include "pipeline/board_options.hpp"
#include "pipeline/detect_stage.hpp"
#include "pipeline/inputs_hash.hpp"
#include "pipeline/open_dataset.hpp"
#include "pipeline/overlay.hpp"
#include "report/text_table.hpp"
#include "solve/board_findings.hpp"

namespace calib {
namespace {

struct DetectFlags {
  std::vector<std::string> dataset, cameras;
  BoardOptions board;
  CompositeOptions composites;
  TimeOptions times;
  DetectOptions detect;
  std::string overlay, shard;
  bool dry_run = false, stats = false;
};

// The frames in which corners would be found.
std::vector<FrameRow> frames_to_find(const Dataset& dataset, const std::optional<Shard>& shard) {
  std::vector<FrameRow> frames = frame_table(dataset);
  if (!shard) return frames;
  const FrameFilter wanted = frames_of(dataset, *shard);
  std::erase_if(frames, [&](const FrameRow& row) { return !wanted(row.frame); });
  return frames;
}

// Prints which images form each frame, and which cameras have none in it.
void print_pairs(Session& session, const Dataset& dataset, const std::optional<Shard>& shard) {
  TableRows rows = {{"frame"}};
  for (const DatasetCamera& camera : dataset.cameras) rows[0].push_back(camera.name);
  nlohmann::ordered_json json = {{"frames", nlohmann::ordered_json::array()}};
  std::size_t complete = 0;
  const std::vector<FrameRow> frames = frames_to_find(dataset, shard);
  for (const FrameRow& frame : frames) {
    std::vector<std::string> row = {std::to_string(frame.frame)};
    nlohmann::ordered_json entry = {{"frame", frame.frame}};
    for (std::size_t i = 0; i < dataset.cameras.size(); ++i) {
      const int index = frame.image[i];
      const DatasetCamera& camera = dataset.cameras[i];
      if (index < 0) {
        row.emplace_back("-");
        entry["images"][camera.name] = nullptr;
      } else {
        const std::string path = image_path(dataset, i, static_cast<std::size_t>(index));
        row.push_back(visible(path));
        entry["images"][camera.name] = path;
      }
    }
    complete +=
        std::all_of(frame.image.begin(), frame.image.end(), [](int index) { return index >= 0; });
    rows.push_back(std::move(row));
    json["frames"].push_back(entry);
  }
  std::string text;
  if (!frames.empty()) {
    text = text_table(rows) + fmt::format("{} frames, {} seen by all {} cameras, {} unmatched\n",
                                          frames.size(), complete, dataset.cameras.size(),
                                          frames.size() - complete);
  }
  for (const DatasetCamera& camera : dataset.cameras) {
    if (!camera.has_video() || !camera.video_frames.empty()) continue;
    text += fmt::format("{}: {}, whose frames are numbered from 0; they are not counted here\n",
                        camera.name, visible(video_text(camera)));
    json["videos"][camera.name] = video_text(camera);
  }
  if (const auto spread = time_spread(dataset)) {
    if (spread->paired > 0) {
      text += fmt::format("images of a frame are {} ms apart (median), {} ms at most; ",
                          to_text(1e3 * spread->median_s, 3), to_text(1e3 * spread->largest_s, 3));
    }
    text += fmt::format("{} images are paired, {} are alone\n", spread->paired, spread->alone);
    json["times"] = {{"median_s", spread->median_s},
                     {"largest_s", spread->largest_s},
                     {"paired", spread->paired},
                     {"alone", spread->alone}};
  }
  json["complete"] = complete;
  session.say(text);
  session.say_json(json);
}

nlohmann::ordered_json result_json(const DetectResult& result) {
  nlohmann::ordered_json json = found_json(result.counts);
  json["broken"] = nlohmann::ordered_json::array();
  for (const BrokenImage& broken : result.broken)
    json["broken"].push_back({{"path", broken.path}, {"problem", broken.problem}});
  if (!result.doctor.empty()) json["doctor"] = result.doctor;
  if (!result.printed.empty()) json["printed"] = result.printed;
  return json;
}

Dataset opened(const DetectFlags& flags) {
  if (!has_views(flags.composites)) {
    refuse_lone_names(flags.composites);
    Dataset dataset = open_dataset(flags.dataset, flags.cameras, flags.times);
    select_frames(dataset, flags.composites.frames);
    return dataset;
  }
  require(flags.cameras.empty(),
          "give either composites with their --layout or --roi, or --cam NAME=GLOB for every "
          "camera, not both");
  Dataset dataset = composite_dataset(flags.dataset, flags.composites);
  apply_times(dataset, flags.times);
  return dataset;
}

void detect_command(Session& session, const DetectFlags& flags) {
  std::optional<Shard> shard;
  if (!flags.shard.empty()) shard = parse_shard(flags.shard);
  const Dataset dataset = opened(flags);
  for (const std::string& note : dataset.notes) session.warn(note);
  if (flags.dry_run) {
    print_pairs(session, dataset, shard);
    return;
  }
  std::vector<std::string> inputs = flags.dataset;
  inputs.push_back(flags.board.target);
  const std::string& output = session.output_file(inputs);
  require_not_read(dataset, output);
  const Board board = make_board(flags.board);
  for (const std::string& warning : board_warnings(board)) session.warn(warning);
  require(flags.overlay.empty() || !is_same_place(flags.overlay, output),
          "overlay: is the --output too; choose another folder");
  std::optional<Overlays> overlays;
  const Context context = session.context();
  if (!flags.overlay.empty()) {
    overlays.emplace(dataset, flags.overlay, context);
    require_outside(flags.dataset, flags.overlay);
  }
  const Stopwatch total;
  const DetectResult result =
      detect(dataset, board, flags.detect,
             detect_provenance(dataset_hash(dataset, context.jobs), board, flags.detect), context,
             output, shard);
  for (const BrokenImage& broken : result.broken)
    session.warn(fmt::format("left out {}: {}", broken.path, broken.problem));
  if (!result.doctor.empty()) session.warn(result.doctor);
  for (const Finding& finding : repeated_findings(board, result.repeated))
    session.warn(finding_text(finding));
  session.say(found_table(result.counts));
  if (overlays) {
    const std::size_t drawn = overlays->write(read_observations(output));
    session.say(fmt::format("  {} pictures with their corners -> {}\n", drawn, flags.overlay));
  }
  if (!result.printed.empty()) session.say(fmt::format("  the board: {}\n", result.printed));
  nlohmann::ordered_json json = result_json(result);
  if (flags.stats) {
    session.say(fmt::format(
        "  {:.2f} s: decoding {:.2f} s, finding corners {:.2f} s (both summed over the threads); "
        "hashing and writing {:.2f} s\n",
        total.seconds(), result.decode_s, result.find_s, total.seconds() - result.wall_s));
    json["stats"] = {{"total_s", total.seconds()},
                     {"wall_s", result.wall_s},
                     {"decode_s", result.decode_s},
                     {"find_s", result.find_s}};
  }
  session.say_json(json);
}

}  // namespace

Action define_detect(CommandLine& line) {
  const auto flags = std::make_shared<DetectFlags>();
  line.add_positional(Option::list("dataset", flags->dataset,
                                   "a dataset.yaml, a folder with one folder or video per camera, "
                                   "several of them, or globs; with "
                                   "--layout or --roi: composite images or videos",
                                   "DATASET"));
  line.add("", describe(flags->board));
  line.add("", {Option::list("cam", flags->cameras, "one camera's images; repeat for each camera",
                             "NAME=GLOB")});
  // Not the section of `crop`: a file of options that `run` or `crop` uses also has its layout, but
  // what they have cut is not to be cut again.
  line.add("detect", describe(flags->composites));
  line.add("detect", describe(flags->times));
  line.add("detect", describe(flags->detect));
  line.add("detect", {Option::flag("dry_run", flags->dry_run,
                                   "only print which images make a frame, and what is unmatched"),
                      Option::text("shard", flags->shard,
                                   "find corners in part K of N of the frames only; `calib merge` "
                                   "joins the parts",
                                   "K/N"),
                      Option::text("overlay", flags->overlay,
                                   "a folder for pictures with the corners drawn in, and one sheet "
                                   "of them per camera",
                                   "DIR"),
                      Option::flag("stats", flags->stats, "print where the time went")});
  return [flags](Session& session) { detect_command(session, *flags); };
}

}  // namespace calib
