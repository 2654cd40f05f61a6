#include "image/image_stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/parallel.hpp"
#include "base/stopwatch.hpp"
#include "base/text.hpp"
#include "image/gray_range.hpp"
#include "image/video_sequence.hpp"

namespace calib {
namespace {

using Cameras = std::vector<std::size_t>;  // those that share their pictures

// A decoded picture and the cameras that share it.
struct Picture {
  const Cameras* cameras = nullptr;
  std::size_t index = 0;
  std::int64_t frame = 0;
  std::optional<double> time_s;
  std::string path;
  DecodedImage image;
  double decode_s = 0;
};
using PictureWork = std::function<void(const Picture&)>;

void stream_files(const Dataset& dataset, const std::vector<Cameras>& groups, PixelFormat format,
                  int jobs, const PictureWork& work, const FrameFilter& wanted) {
  std::vector<std::pair<const Cameras*, std::size_t>> all;  // with the index of the image
  for (const Cameras& cameras : groups) {
    const std::vector<ImageFile>& images = dataset.cameras[cameras.front()].images;
    for (std::size_t i = 0; i < images.size(); ++i)
      if (!wanted || wanted(images[i].frame)) all.emplace_back(&cameras, i);
  }
  parallel_for(all.size(), jobs, [&](std::size_t k) {
    const auto& [cameras, index] = all[k];
    const ImageFile& file = dataset.cameras[cameras->front()].images[index];
    Picture picture{cameras, index, file.frame, file.time_s, file.path, {}};
    const Stopwatch watch;
    picture.image = decode_image(resolve(dataset, file.path), format);
    picture.decode_s = watch.seconds();
    work(picture);
  });
}

void stream_video(const Dataset& dataset, const Cameras& cameras, PixelFormat format, int jobs,
                  const PictureWork& work, const FrameFilter& wanted) {
  const DatasetCamera& camera = dataset.cameras[cameras.front()];
  VideoSequence video(resolve(dataset, camera.videos));
  const std::vector<VideoFrame>& listed = camera.video_frames;
  const auto frame_at = [&](std::size_t position) {
    return listed.empty() ? static_cast<std::int64_t>(position) : listed.at(position).frame;
  };
  const auto is_listed = [&](std::size_t position) {
    return listed.empty() || position < listed.size();
  };
  const auto is_wanted = [&](std::size_t position) {
    return camera.selection.takes(position) &&
           (!is_listed(position) || !wanted || wanted(frame_at(position)));
  };
  const auto next = [&](Picture& picture) {
    SequenceFrame read;
    const Stopwatch watch;
    if (!video.read_wanted(format, is_wanted, camera.selection.end, read)) return false;
    if (!is_listed(read.position)) return false;
    picture = {&cameras,
               read.position,
               frame_at(read.position),
               {},
               fmt::format("{}#{}", camera.videos[read.video], read.index),
               std::move(read.image)};
    picture.decode_s = watch.seconds();
    if (!listed.empty()) {
      picture.time_s = listed[picture.index].time_s;
    } else if (!dataset.frame_rate_hz) {
      picture.time_s = read.time_s;
    }
    return true;
  };
  parallel_stream<Picture>(jobs, next, [&](Picture& picture) { work(picture); });
}

void for_each_picture(const Dataset& dataset, PixelFormat format, int jobs, const PictureWork& work,
                      const FrameFilter& wanted) {
  const std::vector<Cameras> groups = cameras_by_picture(dataset);
  stream_files(dataset, groups, format, jobs, work, wanted);
  for (const Cameras& cameras : groups)
    if (dataset.cameras[cameras.front()].has_video())
      stream_video(dataset, cameras, format, jobs, work, wanted);
}

LoadedImage loaded(const Picture& picture, std::size_t camera, DecodedImage image) {
  return {camera,
          picture.index,
          picture.frame,
          picture.time_s,
          picture.path,
          std::move(image.pixels),
          std::move(image.problem),
          picture.decode_s / static_cast<double>(picture.cameras->size())};
}

bool has_composites(const Dataset& dataset) {
  return std::any_of(dataset.cameras.begin(), dataset.cameras.end(),
                     [](const DatasetCamera& camera) { return camera.is_composite; });
}

}  // namespace

DecodedImage view_of(const DatasetCamera& camera, const DecodedImage& picture) {
  if (!camera.is_composite || !picture.problem.empty()) return picture;
  const CropInfo& crop = camera.crop.value();
  const ImageSize size{picture.pixels.cols, picture.pixels.rows},
      expected{crop.source_width, crop.source_height};
  if (size != expected) {
    return {
        {},
        fmt::format("is {}, expected {} like the other frames", to_text(size), to_text(expected))};
  }
  // A copy: filters would read the pixels of the neighbors of a part.
  return {picture.pixels(cv::Rect(crop.x, crop.y, crop.width, crop.height)).clone(), ""};
}

void for_each_image(const Dataset& dataset, PixelFormat format, int jobs,
                    const std::function<void(LoadedImage&)>& work, const FrameFilter& wanted) {
  // The range of gray levels is that of each view, not that of the whole composite.
  const bool is_late_gray = format == PixelFormat::kGray8 && has_composites(dataset);
  const auto work_on_views = [&](const Picture& picture) {
    for (const std::size_t c : *picture.cameras) {
      LoadedImage image = loaded(picture, c, view_of(dataset.cameras[c], picture.image));
      if (is_late_gray && image.problem.empty()) image.pixels = to_gray8(image.pixels);
      work(image);
    }
  };
  for_each_picture(dataset, is_late_gray ? PixelFormat::kGray : format, jobs, work_on_views,
                   wanted);
}

void for_each_composite(const Dataset& dataset, PixelFormat format, int jobs,
                        const std::function<void(LoadedImage&)>& work) {
  for_each_picture(dataset, format, jobs,
                   [&](const Picture& picture) {
                     LoadedImage image = loaded(picture, picture.cameras->front(), picture.image);
                     work(image);
                   },
                   {});
}

std::string image_path(const Dataset& dataset, std::size_t camera, std::size_t index) {
  const DatasetCamera& source = dataset.cameras[camera];
  return source.has_video() ? fmt::format("{}#{}", video_text(source), index)
                            : source.images[index].path;
}

bool has_video(const Dataset& dataset) {
  return std::any_of(dataset.cameras.begin(), dataset.cameras.end(),
                     [](const DatasetCamera& camera) { return camera.has_video(); });
}

std::size_t count_images(const Dataset& dataset) {
  std::size_t count = 0;
  for (const Cameras& cameras : cameras_by_picture(dataset)) {
    const DatasetCamera& camera = dataset.cameras[cameras.front()];
    std::size_t of_each = camera.images.size();
    if (camera.has_video()) {
      of_each = camera.selection.count(
          camera.video_frames.empty()
              ? VideoSequence(resolve(dataset, camera.videos)).stated_frames()
              : camera.video_frames.size());
    }
    count += of_each * cameras.size();
  }
  return count;
}

}  // namespace calib
