#include "pipeline/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/append.hpp"
#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/folder_lock.hpp"
#include "base/staged_folder.hpp"
#include "base/stopwatch.hpp"
#include "base/text.hpp"
#include "io/artifacts.hpp"
#include "pipeline/crop_stage.hpp"
#include "pipeline/evaluate_stage.hpp"
#include "pipeline/inputs_hash.hpp"
#include "pipeline/open_dataset.hpp"
#include "report/html_report.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

// The artifact at `path` if it was made from these inputs by these options, and can be read.
template <class Artifact>
std::optional<Artifact> current(const fs::path& path, Artifact (*read)(const fs::path&),
                                const Provenance& expected) {
  if (!fs::exists(path)) return std::nullopt;
  try {
    Artifact found = read(path);
    if (is_current(found.provenance, expected)) return found;
  } catch (const Error&) {
    // Unreadable or of another version: made anew.
  }
  return std::nullopt;
}

bool all_images_there(const Dataset& dataset) {
  for (const DatasetCamera& camera : dataset.cameras) {
    for (const ImageFile& image : camera.images) {
      if (!fs::exists(resolve(dataset, image.path))) return false;
    }
  }
  return true;
}

// One run: the stages in order, each a member that skips itself when it can.
class Run {
 public:
  Run(const std::vector<std::string>& inputs, const RunOptions& options, const fs::path& output,
      const Context& context, const std::function<void(const StageReport&)>& on_stage)
      : inputs_(inputs),
        options_(options),
        output_(output),
        context_(context),
        on_stage_(on_stage) {}

  RunResult go() {
    const std::vector<std::string> names = stage_names();
    const auto from = std::find(names.begin(), names.end(), options_.from);
    if (!options_.from.empty() && from == names.end()) {
      throw Error(fmt::format("from: there is no stage '{}', expected one of {}{}", options_.from,
                              join(names, ", "), did_you_mean(options_.from, names)));
    }
    check(options_.report.evaluate);
    board_ = make_board(options_.board);
    result_.notes = board_warnings(board_);
    stage("crop", &Run::crop);
    stage("detect", &Run::detect_boards);
    stage("intrinsics", &Run::intrinsics);
    if (result_.observations.cameras.size() < 2) {
      write_file(output_ / "calibration.yaml", to_yaml(result_.calibration));
      note_if_earlier("rectified/rectification.yaml");
    } else {
      stage("extrinsics", &Run::extrinsics);
      stage("rectify", &Run::rectify_pairs);
    }
    judge_result();
    if (options_.no_report) {
      if (!is_current_report()) note_if_earlier("report.html");
    } else {
      stage("report", &Run::report_page);
    }
    return std::move(result_);
  }

 private:
  void note_if_earlier(const char* file) {
    if (fs::exists(output_ / file)) {
      result_.notes.push_back(
          fmt::format("{} is of an earlier run: remove it", (output_ / file).string()));
    }
  }

  // A file that was kept may have been changed by hand.
  void judge_result() {
    Calibration judged = result_.calibration;
    result_.evaluation = judge_solved(result_.observations, judged, context_.jobs);
    if (judged.verdict == result_.calibration.verdict) return;
    result_.calibration = std::move(judged);
    write_file(output_ / "calibration.yaml", to_yaml(result_.calibration));
  }

  void stage(const std::string& name, void (Run::*work)(StageReport&)) {
    if (name == options_.from) forced_ = true;
    StageReport report{name, false, 0, ""};
    const Stopwatch watch;
    (this->*work)(report);
    report.seconds = watch.seconds();
    if (report.summary.empty()) return;
    on_stage_(report);
    result_.stages.push_back(report);
  }

  void crop(StageReport& report) {
    if (!has_crop(options_)) {
      dataset_ = open_dataset(inputs_);
      return;
    }
    CropOptions crop_options = options_.crop;
    const fs::path file = output_ / "dataset.yaml";
    Provenance expected{hash_composites(inputs_, crop_options, context_.jobs),
                        to_pairs(describe(crop_options))};
    note_strict(expected, context_);
    if (!forced_) {
      auto found = current(file, read_dataset, expected);
      if (found && all_images_there(*found)) {
        report.skipped = true;
        report.summary = fmt::format("{} cameras, unchanged", found->cameras.size());
        dataset_ = std::move(*found);
        return;
      }
    }
    const CropResult cropped = crop_stage(inputs_, crop_options, output_, context_);
    for (const SkippedFile& skipped : cropped.skipped) {
      result_.notes.push_back(fmt::format("left out {}: {}", skipped.path, skipped.reason));
    }
    report.summary =
        fmt::format("{} frames, {} cameras", cropped.frames, cropped.dataset.cameras.size());
    dataset_ = read_dataset(file);  // as a later run will see it
  }

  void detect_boards(StageReport& report) {
    const fs::path file = output_ / "observations.yaml";
    dataset_hash_ = dataset_hash(dataset_, context_.jobs);
    Provenance expected = detect_provenance(dataset_hash_, board_, options_.detect);
    note_strict(expected, context_);
    if (!forced_) {
      auto found = current(file, read_observations, expected);
      if (found) {
        result_.observations = std::move(*found);
        report.skipped = true;
        report.summary = fmt::format("{} boards, unchanged", result_.observations.views.size());
        return;
      }
    }
    const DetectResult detected =
        detect(dataset_, board_, options_.detect, expected, context_, file);
    for (const BrokenImage& broken : detected.broken) {
      result_.notes.push_back(fmt::format("left out {}: {}", broken.path, broken.problem));
    }
    if (!detected.doctor.empty()) result_.notes.push_back(detected.doctor);
    result_.observations = read_observations(file);  // as a later run will see it
    std::vector<std::string> counts;
    for (const DetectCounts& c : detected.counts)
      counts.push_back(fmt::format("{} {}/{}", c.camera, c.found, c.images));
    report.summary = "boards found: " + join(counts, ", ");
  }

  void intrinsics(StageReport& report) {
    const fs::path file = output_ / "intrinsics.yaml";
    if (!forced_) {
      auto found = current(file, read_calibration,
                           intrinsics_provenance(result_.observations, options_.intrinsics));
      if (found) {
        result_.calibration = std::move(*found);
        report.skipped = true;
        report.summary = "unchanged";
        return;
      }
    }
    SolveResult solved = intrinsics_stage(result_.observations, options_.intrinsics, context_);
    write_file(file, to_yaml(solved.calibration));
    result_.calibration = read_calibration(file);
    std::vector<std::string> rms;
    for (const Camera& camera : result_.calibration.cameras) {
      rms.push_back(camera.reprojection_rms_px
                        ? fmt::format("{} {:.3f}", camera.name, *camera.reprojection_rms_px)
                        : camera.name + " unsolved");
    }
    report.summary = "reprojection rms px: " + join(rms, ", ");
  }

  void extrinsics(StageReport& report) {
    const fs::path file = output_ / "calibration.yaml";
    if (!forced_) {
      auto found = current(
          file, read_calibration,
          extrinsics_provenance(result_.observations, result_.calibration, options_.extrinsics));
      if (found) {
        result_.calibration = std::move(*found);
        report.skipped = true;
        report.summary = "unchanged";
        return;
      }
    }
    SolveResult solved =
        extrinsics_stage(result_.observations, result_.calibration, options_.extrinsics, context_);
    write_file(file, to_yaml(solved.calibration));
    result_.calibration = read_calibration(file);
    report.summary =
        fmt::format("rig of {} cameras, reprojection rms {:.3f} px",
                    result_.calibration.cameras.size(), solved.evaluation.reprojection_px.rms);
  }

  void rectify_pairs(StageReport& report) {
    const fs::path folder = output_ / "rectified", file = folder / "rectification.yaml";
    const Provenance expected = rectify_provenance(result_.calibration, dataset_hash_,
                                                   &result_.observations, options_.rectify);
    if (!forced_ && is_current_rectification(file, expected)) {
      report.skipped = result_.rectified = true;
      report.summary = "unchanged";
      return;
    }
    RectifyResult rectified;
    try {
      rectified = rectify(result_.calibration, &dataset_, &result_.observations, options_.rectify,
                          expected, folder, context_);
    } catch (const UndeterminedError& error) {
      // The rig is solved; that its cameras look past each other does not take that away.
      if (!options_.rectify.pair.empty() || !options_.rectify.set.empty()) throw;
      result_.notes.push_back(fmt::format("not rectified: {}", error.what()));
      note_if_earlier("rectified/rectification.yaml");
      report.summary = "no pair can be rectified";
      return;
    }
    result_.rectified = true;
    for (const std::string& reason : rectified.not_rectified)
      result_.notes.push_back("not rectified: " + reason);
    for (const std::string& line : skipped_lines(rectified.skipped))
      result_.notes.push_back("not rectified: " + line);
    std::vector<std::string> pairs;
    for (const RectificationEntry& entry : rectified.entries) {
      for (const RectifiedPair& pair : entry.set.pairs) {
        pairs.push_back(fmt::format("{}-{}", pair.first, pair.second));
        if (pair.errors) pairs.back() += fmt::format(" {:.3f}", pair.errors->mean_px);
      }
    }
    report.summary =
        fmt::format("{} images; mean row error px: {}", rectified.images, join(pairs, ", "));
  }

  bool is_current_report() const {
    const fs::path file = output_ / "report.html";
    return fs::exists(file) &&
           inputs_hash_of(read_file(file)) ==
               report_hash(result_.observations, result_.calibration, &dataset_, options_.report);
  }

  void report_page(StageReport& report) {
    const fs::path file = output_ / "report.html";
    try {
      if (!forced_ && is_current_report()) {
        report.skipped = result_.reported = true;
        report.summary = "unchanged";
        return;
      }
      write_file(file, report_stage(result_.observations, result_.calibration, &dataset_,
                                    options_.report, context_)
                           .html);
      result_.reported = true;
      report.summary = "report.html";
    } catch (const Error& error) {
      // All results are there already; the page only shows them.
      result_.notes.push_back(fmt::format("no report: {}", error.what()));
      note_if_earlier("report.html");
      report.summary = "not written";
    }
  }

  const std::vector<std::string>& inputs_;
  const RunOptions& options_;
  const fs::path& output_;
  const Context& context_;
  const std::function<void(const StageReport&)>& on_stage_;
  Board board_;
  Dataset dataset_;
  std::string dataset_hash_;
  RunResult result_;
  bool forced_ = false;
};

}  // namespace

RunOptions::RunOptions() { rectify.preview = true; }

std::vector<ConfigSection> describe(RunOptions& o) {
  std::vector<Option> own = {
      Option::text("from", o.from, "run this stage and those after it even if nothing changed",
                   "STAGE")
          .one_of(stage_names()),
      Option::flag("no_report", o.no_report, "do not write report.html")};
  return {{"", describe(o.board)},
          {"run", std::move(own)},
          {"crop", describe(o.crop)},
          {"detect", describe(o.detect)},
          {"intrinsics", describe(o.intrinsics)},
          {"extrinsics", describe(o.extrinsics)},
          {"rectify", describe(o.rectify)},
          {"report", describe(o.report)}};
}

bool has_crop(const RunOptions& options) {
  return !options.crop.layout.empty() || !options.crop.roi.empty();
}

std::vector<std::string> stage_names() {
  return {"crop", "detect", "intrinsics", "extrinsics", "rectify", "report"};
}

RunResult run(const std::vector<std::string>& inputs, const RunOptions& options,
              const fs::path& output, const Context& context,
              const std::function<void(const StageReport&)>& on_stage) {
  const FolderLock lock(output);
  StagedFolder::end_interrupted(output);
  StagedFolder::end_interrupted(output / "rectified");
  return Run(inputs, options, output, context, on_stage).go();
}

}  // namespace calib
