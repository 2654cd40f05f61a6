#include "pipeline/detect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <tuple>

#include "base/deadline.hpp"
#include "base/errors.hpp"
#include "base/stopwatch.hpp"
#include "base/text.hpp"
#include "image/image_stream.hpp"
#include "pipeline/inputs_hash.hpp"
#include "scene/board_types.hpp"
#include "target/board_doctor.hpp"
#include "target/chessboard_fast.hpp"
#include "target/detector_list.hpp"
#include "target/marker_doctor.hpp"

namespace calib {
namespace {

constexpr std::size_t kDoctorImages = 6;
constexpr std::size_t kDoctorBelowOneIn = 20;

// One image's outcome.
struct Outcome {
  int camera = 0;
  std::int64_t frame = 0;
  std::string path;
  ImageSize size;       // 0x0: unreadable
  std::string problem;  // why it cannot be used
  Detection detection;  // its corners move on into the observations
  bool has_board() const { return problem.empty() && detection.reason.empty(); }
};

// The size that most of a camera's readable images have; ties go to the size of the earliest frame.
ImageSize common_size(const std::vector<Outcome>& outcomes, int camera) {
  std::vector<std::pair<ImageSize, int>> sizes;
  for (const Outcome& outcome : outcomes) {
    if (outcome.camera != camera || outcome.size == ImageSize{}) continue;
    const auto found = std::find_if(sizes.begin(), sizes.end(),
                                    [&](const auto& s) { return s.first == outcome.size; });
    if (found == sizes.end()) {
      sizes.emplace_back(outcome.size, 1);
    } else {
      ++found->second;
    }
  }
  const auto best = std::max_element(
      sizes.begin(), sizes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return best == sizes.end() ? ImageSize{} : best->first;
}

// Detectors other than our own have no bound on their time.
Detection detect_in_time(DetectFunction detect_board, const cv::Mat& grey, const Board& board,
                         double seconds) {
  if (seconds <= 0 || detect_board == detect_fast) return detect_board(grey, board);
  const auto result = std::make_shared<Detection>();
  const bool ended = finishes_within(
      seconds, [detect_board, grey, board, result] { *result = detect_board(grey, board); });
  return ended ? *result : Detection{{}, "timeout"};
}

std::vector<Outcome> detect_all(const Dataset& dataset, const Board& board,
                                const DetectOptions& options, const std::optional<Shard>& shard,
                                const Context& context, DetectResult& result) {
  const DetectFunction detect_board = detector_of(board, options.detector);
  std::vector<Outcome> outcomes;
  std::mutex mutex;
  const Stopwatch wall;
  const std::size_t parts = shard ? static_cast<std::size_t>(shard->count) : 1;
  context.progress->begin("detect", (count_images(dataset) + parts - 1) / parts);
  const FrameFilter wanted = shard ? frames_of(dataset, *shard) : FrameFilter();
  const auto work = [&](LoadedImage& image) {
    Outcome outcome{static_cast<int>(image.camera), image.frame, image.path, {}, image.problem, {}};
    const Stopwatch watch;
    if (image.problem.empty()) {
      outcome.size = {image.pixels.cols, image.pixels.rows};
      outcome.detection =
          detect_in_time(detect_board, image.pixels, board, options.image_timeout_s);
    }
    outcome.detection.corners.shrink_to_fit();  // kept until the end
    const double find_s = watch.seconds();
    const std::lock_guard lock(mutex);
    result.find_s += find_s;
    result.decode_s += image.decode_s;
    outcomes.push_back(std::move(outcome));
    context.progress->advance();
  };
  for_each_image(dataset, PixelFormat::kGrey8, context.jobs, work, wanted);
  context.progress->end();
  result.wall_s = wall.seconds();
  std::sort(outcomes.begin(), outcomes.end(), [](const Outcome& a, const Outcome& b) {
    return std::tie(a.camera, a.frame, a.path) < std::tie(b.camera, b.frame, b.path);
  });
  return outcomes;
}

// A few images without a board, spread over the dataset, for the doctor.
std::vector<cv::Mat> sample_images(const Dataset& dataset, const std::vector<Outcome>& outcomes) {
  std::vector<const Outcome*> candidates;
  for (const Outcome& outcome : outcomes) {
    const bool is_file = dataset.cameras[static_cast<std::size_t>(outcome.camera)].video.empty();
    if (is_file && outcome.problem.empty() && !outcome.has_board()) candidates.push_back(&outcome);
  }
  const std::size_t count = std::min(candidates.size(), kDoctorImages);
  std::vector<cv::Mat> images;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& path = candidates[i * candidates.size() / count]->path;
    DecodedImage image = decode_image(resolve(dataset, path), PixelFormat::kGrey8);
    if (image.problem.empty()) images.push_back(std::move(image.pixels));
  }
  return images;
}

// What the images without the board say of its size, when more of them do than show all of it:
// those found may be parts of larger boards, or smaller ones taken for a part of this one.
std::optional<BoardDiagnosis> diagnose_missing(const Observations& observations,
                                               const Dataset& dataset,
                                               const std::vector<Outcome>& outcomes) {
  if (const auto told = diagnose_missing(observations)) return told;
  if (count_missing(observations, kPartOfLargerBoard) > count_whole_boards(observations))
    return diagnose_board(sample_images(dataset, outcomes), observations.board);
  return std::nullopt;
}

void require_no_broken(const DetectResult& result) {
  if (result.broken.empty()) return;
  throw Error(fmt::format("{}: {} ({} such files; without --strict they are left out and listed)",
                          result.broken[0].path, result.broken[0].problem, result.broken.size()));
}

// How most of the boards found are printed; empty when there is nothing to say.
std::string most_frequent_note(const std::vector<Outcome>& outcomes) {
  std::map<std::string, int> notes;
  for (const Outcome& outcome : outcomes)
    if (outcome.has_board()) ++notes[outcome.detection.note];
  const auto most = std::max_element(
      notes.begin(), notes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == notes.end() ? "" : most->first;
}

// What the whole says of the board: another size, advice, or that there is none at all.
void judge(DetectResult& result, const Dataset& dataset, const std::vector<Outcome>& outcomes) {
  const Observations& observations = result.observations;
  const Board& board = observations.board;
  if (board.type == "chessboard") {
    if (const auto misread = diagnose_missing(observations, dataset, outcomes))
      fail_other_board(board, *misread);
    if (observations.views.size() * kDoctorBelowOneIn <= outcomes.size()) {
      const auto diagnosis = diagnose_board(sample_images(dataset, outcomes), board);
      if (diagnosis) result.doctor = diagnosis->message;
    }
  } else if (observations.views.empty() && board.parts.empty() &&
             find_board_type(board.type).has_markers) {
    result.doctor = diagnose_markers(sample_images(dataset, outcomes), board);
  }
  require_boards(observations, result.doctor);
}

}  // namespace

DetectOptions::DetectOptions() : detector(detectors().front().name) {}

std::vector<Option> describe(DetectOptions& o) {
  std::string help = "how corners of chessboards are found";
  for (const Detector& detector : detectors())
    help += fmt::format("; {}: {}", detector.name, detector.help);
  return {Option::text("detector", o.detector, help).one_of(detector_names()),
          Option::number("image_timeout", o.image_timeout_s,
                         "seconds after which a picture is given up as `timeout`: detectors other "
                         "than `fast` can take minutes over noise; 0: never")
              .at_least(0)};
}

Provenance detect_provenance(const Dataset& dataset, const Board& board, DetectOptions options,
                             int jobs) {
  Provenance provenance{dataset_hash(dataset, jobs), to_pairs(describe(options))};
  for (std::size_t i = 0; i < board.parts.size(); ++i) {
    provenance.options.emplace_back("boards." + std::to_string(i + 1),
                                    describe_board(board.parts[i]));
  }
  if (!board.parts.empty()) return provenance;
  provenance.options.emplace_back("board", counted_size(board));
  provenance.options.emplace_back("square", to_text(board.square_m));
  if (board.type != "chessboard") {
    provenance.options.emplace_back("board_type", board.type);
    provenance.options.emplace_back("marker", to_text(board.marker_m));
    provenance.options.emplace_back("dictionary", board.dictionary);
    provenance.options.emplace_back("first_marker", std::to_string(board.first_marker));
  }
  return provenance;
}

DetectResult detect(const Dataset& dataset, const Board& board, const DetectOptions& options,
                    const Context& context, const std::optional<Shard>& shard) {
  DetectResult result;
  std::vector<Outcome> outcomes = detect_all(dataset, board, options, shard, context, result);
  Observations& observations = result.observations;
  observations.board = board;
  observations.provenance = detect_provenance(dataset, board, options, context.jobs);
  if (shard) observations.provenance.options.emplace_back(kShardOption, to_text(*shard));
  for (std::size_t i = 0; i < dataset.cameras.size(); ++i) {
    const DatasetCamera& camera = dataset.cameras[i];
    const ImageSize size = camera.image_size == ImageSize{}
                               ? common_size(outcomes, static_cast<int>(i))
                               : camera.image_size;
    observations.cameras.push_back({camera.name, size, camera.crop});
  }
  for (Outcome& outcome : outcomes) {
    const ImageSize expected =
        observations.cameras[static_cast<std::size_t>(outcome.camera)].image_size;
    std::string problem = outcome.problem;
    if (problem.empty() && !(outcome.size == expected)) {
      problem = fmt::format("size {}, expected {} like the camera's other images",
                            to_text(outcome.size), to_text(expected));
    }
    if (!problem.empty()) {
      result.broken.push_back({outcome.path, problem});
      observations.missing.push_back({outcome.camera, outcome.frame, outcome.path, problem});
    } else if (outcome.has_board()) {
      observations.views.push_back(
          {outcome.camera, outcome.frame, outcome.path, std::move(outcome.detection.corners)});
    } else {
      observations.missing.push_back(
          {outcome.camera, outcome.frame, outcome.path, outcome.detection.reason});
    }
  }
  result.counts = count_boards(observations);
  if (context.strict) require_no_broken(result);
  result.printed = most_frequent_note(outcomes);
  if (!shard) judge(result, dataset, outcomes);
  return result;
}

}  // namespace calib
