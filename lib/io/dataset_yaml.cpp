// Reads and writes dataset.yaml, which lists the images or the video of each camera.

#include <fmt/format.h>

#include <algorithm>

#include "base/errors.hpp"
#include "base/named.hpp"
#include "base/text.hpp"
#include "io/artifact_parts.hpp"
#include "io/artifacts.hpp"
#include "io/yaml_writer.hpp"

namespace calib {
namespace {

std::string image_text(const ImageFile& image) {
  if (!image.time_s) return yaml_string(image.path);
  return fmt::format("{{path: {}, time_s: {}}}", yaml_string(image.path), time_text(*image.time_s));
}

// One path, or a list of those that follow one another.
std::string videos_text(const std::vector<std::string>& videos) {
  std::vector<std::string> texts;
  for (const std::string& video : videos) texts.push_back(yaml_string(video));
  return texts.size() == 1 ? texts.front() : fmt::format("[{}]", join(texts, ", "));
}

std::string camera_text(const DatasetCamera& camera) {
  require(!camera.has_video() || camera.images.empty(),
          fmt::format("camera '{}' has both a video and images", camera.name));
  std::string text = fmt::format("  {}:\n", yaml_string(camera.name));
  if (camera.image_size != ImageSize{})
    text += fmt::format("    image_size: {}\n", size_text(camera.image_size));
  if (camera.crop) text += fmt::format("    crop: {}\n", crop_text(*camera.crop));
  if (camera.has_video()) return text + fmt::format("    video: {}\n", videos_text(camera.videos));
  text += camera.images.empty() ? "    images: {}\n" : "    images:\n";
  for (const ImageFile& image : camera.images)
    text += fmt::format("      {}: {}\n", image.frame, image_text(image));
  return text;
}

// A dataset.yaml may come from someone else, and must not make calib read files outside its folder.
bool leads_outside(const std::filesystem::path& path) {
  return path.is_absolute() || std::find(path.begin(), path.end(), "..") != path.end();
}

std::string read_path(const YamlNode& node) {
  std::string path = node.text();
  if (path.empty()) node.fail(fmt::format("the path for {} is empty", node.what()));
  if (path.find('\0') != std::string::npos)
    node.fail(fmt::format("the path for {} contains a NUL", node.what()));
  if (leads_outside(path)) {
    node.fail(
        fmt::format("'{}' for {} leads out of this file's folder: put the file above the "
                    "images, or pass their folders, or --cam NAME=GLOB, instead of it",
                    path, node.what()));
  }
  return path;
}

std::vector<std::string> read_videos(const YamlNode& node) {
  if (!node.is_list()) return {read_path(node)};
  std::vector<std::string> videos;
  for (const YamlNode& item : node.items()) videos.push_back(read_path(item));
  if (videos.empty()) node.fail(fmt::format("{} has no entry, expected a video", node.what()));
  return videos;
}

// The path alone, or a map of path and time.
ImageFile read_image_file(std::int64_t frame, const YamlNode& node) {
  if (!node.is_map()) return {frame, read_path(node)};
  node.expect_keys({"path"}, {"time_s"});
  ImageFile image{frame, read_path(node["path"])};
  if (const auto time = node.find("time_s")) image.time_s = read_time_s(*time);
  return image;
}

std::vector<ImageFile> read_images(const YamlNode& node) {
  std::vector<ImageFile> images;
  const auto entries = node.entries();
  std::vector<std::pair<std::int64_t, std::size_t>> order;
  for (const auto& [key, value] : entries) {
    order.emplace_back(read_frame_key(key, value), images.size());
    images.push_back(read_image_file(order.back().first, value));
  }
  std::sort(order.begin(), order.end());
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (order[i].first == order[i - 1].first) {
      entries[order[i].second].second.fail_at_key(
          fmt::format("frame {} appears twice for this camera", order[i].first));
    }
  }
  std::sort(images.begin(), images.end(),
            [](const ImageFile& a, const ImageFile& b) { return a.frame < b.frame; });
  return images;
}

DatasetCamera read_dataset_camera(const std::string& name, const YamlNode& node) {
  require_camera_name(name, node);
  node.expect_keys({}, {"image_size", "crop", "images", "video"});
  DatasetCamera camera{.name = name};
  if (const auto size = node.find("image_size")) camera.image_size = read_size(*size);
  if (const auto crop = node.find("crop")) camera.crop = read_crop(*crop, camera.image_size);
  const auto images = node.find("images"), video = node.find("video");
  if (images.has_value() == video.has_value()) {
    node.fail_at_key(fmt::format("{} has {}, expected one of 'images' and 'video'", node.what(),
                                 images ? "both" : "neither images nor a video"));
  }
  if (images) camera.images = read_images(*images);
  if (video) camera.videos = read_videos(*video);
  return camera;
}

}  // namespace

std::string to_yaml(const Dataset& dataset) {
  std::string text = head_text("dataset");
  if (dataset.frame_rate_hz)
    text +=
        fmt::format("frame_rate_hz: {}\n", yaml_number(*dataset.frame_rate_hz, "frame_rate_hz"));
  text += dataset.cameras.empty() ? "cameras: {}\n" : "cameras:\n";
  for (const DatasetCamera& camera : dataset.cameras) text += camera_text(camera);
  require_camera_names(names_of(dataset.cameras));
  return text + tail_text(dataset.provenance);
}

template <>
Dataset parse_artifact(std::string text, const std::filesystem::path& file) {
  const YamlNode root = parse_kind(std::move(text), file, "dataset");
  root.expect_keys({"kind", "cameras"}, {"calib_version", "frame_rate_hz", "provenance"});
  Dataset dataset;
  dataset.root = file.parent_path();
  if (const auto rate = root.find("frame_rate_hz")) dataset.frame_rate_hz = read_frame_rate(*rate);
  for (const auto& [name, node] : root["cameras"].entries())
    dataset.cameras.push_back(read_dataset_camera(name, node));
  std::stable_sort(
      dataset.cameras.begin(), dataset.cameras.end(),
      [](const DatasetCamera& a, const DatasetCamera& b) { return natural_less(a.name, b.name); });
  if (const auto node = root.find("provenance")) dataset.provenance = read_provenance(*node);
  return dataset;
}

}  // namespace calib
