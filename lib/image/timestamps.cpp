#include "image/timestamps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/median.hpp"
#include "base/named.hpp"
#include "base/text.hpp"
#include "image/image_stream.hpp"
#include "image/video_sequence.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

constexpr const char* kName = "timestamps.csv";
constexpr std::size_t kMostBytes = std::size_t{1} << 28;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";  // some tables begin with it
constexpr const char* kForms =
    "expected the columns cam_id,frame_time or '#timestamp [ns]',filename";
// The usual time between two images: 100000 frames per second, and one image an hour.
constexpr double kLeastInterval_ns = 1e4, kMostInterval_ns = 3600e9;
// The usual time between two images of a film whose unit the file does not state.
constexpr double kLeastFilmed_ns = 2e5, kMostFilmed_ns = 5e9;
constexpr std::size_t kLeastSteps = 10;  // of a film

// Units by the number of decimal digits from a nanosecond.
constexpr Named<int> kTimeUnits[] = {{"ns", 0}, {"us", 3}, {"ms", 6}, {"s", 9}};

// The places of the columns in the lines of the file; absent: there is none.
struct Columns {
  std::size_t time = 0;
  int digits = 0;  // of the unit, as in kTimeUnits
  bool states_unit = false;
  std::optional<std::size_t> camera, frame, file;
};

struct Line {
  int number = 0;
  std::vector<std::string> values;
};

// An image, or a frame of a video, by its place in the dataset.
struct Place {
  std::size_t camera = 0, index = 0;
};

std::string lower_case(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

// A time in whole nanoseconds; a text with a fraction keeps all its digits.
std::optional<std::int64_t> nanoseconds(const std::string& text, int digits) {
  const std::size_t point = std::min(text.find('.'), text.size());
  std::string fraction = text.substr(std::min(point + 1, text.size()));
  if (!std::all_of(fraction.begin(), fraction.end(), is_digit)) return std::nullopt;
  fraction.resize(static_cast<std::size_t>(digits), '0');
  const auto time = parse_integer(text.substr(0, point) + fraction);
  // Differences of two times must not overflow.
  return time && std::abs(static_cast<double>(*time)) < 4.5e18 ? time : std::nullopt;
}

// One file with the images that it is about: those of one camera, or of all.
class TimestampsFile {
 public:
  TimestampsFile(const Dataset& dataset, const fs::path& path, std::optional<std::size_t> camera,
                 Others others)
      : dataset_(dataset),
        path_(path),
        only_camera_(camera),
        others_(others),
        times_(dataset.cameras.size()) {
    read_lines();
    read_header();
  }

  std::vector<TimesNs> read() {
    for (const Line& line : lines_) take(line);
    for (std::size_t c = 0; c < times_.size(); ++c)
      if (!only_camera_ || *only_camera_ == c) check_camera(c);
    return std::move(result_);
  }

 private:
  // The times of a camera's images by their index, or of a video's frames by their number.
  using ByIndex = std::map<std::size_t, std::int64_t>;

  [[noreturn]] void fail(const Line& line, const std::string& message) const {
    throw Error(fmt::format("{}:{}: {}", path_.string(), line.number, message));
  }
  [[noreturn]] void fail(const std::string& message) const {
    throw Error(fmt::format("{}: {}", path_.string(), message));
  }

  void read_lines() {
    std::string text = read_file(path_, kMostBytes);
    if (text.starts_with(kByteOrderMark)) text.erase(0, kByteOrderMark.size());
    int number = 0;
    for (const std::string& line : split(text, '\n')) {
      ++number;
      if (!line.empty()) lines_.push_back({number, split(line, ',')});
    }
    if (lines_.size() < 2) fail(fmt::format("has no times; {}", kForms));
  }

  void read_header() {
    const Line header = lines_.front();
    lines_.erase(lines_.begin());
    bool has_time = false;
    for (std::size_t i = 0; i < header.values.size(); ++i) {
      const std::string& title = header.values[i];
      const std::string name = lower_case(split(title, '[').front());
      if (name == "frame_time" || name == "#timestamp" || name == "timestamp") {
        columns_.time = i;
        columns_.digits = digits_of(header, title, name == "frame_time" ? "s" : "ns");
        columns_.states_unit = title.find('[') != std::string::npos;
        has_time = true;
      } else if (name == "cam_id" || name == "port" || name == "camera") {
        columns_.camera = i;
      } else if (name == "frame_index") {
        columns_.frame = i;
      } else if (name == "filename") {
        columns_.file = i;
      }
    }
    const bool names_camera = columns_.camera || columns_.file || only_camera_;
    if (!has_time || !names_camera)
      fail(header, fmt::format("found the columns {}; {}; rename the file if it is another table",
                               join(header.values, ","), kForms));
  }

  // The unit in "#timestamp [ns]".
  int digits_of(const Line& header, const std::string& title, const std::string& usual) const {
    const std::vector<std::string> parts = split(title, '[');
    const std::string unit = parts.size() < 2 ? usual : split(parts[1], ']').front();
    const auto* known = find_named(kTimeUnits, unit);
    if (known == nullptr) {
      fail(header, fmt::format("found the unit '{}' of '{}', {}", unit, title,
                               expected_one_of(unit, names_of(kTimeUnits))));
    }
    return known->value;
  }

  void take(const Line& line) {
    const auto value = [&](std::size_t column) {
      if (column < line.values.size()) return line.values[column];
      fail(line, fmt::format("found {} values, expected {}", line.values.size(), column + 1));
    };
    const std::string text = value(columns_.time);
    const auto time = nanoseconds(text, columns_.digits);
    if (!time) {
      fail(line, fmt::format("found '{}', expected a time in {}; the first line may say another "
                             "unit, such as frame_time [ns]",
                             text, name_of(kTimeUnits, columns_.digits)));
    }
    const auto image = columns_.file ? image_of(line, value(*columns_.file)) : counted(line, value);
    if (image && !times_[image->camera].emplace(image->index, *time).second)
      fail(line, fmt::format("gives the time of one image of {} a second time",
                             dataset_.cameras[image->camera].name));
  }

  // The image of a line that names no file. Returns nullopt if it is of a camera that is not read.
  template <class Value>
  std::optional<Place> counted(const Line& line, const Value& value) const {
    const auto camera = columns_.camera ? camera_of(line, value(*columns_.camera)) : only_camera_;
    if (!camera) return std::nullopt;
    if (!columns_.frame) return Place{*camera, times_[*camera].size()};
    return Place{*camera, index_of(line, *camera, value(*columns_.frame))};
  }

  // A camera by its name, or by the number at the end of its name. Returns nullopt if it is not
  // read.
  std::optional<std::size_t> camera_of(const Line& line, const std::string& text) const {
    std::optional<std::size_t> found;
    for (std::size_t c = 0; c < dataset_.cameras.size(); ++c) {
      const std::string& name = dataset_.cameras[c].name;
      if (name == text) found = c;
      if (!found && parse_integer(text) && number_at_end(name) == parse_integer(text)) found = c;
    }
    if (found || others_ == Others::kSkip) return found;
    fail(line, fmt::format("names the camera '{}', {}", text,
                           expected_one_of(text, names_of(dataset_.cameras))));
  }

  static std::optional<std::int64_t> number_at_end(const std::string& name) {
    std::size_t start = name.size();
    while (start > 0 && is_digit(name[start - 1])) --start;
    return parse_integer(name.substr(start));
  }

  std::size_t index_of(const Line& line, std::size_t camera, const std::string& text) const {
    const auto frame = parse_integer(text);
    if (!frame) fail(line, fmt::format("found '{}', expected the number of a frame", text));
    const DatasetCamera& source = dataset_.cameras[camera];
    if (source.has_video() && *frame >= 0) return static_cast<std::size_t>(*frame);
    const auto found = std::lower_bound(
        source.images.begin(), source.images.end(), *frame,
        [](const ImageFile& image, std::int64_t number) { return image.frame < number; });
    if (found == source.images.end() || found->frame != *frame)
      fail(line, fmt::format("names frame {}, which {} does not have", *frame, source.name));
    return static_cast<std::size_t>(found - source.images.begin());
  }

  // An image by its path from the folder of this file, or, in a camera's folder, by its name.
  std::optional<Place> image_of(const Line& line, const std::string& text) {
    if (images_.empty()) list_images();
    const auto found = images_.find(text);
    if (found != images_.end()) return found->second;
    if (others_ == Others::kSkip) return std::nullopt;
    fail(line, fmt::format("names the image '{}', which does not exist", text));
  }

  void list_images() {
    for (std::size_t c = 0; c < dataset_.cameras.size(); ++c) {
      if (only_camera_ && *only_camera_ != c) continue;
      const std::vector<ImageFile>& images = dataset_.cameras[c].images;
      for (std::size_t i = 0; i < images.size(); ++i) {
        const fs::path image = resolve(dataset_, images[i].path);
        images_.emplace(image.lexically_relative(path_.parent_path()).string(), Place{c, i});
        if (only_camera_) images_.emplace(image.filename().string(), Place{c, i});
      }
    }
  }

  // The number of images, or of the frames of a video. These are only counted if the number that
  // the video states is another one than `expected`, since it may be an estimate.
  std::size_t images_of(const DatasetCamera& camera, std::size_t expected) const {
    if (!camera.has_video()) return camera.images.size();
    VideoSequence video(resolve(dataset_, camera.videos));
    if (video.stated_frames() == expected) return expected;
    while (video.skip()) {
    }
    return video.position();
  }

  void check_camera(std::size_t c) {
    const DatasetCamera& camera = dataset_.cameras[c];
    const ByIndex& times = times_[c];
    const std::size_t images = images_of(camera, times.size());
    const bool has_others = !times.empty() && times.rbegin()->first >= images;
    if (times.size() != images || has_others) {
      fail(fmt::format("has {} times of camera '{}', which has {} {}: one line is needed for each",
                       times.size(), camera.name, images,
                       camera.has_video() ? "frames" : "images"));
    }
    TimesNs in_order;
    in_order.reserve(times.size());
    for (const auto& [index, time] : times) in_order.push_back(time);
    check_unit(camera, in_order);
    result_.resize(times_.size());
    result_[c] = std::move(in_order);
  }

  void check_unit(const DatasetCamera& camera, const TimesNs& times) const {
    std::vector<double> steps;
    for (std::size_t i = 1; i < times.size(); ++i)
      steps.push_back(std::abs(static_cast<double>(times[i] - times[i - 1])));
    const double usual_ns = median(steps);
    if (steps.empty()) return;
    const std::string unit = name_of(kTimeUnits, columns_.digits);
    if (usual_ns < kLeastInterval_ns || usual_ns > kMostInterval_ns)
      fail(
          fmt::format("the images of {} would be {} s apart: the times are not in {}; correct the "
                      "unit in the first line, such as frame_time [ms]",
                      camera.name, to_text(usual_ns / 1e9), unit));
    if (is_unlikely_film(steps, usual_ns))
      fail(
          fmt::format("the images of {} would all be {} s apart, which is unlikely for a film: "
                      "write the unit of the times into the first line, as in frame_time [ms], or "
                      "frame_time [{}] if this is right",
                      camera.name, to_text(usual_ns / 1e9), unit));
  }

  // Whether even steps are too short or too long for a film, and the file does not say that they
  // are right. The usual unit of EuRoC's files, [ns], stands in them without a thought.
  bool is_unlikely_film(const std::vector<double>& steps, double usual_ns) const {
    if (steps.size() < kLeastSteps) return false;
    const auto uneven = std::count_if(steps.begin(), steps.end(), [&](double step) {
      return std::abs(step - usual_ns) > 0.2 * usual_ns;
    });
    if (10 * static_cast<std::size_t>(uneven) > steps.size()) return false;
    if (usual_ns > kMostFilmed_ns) return !columns_.states_unit;
    return usual_ns < kLeastFilmed_ns && (!columns_.states_unit || columns_.digits == 0);
  }

  const Dataset& dataset_;
  fs::path path_;
  std::optional<std::size_t> only_camera_;
  Others others_;
  Columns columns_;
  std::vector<Line> lines_;
  std::map<std::string, Place> images_;
  std::vector<ByIndex> times_;
  std::vector<TimesNs> result_;
};

// The folder of a camera's images or video; EuRoC puts the images into data/ below it.
std::vector<fs::path> folders_of(const Dataset& dataset, const DatasetCamera& camera) {
  if (!camera.has_video() && camera.images.empty()) return {};
  const std::string& file = camera.has_video() ? camera.videos.front() : camera.images.front().path;
  const fs::path folder = resolve(dataset, file).parent_path();
  if (folder.filename() == "data") return {folder, folder.parent_path()};
  return {folder};
}

std::optional<fs::path> file_in(const std::vector<fs::path>& folders) {
  std::error_code error;
  for (const fs::path& folder : folders)
    if (fs::is_regular_file(folder / kName, error)) return folder / kName;
  return std::nullopt;
}

}  // namespace

std::vector<TimesNs> read_timestamps_file(const Dataset& dataset, const fs::path& file,
                                          Others others) {
  const bool is_single = dataset.cameras.size() == 1;
  return TimestampsFile(dataset, file, is_single ? std::optional<std::size_t>(0) : std::nullopt,
                        others)
      .read();
}

std::vector<TimesNs> read_timestamps(const Dataset& dataset, const std::vector<fs::path>& folders,
                                     Others others) {
  if (const auto file = file_in(folders)) return read_timestamps_file(dataset, *file, others);
  std::vector<TimesNs> times(dataset.cameras.size());
  std::vector<std::string> with, without;
  for (std::size_t c = 0; c < times.size(); ++c) {
    const auto file = file_in(folders_of(dataset, dataset.cameras[c]));
    (file ? with : without).push_back(dataset.cameras[c].name);
    if (file) times[c] = TimestampsFile(dataset, *file, c, others).read()[c];
  }
  if (with.empty()) return {};
  require(without.empty(),
          fmt::format("{} has a {}, but {} does not: give all cameras one, or none", with.front(),
                      kName, without.empty() ? "" : without.front()));
  return times;
}

}  // namespace calib
