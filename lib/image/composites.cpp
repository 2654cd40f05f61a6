#include "image/composites.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/errors.hpp"
#include "image/decode.hpp"
#include "image/find_files.hpp"
#include "image/frame_key.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

FolderContents contents_of_file(const fs::path& path) {
  FolderContents contents;
  if (is_image_name(path)) contents.images = {path};
  if (is_video_name(path)) contents.videos = {path};
  require(
      !contents.images.empty() || !contents.videos.empty(),
      fmt::format("{}: not an image ({}) or a video by its name", path.string(), image_suffixes()));
  return contents;
}

FolderContents contents_of_input(const std::string& input) {
  std::error_code error;
  const bool glob = is_glob(input);
  require(glob || fs::exists(input, error), fmt::format("{}: no such file or folder", input));
  if (!glob && !fs::is_directory(input, error)) return contents_of_file(input);
  FolderContents contents = glob ? expand_glob(input) : list_folder(input);
  require(!contents.images.empty() || !contents.videos.empty(),
          fmt::format("{}: {} no image ({}) and no video of composite frames; give the folder that "
                      "directly contains them",
                      input, glob ? "matches" : "contains", image_suffixes()));
  if (contents.images.empty() || contents.videos.empty()) return contents;
  throw Error(fmt::format("{}: {} images ({}, ...) and videos ({}, ...); give only one kind", input,
                          glob ? "matches" : "contains",
                          contents.images.front().filename().string(),
                          contents.videos.front().filename().string()));
}

// The frame numbers of the images. Images without numbers in their names are sorted and counted.
std::vector<std::int64_t> image_frames(std::vector<fs::path>& images) {
  auto frames = frame_numbers(images);
  if (frames) {
    require_distinct_frames(images, *frames);
    return std::move(*frames);
  }
  sort_naturally(images);
  std::vector<std::int64_t> places(images.size());
  std::iota(places.begin(), places.end(), std::int64_t{0});
  return places;
}

Composites ordered_images(std::vector<fs::path> images) {
  const std::vector<std::int64_t> frames = image_frames(images);
  std::vector<std::size_t> order(images.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return frames[a] < frames[b]; });
  Composites composites;
  for (const std::size_t i : order) {
    composites.files.push_back(images[i]);
    composites.frames.push_back(frames[i]);
  }
  return composites;
}

}  // namespace

Composites find_composites(const std::vector<std::string>& inputs) {
  require(!inputs.empty(),
          "no composite frames given; expected images, a folder of images, a glob in quotes or a "
          "video");
  std::vector<fs::path> images, videos;
  for (const std::string& input : inputs) {
    const FolderContents contents = contents_of_input(input);
    images.insert(images.end(), contents.images.begin(), contents.images.end());
    videos.insert(videos.end(), contents.videos.begin(), contents.videos.end());
  }
  if (videos.empty()) return ordered_images(std::move(images));
  require(images.empty(),
          fmt::format("{} is an image and {} a video; give only one kind",
                      images.empty() ? "" : images.front().string(), videos.front().string()));
  return {videos, {}, true};
}

}  // namespace calib
