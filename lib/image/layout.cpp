#include "image/layout.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

namespace calib {
namespace {

void require_distinct_names(const std::vector<Tile>& tiles) {
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      require(tiles[i].camera != tiles[j].camera,
              fmt::format("camera name '{}' is used twice; every camera needs its own name",
                          tiles[i].camera));
    }
  }
}

// The nearest lengths that are divisible by `parts`: "1280 or 1282".
std::string dividing_lengths(int length, int parts) {
  const int below = length / parts * parts;
  return below > 0 ? fmt::format("{} or {}", below, below + parts) : std::to_string(parts);
}

void require_division(const std::string& layout, int length, int parts, std::string_view what,
                      std::string_view lines) {
  require(
      length % parts == 0,
      fmt::format("layout {}: a frame {} of {} px does not divide into {} {}; {} would. Give the "
                  "rectangles with --roi NAME=X,Y,W,H instead",
                  layout, what, length, parts, lines, dividing_lengths(length, parts)));
}

std::vector<std::string> tile_names(const std::string& layout, std::size_t count,
                                    const std::vector<std::string>& names) {
  if (!names.empty()) {
    require(names.size() == count, fmt::format("layout {} has {} tiles, found {} names: {}", layout,
                                               count, names.size(), join(names, ",")));
    return names;
  }
  std::vector<std::string> defaults;
  for (std::size_t i = 0; i < count; ++i) defaults.push_back(fmt::format("cam{}", i));
  return defaults;
}

Tile parse_roi(const std::string& text, ImageSize frame) {
  const std::size_t equals = text.find('=');
  const auto numbers = equals == std::string::npos ? std::vector<std::string>{}
                                                   : split(text.substr(equals + 1), ',');
  std::int64_t values[4] = {};
  bool valid = numbers.size() == 4;
  for (std::size_t i = 0; valid && i < 4; ++i) {
    const auto value = parse_integer(numbers[i]);
    valid = value && *value >= (i < 2 ? 0 : 1) && *value < (1 << 30);
    if (valid) values[i] = *value;
  }
  require(valid, fmt::format("roi: found '{}', expected NAME=X,Y,W,H in whole pixels, such as "
                             "cam0=0,0,1280,720",
                             text));
  const auto [x, y, width, height] = values;
  require(x + width <= frame.width && y + height <= frame.height,
          fmt::format("roi {}: extends to {},{}, beyond the frame of {}", text, x + width,
                      y + height, to_text(frame)));
  return {text.substr(0, equals),
          {frame.width, frame.height, static_cast<int>(x), static_cast<int>(y),
           static_cast<int>(width), static_cast<int>(height)}};
}

}  // namespace

void check_camera_name(const std::string& name) {
  const bool valid = is_file_name(name) && name.find_first_of("=,") == std::string::npos;
  require(valid, fmt::format(
                     "'{}' is not a valid camera name: it is used as a folder name, so it must not "
                     "be empty, begin with '.', or contain / \\ = or a comma",
                     name));
}

std::vector<Tile> grid_tiles(const std::string& layout, ImageSize frame,
                             const std::vector<std::string>& names) {
  const auto [rows, columns] = parse_size(layout, "--layout (rows x columns, such as 2x2)");
  require_division(layout, frame.width, columns, "width", "columns");
  require_division(layout, frame.height, rows, "height", "rows");
  const int width = frame.width / columns, height = frame.height / rows;
  const auto count = static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
  const std::vector<std::string> cameras = tile_names(layout, count, names);
  std::vector<Tile> tiles;
  for (const std::string& camera : cameras) {
    check_camera_name(camera);
    const int i = static_cast<int>(tiles.size());
    tiles.push_back(
        {camera,
         {frame.width, frame.height, i % columns * width, i / columns * height, width, height}});
  }
  require_distinct_names(tiles);
  return tiles;
}

std::vector<Tile> roi_tiles(const std::vector<std::string>& rois, ImageSize frame) {
  std::vector<Tile> tiles;
  for (const std::string& roi : rois) {
    tiles.push_back(parse_roi(roi, frame));
    check_camera_name(tiles.back().camera);
  }
  require_distinct_names(tiles);
  return tiles;
}

}  // namespace calib
