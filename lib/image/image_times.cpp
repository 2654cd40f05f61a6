#include "image/image_times.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <numeric>
#include <set>

#include "base/errors.hpp"
#include "base/median.hpp"
#include "base/text.hpp"
#include "image/image_stream.hpp"
#include "image/video_sequence.hpp"

namespace calib {
namespace {

constexpr double kNsPerSecond = 1e9;
constexpr double kUsualTolerance_s = 0.02;
// Names are taken for times since 1970 if they are in the years from 2000 to 2099.
constexpr double kFirst_s = 946684800, kLast_s = 4102444800;
constexpr double kLeastInterval_s = 1e-5, kMostInterval_s = 3600;
constexpr double kUnits_ns[] = {1, 1e3, 1e6, 1e9};  // ns, us, ms, s

const std::string kAutomatic = "auto";

// One image or frame of a video, wherever the dataset holds it.
struct FrameTime {
  std::int64_t* frame;
  std::optional<double>* time_s;
};

std::vector<FrameTime> frames_in(DatasetCamera& camera) {
  std::vector<FrameTime> frames;
  frames.reserve(camera.images.size() + camera.video_frames.size());
  for (ImageFile& image : camera.images) frames.push_back({&image.frame, &image.time_s});
  for (VideoFrame& frame : camera.video_frames) frames.push_back({&frame.frame, &frame.time_s});
  return frames;
}

std::vector<std::int64_t> differences(const std::vector<std::int64_t>& numbers) {
  std::vector<std::int64_t> steps(numbers.size());
  std::adjacent_difference(numbers.begin(), numbers.end(), steps.begin());
  if (!steps.empty()) steps.erase(steps.begin());
  return steps;
}

TimesNs scaled(const std::vector<std::int64_t>& numbers, double unit_ns) {
  TimesNs times;
  times.reserve(numbers.size());
  for (const std::int64_t number : numbers)
    times.push_back(number * static_cast<std::int64_t>(unit_ns));
  return times;
}

// The unit in which all numbers are times since 1970, or 0.
double unit_since_1970(const std::vector<std::int64_t>& numbers) {
  for (const double unit_ns : kUnits_ns) {
    const double per_s = kNsPerSecond / unit_ns;
    const auto in_range = [&](std::int64_t number) {
      const double seconds = static_cast<double>(number) / per_s;
      return seconds >= kFirst_s && seconds < kLast_s;
    };
    if (std::all_of(numbers.begin(), numbers.end(), in_range)) return unit_ns;
  }
  return 0;
}

// Whether the steps are multiples of their median, to within a fifth of it: pictures of a camera of
// which some may be lost, and not a choice of a few frames.
bool are_even(const std::vector<std::int64_t>& steps, double usual) {
  return std::all_of(steps.begin(), steps.end(), [&](std::int64_t step) {
    const double count = std::max(1.0, std::round(static_cast<double>(step) / usual));
    return std::abs(static_cast<double>(step) - count * usual) <= 0.2 * usual;
  });
}

// The unit of times since another start than 1970, or 0. Numbers that count frames have small
// steps, or steps that are all multiples of one number, or no usual step.
double unit_since_start(const std::vector<std::int64_t>& numbers) {
  constexpr std::size_t kLeastImages = 10;
  constexpr double kNoCount = 1e5;  // nobody takes every 100000th frame
  if (numbers.size() < kLeastImages || numbers.front() < 0) return 0;
  const std::vector<std::int64_t> steps = differences(numbers);
  const double usual = static_cast<double>(median(steps));
  if (usual < 1000 || usual > 1e9) return 0;
  const std::int64_t common =
      std::accumulate(steps.begin(), steps.end(), std::int64_t{0},
                      [](std::int64_t a, std::int64_t b) { return std::gcd(a, b); });
  const bool jitter = static_cast<double>(common) < usual / 100;
  if (usual < kNoCount && !(jitter && are_even(steps, usual))) return 0;
  const double unit_ns = usual < 1e6 ? 1e3 : 1;
  return static_cast<double>(numbers.back()) * unit_ns < 4.5e18 ? unit_ns : 0;
}

std::vector<std::optional<double>> times_of(const DatasetCamera& camera) {
  std::vector<std::optional<double>> times;
  times.reserve(camera.images.size() + camera.video_frames.size());
  for (const ImageFile& image : camera.images) times.push_back(image.time_s);
  for (const VideoFrame& frame : camera.video_frames) times.push_back(frame.time_s);
  return times;
}

struct Range {
  double first = std::numeric_limits<double>::infinity();
  double last = -std::numeric_limits<double>::infinity();

  void include(const Range& other) {
    first = std::min(first, other.first);
    last = std::max(last, other.last);
  }
};

Range range_of(const DatasetCamera& camera) {
  Range range;
  for (const std::optional<double>& time_s : times_of(camera))
    if (time_s) range.include({*time_s, *time_s});
  return range;
}

[[noreturn]] void fail_not_rising(const Dataset& dataset, const std::string& file,
                                  std::size_t camera, std::size_t before, std::size_t here) {
  const auto times = times_of(dataset.cameras[camera]);
  const std::string later = image_path(dataset, camera, here);
  const std::string earlier = image_path(dataset, camera, before);
  if (*times[here] == *times[before]) {
    throw Error(
        fmt::format("{}: {} and {} have the same time, {:.6f} s: every image of a camera "
                    "needs its own",
                    file, earlier, later, *times[here]));
  }
  throw Error(
      fmt::format("{}: {} was taken {:.6f} s before {}, whose number is smaller: times must "
                  "rise with the numbers of a camera's images; correct the times or the "
                  "names",
                  file, later, *times[before] - *times[here], earlier));
}

void require_all_timed(const Dataset& dataset, std::size_t camera) {
  const auto times = times_of(dataset.cameras[camera]);
  const auto untimed = std::find(times.begin(), times.end(), std::nullopt);
  if (untimed == times.end()) return;
  throw Error(
      fmt::format("sync_tolerance: the time of {} is not known: give the times of all images in a "
                  "timestamps.csv, or pair by equal numbers with --sync-tolerance 0",
                  image_path(dataset, camera, static_cast<std::size_t>(untimed - times.begin()))));
}

// A frame while images are being paired: its number, and the time of the image that began it.
struct Group {
  double time_s = 0;
  std::int64_t frame = 0;
};

// The index of the element whose time is nearest; of two equally near ones the earlier. `times` is
// not empty and in rising order.
template <class Timed, class TimeOf>
std::size_t nearest(const std::vector<Timed>& sorted, double time_s, const TimeOf& time_of) {
  const auto after =
      std::lower_bound(sorted.begin(), sorted.end(), time_s,
                       [&](const Timed& entry, double time) { return time_of(entry) < time; });
  if (after == sorted.begin()) return 0;
  const auto before = after - 1;
  const bool is_before =
      after == sorted.end() || time_s - time_of(*before) <= time_of(*after) - time_s;
  return static_cast<std::size_t>((is_before ? before : after) - sorted.begin());
}

double time_of_group(const Group& group) { return group.time_s; }
double time_of_frame(const FrameTime& frame) { return **frame.time_s; }

// Numbers that no frame has yet.
class FreeNumbers {
 public:
  explicit FreeNumbers(std::int64_t largest) : next_(largest + 1) {}
  std::int64_t take(std::int64_t wanted) {
    const std::int64_t number = used_.insert(wanted).second ? wanted : next_++;
    used_.insert(number);
    return number;
  }

 private:
  std::set<std::int64_t> used_;
  std::int64_t next_;
};

// Gives the images of one more camera the numbers of the groups that they belong to, and adds a
// group for each of the others.
void join_groups(const std::vector<FrameTime>& frames, double tolerance_s,
                 std::vector<Group>& groups, FreeNumbers& numbers) {
  std::vector<Group> added;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const double time_s = time_of_frame(frames[i]);
    const std::size_t g = groups.empty() ? 0 : nearest(groups, time_s, time_of_group);
    const bool joins = !groups.empty() && std::abs(groups[g].time_s - time_s) <= tolerance_s &&
                       nearest(frames, groups[g].time_s, time_of_frame) == i;
    if (joins) {
      *frames[i].frame = groups[g].frame;
    } else {
      *frames[i].frame = numbers.take(*frames[i].frame);
      added.push_back({time_s, *frames[i].frame});
    }
  }
  groups.insert(groups.end(), added.begin(), added.end());
  std::sort(groups.begin(), groups.end(),
            [](const Group& a, const Group& b) { return a.time_s < b.time_s; });
}

// The times of the images of each frame.
std::map<std::int64_t, std::vector<double>> times_by_frame(const Dataset& dataset) {
  std::map<std::int64_t, std::vector<double>> times;
  for (const DatasetCamera& camera : dataset.cameras) {
    for (const ImageFile& image : camera.images)
      if (image.time_s) times[image.frame].push_back(*image.time_s);
    for (const VideoFrame& frame : camera.video_frames)
      if (frame.time_s) times[frame.frame].push_back(*frame.time_s);
  }
  return times;
}

}  // namespace

TimesNs times_of_numbers(const std::vector<std::int64_t>& numbers) {
  if (numbers.empty()) return {};
  const double since_1970 = unit_since_1970(numbers);
  if (since_1970 == 0) {
    const double unit_ns = unit_since_start(numbers);
    return unit_ns == 0 ? TimesNs{} : scaled(numbers, unit_ns);
  }
  const std::vector<std::int64_t> steps = differences(numbers);
  const double usual_s = static_cast<double>(median(steps)) * since_1970 / kNsPerSecond;
  if (!steps.empty() && (usual_s < kLeastInterval_s || usual_s > kMostInterval_s)) return {};
  // A number of ten digits may also be a counter that starts at 1000000001.
  const bool counts = since_1970 == kNsPerSecond &&
                      std::all_of(steps.begin(), steps.end(), [](auto step) { return step == 1; });
  return counts ? TimesNs{} : scaled(numbers, since_1970);
}

void set_times(Dataset& dataset, const std::vector<TimesNs>& times) {
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  for (const TimesNs& of_camera : times)
    for (const std::int64_t time : of_camera) first = std::min(first, time);
  for (std::size_t c = 0; c < dataset.cameras.size(); ++c) {
    DatasetCamera& camera = dataset.cameras[c];
    if (camera.has_video()) {
      camera.video_frames.resize(times[c].size());
      for (std::size_t i = 0; i < times[c].size(); ++i)
        camera.video_frames[i].frame = static_cast<std::int64_t>(i);
    }
    const std::vector<FrameTime> frames = frames_in(camera);
    for (std::size_t i = 0; i < frames.size(); ++i)
      *frames[i].time_s = static_cast<double>(times[c][i] - first) / kNsPerSecond;
  }
}

void require_rising_times(const Dataset& dataset, const std::string& file) {
  for (std::size_t c = 0; c < dataset.cameras.size(); ++c) {
    std::optional<std::size_t> before;
    const std::vector<std::optional<double>> times = times_of(dataset.cameras[c]);
    for (std::size_t i = 0; i < times.size(); ++i) {
      if (!times[i]) continue;
      if (before && *times[i] <= *times[*before]) fail_not_rising(dataset, file, c, *before, i);
      before = i;
    }
  }
}

void list_video_frames(Dataset& dataset) {
  for (DatasetCamera& camera : dataset.cameras) {
    if (!camera.has_video() || !camera.video_frames.empty()) continue;
    VideoSequence video(resolve(dataset, camera.videos));
    for (std::int64_t frame = 0; video.skip(); ++frame)
      camera.video_frames.push_back({frame, video.time_s()});
  }
}

bool has_times(const Dataset& dataset) {
  return std::any_of(
      dataset.cameras.begin(), dataset.cameras.end(), [](const DatasetCamera& camera) {
        const auto times = times_of(camera);
        return std::any_of(times.begin(), times.end(),
                           [](const std::optional<double>& time) { return time.has_value(); });
      });
}

std::optional<double> sync_tolerance_s(const TimeOptions& options) {
  if (options.sync_tolerance == kAutomatic) return std::nullopt;
  std::optional<double> tolerance_s;
  try {
    tolerance_s = parse_duration(options.sync_tolerance);
  } catch (const Error&) {
    // Reported below.
  }
  require(tolerance_s && *tolerance_s >= 0,
          fmt::format("sync_tolerance: found '{}', expected {}, 0 (pair by equal numbers) or a "
                      "time with its unit, such as 20ms",
                      options.sync_tolerance, kAutomatic));
  return tolerance_s;
}

double usual_tolerance_s(const Dataset& dataset) {
  double tolerance_s = kUsualTolerance_s;
  for (const DatasetCamera& camera : dataset.cameras) {
    std::vector<double> steps;
    const std::vector<std::optional<double>> times = times_of(camera);
    for (std::size_t i = 1; i < times.size(); ++i)
      if (times[i - 1] && times[i]) steps.push_back(*times[i] - *times[i - 1]);
    if (!steps.empty()) tolerance_s = std::min(tolerance_s, median(std::move(steps)) / 2);
  }
  return tolerance_s;
}

bool few_numbers_agree(const Dataset& dataset) {
  std::set<std::int64_t> first;
  std::size_t agreeing = 0, all = 0;
  for (const DatasetCamera& camera : dataset.cameras) {
    const bool is_first = &camera == &dataset.cameras.front();
    for (const ImageFile& image : camera.images) {
      if (is_first) {
        first.insert(image.frame);
      } else {
        ++all;
        agreeing += first.contains(image.frame);
      }
    }
  }
  return 2 * agreeing < all;
}

std::string time_gap(const Dataset& dataset) {
  const std::size_t count = dataset.cameras.size();
  std::vector<Range> ranges;
  ranges.reserve(count);
  for (const DatasetCamera& camera : dataset.cameras) ranges.push_back(range_of(camera));
  for (std::size_t c = 0; c < count && count > 1; ++c) {
    Range others;
    for (std::size_t i = 0; i < count; ++i)
      if (i != c) others.include(ranges[i]);
    if (ranges[c].first - kUsualTolerance_s <= others.last &&
        others.first - kUsualTolerance_s <= ranges[c].last)
      continue;
    return fmt::format(
        "the images of {} were taken from {:.3f} to {:.3f} s, but those of the other cameras from "
        "{:.3f} to {:.3f} s: no frame has both; if its clock was wrong, correct its times, or pair "
        "by equal numbers with --sync-tolerance 0",
        dataset.cameras[c].name, ranges[c].first, ranges[c].last, others.first, others.last);
  }
  return "";
}

void pair_by_time(Dataset& dataset, double tolerance_s) {
  std::int64_t largest = 0;
  for (std::size_t c = 0; c < dataset.cameras.size(); ++c) {
    require_all_timed(dataset, c);
    for (const FrameTime& frame : frames_in(dataset.cameras[c]))
      largest = std::max(largest, *frame.frame);
  }
  FreeNumbers numbers(largest);
  std::vector<Group> groups;
  for (DatasetCamera& camera : dataset.cameras) {
    join_groups(frames_in(camera), tolerance_s, groups, numbers);
    std::sort(camera.images.begin(), camera.images.end(),
              [](const ImageFile& a, const ImageFile& b) { return a.frame < b.frame; });
  }
}

std::optional<TimeSpread> time_spread(const Dataset& dataset) {
  const auto frames = times_by_frame(dataset);
  if (frames.empty()) return std::nullopt;
  TimeSpread spread;
  std::vector<double> spreads;
  for (const auto& [frame, times] : frames) {
    if (times.size() < 2) {
      spread.alone += times.size();
      continue;
    }
    const auto [least, most] = std::minmax_element(times.begin(), times.end());
    spreads.push_back(*most - *least);
    spread.largest_s = std::max(spread.largest_s, spreads.back());
    spread.paired += times.size();
  }
  spread.median_s = median(std::move(spreads));
  return spread;
}

}  // namespace calib
