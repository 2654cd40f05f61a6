// Points as JSON: {"frames": [...], "points": [...], "cameras": {"a": [[[x, y], null, ...], ...]}}
// with one list per frame and one entry per point, and in place of "cameras", for positions,
// "positions", "residual_px", "views" and "covariance".

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "io/track_files.hpp"

namespace calib {
namespace {

using PointJson = nlohmann::ordered_json;

PointJson parse_json(const std::filesystem::path& file) {
  PointJson json = PointJson::parse(read_file(file), nullptr, false);
  require(!json.is_discarded() && json.is_object(),
          file.string() + ": is not JSON with an object, expected {\"frames\": ..., ...}");
  return json;
}

const PointJson& member(const PointJson& json, const char* key, const std::string& file) {
  require(json.is_object() && json.contains(key),
          fmt::format("{}: has no '{}', expected \"frames\", \"points\" and \"cameras\" or "
                      "\"positions\"",
                      file, key));
  return json[key];
}

// The lists of frames and points of a file.
struct JsonAxes {
  std::string file;
  std::vector<std::int64_t> frames;
  std::vector<std::string> points;
};

JsonAxes read_axes(const PointJson& json, const std::filesystem::path& file) {
  JsonAxes axes{file.string(), {}, {}};
  for (const PointJson& frame : member(json, "frames", axes.file)) {
    require(
        frame.is_number_integer(),
        fmt::format("{}: found {} in 'frames', expected whole numbers", axes.file, frame.dump()));
    axes.frames.push_back(frame.get<std::int64_t>());
  }
  for (const PointJson& point : member(json, "points", axes.file)) {
    require(point.is_string(),
            fmt::format("{}: found {} in 'points', expected names", axes.file, point.dump()));
    axes.points.push_back(point.get<std::string>());
  }
  return axes;
}

// Calls take(frame, point, entry) for each entry of a list of lists that is not null.
template <class Take>
void for_each_entry(const PointJson& lists, const JsonAxes& axes, const std::string& what,
                    const Take& take) {
  require(lists.is_array() && lists.size() == axes.frames.size(),
          fmt::format("{}: found {} lists for {}, expected one for each of the {} frames",
                      axes.file, lists.size(), what, axes.frames.size()));
  for (std::size_t f = 0; f < lists.size(); ++f) {
    require(lists[f].is_array() && lists[f].size() == axes.points.size(),
            fmt::format("{}: found {} entries for {} in frame {}, expected one for each of the {} "
                        "points",
                        axes.file, lists[f].size(), what, axes.frames[f], axes.points.size()));
    for (std::size_t p = 0; p < lists[f].size(); ++p)
      if (!lists[f][p].is_null()) take(f, p, lists[f][p]);
  }
}

std::vector<double> numbers_of(const PointJson& entry, std::size_t least, std::size_t most,
                               const std::string& what, const JsonAxes& axes) {
  const bool fits = entry.is_array() && entry.size() >= least && entry.size() <= most &&
                    std::all_of(entry.begin(), entry.end(),
                                [](const PointJson& value) { return value.is_number(); });
  require(fits, fmt::format("{}: found {} for {}, expected {} numbers or null", axes.file,
                            entry.dump(), what, least));
  return entry.get<std::vector<double>>();
}

// Names that are not UTF-8 get replacement characters.
std::string text_of(const PointJson& json) {
  return json.dump(-1, ' ', false, PointJson::error_handler_t::replace) + "\n";
}

// A list of entries for each frame, all of them null at first.
PointJson empty_lists(std::size_t frames, std::size_t points) {
  return PointJson(frames, PointJson(points, PointJson()));
}

// The frames of the keys, and the index of each key's frame.
struct FrameList {
  PointJson frames = PointJson::array();
  std::vector<std::size_t> of_key;
};

FrameList frames_of(const std::vector<TrackKey>& keys) {
  FrameList list;
  list.of_key.reserve(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (i == 0 || keys[i].frame != keys[i - 1].frame) list.frames.push_back(keys[i].frame);
    list.of_key.push_back(list.frames.size() - 1);
  }
  return list;
}

}  // namespace

PixelTracks read_pixel_json(const std::filesystem::path& file) {
  const PointJson json = parse_json(file);
  JsonAxes axes = read_axes(json, file);
  std::vector<std::string> cameras;
  std::vector<TrackRow> rows;
  const PointJson& lists_of = member(json, "cameras", axes.file);
  require(lists_of.is_object(), axes.file + ": 'cameras' is not an object of names and lists");
  for (const auto& [name, lists] : lists_of.items()) {
    const int camera = static_cast<int>(cameras.size());
    cameras.push_back(name);
    for_each_entry(lists, axes, "camera '" + name + "'",
                   [&](std::size_t f, std::size_t p, const PointJson& entry) {
                     const std::vector<double> numbers = numbers_of(
                         entry, 2, 3, "a pixel of camera '" + cameras.back() + "'", axes);
                     rows.push_back({axes.frames[f],
                                     camera,
                                     static_cast<int>(p),
                                     {numbers[0], numbers[1]},
                                     numbers.size() > 2 ? numbers[2] : kMissing});
                   });
  }
  return tracks_of_rows(std::move(cameras), std::move(axes.points), rows, axes.file);
}

PointTracks read_point_json(const std::filesystem::path& file) {
  const PointJson json = parse_json(file);
  JsonAxes axes = read_axes(json, file);
  const std::size_t points = axes.points.size();
  PointTracks tracks{axes.points, {}, std::vector<Point3d>(axes.frames.size() * points)};
  for (std::size_t f = 0; f < axes.frames.size(); ++f) {
    require(f == 0 || axes.frames[f] > axes.frames[f - 1],
            axes.file + ": 'frames' are not ascending numbers");
    for (std::size_t p = 0; p < points; ++p)
      tracks.keys.push_back({axes.frames[f], static_cast<int>(p)});
  }
  for_each_entry(member(json, "positions", axes.file), axes, "positions",
                 [&](std::size_t f, std::size_t p, const PointJson& entry) {
                   tracks.values[f * points + p].position =
                       Eigen::Vector3d(numbers_of(entry, 3, 3, "a position", axes).data());
                 });
  return tracks;
}

std::string json_bytes(const PixelTracks& tracks) {
  FrameList list = frames_of(tracks.keys);
  PointJson json = {
      {"frames", list.frames}, {"points", tracks.points}, {"cameras", PointJson::object()}};
  for (std::size_t c = 0; c < tracks.cameras.size(); ++c) {
    PointJson lists = empty_lists(list.frames.size(), tracks.points.size());
    for (std::size_t key = 0; key < tracks.keys.size(); ++key) {
      const std::size_t at = tracks.at(key, c);
      const Eigen::Vector2d& pixel = tracks.pixels[at];
      if (!pixel.allFinite()) continue;
      PointJson& entry = lists[list.of_key[key]][static_cast<std::size_t>(tracks.keys[key].point)];
      entry = {pixel.x(), pixel.y()};
      if (!tracks.sigma_px.empty() && tracks.sigma_px[at] > 0) entry.push_back(tracks.sigma_px[at]);
    }
    json["cameras"][tracks.cameras[c]] = std::move(lists);
  }
  return text_of(json);
}

std::string json_bytes(const PointTracks& tracks) {
  FrameList list = frames_of(tracks.keys);
  const PointJson empty = empty_lists(list.frames.size(), tracks.points.size());
  PointJson json = {{"units", {{"length", "metre"}}},
                    {"frames", list.frames},
                    {"points", tracks.points},
                    {"positions", empty},
                    {"residual_px", empty},
                    {"views", empty},
                    {"covariance", empty}};
  for (std::size_t key = 0; key < tracks.keys.size(); ++key) {
    const Point3d& point = tracks.values[key];
    if (!point.known()) continue;
    const std::size_t f = list.of_key[key], p = static_cast<std::size_t>(tracks.keys[key].point);
    json["positions"][f][p] = {point.position.x(), point.position.y(), point.position.z()};
    json["residual_px"][f][p] = point.residual_px;
    json["views"][f][p] = point.views;
    json["covariance"][f][p] =
        std::vector<double>(point.covariance.begin(), point.covariance.end());
  }
  return text_of(json);
}

}  // namespace calib
