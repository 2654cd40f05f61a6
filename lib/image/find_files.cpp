#include "image/find_files.hpp"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <memory>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "image/decode.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

bool is_hidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

void add(FolderContents& contents, const fs::path& path) {
  require(is_utf8(path.string()),
          path.string() +
              ": the file name is not UTF-8, so it cannot be written to YAML files; "
              "rename the file");
  std::error_code error;
  if (is_hidden(path)) return;
  if (fs::is_directory(path, error)) {
    contents.folders.push_back(path);
  } else if (is_image_name(path)) {
    contents.images.push_back(path);
  } else if (is_video_name(path)) {
    contents.videos.push_back(path);
  } else if (is_unsupported_image_name(path)) {
    contents.unsupported.push_back(path);
  } else {
    ++contents.others;
  }
}

void sort(FolderContents& contents) {
  sort_naturally(contents.folders);
  sort_naturally(contents.images);
  sort_naturally(contents.videos);
  sort_naturally(contents.unsupported);
}

}  // namespace

void sort_naturally(std::vector<fs::path>& paths) {
  std::sort(paths.begin(), paths.end(), [](const fs::path& a, const fs::path& b) {
    return natural_less(a.string(), b.string());
  });
}

FolderContents list_folder(const fs::path& folder) {
  FolderContents contents;
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error))
    add(contents, entry->path());
  require(!error, fmt::format("{}: cannot be read: {}", folder.string(), error.message()));
  sort(contents);
  return contents;
}

bool is_glob(const std::string& text) {
  std::error_code error;
  return text.find_first_of("*?[") != std::string::npos && !fs::exists(text, error);
}

FolderContents expand_glob(const std::string& pattern) {
  glob_t matches{};
  const std::unique_ptr<glob_t, decltype(&::globfree)> cleanup(&matches, &::globfree);
  ::glob(pattern.c_str(), GLOB_NOSORT | GLOB_TILDE, nullptr, &matches);
  FolderContents contents;
  for (std::size_t i = 0; i < matches.gl_pathc; ++i) add(contents, matches.gl_pathv[i]);
  require(matches.gl_pathc > 0,
          fmt::format("{}: no file matches; check the folder and the pattern", pattern));
  sort(contents);
  return contents;
}

std::string image_suffixes() { return "png, jpg, bmp, tif, pgm, ppm or webp"; }

}  // namespace calib
