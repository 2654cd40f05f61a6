#include "image/dataset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "image/camera_sources.hpp"
#include "image/content_hash.hpp"
#include "image/frame_key.hpp"

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
  if (!source.video.empty()) camera.video = source.video.lexically_relative(root).string();
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

}  // namespace

Dataset discover_dataset(const std::vector<std::string>& inputs) {
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

std::string hash_contents(const Dataset& dataset, int jobs) {
  std::vector<const std::string*> files;
  for (const DatasetCamera& camera : dataset.cameras) {
    if (!camera.video.empty()) files.push_back(&camera.video);
    for (const ImageFile& image : camera.images) files.push_back(&image.path);
  }
  return hash_picture_files(
      files.size(), [&](std::size_t i) { return resolve(dataset, *files[i]); }, jobs);
}

std::vector<FrameRow> frame_table(const Dataset& dataset) {
  std::map<std::int64_t, std::vector<int>> rows;
  const std::size_t cameras = dataset.cameras.size();
  for (std::size_t c = 0; c < cameras; ++c) {
    const std::vector<ImageFile>& images = dataset.cameras[c].images;
    for (std::size_t i = 0; i < images.size(); ++i) {
      auto& row = rows.try_emplace(images[i].frame, cameras, -1).first->second;
      row[c] = static_cast<int>(i);
    }
  }
  std::vector<FrameRow> table;
  for (auto& [frame, images] : rows) table.push_back({frame, std::move(images)});
  return table;
}

fs::path resolve(const Dataset& dataset, const std::string& path) {
  const bool here = dataset.root.empty() || dataset.root == ".";
  return here ? fs::path(path) : dataset.root / path;
}

}  // namespace calib
