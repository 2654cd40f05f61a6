#include "pipeline/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include "base/append.hpp"
#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/staged_folder.hpp"
#include "base/stopwatch.hpp"
#include "base/text.hpp"
#include "image/image_stream.hpp"
#include "io/artifacts.hpp"
#include "pipeline/choose_stage.hpp"
#include "pipeline/crop_stage.hpp"
#include "pipeline/evaluate_stage.hpp"
#include "pipeline/inputs_hash.hpp"
#include "pipeline/open_dataset.hpp"
#include "report/html_report.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

constexpr const char* kRectification = "rectified/rectification.yaml";
constexpr const char* kReport = "report.html";
constexpr const char* kChosen = "chosen.yaml";

// Whether the files that an artifact names are there. Observations and calibrations name none that
// a later stage must have.
bool has_its_files(const Dataset& dataset, const fs::path&) {
  for (const DatasetCamera& camera : dataset.cameras) {
    for (const ImageFile& image : camera.images) {
      if (!fs::exists(resolve(dataset, image.path))) return false;
    }
  }
  return true;
}
bool has_its_files(const Observations&, const fs::path&) { return true; }
bool has_its_files(const Calibration&, const fs::path&) { return true; }
bool has_its_files(const RectificationEntries& rectification, const fs::path& file) {
  return has_its_pictures(rectification, file.parent_path());
}

// The artifact in `file` if it was made from these inputs by these options, and can be read.
template <class T>
std::optional<Artifact<T>> current(const fs::path& file, const Provenance& expected) {
  if (!fs::exists(file)) return std::nullopt;
  try {
    Artifact<T> found = read_artifact<T>(file);
    if (is_current(found.value.provenance, expected) && has_its_files(found.value, file))
      return found;
  } catch (const Error&) {
    // A file that cannot be read, or is of another version, is made anew.
  }
  return std::nullopt;
}

// The line that the screen shows of a stage whose artifact is kept.
std::string unchanged(const Dataset& dataset) {
  return fmt::format("{} cameras, unchanged", dataset.cameras.size());
}
std::string unchanged(const Observations& observations) {
  return observations.choice
             ? fmt::format("{} frames, unchanged", observations.choice->frames.size())
             : fmt::format("{} boards in {} images, unchanged", observations.views.size(),
                           observations.views.size() + observations.missing.size());
}
std::string unchanged(const Calibration&) { return "unchanged"; }
std::optional<std::string> unchanged_if(bool is_current) {
  return is_current ? std::optional<std::string>("unchanged") : std::nullopt;
}

std::string summary_of(const DetectResult& detected) {
  std::vector<std::string> counts;
  for (const DetectCounts& c : detected.counts)
    counts.push_back(fmt::format("{} {}/{}", c.camera, c.found, c.images));
  return "boards found: " + join(counts, ", ");
}

std::string summary_of(const Calibration& lenses) {
  std::vector<std::string> rms;
  for (const Camera& camera : lenses.cameras) {
    rms.push_back(camera.reprojection_rms_px
                      ? fmt::format("{} {:.3f}", camera.name, *camera.reprojection_rms_px)
                      : camera.name + " unsolved");
  }
  return "reprojection rms px: " + join(rms, ", ");
}

std::string summary_of(const RectifyResult& rectified) {
  std::vector<std::string> pairs;
  for (const RectificationEntry& entry : rectified.entries) {
    for (const RectifiedPair& pair : entry.set.pairs) {
      pairs.push_back(fmt::format("{}-{}", pair.first, pair.second));
      if (pair.errors) pairs.back() += fmt::format(" {:.3f}", pair.errors->mean_px);
    }
  }
  return fmt::format("{} images; mean row error px: {}", rectified.images, join(pairs, ", "));
}

std::string summary_of(const FrameChoice& choice) {
  return fmt::format("{} of {} frames; standard deviations are {} times those of all",
                     choice.frames.size(), choice.candidates,
                     to_text(choice.frames.empty() ? 1 : choice.frames.back().sigma_ratio, 3));
}

// Whether a fault may be due to the motion of the board between the times of the cameras, or to a
// change in the middle of the recording: all frames tell more of these than a few.
bool may_be_of_time(const Finding& finding) {
  constexpr FindingCode kCodes[] = {
      FindingCode::kLensesDisagree,   FindingCode::kTimeOffset,
      FindingCode::kClockRate,        FindingCode::kFramesLost,
      FindingCode::kRollingShutter,   FindingCode::kFramesUnrelated,
      FindingCode::kSyncOffset,       FindingCode::kCameraMoved,
      FindingCode::kLensChanged,      FindingCode::kBoardPosesDisagree,
      FindingCode::kErrorsCorrelated, FindingCode::kRowError};
  return finding.severity != Severity::kNote &&
         std::find(std::begin(kCodes), std::end(kCodes), finding.code) != std::end(kCodes);
}

// The place of a stage in stage_names(). Throws Error for another name.
std::size_t place_of(const std::string& stage) {
  const std::vector<std::string> names = stage_names();
  const auto found = std::find(names.begin(), names.end(), stage);
  if (found == names.end()) {
    throw Error(fmt::format("from: there is no stage '{}', expected one of {}{}", stage,
                            join(names, ", "), did_you_mean(stage, names)));
  }
  return static_cast<std::size_t>(found - names.begin());
}

// Returns nullopt for "auto".
std::optional<int> most_frames(const std::string& text) {
  if (text == "auto") return std::nullopt;
  const auto number = parse_integer(text);
  require(number && *number >= 0 && *number <= 1'000'000 && (*number == 0 || *number >= 5),
          fmt::format("max_frames: found '{}', expected auto, 0 for all, or a number of frames of "
                      "at least 5",
                      text));
  return static_cast<int>(*number);
}

// The summary and the notes of a stage.
struct Made {
  std::string summary;                  // one line for the screen
  std::vector<std::string> notes = {};  // as in RunResult
};

// One run: the stages in order, each a member function that keeps what is current.
class Run {
 public:
  Run(const std::vector<std::string>& inputs, const RunOptions& options, const FolderLock& output,
      const Context& context, const std::function<void(const StageReport&)>& on_stage)
      : inputs_(inputs),
        options_(options),
        output_(output),
        context_(context),
        on_stage_(on_stage),
        first_forced_(options.from.empty() ? stage_names().size() : place_of(options.from)) {}

  RunResult go() {
    check(options_.report.evaluate);
    board_ = make_board(options_.board);
    result_.notes = board_warnings(board_);
    open_inputs();
    std::vector<std::string> notes = result_.notes;
    if (!is_shortened_) {
      solve();
    } else if (const std::string reason = solve_from_some(); !reason.empty()) {
      result_.notes = std::move(notes);
      result_.notes.push_back(reason);
      fs::remove(at(kChosen));
      take_all_frames();
      solve();
    }
    if (observations_.value.cameras.size() < 2) {
      append(result_.notes, note_of_earlier(kRectification));
    } else {
      rectify_pairs();
    }
    result_.evaluation = *std::move(evaluation_);
    if (!options_.no_report) {
      report_page();
    } else if (!is_current_report()) {
      append(result_.notes, note_of_earlier(kReport));
    }
    result_.observations = std::move(observations_.value);
    result_.calibration = std::move(calibration_.value);
    return std::move(result_);
  }

 private:
  fs::path at(const char* file) const { return output_.path() / file; }

  // The inputs, and of videos only some frames, unless an earlier run has used all of them.
  void open_inputs() {
    if (has_views(options_.crop)) {
      dataset_ = composite_dataset(inputs_, options_.crop);
      if (options_.write_crops) crop();
      apply_times(dataset_, options_.times);
    } else {
      refuse_lone_names(options_.crop);
      dataset_ = open_dataset(inputs_, {}, options_.times);
      append(result_.notes, dataset_.notes);
      select_frames(dataset_, options_.crop.frames);
    }
    require_apart(dataset_, inputs_, output_.path());
    require_known_cameras();
    contents_hash_ = hash_contents(dataset_, context_.jobs);
    const bool is_video = has_video(dataset_);
    const std::optional<int> asked = most_frames(options_.max_frames);
    choose_.max_frames = asked.value_or(is_video ? choose_.max_frames : 0);
    // Options that the user gives are not changed.
    is_shortened_ = is_video && !asked && options_.crop.frames.every == 0;
    if (!is_shortened_) return;
    opened_ = dataset_;
    const Dataset some = dataset_;
    take_all_frames();
    // Of a short video the frames that are looked at first are all frames; only a run that solved
    // from all of them leaves no choice behind.
    const bool has_choice = fs::exists(at(kChosen));
    if (!has_choice)
      found_observations_ = current<Observations>(at("observations.yaml"), detection());
    if (found_observations_) return;
    dataset_ = some;
    choose_ = {};
    is_shortened_ = true;
  }

  // Names of cameras that do not exist are refused before any work is done.
  void require_known_cameras() const {
    const KnownCameras known{"recording", names_of(dataset_.cameras)};
    check_cameras(known, options_.extrinsics);
    check_cameras(known, options_.rectify);
  }

  void take_all_frames() {
    FrameSelection all = options_.crop.frames;
    all.every = 1;
    dataset_ = opened_;
    select_video_frames(dataset_, all);
    choose_.max_frames = 0;
    is_shortened_ = false;
  }

  // Whether every frame was looked at, and all with a board were chosen.
  bool used_all_frames() const {
    const std::vector<DatasetCamera>& cameras = dataset_.cameras;
    const bool looked_at_all =
        std::all_of(cameras.begin(), cameras.end(), [](const DatasetCamera& camera) {
          return camera.selection.every == 1 || !camera.video_frames.empty();
        });
    const auto& choice = observations_.value.choice;
    return looked_at_all && choice && choice->frames.size() == choice->candidates;
  }

  // Solves from the frames that were looked at. Returns why all frames may tell more, or "".
  std::string solve_from_some() {
    try {
      solve();
    } catch (const UndeterminedError& error) {
      if (used_all_frames()) throw;
      return fmt::format(
          "some frames of the recording were not enough, so that all frames were used: {}",
          error.what());
    }
    const std::vector<Finding>& findings = calibration_.value.findings;
    if (used_all_frames() || std::none_of(findings.begin(), findings.end(), may_be_of_time))
      return "";
    return "some frames of the recording did not explain all errors, so that all frames were used";
  }

  Provenance detection() {
    dataset_hash_ = dataset_hash(dataset_, contents_hash_);
    Provenance provenance = detect_provenance(dataset_hash_, board_, options_.detect);
    note_strict(provenance, context_);
    return provenance;
  }

  // From the pictures to the calibration.
  void solve() {
    detect_boards();
    if (choose_.max_frames > 0) {
      choose();
    } else {
      append(result_.notes, note_of_earlier(kChosen));
    }
    intrinsics();
    if (observations_.value.cameras.size() < 2) {
      judge_kept();
      write_calibration();
    } else {
      extrinsics();
      if (judge_kept()) write_calibration();
    }
  }

  void choose() {
    const Provenance expected = choose_provenance(observations_, choose_, options_.intrinsics);
    observations_ = artifact<Observations>("choose", at(kChosen), expected, [&] {
      Observations chosen =
          choose_stage(observations_.value, choose_, options_.intrinsics, context_);
      chosen.provenance = expected;
      write_file(at(kChosen), to_yaml(chosen));
      return Made{summary_of(*chosen.choice)};
    });
    std::set<std::int64_t> frames;
    for (const ChosenFrame& chosen : observations_.value.choice->frames)
      frames.insert(chosen.frame);
    dataset_ = with_frames(std::move(dataset_), frames);
  }

  // Every stage: `keep` takes over a result that is current and gives a line on it. When there is
  // none, or the user wants a new one, `make` writes it.
  void stage(const char* name, const std::function<std::optional<std::string>()>& keep,
             const std::function<Made()>& make) {
    StageReport report;
    report.name = name;
    std::optional<std::string> kept;
    if (place_of(name) < first_forced_) kept = keep();
    report.skipped = kept.has_value();
    if (kept) {
      report.summary = *std::move(kept);
    } else {
      Made made = make();
      report.summary = std::move(made.summary);
      append(result_.notes, made.notes);
    }
    report.seconds = watch_.seconds();
    watch_ = Stopwatch();
    on_stage_(report);
    result_.stages.push_back(std::move(report));
  }

  // A stage that writes one artifact. The run goes on with what the file holds, as the next stage
  // by itself would. `found` is the current artifact if it has been read already.
  template <class T>
  Artifact<T> artifact(const char* name, const fs::path& file, const Provenance& expected,
                       const std::function<Made()>& make,
                       std::optional<Artifact<T>> found = std::nullopt) {
    std::optional<Artifact<T>> result;
    stage(
        name,
        [&] {
          result = found ? std::move(found) : current<T>(file, expected);
          return result ? std::optional(unchanged(result->value)) : std::nullopt;
        },
        [&] {
          Made made = make();
          result = read_artifact<T>(file);
          return made;
        });
    return *std::move(result);
  }

  void crop() {
    const Provenance expected = crop_provenance(dataset_, options_.crop, context_);
    Artifact<Dataset> dataset = artifact<Dataset>("crop", at("dataset.yaml"), expected, [&] {
      const CropResult cropped = crop_stage(dataset_, options_.crop, expected, output_, context_);
      Made made{
          fmt::format("{} frames, {} cameras", cropped.frames, cropped.dataset.cameras.size())};
      for (const SkippedFile& skipped : cropped.skipped)
        made.notes.push_back(fmt::format("left out {}: {}", skipped.path, skipped.reason));
      return made;
    });
    dataset_ = std::move(dataset.value);
  }

  void detect_boards() {
    const fs::path file = at("observations.yaml");
    const Provenance expected = detection();
    const auto make = [&] {
      const DetectResult detected =
          detect(dataset_, board_, options_.detect, expected, context_, file);
      Made made{summary_of(detected)};
      for (const BrokenImage& broken : detected.broken)
        made.notes.push_back(fmt::format("left out {}: {}", broken.path, broken.problem));
      if (!detected.doctor.empty()) made.notes.push_back(detected.doctor);
      return made;
    };
    observations_ = artifact<Observations>("detect", file, expected, make,
                                           std::exchange(found_observations_, std::nullopt));
  }

  void intrinsics() {
    const fs::path file = at("intrinsics.yaml");
    IntrinsicsOptions options = options_.intrinsics;
    options.shape = options_.extrinsics.shape;
    evaluation_.reset();
    const Provenance expected = intrinsics_provenance(observations_, options);
    calibration_ = artifact<Calibration>("intrinsics", file, expected, [&] {
      SolveResult solved = intrinsics_stage(observations_, options, context_);
      write_file(file, to_yaml(solved.calibration));
      evaluation_ = std::move(solved.evaluation);
      return Made{summary_of(solved.calibration)};
    });
  }

  void extrinsics() {
    const fs::path file = at("calibration.yaml");
    const Provenance expected =
        extrinsics_provenance(observations_, calibration_, options_.extrinsics);
    evaluation_.reset();
    calibration_ = artifact<Calibration>("extrinsics", file, expected, [&] {
      SolveResult solved =
          extrinsics_stage(observations_, calibration_, options_.extrinsics, context_);
      write_file(file, to_yaml(solved.calibration));
      evaluation_ = std::move(solved.evaluation);
      return Made{fmt::format("rig of {} cameras, reprojection rms {:.3f} px",
                              solved.calibration.cameras.size(), evaluation_->reprojection_px.rms)};
    });
  }

  // A calibration that this run has solved is judged already. One that it kept may have been
  // changed by hand since. Returns whether it gets another verdict than its file has.
  bool judge_kept() {
    if (evaluation_) return false;
    Calibration judged = calibration_.value;
    evaluation_ = judge_solved(observations_.value, judged, context_.jobs);
    if (judged.verdict == calibration_.value.verdict) return false;
    calibration_.value = std::move(judged);
    return true;
  }

  void write_calibration() {
    write_file(at("calibration.yaml"), to_yaml(calibration_.value));
    calibration_ = read_artifact<Calibration>(at("calibration.yaml"));
  }

  void rectify_pairs() {
    const Provenance expected =
        rectify_provenance(calibration_, dataset_hash_, &observations_, options_.rectify);
    stage(
        "rectify",
        [&] {
          result_.rectified =
              current<RectificationEntries>(at(kRectification), expected).has_value();
          return unchanged_if(result_.rectified);
        },
        [&] { return rectify_anew(expected); });
  }

  Made rectify_anew(const Provenance& provenance) {
    RectifyResult rectified;
    try {
      rectified = rectify(calibration_.value, &dataset_, &observations_.value, options_.rectify,
                          provenance, at("rectified"), context_);
    } catch (const UndeterminedError& error) {
      // The rig is solved, even if no pair of its cameras can be rectified.
      if (!options_.rectify.pair.empty() || !options_.rectify.set.empty()) throw;
      Made made{"no pair can be rectified", {fmt::format("not rectified: {}", error.what())}};
      append(made.notes, note_of_earlier(kRectification));
      return made;
    }
    result_.rectified = true;
    Made made{summary_of(rectified)};
    append(made.notes, rectified.not_rectified);
    append(made.notes, skipped_lines(rectified.skipped));
    for (std::string& note : made.notes) note.insert(0, "not rectified: ");
    append(made.notes, rectified.pairing);
    return made;
  }

  bool is_current_report() const {
    try {
      return fs::exists(at(kReport)) &&
             inputs_hash_of(read_file(at(kReport))) ==
                 report_hash(observations_, calibration_, &dataset_, options_.report);
    } catch (const Error&) {
      return false;  // A page that cannot be read is made anew.
    }
  }

  void report_page() {
    stage(
        "report",
        [&] {
          result_.reported = is_current_report();
          return unchanged_if(result_.reported);
        },
        [&] { return report_anew(); });
  }

  Made report_anew() {
    try {
      ReportPage page = report_stage(observations_, calibration_, &dataset_, options_.report,
                                     context_, &result_.evaluation);
      write_file(at(kReport), page.html);
      result_.reported = true;
      result_.evaluation.heldout = std::move(page.evaluation.heldout);
      return {kReport};
    } catch (const Error& error) {
      // An error in the report is only a note, because all other results exist.
      Made made{"not written", {fmt::format("no report: {}", error.what())}};
      append(made.notes, note_of_earlier(kReport));
      return made;
    }
  }

  // A note about an old file that this run does not write.
  std::vector<std::string> note_of_earlier(const char* file) const {
    if (!fs::exists(at(file))) return {};
    return {fmt::format("{} is of an earlier run: remove it", at(file).string())};
  }

  const std::vector<std::string>& inputs_;
  const RunOptions& options_;
  const FolderLock& output_;
  const Context& context_;
  const std::function<void(const StageReport&)>& on_stage_;
  std::size_t first_forced_;  // the place of the first stage that runs even if nothing changed
  Stopwatch watch_;           // since the stage before
  Board board_;
  Dataset dataset_;
  Dataset opened_;  // dataset_ as it was opened, if frames may be left out of it
  std::string contents_hash_, dataset_hash_;
  ChooseOptions choose_;
  bool is_shortened_ = false;  // not all frames are looked at, since nobody asked for them
  Artifact<Observations> observations_;
  std::optional<Artifact<Observations>> found_observations_;  // that need no detection
  Artifact<Calibration> calibration_;                         // the lenses, then the rig
  std::optional<Evaluation> evaluation_;  // of `calibration_`; absent: kept, and not yet measured
  RunResult result_;
};

}  // namespace

RunOptions::RunOptions() {
  rectify.preview = true;
  crop.frames.every = 0;
}

std::vector<ConfigSection> describe(RunOptions& o) {
  std::vector<Option> own = {
      Option::text("from", o.from, "run this stage and those after it even if nothing changed",
                   "STAGE")
          .one_of(stage_names()),
      Option::text("max_frames", o.max_frames,
                   "choose at most this many frames of the recording and solve from them; 0: all; "
                   "auto: some of a video, and all pictures",
                   "N"),
      Option::flag("write_crops", o.write_crops,
                   "also write the pictures of each camera of composites, as `calib crop` does"),
      Option::flag("no_report", o.no_report, "do not write report.html")};
  std::vector<Option> detect_options = describe(o.times);
  append(detect_options, describe(o.detect));
  return {{"", describe(o.board)},
          {"run", std::move(own)},
          {"crop", describe(o.crop)},
          {"detect", std::move(detect_options)},
          {"intrinsics", describe(o.intrinsics)},
          {"extrinsics", describe(o.extrinsics)},
          {"rectify", describe(o.rectify)},
          {"report", describe(o.report)}};
}

std::vector<std::string> stage_names() {
  return {"crop", "detect", "choose", "intrinsics", "extrinsics", "rectify", "report"};
}

RunResult run(const std::vector<std::string>& inputs, const RunOptions& options,
              const FolderLock& output, const Context& context,
              const std::function<void(const StageReport&)>& on_stage) {
  StagedFolder::end_interrupted(output);
  const fs::path rectified = output.path() / "rectified";
  if (fs::exists(rectified)) StagedFolder::end_interrupted(rectified);
  return Run(inputs, options, output, context, on_stage).go();
}

}  // namespace calib
