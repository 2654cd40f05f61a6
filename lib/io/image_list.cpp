#include "io/image_list.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "image/frame_key.hpp"
#include "io/opencv_storage.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMostListBytes = 1 << 24;

// The first list: of <opencv_storage> <images> "a.png" b.png ... </images> </opencv_storage> in
// XML.
std::vector<fs::path> names_in_storage(const std::string& text, const std::string& file) {
  std::vector<fs::path> names;
  const YamlNode root = parse_opencv_storage(text, file);
  if (!root.is_map()) return names;
  for (const auto& [key, node] : root.entries()) {
    if (!node.is_list()) continue;
    for (const YamlNode& name : node.items()) names.emplace_back(name.text());
    return names;
  }
  return names;
}

bool is_printable(const fs::path& name) {
  return std::none_of(name.native().begin(), name.native().end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

std::vector<fs::path> read_names(const fs::path& list) {
  std::vector<fs::path> names = names_in_storage(read_file(list, kMostListBytes), list.string());
  require(!names.empty() && std::all_of(names.begin(), names.end(), is_printable),
          fmt::format("{}: not an OpenCV image list; expected a sequence of image names",
                      list.string()));
  return names;
}

// Every second name, which are those of one camera.
std::vector<fs::path> every_second(const std::vector<fs::path>& names, std::size_t first) {
  std::vector<fs::path> side;
  for (std::size_t i = first; i < names.size(); i += 2) side.push_back(names[i]);
  return side;
}

bool all_distinct(std::vector<std::int64_t> frames) {
  std::sort(frames.begin(), frames.end());
  return std::adjacent_find(frames.begin(), frames.end()) == frames.end();
}

std::vector<std::int64_t> pair_frames(const std::vector<fs::path>& left,
                                      const std::vector<fs::path>& right) {
  const auto numbers = frame_numbers(left);
  if (numbers && numbers == frame_numbers(right) && all_distinct(*numbers)) return *numbers;
  std::vector<std::int64_t> places(left.size());
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = static_cast<std::int64_t>(i);
  return places;
}

// The path without extension and digits.
std::string text_of(const fs::path& name) {
  std::string text = (name.parent_path() / name.stem()).string();
  std::erase_if(text, [](char c) { return c >= '0' && c <= '9'; });
  return text;
}

// Whether this is a list of images of one camera, for which OpenCV uses the same format. In such a
// list, all names are the same apart from their numbers, and the two names of a pair have different
// numbers.
bool looks_like_one_camera(const std::vector<fs::path>& left, const std::vector<fs::path>& right) {
  const auto has_other_text = [&](const fs::path& name) {
    return text_of(name) != text_of(left.front());
  };
  if (std::any_of(left.begin(), left.end(), has_other_text)) return false;
  if (std::any_of(right.begin(), right.end(), has_other_text)) return false;
  return frame_numbers(left) != frame_numbers(right);
}

void require_pairs(const fs::path& list, const std::vector<fs::path>& names,
                   const std::vector<fs::path>& left, const std::vector<fs::path>& right) {
  require(names.size() % 2 == 0,
          fmt::format("{}: found {} names, expected pairs: left, right, left, right, ...",
                      list.string(), names.size()));
  require(!looks_like_one_camera(left, right),
          fmt::format("{}: {}, {}, ... look like the images of one camera, expected names that "
                      "alternate left, right; pass the images of one camera as a glob in quotes",
                      list.string(), names[0].string(), names[1].string()));
}

void require_some_exist(const fs::path& list, const std::vector<fs::path>& names) {
  const fs::path folder = list.parent_path();
  std::error_code error;
  const bool found = std::any_of(names.begin(), names.end(), [&](const fs::path& name) {
    return fs::exists(folder / name, error);
  });
  require(found, fmt::format("{}: none of its {} images exists (first: {}); names are relative to "
                             "the folder of the list",
                             list.string(), names.size(), (folder / names.front()).string()));
}

DatasetCamera make_camera(const std::string& name, const std::vector<fs::path>& files,
                          const std::vector<std::int64_t>& frames) {
  DatasetCamera camera;
  camera.name = name;
  for (std::size_t i = 0; i < files.size(); ++i)
    camera.images.push_back({frames[i], files[i].string()});
  std::sort(camera.images.begin(), camera.images.end(),
            [](const ImageFile& a, const ImageFile& b) { return a.frame < b.frame; });
  return camera;
}

}  // namespace

bool is_list_name(const fs::path& path) {
  const std::string suffix = path.extension().string();
  return suffix == ".xml" || suffix == ".yml" || suffix == ".yaml";
}

Dataset read_image_list(const fs::path& list) {
  const std::vector<fs::path> names = read_names(list);
  const std::vector<fs::path> left = every_second(names, 0), right = every_second(names, 1);
  require_pairs(list, names, left, right);
  require_some_exist(list, names);
  const std::vector<std::int64_t> frames = pair_frames(left, right);
  Dataset dataset;
  dataset.root = list.has_parent_path() ? list.parent_path() : fs::path(".");
  dataset.cameras = {make_camera("left", left, frames), make_camera("right", right, frames)};
  return dataset;
}

}  // namespace calib
