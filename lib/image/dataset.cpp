#include "image/dataset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "image/camera_sources.hpp"
#include "image/content_hash.hpp"
#include "image/frame_key.hpp"
#include "image/image_times.hpp"
#include "image/timestamps.hpp"
#include "image/video_sequence.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

// Names without digits are matched by their text: the position of the text among the sorted texts
// of all cameras serves as the frame number.
using TextKeys = std::map<std::string, std::int64_t>;

TextKeys number_texts(const std::vector<CameraSource>& sources) {
  std::vector<std::string> texts;
  for (const CameraSource& source : sources)
    texts.insert(texts.end(), source.texts.begin(), source.texts.end());
  std::sort(texts.begin(), texts.end(), natural_less);
  TextKeys keys;
  for (const std::string& text : texts) keys.emplace(text, static_cast<std::int64_t>(keys.size()));
  return keys;
}

std::vector<std::int64_t> text_frames(const CameraSource& source, const TextKeys& keys) {
  std::vector<std::int64_t> frames;
  for (const std::string& text : source.texts) frames.push_back(keys.at(text));
  return frames;
}

// The frame numbers of every camera's images: by the numbers in the names, or all by text.
std::vector<std::vector<std::int64_t>> find_frames(const std::vector<CameraSource>& sources) {
  std::vector<std::vector<std::int64_t>> frames(sources.size());
  const CameraSource* numbered = nullptr;
  const CameraSource* unnumbered = nullptr;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (sources[i].images.empty()) continue;
    auto numbers = frame_numbers(sources[i].images);
    (numbers ? numbered : unnumbered) = &sources[i];
    if (numbers) frames[i] = std::move(*numbers);
  }
  if (unnumbered == nullptr) return frames;
  require(numbered == nullptr,
          fmt::format("{}: no frame number in the name, while {} has one; frames are matched by "
                      "their numbers, so number the images of both cameras",
                      unnumbered->images.front().string(),
                      numbered == nullptr ? "" : numbered->images.front().string()));
  const TextKeys keys = number_texts(sources);
  for (std::size_t i = 0; i < sources.size(); ++i) frames[i] = text_frames(sources[i], keys);
  return frames;
}

// The deepest folder that contains all of them.
fs::path common_folder(const std::vector<fs::path>& folders) {
  fs::path common = folders.front();
  for (const fs::path& folder : folders) {
    const auto [end, other] =
        std::mismatch(common.begin(), common.end(), folder.begin(), folder.end());
    fs::path shared;
    for (auto part = common.begin(); part != end; ++part) shared /= *part;
    common = shared;
  }
  return common.empty() ? fs::path(".") : common;
}

fs::path root_of(const std::vector<CameraSource>& sources) {
  std::vector<fs::path> folders;
  for (const CameraSource& source : sources) {
    if (!source.video.empty()) folders.push_back(source.video.parent_path());
    for (const fs::path& image : source.images) {
      if (folders.empty() || folders.back() != image.parent_path())
        folders.push_back(image.parent_path());
    }
  }
  return common_folder(folders);
}

// If some paths are absolute, makes all of them absolute, so that they have a common folder as
// text.
void make_comparable(std::vector<CameraSource>& sources) {
  const auto first = [](const CameraSource& source) {
    return source.video.empty() ? source.images.front() : source.video;
  };
  const auto is_absolute = [&](const CameraSource& source) { return first(source).is_absolute(); };
  if (std::none_of(sources.begin(), sources.end(), is_absolute)) return;
  for (CameraSource& source : sources) {
    if (!source.video.empty()) source.video = fs::absolute(source.video);
    for (fs::path& image : source.images) image = fs::absolute(image);
  }
}

DatasetCamera make_camera(const CameraSource& source, const std::vector<std::int64_t>& frames,
                          const fs::path& root) {
  require_distinct_frames(source.images, frames);
  DatasetCamera camera;
  camera.name = source.name();
  if (!source.video.empty()) camera.videos = {source.video.lexically_relative(root).string()};
  for (std::size_t i = 0; i < frames.size(); ++i)
    camera.images.push_back({frames[i], source.images[i].lexically_relative(root).string()});
  std::sort(camera.images.begin(), camera.images.end(),
            [](const ImageFile& a, const ImageFile& b) { return a.frame < b.frame; });
  return camera;
}

Dataset make_dataset(std::vector<CameraSource> sources, const std::optional<fs::path>& root) {
  settle_names(sources);
  make_comparable(sources);
  std::sort(sources.begin(), sources.end(), [](const CameraSource& a, const CameraSource& b) {
    return natural_less(a.name(), b.name());
  });
  const auto frames = find_frames(sources);
  Dataset dataset;
  dataset.root = root ? *root : root_of(sources);
  for (std::size_t i = 0; i < sources.size(); ++i)
    dataset.cameras.push_back(make_camera(sources[i], frames[i], dataset.root));
  return dataset;
}

std::vector<CameraSource> sources_of_inputs(const std::vector<std::string>& inputs) {
  std::vector<CameraSource> sources;
  for (const std::string& input : inputs) {
    for (CameraSource& source : sources_of_input(input)) sources.push_back(std::move(source));
  }
  return sources;
}

// "rig/" becomes "rig", so that the paths of its files contain only one slash.
fs::path without_trailing_slash(const fs::path& folder) {
  return folder.has_filename() || folder == folder.root_path() ? folder : folder.parent_path();
}

Dataset find_dataset(const std::vector<std::string>& inputs) {
  require(
      !inputs.empty(),
      "no images given; expected a folder with one folder per camera, a glob in quotes for each "
      "camera ('left*.jpg' 'right*.jpg'), or videos");
  std::error_code error;
  if (inputs.size() > 1) return make_dataset(sources_of_inputs(inputs), std::nullopt);
  const fs::path only = without_trailing_slash(inputs.front());
  if (fs::is_directory(only, error)) return make_dataset(sources_in_folder(only), only);
  return make_dataset(sources_of_inputs(inputs), std::nullopt);
}

// The folders where the timestamps.csv of all cameras may be: the input, and the folder of the
// folders of the cameras (mav0 of EuRoC).
std::vector<fs::path> folders_of_all(const Dataset& dataset) {
  std::vector<fs::path> folders;
  for (const DatasetCamera& camera : dataset.cameras) {
    const std::string& file =
        camera.has_video() ? camera.videos.front() : camera.images.front().path;
    folders.push_back(resolve(dataset, file).parent_path());
  }
  return {dataset.root.empty() ? fs::path(".") : dataset.root, common_folder(folders)};
}

std::vector<TimesNs> times_of_names(const Dataset& dataset) {
  std::vector<TimesNs> times;
  for (const DatasetCamera& camera : dataset.cameras) {
    std::vector<std::int64_t> numbers;
    numbers.reserve(camera.images.size());
    for (const ImageFile& image : camera.images) numbers.push_back(image.frame);
    times.push_back(times_of_numbers(numbers));
    if (times.back().empty()) return {};
  }
  return times;
}

// Pairs images by the times that a file states, unless the user says otherwise.
void take_times_of_file(Dataset& dataset, const std::vector<TimesNs>& times, bool automatic) {
  set_times(dataset, times);
  require_rising_times(dataset, "timestamps.csv");
  if (!automatic) return;
  const std::string gap = time_gap(dataset);
  require(gap.empty(), gap);
  pair_by_time(dataset, usual_tolerance_s(dataset));
}

// Pairs images by the times in their names if these hardly agree. If the cameras took their images
// one after the other, nothing is paired, but each camera still has usable views of its own.
void take_times_of_names(Dataset& dataset, const std::vector<TimesNs>& times, bool automatic) {
  set_times(dataset, times);
  if (!automatic || !few_numbers_agree(dataset)) return;
  const std::string gap = time_gap(dataset);
  if (gap.empty()) {
    pair_by_time(dataset, usual_tolerance_s(dataset));
  } else {
    dataset.notes.push_back(gap);
  }
}

void find_times(Dataset& dataset, const TimeOptions& options, Others others) {
  const bool automatic = !sync_tolerance_s(options);
  const std::vector<TimesNs> stated = read_timestamps(dataset, folders_of_all(dataset), others);
  if (!stated.empty()) return take_times_of_file(dataset, stated, automatic);
  const std::vector<TimesNs> named = times_of_names(dataset);
  if (!named.empty()) take_times_of_names(dataset, named, automatic);
}

}  // namespace

bool FrameSelection::takes(std::size_t position) const {
  const auto first = static_cast<std::size_t>(start);
  if (position < first) return false;
  if (end >= 0 && position > static_cast<std::size_t>(end)) return false;
  if ((position - first) % static_cast<std::size_t>(std::max(1, every)) != 0) return false;
  return only.empty() || std::binary_search(only.begin(), only.end(), position);
}

std::size_t FrameSelection::count(std::size_t frames) const {
  const auto first = static_cast<std::size_t>(start);
  if (end >= 0) frames = std::min(frames, static_cast<std::size_t>(end) + 1);
  if (!only.empty()) {
    return static_cast<std::size_t>(std::count_if(
        only.begin(), only.end(), [&](std::size_t i) { return i < frames && takes(i); }));
  }
  return frames <= first ? 0
                         : (frames - first - 1) / static_cast<std::size_t>(std::max(1, every)) + 1;
}

std::vector<Option> describe(TimeOptions& o) {
  return {Option::number("fps", o.fps,
                         "frames per second at which the numbers of frames count, where neither "
                         "timestamps.csv nor names state times; 0: not known")
              .at_least(0)
              .at_most(1e6),
          Option::text("sync_tolerance", o.sync_tolerance,
                       "largest difference of the times of images that make a frame, such as 20ms; "
                       "auto: 20 ms or half a frame, used where timestamps.csv states times, or "
                       "names are times that differ between cameras; 0: pair by equal numbers",
                       "TIME")};
}

void apply_times(Dataset& dataset, const TimeOptions& options) {
  if (options.fps > 0) dataset.frame_rate_hz = options.fps;
  const double tolerance_s = sync_tolerance_s(options).value_or(0);
  if (tolerance_s == 0 || (options.fps > 0 && !has_times(dataset))) return;
  if (options.fps == 0) list_video_frames(dataset);
  pair_by_time(dataset, tolerance_s);
  const std::string gap = time_gap(dataset);
  require(gap.empty(), gap);
}

Dataset discover_dataset(const std::vector<std::string>& inputs, const TimeOptions& options) {
  std::error_code error;
  Dataset dataset = find_dataset(inputs);
  const bool is_whole = inputs.size() == 1 && fs::is_directory(inputs.front(), error);
  find_times(dataset, options, is_whole ? Others::kRefuse : Others::kSkip);
  apply_times(dataset, options);
  return dataset;
}

std::string hash_contents(const Dataset& dataset, int jobs) {
  std::vector<const std::string*> files;
  for (const std::vector<std::size_t>& cameras : cameras_by_picture(dataset)) {
    const DatasetCamera& camera = dataset.cameras[cameras.front()];
    for (const std::string& video : camera.videos) files.push_back(&video);
    for (const ImageFile& image : camera.images) files.push_back(&image.path);
  }
  return hash_picture_files(
      files.size(), [&](std::size_t i) { return resolve(dataset, *files[i]); }, jobs);
}

std::vector<FrameRow> frame_table(const Dataset& dataset) {
  std::map<std::int64_t, std::vector<int>> rows;
  const std::size_t cameras = dataset.cameras.size();
  for (std::size_t c = 0; c < cameras; ++c) {
    const DatasetCamera& camera = dataset.cameras[c];
    const auto add = [&](std::int64_t frame, std::size_t i) {
      rows.try_emplace(frame, cameras, -1).first->second[c] = static_cast<int>(i);
    };
    for (std::size_t i = 0; i < camera.images.size(); ++i) add(camera.images[i].frame, i);
    for (std::size_t i = 0; i < camera.video_frames.size(); ++i)
      if (camera.selection.takes(i)) add(camera.video_frames[i].frame, i);
  }
  std::vector<FrameRow> table;
  table.reserve(rows.size());
  for (auto& [frame, images] : rows) table.push_back({frame, std::move(images)});
  return table;
}

fs::path resolve(const Dataset& dataset, const std::string& path) {
  const bool here = dataset.root.empty() || dataset.root == ".";
  return here ? fs::path(path) : dataset.root / path;
}

std::vector<fs::path> resolve(const Dataset& dataset, const std::vector<std::string>& paths) {
  std::vector<fs::path> resolved;
  resolved.reserve(paths.size());
  for (const std::string& path : paths) resolved.push_back(resolve(dataset, path));
  return resolved;
}

void select_video_frames(Dataset& dataset, const FrameSelection& selection, std::size_t least) {
  constexpr double kLooksPerSecond = 5;
  for (const std::vector<std::size_t>& cameras : cameras_by_picture(dataset)) {
    const DatasetCamera& first = dataset.cameras[cameras.front()];
    if (!first.has_video() || !first.video_frames.empty()) continue;
    FrameSelection of_videos = selection;
    if (selection.every == 0 || selection.start > 0 || selection.end >= 0) {
      const VideoSequence video(resolve(dataset, first.videos));
      if (video.stated_frames() > 0) require_some_selected(selection, video.stated_frames());
      const auto usual = std::lround(video.fps() / kLooksPerSecond);
      const auto most = least > 0 ? static_cast<long>(video.stated_frames() / least) : usual;
      if (selection.every == 0)
        of_videos.every = static_cast<int>(std::max(1L, std::min(usual, most)));
    }
    for (const std::size_t c : cameras) dataset.cameras[c].selection = of_videos;
  }
}

void select_frames(Dataset& dataset, const FrameSelection& selection) {
  select_video_frames(dataset, selection);
  if (selection.every <= 1 && selection.start == 0 && selection.end < 0) return;
  const std::vector<FrameRow> frames = frame_table(dataset);
  if (frames.empty()) return;
  require_some_selected(selection, frames.size());
  std::set<std::int64_t> taken;
  for (std::size_t i = 0; i < frames.size(); ++i)
    if (selection.takes(i)) taken.insert(frames[i].frame);
  std::vector<DatasetCamera> unlisted;
  for (const DatasetCamera& camera : dataset.cameras)
    if (camera.has_video() && camera.video_frames.empty()) unlisted.push_back(camera);
  dataset = with_frames(std::move(dataset), taken);
  for (DatasetCamera& camera : unlisted)
    *std::find_if(dataset.cameras.begin(), dataset.cameras.end(), [&](const DatasetCamera& other) {
      return other.name == camera.name;
    }) = std::move(camera);
}

void require_some_selected(const FrameSelection& selection, std::size_t frames) {
  require(selection.end < 0 || selection.start <= selection.end,
          fmt::format("--end {} is before --start {}: no frame is selected", selection.end,
                      selection.start));
  require(selection.count(frames) > 0,
          fmt::format("--start {} is beyond the last frame, {} (counted from 0)", selection.start,
                      static_cast<long>(frames) - 1));
}

Dataset with_frames(Dataset dataset, const std::set<std::int64_t>& frames) {
  for (DatasetCamera& camera : dataset.cameras) {
    std::erase_if(camera.images,
                  [&](const ImageFile& image) { return !frames.contains(image.frame); });
    if (!camera.has_video()) continue;
    std::vector<std::size_t>& only = camera.selection.only;
    only.clear();
    only.reserve(frames.size());
    if (camera.video_frames.empty()) {
      for (const std::int64_t frame : frames)
        if (frame >= 0) only.push_back(static_cast<std::size_t>(frame));
    }
    for (std::size_t i = 0; i < camera.video_frames.size(); ++i)
      if (frames.contains(camera.video_frames[i].frame)) only.push_back(i);
    // Nothing needs to be read after the last of them.
    camera.selection.end = only.empty() ? 0 : static_cast<int>(only.back());
    if (only.empty()) camera.selection.start = 1;  // takes nothing
  }
  return dataset;
}

std::string video_text(const DatasetCamera& camera) { return join(camera.videos, "+"); }

std::vector<std::vector<std::size_t>> cameras_by_picture(const Dataset& dataset) {
  std::vector<std::vector<std::size_t>> groups;
  std::optional<std::size_t> composites;
  for (std::size_t c = 0; c < dataset.cameras.size(); ++c) {
    if (composites && dataset.cameras[c].is_composite) {
      groups[*composites].push_back(c);
      continue;
    }
    if (dataset.cameras[c].is_composite) composites = groups.size();
    groups.push_back({c});
  }
  return groups;
}

}  // namespace calib
