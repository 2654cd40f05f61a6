#include "pipeline/detect_stage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <opencv2/core.hpp>
#include <optional>
#include <set>

#include "base/deadline.hpp"
#include "base/errors.hpp"
#include "base/stopwatch.hpp"
#include "base/subsample.hpp"
#include "base/text.hpp"
#include "image/gray_range.hpp"
#include "image/image_stream.hpp"
#include "image/view_seams.hpp"
#include "io/observations_spool.hpp"
#include "io/observations_text.hpp"
#include "pipeline/inputs_hash.hpp"
#include "scene/board_faces.hpp"
#include "scene/board_types.hpp"
#include "target/board_diagnosis.hpp"
#include "target/chessboard_fast.hpp"
#include "target/printed_boards.hpp"

namespace calib {
namespace {

constexpr std::size_t kDoctorImages = 6;
constexpr std::size_t kDoctorBelowOneIn = 20;
// So many of those images must say that one of several boards is not as described.
constexpr int kLeastImagesOfPart = 2;

// The outcome of one image. There is one for each image, so it is small.
struct Outcome : ViewRef {
  std::size_t index = 0;  // among the camera's images
  ImageSize size = {};    // 0x0: unreadable
  bool is_broken = false;
  bool has_other_size = false;  // than the camera's other images
  std::string reason = {};      // why it is broken, or shows no board
  std::string path = {};        // if there is a reason
  std::size_t corners = 0;
  ObservationsSpool::Place view = {};  // where their text is in the spool
};

// The outcomes of all images.
struct FoundInImages {
  std::vector<Outcome> outcomes;  // in order of camera and frame
  ObservationsSpool views;
  std::map<FoundPrint, int> prints;  // how boards are printed, and how often
  std::map<int, int> repeated;       // the images in which a tag is seen more than once, by part
  std::vector<bool> seen;            // for each point of the board whether an image shows it
  std::vector<SeamVotes> seams;      // of each camera's pictures, as far as they were looked at
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

// The cameras, with the sizes of their images.
std::vector<ObservedCamera> observed_cameras(const Dataset& dataset,
                                             const std::vector<Outcome>& outcomes) {
  std::vector<ObservedCamera> cameras;
  for (std::size_t i = 0; i < dataset.cameras.size(); ++i) {
    const DatasetCamera& camera = dataset.cameras[i];
    const bool is_known = camera.image_size != ImageSize{};
    cameras.push_back({camera.name,
                       is_known ? camera.image_size : common_size(outcomes, static_cast<int>(i)),
                       camera.crop});
  }
  return cameras;
}

// An image of another size than most of its camera's images was not taken by that camera.
void refuse_other_sizes(std::vector<Outcome>& outcomes,
                        const std::vector<ObservedCamera>& cameras) {
  for (Outcome& outcome : outcomes) {
    const ImageSize expected = cameras[static_cast<std::size_t>(outcome.camera)].image_size;
    if (outcome.is_broken || outcome.size == expected) continue;
    outcome.is_broken = outcome.has_other_size = true;
    outcome.reason = fmt::format("size {}, expected {} like the camera's other images",
                                 to_text(outcome.size), to_text(expected));
  }
}

std::string path_of(const Outcome& outcome, const Dataset& dataset) {
  return outcome.path.empty()
             ? image_path(dataset, static_cast<std::size_t>(outcome.camera), outcome.index)
             : outcome.path;
}

// OpenCV's searches can take any time. Returns nullopt when the search took longer than `seconds`.
template <class Result>
std::optional<Result> in_time(double seconds, std::function<Result()> search) {
  if (seconds <= 0) return search();
  const auto result = std::make_shared<Result>();
  if (!finishes_within(seconds, [search, result] { *result = search(); })) return std::nullopt;
  return *result;
}

Detection detect_in_time(DetectFunction detect_board, const cv::Mat& gray, const Board& board,
                         double seconds) {
  if (detect_board == detect_fast) return detect_board(gray, board);
  return in_time<Detection>(seconds, [=] { return detect_board(gray, board); })
      .value_or(Detection{{}, "timeout"});
}

Detection find_board(const LoadedImage& image, const Board& board, const DetectOptions& options) {
  if (!image.problem.empty()) return {{}, image.problem};
  return find_board(image.pixels, board, options);
}

Outcome outcome_of(const LoadedImage& image, const Detection& detection) {
  Outcome outcome{{static_cast<int>(image.camera), image.frame}, image.index};
  outcome.is_broken = !image.problem.empty();
  if (!outcome.is_broken) outcome.size = {image.pixels.cols, image.pixels.rows};
  outcome.reason = detection.reason;
  if (!outcome.reason.empty()) outcome.path = image.path;
  outcome.corners = detection.corners.size();
  return outcome;
}

// Whether the picture is among the few of its camera in which lines between views are looked for.
bool is_looked_at_for_seams(const Dataset& dataset, const LoadedImage& image) {
  constexpr std::size_t kMost = 12, kVideoStep = 32;
  const DatasetCamera& camera = dataset.cameras[image.camera];
  const std::size_t step =
      camera.has_video() ? kVideoStep : subsample_step(camera.images.size(), kMost);
  return !camera.crop && image.problem.empty() && image.index % step == 0;
}

// Throws Error if the pictures of a camera hold the views of several cameras. Pictures that were
// cut are what the user said that they are.
void require_single_views(const Dataset& dataset, const std::vector<SeamVotes>& seams) {
  for (std::size_t i = 0; i < seams.size(); ++i) {
    if (!seams[i].instead_of({1, 1})) continue;
    const ViewGrid grid = seams[i].seen();
    const bool is_known = grid.rows > 0 && grid.columns > 0;
    throw Error(
        fmt::format("{}: its pictures look like composites of {}: cut them with `--layout {}` of "
                    "`calib run` or "
                    "`calib crop`, or with --layout 1x1 if each is one view",
                    dataset.cameras[i].name, is_known ? to_text(grid) : "several views",
                    is_known ? fmt::format("{}x{}", grid.rows, grid.columns) : "ROWSxCOLUMNS"));
  }
}

FoundInImages detect_all(const Dataset& dataset, const Board& board, const DetectOptions& options,
                         const std::optional<Shard>& shard, const Context& context,
                         DetectResult& result) {
  FoundInImages found;
  found.seams.resize(dataset.cameras.size());
  found.seen.resize(static_cast<std::size_t>(corner_count(board_in_pictures(board))));
  std::size_t files = 0;
  for (const DatasetCamera& camera : dataset.cameras) files += camera.images.size();
  found.outcomes.reserve(files);
  release_memory();  // what listing the files took
  std::mutex mutex;
  const Stopwatch wall;
  const std::size_t parts = shard ? static_cast<std::size_t>(shard->count) : 1;
  context.progress->begin("detect", (count_images(dataset) + parts - 1) / parts);
  const FrameFilter wanted = shard ? frames_of(dataset, *shard) : FrameFilter();
  const auto work = [&](LoadedImage& image) {
    const Stopwatch watch;
    Detection detection = find_board(image, board, options);
    const double find_s = watch.seconds();
    Outcome outcome = outcome_of(image, detection);
    std::optional<LineLooks> looks;
    if (is_looked_at_for_seams(dataset, image)) {
      looks = look_at_lines(image.pixels);
      note_board(detection.corners, outcome.size, *looks);
    }
    std::string text;
    std::vector<int> ids;
    if (outcome.reason.empty()) {
      for (const Corner& corner : detection.corners) ids.push_back(corner.id);
      text = view_text({outcome, image.path, std::move(detection.corners), image.time_s},
                       dataset.cameras[image.camera].name);
    }
    const std::lock_guard lock(mutex);
    if (looks) found.seams[image.camera].add(*looks);
    result.find_s += find_s;
    result.decode_s += image.decode_s;
    for (const int part : detection.repeated) ++found.repeated[part];
    for (const int id : ids) found.seen[static_cast<std::size_t>(id)] = true;
    if (outcome.reason.empty()) {
      outcome.view = found.views.add(text);
      ++found.prints[detection.print];
    }
    found.outcomes.push_back(std::move(outcome));
    context.progress->advance();
  };
  for_each_image(dataset, PixelFormat::kGray8, context.jobs, work, wanted);
  context.progress->end();
  result.wall_s = wall.seconds();
  release_memory();  // the pictures
  std::sort(found.outcomes.begin(), found.outcomes.end(), std::less<ViewRef>());
  return found;
}

// The content of observations.yaml except the views.
Observations without_views(const Dataset& dataset, const std::vector<Outcome>& outcomes,
                           std::vector<ObservedCamera> cameras, const Board& board,
                           Provenance provenance) {
  Observations observations{board, std::move(cameras),    {},
                            {},    std::move(provenance), dataset.frame_rate_hz};
  for (const Outcome& outcome : outcomes) {
    if (outcome.reason.empty()) continue;
    observations.missing.push_back({outcome, path_of(outcome, dataset), outcome.reason,
                                    outcome.is_broken,
                                    outcome.has_other_size ? outcome.size : ImageSize{}});
  }
  return observations;
}

using IsWanted = bool (*)(const Outcome& outcome);
bool shows_no_board(const Outcome& outcome) { return !outcome.reason.empty(); }
bool shows_a_board(const Outcome& outcome) { return outcome.reason.empty(); }
bool shows_anything(const Outcome& /*outcome*/) { return true; }

// A few of these images, spread over the dataset, for the doctor.
std::vector<cv::Mat> sample_images(const Dataset& dataset, const std::vector<Outcome>& outcomes,
                                   IsWanted is_wanted) {
  std::vector<const Outcome*> candidates;
  for (const Outcome& outcome : outcomes)
    if (!outcome.is_broken && is_wanted(outcome)) candidates.push_back(&outcome);
  std::map<ViewRef, cv::Mat> samples;
  std::set<std::int64_t> frames;
  for (const std::size_t i : evenly_spread(candidates.size(), kDoctorImages)) {
    samples[*candidates[i]] = cv::Mat();
    frames.insert(candidates[i]->frame);
  }
  std::mutex mutex;
  const auto keep = [&](LoadedImage& image) {
    const ViewRef view{static_cast<int>(image.camera), image.frame};
    if (!image.problem.empty() || !samples.contains(view)) return;
    cv::Mat gray = spread_gray8(image.pixels).clone();
    const std::lock_guard lock(mutex);
    samples[view] = std::move(gray);
  };
  for_each_image(with_frames(dataset, frames), PixelFormat::kGray8, 1, keep);
  std::vector<cv::Mat> images;
  images.reserve(samples.size());
  for (const auto& [view, gray] : samples)
    if (!gray.empty()) images.push_back(gray);
  return images;
}

// What one of the doctors finds in images without a board; an empty diagnosis when it takes too
// long.
template <class Diagnosis>
Diagnosis ask(Diagnosis (*doctor)(const std::vector<cv::Mat>&, const Board&),
              const Dataset& dataset, const std::vector<Outcome>& outcomes, const Board& board,
              double seconds) {
  const std::vector<cv::Mat> images = sample_images(dataset, outcomes, shows_no_board);
  return in_time<Diagnosis>(seconds, [=] { return doctor(images, board); }).value_or(Diagnosis{});
}

// Another size of the board, when more images speak for it than show the whole of this one: the
// boards that were found may be parts of larger boards, or smaller boards taken for a part.
std::optional<BoardDiagnosis> diagnose_missing(const Board& board,
                                               const std::vector<DetectCounts>& counts,
                                               const Dataset& dataset,
                                               const std::vector<Outcome>& outcomes,
                                               double seconds) {
  if (auto told = diagnose_missing(board, counts)) return told;
  if (count_missing(counts, kPartOfLargerBoard) > count_whole_boards(counts))
    return ask(diagnose_board, dataset, outcomes, board, seconds);
  return std::nullopt;
}

bool has_markers(const Board& board) {
  return std::any_of(board.parts.begin(), board.parts.end(), has_markers) ||
         board.type->markers.has_value();
}

// Whether the board is found in some pictures of a camera once they are flipped left-right. Markers
// cannot be read in a mirror.
bool is_found_mirrored(const Dataset& dataset, const std::vector<Outcome>& outcomes, int camera,
                       const Board& board, const DetectOptions& options, int jobs) {
  std::vector<std::int64_t> frames;
  for (const Outcome& outcome : outcomes) {
    if (outcome.camera == camera && !outcome.is_broken && !outcome.reason.empty())
      frames.push_back(outcome.frame);
  }
  std::set<std::int64_t> wanted;
  for (const std::size_t i : evenly_spread(frames.size(), kDoctorImages)) wanted.insert(frames[i]);
  const Dataset one{dataset.root, {dataset.cameras[static_cast<std::size_t>(camera)]}};
  std::atomic<int> found = 0;
  const auto work = [&](LoadedImage& image) {
    if (!image.problem.empty()) return;
    cv::flip(image.pixels, image.pixels, 1);
    found += find_board(image, board, options).found();
  };
  for_each_image(one, PixelFormat::kGray8, jobs, work,
                 [&](std::int64_t frame) { return wanted.contains(frame); });
  return 2 * found >= static_cast<int>(wanted.size()) && found > 0;
}

// Throws Error if a camera shows hardly any board because its pictures are mirrored.
void require_not_mirrored(const DetectResult& result, const Dataset& dataset,
                          const std::vector<Outcome>& outcomes, const Board& board,
                          const DetectOptions& options, int jobs) {
  if (!has_markers(board)) return;
  std::vector<std::string> mirrored;
  for (std::size_t i = 0; i < result.counts.size(); ++i) {
    const DetectCounts& counts = result.counts[i];
    const bool finds_few = static_cast<std::size_t>(counts.found) * kDoctorBelowOneIn <=
                           static_cast<std::size_t>(counts.images);
    if (finds_few &&
        is_found_mirrored(dataset, outcomes, static_cast<int>(i), board, options, jobs))
      mirrored.push_back(counts.camera);
  }
  require(mirrored.empty(),
          fmt::format("the pictures of {} are mirrored: the board is found once they are flipped "
                      "left-right; turn mirroring off in the camera or the recorder, or flip these "
                      "pictures",
                      join(mirrored, " and ")));
}

void require_no_broken(const DetectResult& result) {
  if (result.broken.empty()) return;
  throw Error(fmt::format("{}: {} ({} such files; without --strict they are left out and listed)",
                          result.broken[0].path, result.broken[0].problem, result.broken.size()));
}

// The first files with their problems. For errors, which end the command before it lists the files.
std::string list_broken(const std::vector<BrokenImage>& broken) {
  constexpr std::size_t kMost = 10;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(kMost, broken.size()); ++i)
    names.push_back(fmt::format("{} ({})", broken[i].path, broken[i].problem));
  if (broken.size() > kMost) names.push_back(fmt::format("{} more", broken.size() - kMost));
  return join(names, ", ");
}

// How most of the boards found are printed; empty when there is nothing to say.
std::string most_frequent(const std::map<FoundPrint, int>& prints) {
  const auto most =
      std::max_element(prints.begin(), prints.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == prints.end() ? "" : to_text(most->first);
}

// Whether its codes tell where each part of the board is.
bool has_codes(const Board& board) {
  return board.type->turn == TurnToldBy::kNumbers && !is_single_tag(board);
}

// The points of one of several boards, or of the only one, that images show.
std::vector<bool> seen_of(const NumberedBoard& single, const std::vector<bool>& seen) {
  const auto first = seen.begin() + single.first_id;
  return {first, first + corner_count(*single.board)};
}

// The advice to use options as a target file has them: "--first-marker 8" becomes
// "`first_marker: 8`".
std::string as_in_file(std::string text) {
  const std::string dashes = "--";
  for (std::size_t at = text.find(dashes); at != std::string::npos; at = text.find(dashes, at)) {
    const std::size_t space = text.find(' ', at);
    if (space == std::string::npos) break;
    const std::size_t end = std::min(text.find_first_of(" ,:", space + 1), text.size());
    std::string key = text.substr(at + dashes.size(), space - at - dashes.size());
    std::replace(key.begin(), key.end(), '-', '_');
    text.replace(at, end - at,
                 fmt::format("`{}: {}`", key, text.substr(space + 1, end - space - 1)));
  }
  return text;
}

// One of several boards that is not as it is described, from the images by themselves: a picture
// that shows another of the boards does not count as one without a board. Returns "" if nothing
// speaks against it.
std::string misdescribed_part(const std::vector<cv::Mat>& images, const Board& all,
                              std::size_t part, const std::vector<bool>& seen) {
  const Board& board = all.parts[part];
  std::vector<std::pair<std::string, int>> reasons;
  reasons.reserve(images.size());
  for (const cv::Mat& image : images)
    reasons.emplace_back(detector_of(board)(image, board).reason, 1);
  const auto told = diagnose_reasons(reasons, board);
  if (told && told->images >= kLeastImagesOfPart) return told->message;
  const bool is_found = std::find(seen.begin(), seen.end(), true) != seen.end();
  if (is_found) return "";
  const auto doctor = printed_board(board).diagnose;
  Board first = all;
  std::swap(first.parts.front(), first.parts[part]);
  return doctor ? doctor(images, board.type->markers ? first : board) : "";
}

// Throws UndeterminedError if a board of which some points are in no image is not as described.
void require_as_described(const Board& board, const std::vector<bool>& seen, const Dataset& dataset,
                          const std::vector<Outcome>& outcomes, double seconds) {
  const std::vector<NumberedBoard> singles = single_boards(board);
  for (std::size_t part = 0; part < singles.size(); ++part) {
    const Board& single = *singles[part].board;
    const std::vector<bool> own = seen_of(singles[part], seen);
    const bool all_seen = std::find(own.begin(), own.end(), false) == own.end();
    if (!has_codes(single) || all_seen) continue;
    const std::string name = board.parts.empty() ? "" : part_name(board, part) + " of the target: ";
    if (!board.parts.empty()) {
      const auto images = sample_images(dataset, outcomes, shows_anything);
      const auto text = in_time<std::string>(
          seconds, [=] { return misdescribed_part(images, board, part, own); });
      if (text && !text->empty()) throw UndeterminedError(name + as_in_file(*text));
    }
    if (!has_unseen_lines(single, own)) continue;
    const auto images = sample_images(dataset, outcomes, shows_a_board);
    using Told = std::optional<BoardDiagnosis>;
    const auto told = in_time<Told>(seconds, [=] { return diagnose_extent(images, single, own); });
    if (!told || !*told) continue;
    if (board.parts.empty()) fail_other_board(board, **told);
    throw UndeterminedError(name + as_in_file((*told)->message));
  }
}

// Draws conclusions on the board from all images: throws for another size of the board and for no
// board at all, and asks a doctor for advice when there are few.
void judge(DetectResult& result, const Board& board, const Dataset& dataset,
           const FoundInImages& all, double seconds) {
  const std::vector<Outcome>& outcomes = all.outcomes;
  require(outcomes.empty() || result.broken.size() < outcomes.size(),
          fmt::format("none of the {} images can be used: {}", outcomes.size(),
                      list_broken(result.broken)));
  std::size_t found = 0;
  for (const DetectCounts& counts : result.counts) found += static_cast<std::size_t>(counts.found);
  if (const auto misread = diagnose_missing(board, result.counts, dataset, outcomes, seconds))
    fail_other_board(board, *misread);
  require_as_described(board, all.seen, dataset, outcomes, seconds);
  const Board& first = *single_boards(board).front().board;
  const auto doctor =
      board.parts.empty() || is_single_tag(first) ? printed_board(first).diagnose : nullptr;
  if (doctor && found * kDoctorBelowOneIn <= outcomes.size())
    result.doctor = ask(doctor, dataset, outcomes, board, seconds);
  require_boards(board, result.counts, result.doctor,
                 result.broken.empty() ? "" : "; left out: " + list_broken(result.broken));
}

}  // namespace

std::vector<Option> describe(DetectOptions& o) {
  std::string help = "how corners of chessboards are found";
  for (const Detector& detector : detectors())
    help += fmt::format("; {}: {}", detector.name, detector.help);
  return {Option::choice("detector", o.detector, help, by_name(detectors())),
          Option::number("image_timeout", o.image_timeout_s,
                         "seconds after which a picture is given up as `timeout`: detectors other "
                         "than `fast` can take minutes over noise; 0: never")
              .at_least(0)};
}

Provenance detect_provenance(const std::string& dataset_hash, const Board& board,
                             DetectOptions options) {
  Provenance provenance{dataset_hash, to_pairs(describe(options))};
  for (const BoardDistance& distance : board.distances) {
    provenance.options.emplace_back(
        fmt::format("distance from {} to {}", place_name(board, distance.from),
                    place_name(board, distance.to)),
        fmt::format("{} +- {}", to_text(distance.length_m), to_text(distance.sigma_m)));
  }
  for (std::size_t i = 0; i < board.parts.size(); ++i) {
    provenance.options.emplace_back("boards." + std::to_string(i + 1),
                                    describe_board(board.parts[i]));
  }
  if (!board.parts.empty()) return provenance;
  provenance.options.emplace_back("board", counted_size(board));
  provenance.options.emplace_back("square", to_text(board.square_m));
  if (board.type != &kChessboard) {  // the default detector is not recorded
    provenance.options.emplace_back("board_type", board.type->name);
    provenance.options.emplace_back("marker", to_text(board.marker_m));
    provenance.options.emplace_back("dictionary", board.dictionary);
    provenance.options.emplace_back("first_marker", std::to_string(board.first_marker));
  }
  return provenance;
}

Detection find_board(const cv::Mat& gray, const Board& board, const DetectOptions& options) {
  const Board shown = board_in_pictures(board);
  return detect_in_time(detector_of(shown, *options.detector), spread_gray8(gray), shown,
                        options.image_timeout_s);
}

DetectResult detect(const Dataset& dataset, const Board& board, const DetectOptions& options,
                    Provenance provenance, const Context& context,
                    const std::filesystem::path& output, const std::optional<Shard>& shard) {
  DetectResult result;
  FoundInImages found = detect_all(dataset, board, options, shard, context, result);
  const std::vector<ObservedCamera> cameras = observed_cameras(dataset, found.outcomes);
  refuse_other_sizes(found.outcomes, cameras);
  require_single_views(dataset, found.seams);
  DetectTally tally(board, cameras);
  std::vector<ObservationsSpool::Place> views;
  for (const Outcome& outcome : found.outcomes) {
    if (outcome.reason.empty()) {
      tally.add_found(outcome.camera, outcome.corners);
      views.push_back(outcome.view);
    } else {
      tally.add_missing(outcome.camera, outcome.reason);
    }
    if (outcome.is_broken) result.broken.push_back({path_of(outcome, dataset), outcome.reason});
  }
  result.counts = tally.counts();
  if (context.strict) require_no_broken(result);
  result.printed = most_frequent(found.prints);
  if (!shard) {
    const Board shown = board_in_pictures(board);
    require_not_mirrored(result, dataset, found.outcomes, shown, options, context.jobs);
    judge(result, shown, dataset, found, options.image_timeout_s);
  }
  if (shard) provenance.options.emplace_back(kShardOption, to_text(*shard));
  Observations rest = without_views(dataset, found.outcomes, cameras, board, std::move(provenance));
  for (const auto& [part, images] : found.repeated) rest.repeated.push_back({part, images});
  result.repeated = rest.repeated;
  found.views.write(output, rest, views);
  return result;
}

}  // namespace calib
