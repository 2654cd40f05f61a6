// The pixels of points that other tools' trackers wrote, one file for each camera.
//   DeepLabCut  CSV whose first lines are scorer, (individuals,) bodyparts, coords; Anipose uses
//               the same files
//   SLEAP       analysis CSV: track,frame_idx,instance.score,nose.x,nose.y,nose.score,...
//   COCO        JSON with images, annotations and the categories' keypoints

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/named.hpp"
#include "base/text.hpp"
#include "io/csv.hpp"
#include "io/track_files.hpp"

namespace calib {
namespace {

// Collects the rows of all files; points are numbered by their first appearance.
struct ViewReader {
  double min_score = 0;
  std::string file = {};
  int camera = 0;
  std::vector<std::string> points = {};
  std::map<std::string, int> index = {};
  std::vector<TrackRow> rows = {};

  int point(const std::string& name) {
    const auto [found, is_new] = index.emplace(name, static_cast<int>(points.size()));
    if (is_new) points.push_back(name);
    return found->second;
  }
  void add(std::int64_t frame, int number, double x, double y, double score) {
    const bool seen = !(score < min_score);
    rows.push_back({frame, camera, number,
                    seen ? Eigen::Vector2d(x, y) : Eigen::Vector2d::Constant(kMissing)});
  }
  [[noreturn]] void fail(std::size_t line, const std::string& problem) const {
    throw Error(fmt::format("{}:{}: {}", file, line, problem));
  }
};

double number_or_missing(const ViewReader& reader, const std::string& field, std::size_t line) {
  if (field.empty() || field == "nan" || field == "NaN") return kMissing;
  const auto value = parse_number(field);
  if (!value) reader.fail(line, fmt::format("found '{}', expected a number or nothing", field));
  return *value;
}

// The number of a frame: a whole number, or the last digits of the name of a picture.
std::int64_t frame_of(const ViewReader& reader, const std::string& text, std::size_t line) {
  if (const auto number = parse_integer(text)) return *number;
  std::size_t end = text.size();
  while (end > 0 && !is_digit(text[end - 1])) --end;
  std::size_t begin = end;
  while (begin > 0 && is_digit(text[begin - 1])) --begin;
  const auto number = parse_integer(std::string_view(text).substr(begin, end - begin));
  if (!number) reader.fail(line, fmt::format("found '{}', expected the number of a frame", text));
  return *number;
}

// x, y and score of a point, by their places in a line; -1: not there.
struct ViewColumns {
  int point = 0;
  std::array<int, 3> places = {-1, -1, -1};
};

void add_line(ViewReader& reader, std::int64_t frame, const std::vector<ViewColumns>& columns,
              const std::vector<std::string>& fields, std::size_t line) {
  for (const ViewColumns& each : columns) {
    std::array<double, 3> values = {kMissing, kMissing, kMissing};
    for (std::size_t k = 0; k < 3; ++k) {
      if (each.places[k] >= 0)
        values[k] =
            number_or_missing(reader, fields[static_cast<std::size_t>(each.places[k])], line);
    }
    reader.add(frame, each.point, values[0], values[1], values[2]);
  }
}

void read_deeplabcut(const std::vector<std::string_view>& lines, ViewReader& reader) {
  std::vector<std::string> individuals, parts, coords;
  std::size_t line = 1;
  for (; line < std::min<std::size_t>(lines.size(), 4); ++line) {
    std::vector<std::string> fields = csv_fields(lines[line]);
    if (fields[0] == "individuals")
      individuals = std::move(fields);
    else if (fields[0] == "bodyparts")
      parts = std::move(fields);
    else if (fields[0] == "coords")
      coords = std::move(fields);
    else
      break;
  }
  if (parts.empty() || coords.size() != parts.size() ||
      (!individuals.empty() && individuals.size() != parts.size()))
    reader.fail(1, "expected the lines 'bodyparts' and 'coords' of DeepLabCut after 'scorer'");
  std::vector<ViewColumns> columns;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    static const std::vector<std::string> kNames = {"x", "y", "likelihood"};
    const auto found = std::find(kNames.begin(), kNames.end(), coords[i]);
    if (found == kNames.end()) continue;  // the columns of a folder and of a picture's name
    const int point =
        reader.point(individuals.empty() ? parts[i] : individuals[i] + "/" + parts[i]);
    if (columns.empty() || columns.back().point != point) columns.push_back({point});
    columns.back().places[static_cast<std::size_t>(found - kNames.begin())] = static_cast<int>(i);
  }
  for (; line < lines.size(); ++line) {
    if (lines[line].empty()) continue;
    const std::vector<std::string> fields = csv_fields(lines[line]);
    if (fields.size() != parts.size())
      reader.fail(line + 1,
                  fmt::format("found {} fields, expected {}", fields.size(), parts.size()));
    const std::string& frame =
        fields[0].empty() || parse_integer(fields[0]) || coords.size() < 3 || !coords[2].empty()
            ? fields[0]
            : fields[2];
    add_line(reader, frame_of(reader, frame, line + 1), columns, fields, line + 1);
  }
}

void read_sleap(const std::vector<std::string_view>& lines, ViewReader& reader) {
  const std::vector<std::string> header = csv_fields(lines[0]);
  const auto place_of = [&](const std::string& name) {
    const auto found = std::find(header.begin(), header.end(), name);
    return found == header.end() ? -1 : static_cast<int>(found - header.begin());
  };
  const int frame_place = place_of("frame_idx"), track_place = place_of("track");
  if (frame_place < 0) reader.fail(1, "has no column 'frame_idx', expected SLEAP's analysis CSV");
  std::vector<std::string> nodes;
  for (const std::string& name : header) {
    if (name.ends_with(".x")) nodes.push_back(name.substr(0, name.size() - 2));
  }
  std::set<std::string> tracks;
  const auto track_of = [&](const std::vector<std::string>& fields) {
    return track_place < 0 ? std::string() : fields[static_cast<std::size_t>(track_place)];
  };
  std::vector<std::vector<std::string>> table;
  for (std::size_t line = 1; line < lines.size(); ++line) {
    table.push_back(csv_fields(lines[line]));
    if (lines[line].empty()) continue;
    if (table.back().size() != header.size()) {
      reader.fail(line + 1,
                  fmt::format("found {} fields, expected {}", table.back().size(), header.size()));
    }
    tracks.insert(track_of(table.back()));
  }
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table[i].size() != header.size()) continue;  // an empty line
    std::vector<ViewColumns> columns;
    for (const std::string& node : nodes) {
      const std::string track = tracks.size() > 1 ? track_of(table[i]) + "/" : "";
      columns.push_back(
          {reader.point(track + node),
           {place_of(node + ".x"), place_of(node + ".y"), place_of(node + ".score")}});
      if (columns.back().places[1] < 0) reader.fail(1, "has no column '" + node + ".y'");
    }
    const std::string& frame = table[i][static_cast<std::size_t>(frame_place)];
    add_line(reader, frame_of(reader, frame, i + 2), columns, table[i], i + 2);
  }
}

using CocoJson = nlohmann::json;

std::vector<std::string> coco_names(const CocoJson& json, const ViewReader& reader) {
  for (const CocoJson& category : json.value("categories", CocoJson::array())) {
    if (category.contains("keypoints"))
      return category["keypoints"].get<std::vector<std::string>>();
  }
  reader.fail(1, "has no category with keypoints, expected COCO's \"categories\"");
}

void read_coco(const CocoJson& json, ViewReader& reader) {
  const std::vector<std::string> names = coco_names(json, reader);
  std::map<std::int64_t, std::int64_t> frames;
  for (const CocoJson& image : json.at("images")) {
    const std::int64_t id = image.at("id").get<std::int64_t>();
    frames[id] = image.contains("frame_id")
                     ? image["frame_id"].get<std::int64_t>()
                     : frame_of(reader, image.value("file_name", std::to_string(id)), 1);
  }
  std::set<std::int64_t> persons;
  const auto person_of = [](const CocoJson& annotation) {
    return annotation.value("track_id", std::int64_t{0});
  };
  for (const CocoJson& annotation : json.at("annotations")) persons.insert(person_of(annotation));
  for (const CocoJson& annotation : json.at("annotations")) {
    const auto numbers = annotation.at("keypoints").get<std::vector<double>>();
    const auto frame = frames.find(annotation.at("image_id").get<std::int64_t>());
    if (numbers.size() != 3 * names.size() || frame == frames.end())
      reader.fail(1, "has an annotation without its image, or without three numbers per keypoint");
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::string who =
          persons.size() > 1 ? std::to_string(person_of(annotation)) + "/" : std::string();
      // A keypoint with the visibility 0 was not labeled.
      const double x = numbers[3 * i + 2] > 0 ? numbers[3 * i] : kMissing;
      reader.add(frame->second, reader.point(who + names[i]), x, numbers[3 * i + 1], kMissing);
    }
  }
}

void read_view_file(ViewReader& reader) {
  require(!reader.file.ends_with(".h5") && !reader.file.ends_with(".slp"),
          reader.file +
              ": calib does not read this form; let the tracker write CSV (DeepLabCut: "
              "save_as_csv; SLEAP: export analysis CSV)");
  const std::string text = read_file(reader.file);
  if (const std::size_t first = text.find_first_not_of(" \t\r\n");
      first != std::string::npos && text[first] == '{') {
    try {
      return read_coco(CocoJson::parse(text), reader);
    } catch (const CocoJson::exception& error) {
      throw Error(
          fmt::format("{}: is not the JSON of COCO keypoints ({})", reader.file, error.what()));
    }
  }
  const std::vector<std::string_view> lines = csv_lines(text);
  if (!lines.empty() && lines[0].starts_with("scorer")) return read_deeplabcut(lines, reader);
  if (!lines.empty() && lines[0].find("frame_idx") != std::string_view::npos)
    return read_sleap(lines, reader);
  throw Error(
      reader.file +
      ": is of no known form, expected CSV of DeepLabCut (first line 'scorer,...') or SLEAP "
      "(with 'frame_idx'), or JSON of COCO keypoints");
}

}  // namespace

ViewFile parse_view_file(const std::string& text) {
  const std::size_t equals = text.find('=');
  require(equals != std::string::npos && equals > 0 && equals + 1 < text.size(),
          fmt::format("--view: found '{}', expected CAMERA=FILE", text));
  return {text.substr(0, equals), text.substr(equals + 1)};
}

PixelTracks read_view_files(const std::vector<ViewFile>& views, double min_score) {
  ViewReader reader{min_score};
  std::vector<std::string> cameras;
  for (const ViewFile& view : views) {
    require(std::find(cameras.begin(), cameras.end(), view.camera) == cameras.end(),
            fmt::format("--view: camera '{}' has two files, expected one", view.camera));
    reader.file = view.file.string();
    reader.camera = static_cast<int>(cameras.size());
    cameras.push_back(view.camera);
    read_view_file(reader);
  }
  return tracks_of_rows(std::move(cameras), std::move(reader.points), reader.rows,
                        views.empty() ? "" : views.front().file.string());
}

}  // namespace calib
