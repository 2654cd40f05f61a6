#include "image/image_stream.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/errors.hpp"
#include "base/parallel.hpp"
#include "base/stopwatch.hpp"
#include "image/video.hpp"

namespace calib {
namespace {

LoadedImage start_image(const Dataset& dataset, std::size_t camera, std::size_t index,
                        std::int64_t frame) {
  LoadedImage image;
  image.camera = camera;
  image.index = index;
  image.frame = frame;
  image.path = image_path(dataset, camera, index);
  return image;
}

void stream_files(const Dataset& dataset, PixelFormat format, int jobs,
                  const std::function<void(LoadedImage&)>& work, const FrameFilter& wanted) {
  std::vector<std::pair<std::size_t, std::size_t>> all;  // camera, index
  for (std::size_t c = 0; c < dataset.cameras.size(); ++c)
    for (std::size_t i = 0; i < dataset.cameras[c].images.size(); ++i)
      if (!wanted || wanted(dataset.cameras[c].images[i].frame)) all.emplace_back(c, i);
  parallel_for(all.size(), jobs, [&](std::size_t k) {
    const auto [camera, index] = all[k];
    LoadedImage image =
        start_image(dataset, camera, index, dataset.cameras[camera].images[index].frame);
    const Stopwatch watch;
    DecodedImage decoded = decode_image(resolve(dataset, image.path), format);
    image.pixels = std::move(decoded.pixels);
    image.problem = std::move(decoded.problem);
    image.time_s = dataset.cameras[camera].images[index].time_s;
    image.decode_s = watch.seconds();
    work(image);
  });
}

void stream_video(const Dataset& dataset, std::size_t camera, PixelFormat format, int jobs,
                  const std::function<void(LoadedImage&)>& work, const FrameFilter& wanted) {
  VideoReader video(resolve(dataset, dataset.cameras[camera].video));
  const std::vector<VideoFrame>& listed = dataset.cameras[camera].video_frames;
  const auto frame_at = [&](std::size_t position) {
    return listed.empty() ? static_cast<std::int64_t>(position) : listed.at(position).frame;
  };
  bool ended = false;
  const auto is_listed = [&] { return listed.empty() || video.position() < listed.size(); };
  const auto next_is_wanted = [&] { return !wanted || wanted(frame_at(video.position())); };
  const auto next = [&](LoadedImage& image) {
    while (!ended && is_listed() && !next_is_wanted()) ended = !video.skip();
    if (ended || !is_listed()) return false;
    const Stopwatch watch;
    image = start_image(dataset, camera, video.position(), frame_at(video.position()));
    const bool read = video.read(format, image.pixels);
    image.decode_s = watch.seconds();
    if (!listed.empty()) {
      image.time_s = listed[image.index].time_s;
    } else if (!dataset.frame_rate_hz) {
      image.time_s = video.time_s();
    }
    if (read) return true;
    ended = true;
    image.problem = video.shortfall();  // reported once, at the first missing frame
    return !image.problem.empty();
  };
  parallel_stream<LoadedImage>(jobs, next, work);
}

}  // namespace

void for_each_image(const Dataset& dataset, PixelFormat format, int jobs,
                    const std::function<void(LoadedImage&)>& work, const FrameFilter& wanted) {
  stream_files(dataset, format, jobs, work, wanted);
  for (std::size_t c = 0; c < dataset.cameras.size(); ++c)
    if (!dataset.cameras[c].video.empty()) stream_video(dataset, c, format, jobs, work, wanted);
}

std::string image_path(const Dataset& dataset, std::size_t camera, std::size_t index) {
  const DatasetCamera& source = dataset.cameras[camera];
  return source.video.empty() ? source.images[index].path
                              : fmt::format("{}#{}", source.video, index);
}

std::size_t count_images(const Dataset& dataset) {
  std::size_t count = 0;
  for (const DatasetCamera& camera : dataset.cameras) {
    const bool is_listed = camera.video.empty() || !camera.video_frames.empty();
    count += is_listed ? camera.images.size() + camera.video_frames.size()
                       : VideoReader(resolve(dataset, camera.video)).stated_frames();
  }
  return count;
}

}  // namespace calib
