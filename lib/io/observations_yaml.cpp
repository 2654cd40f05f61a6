// Reads and writes observations.yaml. Nearly all of its bytes are corners, which are therefore
// lines in a block of text for each view.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/errors.hpp"
#include "base/named.hpp"
#include "base/text.hpp"
#include "io/artifact_parts.hpp"
#include "io/artifacts.hpp"
#include "io/observations_text.hpp"
#include "io/yaml_writer.hpp"

namespace calib {
namespace {

// Pixels are written to 1e-6 px, which is a thousandth of the accuracy of the best detector.
constexpr int kDecimals = 6;
constexpr double kSmallest_px = 1e-6;

// How far outside the image a refined corner may be. If it is farther, the image size does not
// belong to the corners.
constexpr double kMargin_px = 10;

void append_pixels(std::string& out, double value) {
  char buffer[400];  // There can be up to 309 digits before the point and 6 after it.
  char* end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, kDecimals).ptr;
  while (end[-1] == '0') --end;
  if (end[-1] == '.') --end;
  const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  out += text == "-0" ? "0" : text;
}

void append_corner(std::string& out, const Corner& corner) {
  require(std::isfinite(corner.x) && std::isfinite(corner.y) && std::isfinite(corner.sigma_px),
          fmt::format("corner {} is not finite; it cannot be written", corner.id));
  out += "      ";
  out += std::to_string(corner.id);
  out += ' ';
  append_pixels(out, corner.x);
  out += ' ';
  append_pixels(out, corner.y);
  if (corner.sigma_px > 0) {
    out += ' ';
    append_pixels(out, std::max(corner.sigma_px, kSmallest_px));
  }
  out += '\n';
}

// Removes the next word from the line and returns it, or "" at the end of the line.
std::string_view next_word(std::string_view& line) {
  const std::size_t start = std::min(line.find_first_not_of(" \t"), line.size());
  line.remove_prefix(start);
  const std::string_view word = line.substr(0, line.find_first_of(" \t"));
  line.remove_prefix(word.size());
  return word;
}

// Reads the block of corners of one view.
class CornerBlock {
 public:
  CornerBlock(const YamlNode& node, const Board& board, ImageSize image_size)
      : node_(node), board_(board), size_(image_size) {}

  std::vector<Corner> read() {
    const std::string block = node_.text();
    std::string_view rest = block;
    std::vector<Corner> corners;
    corners.reserve(static_cast<std::size_t>(std::count(block.begin(), block.end(), '\n')) + 1);
    std::vector<char> seen(static_cast<std::size_t>(corner_count(board_)), 0);
    for (line_ = 0; !rest.empty(); ++line_) {
      text_ = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(text_.size() + 1, rest.size()));
      if (text_.find_first_not_of(" \t") == std::string_view::npos) continue;
      corners.push_back(read_line());
      if (std::exchange(seen[static_cast<std::size_t>(corners.back().id)], 1)) {
        fail(text_, fmt::format("corner {} appears twice in this view", corners.back().id));
      }
    }
    std::sort(corners.begin(), corners.end(),
              [](const Corner& a, const Corner& b) { return a.id < b.id; });
    return corners;
  }

 private:
  Corner read_line() const {
    std::string_view rest = text_;
    const std::string_view id = next_word(rest), x = next_word(rest), y = next_word(rest),
                           sigma = next_word(rest);
    if (y.empty() || !next_word(rest).empty())
      fail(text_, fmt::format("found '{}', expected: id x y [sigma_px]", text_));
    Corner corner{read_id(id), read_number(x), read_number(y), 0};
    if (!sigma.empty()) corner.sigma_px = read_number(sigma);
    if (corner.sigma_px != 0 && corner.sigma_px < kSmallest_px) {
      fail(sigma, fmt::format("found {} for sigma_px, expected 0 (unknown) or at least {}", sigma,
                              to_text(kSmallest_px)));
    }
    if (!inside(corner.x, size_.width) || !inside(corner.y, size_.height)) {
      fail(x, fmt::format("corner {} at ({}, {}) is outside the {} image", corner.id, x, y,
                          to_text(size_)));
    }
    return corner;
  }
  int read_id(std::string_view word) const {
    const auto id = parse_integer(word);
    if (!id) fail(word, fmt::format("found '{}', expected the id of a corner", word));
    if (*id < 0 || *id >= corner_count(board_)) {
      fail(word, fmt::format("corner {} is not on the {} board (0 to {})", *id, size_text(board_),
                             corner_count(board_) - 1));
    }
    return static_cast<int>(*id);
  }
  double read_number(std::string_view word) const {
    if (const auto value = parse_number(word)) return *value;
    fail(word, fmt::format("found '{}', expected a finite number", word));
  }
  static bool inside(double pixel, int size) {
    return pixel >= -kMargin_px && pixel <= size - 1 + kMargin_px;
  }
  // `word` is a part of the current line.
  [[noreturn]] void fail(std::string_view word, const std::string& message) const {
    node_.fail_in_text(line_, static_cast<std::size_t>(word.data() - text_.data()), message);
  }

  const YamlNode& node_;
  const Board& board_;
  ImageSize size_;
  std::size_t line_ = 0;
  std::string_view text_;
};

ObservedCamera read_observed_camera(const std::string& name, const YamlNode& node) {
  require_camera_name(name, node);
  node.expect_keys({}, {"image_size", "crop"});
  ObservedCamera camera{name, {}};
  if (const auto size = node.find("image_size")) camera.image_size = read_size(*size);
  if (const auto crop = node.find("crop")) camera.crop = read_crop(*crop, camera.image_size);
  return camera;
}

std::vector<ObservedCamera> read_cameras(const YamlNode& node) {
  std::vector<ObservedCamera> cameras;
  for (const auto& [name, camera] : node.entries())
    cameras.push_back(read_observed_camera(name, camera));
  std::stable_sort(cameras.begin(), cameras.end(),
                   [](const ObservedCamera& a, const ObservedCamera& b) {
                     return natural_less(a.name, b.name);
                   });
  return cameras;
}

// Maps the name of a camera to its index.
using CameraIndex = std::unordered_map<std::string, int>;

CameraIndex index_of(const std::vector<ObservedCamera>& cameras) {
  CameraIndex index;
  for (const ObservedCamera& camera : cameras)
    index.emplace(camera.name, static_cast<int>(index.size()));
  return index;
}

int read_camera_index(const YamlNode& node, const CameraIndex& index) {
  const std::string name = node.text();
  if (const auto found = index.find(name); found != index.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [known, i] : index) names.push_back(known);
  std::sort(names.begin(), names.end(), natural_less);
  node.fail(fmt::format("unknown camera '{}', {}", name, expected_one_of(name, names)));
}

// Reads the fields that View and MissingView have in common.
template <class V>
V read_image(const YamlNode& node, const CameraIndex& index) {
  V view;
  view.camera = read_camera_index(node["camera"], index);
  view.frame = read_frame(node["frame"]);
  if (const auto image = node.find("image")) view.image = image->text();
  return view;
}

View read_view(const YamlNode& node, const Observations& observations, const CameraIndex& index) {
  node.expect_keys({"camera", "frame", "corners"}, {"image", "time_s"});
  View view = read_image<View>(node, index);
  if (const auto time = node.find("time_s")) view.time_s = read_time_s(*time);
  const YamlNode corners = node["corners"];
  const ObservedCamera& camera = observations.cameras[static_cast<std::size_t>(view.camera)];
  view.corners = CornerBlock(corners, observations.board, camera.image_size).read();
  return view;
}

MissingView read_missing(const YamlNode& node, const CameraIndex& index) {
  node.expect_keys({"camera", "frame", "reason"}, {"image", "broken", "size"});
  MissingView missing = read_image<MissingView>(node, index);
  missing.reason = node["reason"].text();
  if (const auto broken = node.find("broken")) missing.is_broken = broken->boolean();
  if (const auto size = node.find("size")) missing.other_size = read_size(*size);
  return missing;
}

// Throws Error for a second entry with the same camera and frame, in views and missing together.
class OncePerImage {
 public:
  void add(const ViewRef& image, const YamlNode& node) {
    const auto [first, is_new] = lines_.try_emplace(image, node.line());
    if (!is_new) {
      node.fail(fmt::format("camera '{}' has a second entry for frame {} (first on line {})",
                            node["camera"].text(), image.frame, first->second));
    }
  }

 private:
  std::map<ViewRef, int> lines_;
};

std::string choice_text(const FrameChoice& choice) {
  std::vector<std::string> frames;
  for (const ChosenFrame& chosen : choice.frames) {
    frames.push_back(
        fmt::format("[{}, {}]", chosen.frame, yaml_number(chosen.sigma_ratio, "sigma_ratio")));
  }
  return fmt::format("choice:\n  candidates: {}\n  frames: [{}]\n", choice.candidates,
                     join(frames, ", "));
}

FrameChoice read_choice(const YamlNode& node) {
  node.expect_keys({"candidates", "frames"}, {});
  FrameChoice choice;
  choice.candidates =
      static_cast<std::size_t>(std::max<std::int64_t>(0, node["candidates"].integer()));
  for (const YamlNode& item : node["frames"].items()) {
    const std::vector<YamlNode> pair = item.items();
    if (pair.size() != 2)
      item.fail(fmt::format("{} has {} entries, expected [frame, sigma_ratio]", item.what(),
                            pair.size()));
    choice.frames.push_back({pair[0].integer(), pair[1].number()});
  }
  return choice;
}

std::string repeated_text(const std::vector<RepeatedTag>& repeated) {
  if (repeated.empty()) return "";
  std::string text = "repeated_tags:\n";
  for (const RepeatedTag& tag : repeated)
    text += fmt::format("  - {{board: {}, images: {}}}\n", tag.board, tag.images);
  return text;
}

std::vector<RepeatedTag> read_repeated(const YamlNode& node, const Board& board) {
  std::vector<RepeatedTag> repeated;
  const int boards = static_cast<int>(single_boards(board).size());
  for (const YamlNode& item : node.items()) {
    item.expect_keys({"board", "images"});
    repeated.push_back({read_int(item["board"], 0), read_int(item["images"], 1)});
    if (repeated.back().board >= boards) {
      item["board"].fail(fmt::format("found {} for {}, expected one of the {} boards from 0 on",
                                     repeated.back().board, item["board"].what(), boards));
    }
  }
  return repeated;
}

// The image size is unknown if no image could be read.
std::string camera_text(const ObservedCamera& camera) {
  std::vector<std::string> parts;
  if (camera.image_size != ImageSize{})
    parts.push_back("image_size: " + size_text(camera.image_size));
  if (camera.crop) parts.push_back("crop: " + crop_text(*camera.crop));
  return join(parts, ", ");
}

}  // namespace

std::string text_before_views(const Observations& observations, bool has_views) {
  std::string text = head_text("observations");
  text += fmt::format("board: {}\n", board_text(observations.board));
  if (observations.frame_rate_hz) {
    text += fmt::format("frame_rate_hz: {}\n",
                        yaml_number(*observations.frame_rate_hz, "frame_rate_hz"));
  }
  if (observations.choice) text += choice_text(*observations.choice);
  text += observations.cameras.empty() ? "cameras: {}\n" : "cameras:\n";
  for (const ObservedCamera& camera : observations.cameras)
    text += fmt::format("  {}: {{{}}}\n", yaml_string(camera.name), camera_text(camera));
  require_camera_names(names_of(observations.cameras));
  return text + (has_views ? "views:\n" : "views: []\n");
}

std::string view_text(const View& view, const std::string& camera) {
  std::string text = fmt::format("  - camera: {}\n    frame: {}\n    image: {}\n",
                                 yaml_string(camera), view.frame, yaml_string(view.image));
  if (view.time_s) text += fmt::format("    time_s: {}\n", time_text(*view.time_s));
  text += view.corners.empty() ? "    corners: \"\"\n" : "    corners: |\n";
  for (const Corner& corner : view.corners) append_corner(text, corner);
  return text;
}

std::string text_after_views(const Observations& observations) {
  std::string text = repeated_text(observations.repeated);
  text += observations.missing.empty() ? "missing: []\n" : "missing:\n";
  for (const MissingView& view : observations.missing) {
    text += fmt::format(
        "  - {{camera: {}, frame: {}, image: {}, reason: {}{}{}}}\n",
        yaml_string(camera_name(observations, view)), view.frame, yaml_string(view.image),
        yaml_string(view.reason), view.is_broken ? ", broken: true" : "",
        view.other_size == ImageSize{} ? "" : ", size: " + size_text(view.other_size));
  }
  return text + tail_text(observations.provenance);
}

std::string to_yaml(const Observations& observations) {
  std::string text = text_before_views(observations, !observations.views.empty());
  std::size_t corners = 0;
  for (const View& view : observations.views) corners += view.corners.size();
  text.reserve(text.size() + 40 * corners + 120 * observations.views.size());
  for (const View& view : observations.views)
    text += view_text(view, camera_name(observations, view));
  text += text_after_views(observations);
  require_readable(text.size());
  return text;
}

void require_readable(std::uint64_t bytes) {
  require(
      bytes <= YamlNode::kMaxBytes,
      "observations: the corners need more than 1 GiB, which is the largest file that is read; use "
      "fewer frames, or print a board with fewer corners");
}

template <>
Observations parse_artifact(std::string text, const std::filesystem::path& file) {
  const YamlNode root = parse_kind(std::move(text), file, "observations");
  root.expect_keys(
      {"kind", "board", "cameras", "views"},
      {"calib_version", "frame_rate_hz", "choice", "repeated_tags", "missing", "provenance"});
  Observations observations;
  observations.board = read_board(root["board"]);
  if (const auto rate = root.find("frame_rate_hz"))
    observations.frame_rate_hz = read_frame_rate(*rate);
  if (const auto choice = root.find("choice")) observations.choice = read_choice(*choice);
  observations.cameras = read_cameras(root["cameras"]);
  const CameraIndex index = index_of(observations.cameras);
  OncePerImage once;
  for (const YamlNode& node : root["views"].items()) {
    observations.views.push_back(read_view(node, observations, index));
    once.add(observations.views.back(), node);
  }
  if (const auto repeated = root.find("repeated_tags"))
    observations.repeated = read_repeated(*repeated, observations.board);
  if (const auto missing = root.find("missing")) {
    for (const YamlNode& node : missing->items()) {
      observations.missing.push_back(read_missing(node, index));
      once.add(observations.missing.back(), node);
    }
  }
  sort_views(observations.views);
  sort_views(observations.missing);
  if (const auto node = root.find("provenance")) observations.provenance = read_provenance(*node);
  return observations;
}

}  // namespace calib
