#include "image/image_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <opencv2/core.hpp>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "image/decode.hpp"
#include "image/frame_key.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMostListBytes = 1 << 24;

// cv::FileStorage calls itself for each level, without a limit, until the stack ends. The names of
// a list are one level, or two in XML.
bool may_be_deep(std::string_view text) {
  constexpr int kMostOpenings = 5000;
  int openings = 0;
  char previous = '\n';  // on this line, blanks aside
  for (const char c : text) {
    if (c == '[' || c == '{' || c == '<' || (c == '-' && previous == '-')) ++openings;
    if (c != ' ' && c != '\t') previous = c;
  }
  return openings > kMostOpenings;
}

std::vector<fs::path> read_names(const fs::path& list) {
  const std::string bytes = read_file(list, kMostListBytes);
  require(!may_be_deep(bytes),
          fmt::format("{}: nested too deeply for an OpenCV image list; expected a sequence of "
                      "image names",
                      list.string()));
  std::vector<fs::path> names;
  try {
    const cv::FileStorage storage(bytes, cv::FileStorage::READ | cv::FileStorage::MEMORY);
    const cv::FileNode node = storage.getFirstTopLevelNode();
    if (node.isSeq()) {
      for (const cv::FileNode& name : node)
        if (name.isString()) names.emplace_back(name.string());
    }
  } catch (const cv::Exception&) {
    names.clear();
  }
  require(!names.empty(),
          fmt::format("{}: not an OpenCV image list; expected a sequence of image names",
                      list.string()));
  return names;
}

// The names of one camera: every second one.
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

// A name's text without its digits.
std::string text_of(const fs::path& name) {
  std::string text = (name.parent_path() / name.stem()).string();
  std::erase_if(text, [](char c) { return c >= '0' && c <= '9'; });
  return text;
}

// The same format lists the images of one camera for OpenCV's mono calibration: then the names have
// one text, and the numbers run through the list instead of agreeing within a pair.
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
                      "alternate left, right; name one camera's images by a glob in quotes",
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
  silence_opencv();
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
