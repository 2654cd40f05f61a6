#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/commands.hpp"
#include "app/found_summary.hpp"
#include "app/solve_summary.hpp"
#include "app/watch_page.hpp"
#include "app/watch_screen.hpp"
#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/folder_lock.hpp"
#include "base/interrupt.hpp"
#include "base/paths.hpp"
#include "base/text.hpp"
#include "io/artifacts.hpp"
#include "pipeline/detect_counts.hpp"

namespace calib {
namespace {

struct WatchFlags {
  RecordingInputs inputs;
  BoardOptions board;
  DetectOptions detect;
  WatchOptions watch;
  std::string calibration;
  bool stats = false;
  int serve = -1;
};

// The screen, and the page if one is served.
class ScreenAndPage final : public WatchListener {
 public:
  ScreenAndPage(Session& session, const WatchFlags& flags) : screen_(session, flags.stats) {
    if (flags.serve < 0) return;
    page_.emplace(flags.serve);
    session.say(fmt::format("{}\n", page_->url()));
    session.say_json_line({{"event", "serve"}, {"url", page_->url()}});
  }

  void saw(const WatchedPicture& picture) override {
    screen_.saw(picture);
    if (page_) page_->saw(picture);
  }
  void advised(const FilmingState& state, const WatchedRecording& recording,
               double seconds) override {
    screen_.advised(state, recording, seconds);
    if (page_) page_->advised(state, recording, seconds);
  }

 private:
  WatchScreen screen_;
  std::optional<WatchPage> page_;
};

// The files to write, locked before the watch begins.
struct WatchOutputs {
  std::string observations, calibration;  // empty: not asked for
  std::unique_ptr<FileLock> calibration_lock = nullptr;
};

WatchOutputs watch_outputs(Session& session, const WatchFlags& flags) {
  WatchOutputs outputs;
  if (!session.flags().output.empty())
    outputs.observations = session.output_file({flags.board.target});
  if (flags.calibration.empty()) return outputs;
  outputs.calibration = flags.calibration;
  require(!is_same_place(flags.calibration, outputs.observations),
          "calibration: is the --output too; choose another file");
  refuse_overwrite(flags.calibration, session.flags().force, {flags.board.target});
  if (!is_written_in_place(flags.calibration))
    outputs.calibration_lock = std::make_unique<FileLock>(flags.calibration);
  return outputs;
}

// Throws Error or UndeterminedError if the pictures show no board.
void require_views(const WatchedRecording& recording, const Observations& observations,
                   WatchEnd end) {
  const std::vector<DetectCounts> counts = count_boards(observations);
  if (observations.views.empty() && observations.missing.empty()) {
    throw Error(fmt::format(
        "no picture has arrived{}{}{}",
        end == WatchEnd::kTimeout ? " in the time of --timeout" : "",
        recording.waiting() > 0
            ? fmt::format(" that can be decoded: {} files are not complete", recording.waiting())
            : "",
        recording.problem().empty() ? "; is this the folder that the recorder writes to?"
                                    : ": " + recording.problem()));
  }
  if (const auto other = diagnose_missing(observations.board, counts))
    fail_other_board(observations.board, *other);
  require_boards(observations.board, counts, "");
}

// What `calib intrinsics` and `calib extrinsics` give for these observations.
SolveResult solve_watched(Session& session, const Artifact<Observations>& observations) {
  const Context context = session.context();
  SolveResult lenses = intrinsics_stage(observations, {}, context);
  if (observations.value.cameras.size() < 2) return lenses;
  return extrinsics_stage(observations, make_artifact(std::move(lenses.calibration)), {}, context);
}

void finish_watch(Session& session, const WatchedRecording& recording, const WatchOutputs& outputs,
                  WatchEnd end) {
  Observations observations =
      recording.observations(!outputs.observations.empty() || !outputs.calibration.empty());
  require_views(recording, observations, end);
  session.say(found_table(count_boards(observations)));
  nlohmann::ordered_json json = {{"event", "end"}, {"reason", name_of(kWatchEnds, end)}};
  json.update(found_json(count_boards(observations)));
  if (!outputs.observations.empty()) {
    write_file(outputs.observations, to_yaml(observations));
    session.say(fmt::format("  the corners -> {}\n", outputs.observations));
    json["observations"] = outputs.observations;
  }
  session.say_json_line(json);
  if (outputs.calibration.empty()) return;
  // As the file holds them: rounded.
  const std::string text = to_yaml(observations);
  const SolveResult result = solve_watched(
      session, make_artifact(parse_artifact<Observations>(text, "observations.yaml")));
  write_file(outputs.calibration, to_yaml(result.calibration));
  say_calibration(session, result.calibration, result.evaluation, kScreenLines);
  session.say_json_line({{"event", "calibration"},
                         {"file", outputs.calibration},
                         {"verdict", to_text(result.calibration.verdict)}});
}

void watch_command(Session& session, const WatchFlags& flags) {
  const Board board = make_board(flags.board);
  WatchedRecording recording(flags.inputs, board, flags.detect, session.context());
  for (const std::string& warning : board_warnings(board)) session.warn(warning);
  const WatchOutputs outputs = watch_outputs(session, flags);
  recording.make_previews(flags.serve >= 0);
  ScreenAndPage shown(session, flags);
  const WaitsForOthers writes_at_interrupt;
  const WatchEnd end = watch(recording, board, flags.watch, session.context(), shown);
  finish_watch(session, recording, outputs, end);
}

// The options that say where the cameras are in composites. Those that select frames are left out,
// since they are for complete recordings.
std::vector<Option> places_in_composites(CompositeOptions& composites) {
  std::vector<Option> options = describe(composites);
  std::erase_if(options, [](const Option& option) {
    return option.key == "every" || option.key == "start" || option.key == "end";
  });
  return options;
}

}  // namespace

Action define_watch(CommandLine& line) {
  const auto flags = std::make_shared<WatchFlags>();
  line.add_positional(Option::list("dataset", flags->inputs.dataset,
                                   "the folder in which pictures arrive, with one folder or video "
                                   "per camera, several of them, or "
                                   "globs; with --layout or --roi: composite images or videos",
                                   "DATASET"));
  line.add("", describe(flags->board));
  line.add("", {Option::list("cam", flags->inputs.cameras,
                             "one camera's images; repeat for each camera", "NAME=GLOB")});
  line.add("crop", places_in_composites(flags->inputs.composites));
  line.add("watch", describe(flags->inputs.live));
  line.add("detect", describe(flags->inputs.times));
  line.add("detect", describe(flags->detect));
  line.add("watch", describe(flags->watch));
  line.add("watch",
           {Option::text("calibration", flags->calibration,
                         "at the end, solve lenses and rig from all frames to this file", "FILE"),
            Option::number("serve", flags->serve,
                           "show pictures and advice on a page of 127.0.0.1 at this "
                           "port; 0: any port; -1: no page")
                .at_least(-1)
                .at_most(65535),
            Option::flag("stats", flags->stats, "print how long each picture took")});
  return [flags](Session& session) { watch_command(session, *flags); };
}

}  // namespace calib
