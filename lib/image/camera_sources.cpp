#include "image/camera_sources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "image/decode.hpp"
#include "image/find_files.hpp"
#include "image/layout.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kWildcards = "*?[";
constexpr std::string_view kSeparators = "_-. ";
constexpr std::string_view kDigits = "0123456789";

std::string strip_back(std::string text, std::string_view characters) {
  text.erase(text.find_last_not_of(characters) + 1);
  return text;
}

std::string strip_front(std::string text, std::string_view characters) {
  text.erase(0, std::min(text.size(), text.find_first_not_of(characters)));
  return text;
}

// The name of the folder, also if it is given as ".", ".." or "rig/".
std::string folder_name(const fs::path& folder) {
  fs::path full = fs::absolute(folder.empty() ? fs::path(".") : folder).lexically_normal();
  if (!full.has_filename()) full = full.parent_path();
  return full.filename().string();
}

std::string parent_name(const fs::path& path) { return folder_name(path / ".."); }

// The candidates that are valid as names, each once; "camera" if there are none.
std::vector<std::string> usable_names(const std::vector<std::string>& candidates) {
  std::vector<std::string> names;
  for (const std::string& name : candidates) {
    if (is_file_name(name) && std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(name);
  }
  if (names.empty()) names.emplace_back("camera");
  return names;
}

std::vector<std::string> stems_of(const std::vector<fs::path>& files) {
  std::vector<std::string> stems;
  for (const fs::path& file : files) stems.push_back(file.stem().string());
  return stems;
}

std::vector<std::string> names_from_folder(const fs::path& folder) {
  return usable_names({folder_name(folder), parent_name(folder)});
}

CameraSource folder_source(const fs::path& folder, std::vector<fs::path> images) {
  CameraSource source;
  source.origin = folder.string();
  source.names = names_from_folder(folder);
  source.texts = stems_of(images);
  source.images = std::move(images);
  return source;
}

CameraSource video_source(const fs::path& video) {
  CameraSource source;
  source.origin = video.string();
  source.names = usable_names({video.stem().string(), folder_name(video.parent_path())});
  source.video = video;
  return source;
}

// Throws Error if there are images, but none of a kind that can be decoded.
void require_supported(const FolderContents& contents) {
  require(contents.unsupported.empty() || !contents.images.empty(),
          fmt::format("{}: calib does not read images of this kind; convert them to png or jpg",
                      contents.unsupported.empty() ? "" : contents.unsupported.front().string()));
}

// The camera of a folder with images, with images in data/ (EuRoC), or with one video.
std::optional<CameraSource> camera_folder(const fs::path& folder) {
  FolderContents contents = list_folder(folder);
  if (!contents.images.empty()) return folder_source(folder, std::move(contents.images));
  if (contents.videos.empty()) require_supported(contents);
  std::error_code error;
  if (fs::is_directory(folder / "data", error)) {
    contents = list_folder(folder / "data");
    if (!contents.images.empty()) return folder_source(folder, std::move(contents.images));
  }
  if (contents.videos.size() != 1) return std::nullopt;
  CameraSource source = video_source(contents.videos.front());
  source.names = names_from_folder(folder);
  return source;
}

// "cam" for cam0 and cam1.
std::string name_without_digits(const fs::path& folder) {
  std::string name = folder_name(folder);
  std::erase_if(name, is_digit);
  return name;
}

std::vector<CameraSource> camera_folders(const std::vector<fs::path>& folders) {
  std::vector<CameraSource> sources;
  std::vector<fs::path> empty;
  std::set<std::string> used_names;
  for (const fs::path& folder : folders) {
    if (auto source = camera_folder(folder)) {
      sources.push_back(std::move(*source));
      used_names.insert(name_without_digits(folder));
    } else if (fs::is_empty(folder)) {
      empty.push_back(folder);
    }
  }
  for (const fs::path& folder : empty) {
    require(!used_names.contains(name_without_digits(folder)),
            fmt::format("{}: the folder is empty, but folders with similar names contain images; "
                        "remove it to continue without this camera",
                        folder.string()));
  }
  return sources;
}

std::vector<CameraSource> video_sources(const std::vector<fs::path>& videos) {
  std::vector<CameraSource> sources;
  for (const fs::path& video : videos) sources.push_back(video_source(video));
  return sources;
}

[[noreturn]] void fail_nothing_in(const fs::path& folder, const FolderContents& contents) {
  require_supported(contents);
  const std::size_t entries = contents.folders.size() + contents.others;
  throw Error(fmt::format(
      "{}: {}; expected one folder of images per camera (such as {}), images ({}) or videos",
      folder.string(),
      entries == 0 ? "the folder is empty"
                   : fmt::format("no images in this folder or its {} folders ({} other files)",
                                 contents.folders.size(), contents.others),
      (folder / "cam0" / "0001.png").string(), image_suffixes()));
}

// Throws Error if the folder contains two kinds of cameras, because a guess could be wrong.
void require_one_kind(const fs::path& folder, const FolderContents& contents,
                      const std::vector<CameraSource>& folders) {
  std::vector<std::string> kinds;
  if (!contents.images.empty())
    kinds.push_back(fmt::format("{} images ({}, ...)", contents.images.size(),
                                contents.images.front().filename().string()));
  if (!contents.videos.empty())
    kinds.push_back(fmt::format("{} videos ({}, ...)", contents.videos.size(),
                                contents.videos.front().filename().string()));
  if (!folders.empty())
    kinds.push_back(
        fmt::format("{} folders with images ({}, ...)", folders.size(), folders.front().name()));
  if (kinds.size() < 2) return;
  throw Error(fmt::format("{}: contains {} side by side; give the cameras one by one",
                          folder.string(), fmt::format("{}", fmt::join(kinds, " and "))));
}

// The text of a file name pattern before the first and after the last wildcard, without the suffix.
struct LiteralParts {
  std::string before, after;
};

LiteralParts literal_parts(const fs::path& pattern) {
  const std::string name = pattern.filename().string();
  const std::size_t first = name.find_first_of(kWildcards);
  if (first == std::string::npos) return {"", ""};
  const std::string tail = name.substr(name.find_last_of("*?]") + 1);
  return {name.substr(0, first), tail.substr(0, std::min(tail.size(), tail.find_last_of('.')))};
}

// The possible names of the camera of a glob, best first: left, left0 for 'left0*.jpg'; cam0 for
// 'cam0_*.png', where a separator shows that the digit is no part of the frame number; left for
// '*_left.png'; and last the name of the folder.
std::vector<std::string> names_from_glob(const fs::path& pattern, const fs::path& folder) {
  const LiteralParts literal = literal_parts(pattern);
  const std::string before = strip_back(literal.before, kSeparators);
  const std::string after = strip_front(literal.after, kSeparators);
  if (before.empty()) return usable_names({after, folder_name(folder)});
  if (before != literal.before) return usable_names({before, folder_name(folder)});
  return usable_names(
      {strip_back(strip_back(before, kDigits), kSeparators), before, folder_name(folder)});
}

CameraSource glob_source(const std::string& pattern, const fs::path& folder,
                         const std::vector<fs::path>& images, bool name_by_folder) {
  CameraSource source;
  source.origin = pattern;
  source.names = name_by_folder ? names_from_folder(folder) : names_from_glob(pattern, folder);
  source.images = images;
  const LiteralParts literal = literal_parts(pattern);
  for (std::string text : stems_of(images)) {
    if (text.starts_with(literal.before)) text.erase(0, literal.before.size());
    if (text.ends_with(literal.after)) text.erase(text.size() - literal.after.size());
    source.texts.push_back(std::move(text));
  }
  return source;
}

// A pattern that matches images in several folders ('cam*/*.png') gives one camera per folder.
std::vector<CameraSource> image_glob_sources(const std::string& pattern,
                                             const std::vector<fs::path>& images) {
  std::map<fs::path, std::vector<fs::path>> by_folder;
  for (const fs::path& image : images) by_folder[image.parent_path()].push_back(image);
  std::vector<CameraSource> sources;
  for (const auto& [folder, files] : by_folder)
    sources.push_back(glob_source(pattern, folder, files, by_folder.size() > 1));
  return sources;
}

std::vector<CameraSource> glob_sources(const std::string& pattern) {
  const FolderContents found = expand_glob(pattern);
  if (!found.images.empty()) return image_glob_sources(pattern, found.images);
  std::vector<CameraSource> sources = camera_folders(found.folders);
  std::vector<CameraSource> videos = video_sources(found.videos);
  std::move(videos.begin(), videos.end(), std::back_inserter(sources));
  if (sources.empty()) require_supported(found);
  require(
      !sources.empty(),
      fmt::format("{}: matches {} files and {} folders, but none of them is an image ({}), a video "
                  "or a folder of images",
                  pattern, found.others, found.folders.size(), image_suffixes()));
  return sources;
}

std::vector<CameraSource> existing_path_sources(const fs::path& path) {
  if (fs::is_directory(path)) {
    auto source = camera_folder(path);
    require(
        source.has_value(),
        fmt::format("{}: this folder contains neither images ({}) nor a single video; expected the "
                    "folder of one camera",
                    path.string(), image_suffixes()));
    return {std::move(*source)};
  }
  if (is_video_name(path)) return {video_source(path)};
  require(
      !is_image_name(path),
      fmt::format("{}: a single image does not tell which camera it belongs to; give the folder "
                  "of each camera, or a glob in quotes such as 'left*.jpg'",
                  path.string()));
  throw Error(fmt::format(
      "{}: expected a folder, a glob in quotes, a video or an OpenCV image list", path.string()));
}

std::vector<CameraSource> named_source(const std::string& name, const std::string& input) {
  check_camera_name(name);
  std::vector<CameraSource> sources = sources_of_input(input);
  require(sources.size() == 1,
          fmt::format("{}={}: found the images of {} cameras, expected those of one", name, input,
                      sources.size()));
  sources.front().names = {name};
  return sources;
}

}  // namespace

std::vector<CameraSource> sources_in_folder(const fs::path& folder) {
  FolderContents contents = list_folder(folder);
  std::vector<CameraSource> folders = camera_folders(contents.folders);
  require_one_kind(folder, contents, folders);
  if (!contents.images.empty()) return {folder_source(folder, std::move(contents.images))};
  if (!contents.videos.empty()) return video_sources(contents.videos);
  if (!folders.empty()) return folders;
  std::error_code error;
  if (fs::is_directory(folder / "mav0", error)) return sources_in_folder(folder / "mav0");
  fail_nothing_in(folder, contents);
}

std::vector<CameraSource> sources_of_input(const std::string& input) {
  std::error_code error;
  if (fs::exists(input, error)) return existing_path_sources(input);
  const std::size_t equals = input.find('=');
  if (equals != std::string::npos && input.find('/') > equals)
    return named_source(input.substr(0, equals), input.substr(equals + 1));
  if (is_glob(input)) return glob_sources(input);
  throw Error(fmt::format("{}: no such file or folder", input));
}

// The first file of a camera.
fs::path first_file(const CameraSource& source) {
  return source.video.empty() ? source.images.front() : source.video;
}

void require_different_sources(const CameraSource& a, const CameraSource& b) {
  std::error_code error;
  require(!fs::equivalent(first_file(a), first_file(b), error),
          fmt::format("{}: the same pictures are given twice{}: each camera needs its own",
                      a.origin, a.origin == b.origin ? "" : ", also as " + b.origin));
}

void settle_names(std::vector<CameraSource>& sources) {
  while (true) {
    std::map<std::string, std::vector<std::size_t>> users;
    for (std::size_t i = 0; i < sources.size(); ++i) users[sources[i].name()].push_back(i);
    bool changed = false;
    for (const auto& [name, indices] : users) {
      if (indices.size() < 2) continue;
      bool moved = false;
      for (const std::size_t i : indices) {
        if (sources[i].names.size() < 2) continue;
        sources[i].names.erase(sources[i].names.begin());
        moved = true;
      }
      if (!moved) require_different_sources(sources[indices[0]], sources[indices[1]]);
      require(moved, fmt::format(
                         "{} and {}: both cameras would be named '{}'; give each its own name, for "
                         "example left={}",
                         sources[indices[0]].origin, sources[indices[1]].origin, name,
                         sources[indices[0]].origin));
      changed = true;
    }
    if (!changed) return;
  }
}

}  // namespace calib
