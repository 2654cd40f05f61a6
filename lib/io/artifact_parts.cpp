#include "io/artifact_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/named.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "io/artifacts.hpp"
#include "io/pose_yaml.hpp"
#include "io/yaml_writer.hpp"
#include "scene/board_types.hpp"
#include "scene/frame_number.hpp"

namespace calib {
namespace {

struct ArtifactKind {
  const char* name;
  const char* with_article;
  const char* made_by;
};
constexpr ArtifactKind kKinds[] = {
    {"dataset", "a dataset", "'calib crop'"},
    {"observations", "an observations file", "'calib detect'"},
    {"calibration", "a calibration", "'calib intrinsics', 'stereo' or 'extrinsics'"},
    {"rectification", "a rectification", "'calib rectify'"},
    {"design", "a design", "'calib design'"},
};

const ArtifactKind& read_kind(const YamlNode& root) {
  if (!root.is_map()) root.fail("this is not a file that calib wrote: expected a map with 'kind'");
  return *find_named(kKinds, root["kind"].one_of(names_of(kKinds)));
}

std::optional<std::int64_t> major_version(std::string_view version) {
  return parse_integer(version.substr(0, version.find('.')));
}

void check_version(const YamlNode& root) {
  const auto node = root.find("calib_version");
  if (!node) return;
  const auto major = major_version(node->text());
  if (!major) {
    node->fail(fmt::format("found '{}' for 'calib_version', expected a version such as \"{}\"",
                           node->text(), kVersion));
  }
  if (*major > *major_version(kVersion)) {
    node->fail(
        fmt::format("calib {} wrote this file, which this calib {} cannot read: install the "
                    "newer calib",
                    node->text(), kVersion));
  }
}

}  // namespace

std::string head_text(const std::string& kind) {
  return fmt::format("calib_version: \"{}\"\nkind: {}\n", kVersion, kind);
}

YamlNode parse_kind(std::string text, const std::filesystem::path& file, const std::string& kind) {
  const YamlNode root = YamlNode::parse(std::move(text), file.string());
  const ArtifactKind& found = read_kind(root);
  if (found.name != kind) {
    const ArtifactKind& expected = *find_named(kKinds, kind);
    root["kind"].fail(fmt::format("this is {}, expected {}: pass the {}.yaml that {} wrote",
                                  found.with_article, expected.with_article, kind,
                                  expected.made_by));
  }
  check_version(root);
  return root;
}

std::string artifact_kind(const std::filesystem::path& file) {
  return read_kind(YamlNode::load(file)).name;
}

int read_int(const YamlNode& node, int minimum) {
  const std::int64_t value = node.integer();
  if (value < minimum || value > std::numeric_limits<int>::max()) {
    node.fail(fmt::format("found {} for {}, expected a whole number of at least {}", value,
                          node.what(), minimum));
  }
  return static_cast<int>(value);
}

std::vector<int> read_ints(const YamlNode& node, std::size_t count, int minimum) {
  const std::vector<YamlNode> items = node.items();
  if (items.size() != count) {
    node.fail(
        fmt::format("found {} numbers for {}, expected {}", items.size(), node.what(), count));
  }
  std::vector<int> values;
  for (const YamlNode& item : items) values.push_back(read_int(item, minimum));
  return values;
}

double read_not_negative(const YamlNode& node) {
  const double value = node.number();
  if (value < 0) {
    node.fail(fmt::format("found {} for {}, expected a number of at least 0", to_text(value),
                          node.what()));
  }
  return value;
}

std::int64_t read_frame_key(const std::string& key, const YamlNode& value) {
  const auto frame = parse_integer(key);
  if (frame && is_frame_number(*frame)) return *frame;
  value.fail_at_key(fmt::format("found '{}' for a frame, expected a whole number{}", key,
                                frame ? fmt::format(" of at most {}", kMostFrame) : ""));
}

std::int64_t read_frame(const YamlNode& node) {
  const std::int64_t frame = node.integer();
  if (!is_frame_number(frame))
    node.fail(fmt::format("found {} for {}, expected at most {}", frame, node.what(), kMostFrame));
  return frame;
}

std::string time_text(double time_s) {
  require(std::isfinite(time_s), "a time is not finite; it cannot be written");
  std::string text = to_text(time_s, 9);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

double read_time_s(const YamlNode& node) {
  constexpr double kMost_s = 1e9;
  const double time = node.number();
  if (std::abs(time) > kMost_s) {
    node.fail(
        fmt::format("found {} for {}, expected seconds since the first image: subtract the time of "
                    "the first image, and convert to seconds",
                    to_text(time), node.what()));
  }
  return time;
}

double read_frame_rate(const YamlNode& node) {
  const double rate = node.number();
  if (rate <= 0) {
    node.fail(fmt::format("found {} for {}, expected a positive number of frames per second",
                          to_text(rate), node.what()));
  }
  return rate;
}

std::string size_text(ImageSize size) { return fmt::format("[{}, {}]", size.width, size.height); }

ImageSize read_size(const YamlNode& node) {
  constexpr int kLargestSide = 1 << 16;
  const std::vector<int> values = read_ints(node, 2, 1);
  for (const int value : values) {
    if (value > kLargestSide) {
      node.fail(fmt::format("found {} pixels for a side of {}, expected at most {}", value,
                            node.what(), kLargestSide));
    }
  }
  return {values[0], values[1]};
}

std::string crop_text(const CropInfo& crop) {
  return fmt::format("{{source_size: [{}, {}], rect: [{}, {}, {}, {}]}}", crop.source_width,
                     crop.source_height, crop.x, crop.y, crop.width, crop.height);
}

CropInfo read_crop(const YamlNode& node, ImageSize image_size) {
  node.expect_keys({"source_size", "rect"});
  const ImageSize source = read_size(node["source_size"]);
  const YamlNode rect_node = node["rect"];
  const std::vector<int> rect = read_ints(rect_node, 4, 0);
  const CropInfo crop{source.width, source.height, rect[0], rect[1], rect[2], rect[3]};
  if (crop.width > source.width - crop.x || crop.height > source.height - crop.y) {
    rect_node.fail(fmt::format("{} (x, y, width, height) reaches beyond the {} source",
                               rect_node.what(), to_text(source)));
  }
  if (image_size != ImageSize{} && image_size != ImageSize{crop.width, crop.height}) {
    rect_node.fail(fmt::format("{} cuts {}x{} pixels, but the camera's image_size is {}",
                               rect_node.what(), crop.width, crop.height, to_text(image_size)));
  }
  return crop;
}

namespace {

std::string ids_text(const std::vector<int>& ids) {
  return fmt::format("[{}]", fmt::join(ids, ", "));
}

std::string distances_text(const std::vector<BoardDistance>& distances) {
  std::vector<std::string> texts;
  texts.reserve(distances.size());
  for (const BoardDistance& distance : distances) {
    texts.push_back(fmt::format("{{from: {}, to: {}, length_m: {}, sigma_m: {}}}",
                                ids_text(distance.from), ids_text(distance.to),
                                yaml_number(distance.length_m, "length_m"),
                                yaml_number(distance.sigma_m, "sigma_m")));
  }
  return texts.empty() ? "" : fmt::format(", distances: [{}]", join(texts, ", "));
}

std::string parts_text(const Board& board) {
  std::string text;
  for (const Board& part : board.parts) {
    text += (text.empty() ? "" : ", ") + fmt::format("{{board: {}", board_text(part));
    if (part.T_board_part)
      text += ", T_board_part: " +
              yaml_matrix(written_matrix(snapped(*part.T_board_part)), "T_board_part");
    text += "}";
  }
  return fmt::format("{{type: {}, parts: [{}]{}}}", kSeveralBoards.name, text,
                     distances_text(board.distances));
}

}  // namespace

std::string board_text(const Board& board) {
  if (!board.parts.empty()) return parts_text(board);
  const BoardShape& shape = board.shape;
  const std::string shape_text =
      shape == BoardShape{}
          ? std::string()
          : fmt::format(", shape: {{bow_x_m: {}, bow_y_m: {}, twist_m: {}, stretch_y: {}}}",
                        yaml_number(shape.bow_x_m, "board.shape.bow_x_m"),
                        yaml_number(shape.bow_y_m, "board.shape.bow_y_m"),
                        yaml_number(shape.twist_m, "board.shape.twist_m"),
                        yaml_number(shape.stretch_y, "board.shape.stretch_y"));
  std::string markers_text;
  if (board.marker_m > 0)
    markers_text += ", marker_m: " + yaml_number(board.marker_m, "board.marker_m");
  if (!board.dictionary.empty()) markers_text += ", dictionary: " + yaml_string(board.dictionary);
  if (board.first_marker > 0) markers_text += fmt::format(", first_marker: {}", board.first_marker);
  return fmt::format("{{type: {}, corners: [{}, {}], square_m: {}{}{}}}",
                     yaml_string(board.type->name), board.corners_x, board.corners_y,
                     yaml_number(board.square_m, "board.square_m"), markers_text, shape_text);
}

namespace {

BoardShape read_shape(const YamlNode& node) {
  node.expect_keys({"bow_x_m", "bow_y_m", "twist_m", "stretch_y"});
  return {node["bow_x_m"].number(), node["bow_y_m"].number(), node["twist_m"].number(),
          node["stretch_y"].number()};
}

// The ids of points, which must exist.
std::vector<int> read_points(const YamlNode& node, const Board& board) {
  std::vector<int> ids;
  for (const YamlNode& item : node.items()) {
    ids.push_back(read_int(item, 0));
    if (ids.back() >= corner_count(board)) {
      item.fail(fmt::format("corner {} is not on the {} board (0 to {})", ids.back(),
                            size_text(board), corner_count(board) - 1));
    }
  }
  if (ids.empty()) node.fail(fmt::format("found no corner for {}", node.what()));
  return ids;
}

double read_positive_length(const YamlNode& node) {
  if (!(node.number() > 0)) {
    node.fail(fmt::format("found {} for {}, expected a positive number of meters",
                          to_text(node.number()), node.what()));
  }
  return node.number();
}

BoardDistance read_distance(const YamlNode& node, const Board& board) {
  node.expect_keys({"from", "to", "length_m", "sigma_m"});
  return {read_points(node["from"], board), read_points(node["to"], board),
          read_positive_length(node["length_m"]), read_positive_length(node["sigma_m"])};
}

Board read_parts(const YamlNode& node) {
  node.expect_keys({"type", "parts"}, {"distances"});
  Board board;
  board.type = &kSeveralBoards;
  for (const YamlNode& item : node["parts"].items()) {
    item.expect_keys({"board"}, {"T_board_part"});
    Board part = read_board(item["board"]);
    if (!part.parts.empty()) item.fail("a board in 'parts' cannot have parts itself");
    if (const auto pose = item.find("T_board_part")) part.T_board_part = read_pose(*pose);
    board.parts.push_back(std::move(part));
    if (corner_count(board) > kMostCorners)
      item.fail(fmt::format("found more than {} corners on all boards", kMostCorners));
  }
  if (board.parts.size() < 2) {
    node["parts"].fail(
        fmt::format("found {} boards in 'parts', expected at least 2", board.parts.size()));
  }
  if (const auto distances = node.find("distances")) {
    for (const YamlNode& item : distances->items())
      board.distances.push_back(read_distance(item, board));
  }
  return board;
}

}  // namespace

Board read_board(const YamlNode& node) {
  if (node["type"].text() == kSeveralBoards.name) return read_parts(node);
  node.expect_keys({"type", "corners", "square_m"},
                   {"shape", "marker_m", "dictionary", "first_marker"});
  const std::vector<int> corners = read_ints(node["corners"], 2, 1);
  if (corners[0] > kMostCorners / corners[1]) {
    node["corners"].fail(fmt::format("found {} corners for {}, expected at most {}",
                                     std::int64_t{corners[0]} * corners[1], node.what(),
                                     kMostCorners));
  }
  const YamlNode square = node["square_m"];
  if (square.number() <= 0) {
    square.fail(fmt::format("found {} for {}, expected a positive number of meters",
                            to_text(square.number()), square.what()));
  }
  Board board{read_named(node["type"], board_types()), corners[0], corners[1], square.number()};
  if (const auto found = node.find("shape")) board.shape = read_shape(*found);
  if (const auto found = node.find("marker_m")) board.marker_m = read_not_negative(*found);
  if (const auto found = node.find("dictionary")) board.dictionary = found->text();
  if (const auto found = node.find("first_marker")) board.first_marker = read_int(*found, 0);
  return board;
}

namespace {

std::string provenance_text(const Provenance& provenance) {
  if (provenance == Provenance{}) return "";
  std::string text = "provenance:\n";
  if (!provenance.inputs_hash.empty())
    text += "  inputs_hash: " + yaml_string(provenance.inputs_hash) + "\n";
  std::vector<std::string> keys;
  for (const auto& [key, value] : provenance.options) {
    if (keys.empty()) text += "  options:\n";
    text += fmt::format("    {}: {}\n", yaml_string(key), yaml_string(value));
    keys.push_back(key);
  }
  require_unique(std::move(keys), "option in the provenance");
  return text;
}

}  // namespace

std::string tail_text(const Provenance& provenance) {
  return provenance_text(provenance) + "...\n";
}

Provenance read_provenance(const YamlNode& node) {
  node.expect_keys({}, {"inputs_hash", "options"});
  Provenance provenance;
  if (const auto hash = node.find("inputs_hash")) provenance.inputs_hash = hash->text();
  if (const auto options = node.find("options")) {
    for (const auto& [key, value] : options->entries())
      provenance.options.emplace_back(key, value.text());
  }
  return provenance;
}

namespace {

std::string name_problem(const std::string& name) {
  if (is_file_name(name)) return "";
  return fmt::format(
      "'{}' cannot name a camera: it becomes a folder, so it must not be empty, begin with '.', or "
      "contain / or \\",
      name);
}

}  // namespace

void require_camera_name(const std::string& name, const YamlNode& entry) {
  const std::string problem = name_problem(name);
  if (!problem.empty()) entry.fail_at_key(problem);
}

void require_camera_names(std::vector<std::string> names) {
  for (const std::string& name : names) {
    const std::string problem = name_problem(name);
    require(problem.empty(), problem);
  }
  require_unique(std::move(names), "camera");
}

void require_unique(std::vector<std::string> names, const std::string& what) {
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) throw Error(fmt::format("two entries for the {} '{}'", what, *twice));
}

}  // namespace calib
