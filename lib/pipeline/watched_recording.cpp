#include "pipeline/watched_recording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <opencv2/imgproc.hpp>
#include <tuple>
#include <utility>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "image/find_files.hpp"
#include "image/image_stream.hpp"
#include "image/write_image.hpp"
#include "pipeline/inputs_hash.hpp"
#include "pipeline/open_dataset.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

bool holds_pictures(const fs::path& folder) {
  const FolderContents contents = list_folder(folder);
  return !contents.images.empty() || !contents.videos.empty();
}

// Whether a folder has pictures, also in data/ (EuRoC). Other inputs are taken to have some.
bool has_pictures(const fs::path& input) {
  std::error_code error;
  if (!fs::is_directory(input, error)) return true;
  return holds_pictures(input) ||
         (fs::is_directory(input / "data", error) && holds_pictures(input / "data"));
}

// The folders of cameras that the inputs name: those in the only folder, or the inputs themselves.
std::vector<std::string> camera_inputs(const std::vector<std::string>& inputs) {
  std::error_code error;
  if (inputs.size() != 1 || !fs::is_directory(inputs.front(), error) ||
      has_pictures(inputs.front()))
    return inputs;
  std::vector<std::string> folders;
  for (const fs::path& folder : list_folder(inputs.front()).folders)
    folders.push_back(folder.string());
  return folders.empty() ? inputs : folders;
}

void require_existing(const RecordingInputs& inputs) {
  require(!inputs.dataset.empty() || !inputs.cameras.empty(),
          "no input was named: give the folder in which pictures will arrive, with one folder per "
          "camera");
  std::error_code error;
  for (const std::string& input : inputs.dataset) {
    require(is_glob(input) || input.find('=') != std::string::npos || fs::exists(input, error),
            fmt::format("{}: no such file or folder; make the folder that the recorder writes to "
                        "before you watch it",
                        input));
  }
}

std::string preview_of(const cv::Mat& gray) {
  constexpr int kWidth = 640, kQuality = 80;
  cv::Mat small = gray;
  if (gray.cols > kWidth)
    cv::resize(gray, small, {kWidth, std::max(1, gray.rows * kWidth / gray.cols)}, 0, 0,
               cv::INTER_AREA);
  return encode_image("preview.jpg", small, kQuality);
}

fs::path without_slash(const fs::path& path) {
  return path.has_filename() ? path : path.parent_path();
}

}  // namespace

WatchedRecording::WatchedRecording(RecordingInputs inputs, Board board, DetectOptions options,
                                   Context context, double patience_s)
    : inputs_(std::move(inputs)),
      board_(std::move(board)),
      options_(options),
      context_(context),
      patience_s_(patience_s) {
  if (!inputs_.live.sources.empty()) {
    require(inputs_.dataset.size() == 1 && inputs_.cameras.empty(),
            "--live: give one folder, into which the cameras film, and no --cam");
    recorder_ = std::make_unique<LiveRecorder>(inputs_.live, inputs_.dataset.front(),
                                               has_views(inputs_.composites), context_.jobs);
  }
  require_existing(inputs_);
}

Dataset WatchedRecording::open() {
  Dataset dataset = open_inputs();
  if (!has_views(inputs_.composites)) select_video_frames(dataset, {.every = 0}, 0);
  return dataset;
}

Dataset WatchedRecording::open_inputs() {
  if (has_views(inputs_.composites)) {
    if (tiles_.empty()) {
      for (const DatasetCamera& camera :
           composite_dataset(inputs_.dataset, inputs_.composites).cameras)
        tiles_.push_back({camera.name, camera.crop.value()});
    }
    Dataset dataset = composite_dataset(inputs_.dataset, tiles_);
    select_video_frames(dataset, {.every = 0}, 0);
    apply_times(dataset, inputs_.times);
    return dataset;
  }
  empty_folders_.clear();
  std::vector<std::string> folders;
  for (const std::string& input : camera_inputs(inputs_.dataset))
    (has_pictures(input) ? folders : empty_folders_).push_back(input);
  if (empty_folders_.empty() || folders.empty())
    return open_dataset(inputs_.dataset, inputs_.cameras, inputs_.times);
  Dataset dataset = open_dataset(folders, inputs_.cameras, inputs_.times);
  // A single camera folder would otherwise be taken for the dataset, and its images named relative
  // to it.
  if (inputs_.dataset.size() == 1) {
    const fs::path root = without_slash(inputs_.dataset.front());
    for (DatasetCamera& camera : dataset.cameras) {
      for (ImageFile& image : camera.images)
        image.path = resolve(dataset, image.path).lexically_relative(root).string();
      for (std::string& video : camera.videos)
        video = resolve(dataset, video).lexically_relative(root).string();
    }
    dataset.root = root;
  }
  return dataset;
}

// Reading a video up to its new frames takes time, so that a long one is not read again at once.
bool WatchedRecording::has_grown(const Dataset& dataset, const DatasetCamera& camera) {
  std::uintmax_t bytes = 0;
  std::error_code error;
  for (const std::string& video : camera.videos)
    bytes += fs::file_size(resolve(dataset, video), error);
  VideoState& state = videos_[video_text(camera)];
  if (bytes == state.bytes || state.since.seconds() < 4 * state.cost_s) return false;
  state.bytes = bytes;
  return true;
}

// The files and frames that were not read yet.
Dataset WatchedRecording::fresh_part(const Dataset& all) {
  Dataset fresh = all;
  std::map<std::string, bool> grown;
  for (const std::vector<std::size_t>& cameras : cameras_by_picture(all)) {
    const DatasetCamera& first = all.cameras[cameras.front()];
    const bool is_read = first.has_video() && has_grown(all, first);
    for (const std::size_t c : cameras) {
      DatasetCamera& camera = fresh.cameras[c];
      std::erase_if(camera.images, [&](const ImageFile& image) {
        return done_.contains(resolve(all, image.path));
      });
      if (!first.has_video()) continue;
      if (is_read) {
        camera.selection.start = static_cast<int>(videos_[video_text(first)].next);
      } else {
        camera.videos.clear();
        camera.video_frames.clear();
      }
    }
  }
  return fresh;
}

// Whether a file that cannot be decoded has not changed for so long that it is broken.
bool WatchedRecording::is_settled(const fs::path& file) {
  std::error_code error;
  const std::uintmax_t bytes = fs::file_size(file, error);
  const fs::file_time_type written = fs::last_write_time(file, error);
  const auto [place, is_new] = waiting_.try_emplace(file, Waiting{bytes, written, {}});
  Waiting& state = place->second;
  if (!is_new && (state.bytes != bytes || state.written != written)) state = {bytes, written, {}};
  return state.since.seconds() >= patience_s_;
}

void WatchedRecording::read(const Dataset& fresh, std::vector<WatchedPicture>& pictures) {
  std::mutex mutex;
  const auto work = [&](LoadedImage& image) {
    const Stopwatch watch;
    const DatasetCamera& camera = fresh.cameras[image.camera];
    WatchedPicture picture{camera.name, image.path, image.frame, {}, {{}, image.problem}};
    if (image.problem.empty()) {
      picture.size = {image.pixels.cols, image.pixels.rows};
      picture.detection = find_board(image.pixels, board_, options_);
    }
    picture.seconds = image.decode_s + watch.seconds();
    if (makes_previews_ && image.problem.empty()) picture.preview = preview_of(image.pixels);
    const std::lock_guard lock(mutex);
    if (camera.has_video()) {
      // The end of a video that grows cannot be decoded.
      if (!image.problem.empty()) return;
      std::size_t& position = videos_[video_text(camera)].next;
      position = std::max(
          position, image.index + static_cast<std::size_t>(std::max(1, camera.selection.every)));
    } else {
      const fs::path file = resolve(fresh, image.path);
      picture.is_broken = !image.problem.empty();
      if (picture.is_broken && !is_settled(file)) return;
      done_.insert(file);
      waiting_.erase(file);
    }
    ImageSize& size = sizes_[camera.name];
    if (size == ImageSize{}) size = picture.size;
    const bool has_other_size = !picture.is_broken && picture.size != size;
    if (has_other_size) {
      picture.is_broken = true;
      picture.detection = {{},
                           fmt::format("size {}, expected {} like the camera's other images",
                                       to_text(picture.size), to_text(size))};
    }
    Seen seen{picture.detection.corners,
              picture.detection.reason,
              picture.is_broken,
              {},
              image.path,
              image.time_s,
              has_other_size ? picture.size : ImageSize{}};
    std::string key = resolve(fresh, image.path).string();
    if (camera.has_video()) {
      seen.frame = image.frame;
      key = std::to_string(image.index);
    }
    seen_[camera.name][key] = std::move(seen);
    pictures.push_back(std::move(picture));
  };
  for_each_image(fresh, PixelFormat::kGray8, context_.jobs, work);
}

std::vector<WatchedPicture> WatchedRecording::poll() {
  if (recorder_) recorder_->take_shot();
  std::vector<WatchedPicture> pictures;
  const Stopwatch watch;
  try {
    dataset_ = open();
    problem_.clear();
    read(fresh_part(dataset_), pictures);
  } catch (const Error& error) {
    problem_ = error.what();
  }
  for (auto& [name, video] : videos_) {
    if (pictures.empty()) continue;
    video.cost_s = watch.seconds();
    video.since = {};
  }
  std::sort(pictures.begin(), pictures.end(), [](const auto& a, const auto& b) {
    return std::tie(a.frame, a.camera, a.path) < std::tie(b.frame, b.camera, b.path);
  });
  return pictures;
}

std::vector<std::string> WatchedRecording::silent_cameras() const {
  return recorder_ ? recorder_->silent_cameras() : std::vector<std::string>();
}

// The pictures of dataset_ that were read.
Dataset WatchedRecording::seen_part() const {
  Dataset seen = dataset_;
  for (DatasetCamera& camera : seen.cameras) {
    std::erase_if(camera.images, [&](const ImageFile& image) {
      return !done_.contains(resolve(dataset_, image.path));
    });
  }
  return seen;
}

Observations WatchedRecording::observations(bool with_provenance) const {
  const Dataset dataset = seen_part();
  Observations result{board_, {}, {}, {}, {}, dataset.frame_rate_hz};
  for (std::size_t c = 0; c < dataset.cameras.size(); ++c) {
    const DatasetCamera& camera = dataset.cameras[c];
    const auto size = sizes_.find(camera.name);
    result.cameras.push_back(
        {camera.name, size == sizes_.end() ? ImageSize{} : size->second, camera.crop});
    const auto of_camera = seen_.find(camera.name);
    if (of_camera == seen_.end()) continue;
    const auto add = [&](std::int64_t frame, const std::string& path, const Seen& seen,
                         std::optional<double> time_s) {
      const ViewRef place{static_cast<int>(c), frame};
      if (seen.reason.empty()) {
        result.views.push_back({place, path, seen.corners, time_s});
      } else {
        result.missing.push_back({place, path, seen.reason, seen.is_broken, seen.other_size});
      }
    };
    // The frame number of a picture may change as more pictures arrive, because the numbers are
    // found by comparing all names.
    for (const ImageFile& image : camera.images) {
      const auto seen = of_camera->second.find(resolve(dataset, image.path).string());
      if (seen != of_camera->second.end()) add(image.frame, image.path, seen->second, image.time_s);
    }
    for (const auto& [key, seen] : of_camera->second)
      if (seen.frame) add(*seen.frame, seen.path, seen, seen.time_s);
  }
  sort_views(result.views);
  sort_views(result.missing);
  if (with_provenance)
    result.provenance = detect_provenance(dataset_hash(dataset, context_.jobs), board_, options_);
  return result;
}

}  // namespace calib
