#include "app/watch_screen.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

#include "app/solve_summary.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

namespace calib {
namespace {

std::string picture_text(const WatchedPicture& picture, bool stats) {
  std::string text = fmt::format("{} frame {}: ", picture.camera, picture.frame);
  text +=
      picture.detection.found()
          ? fmt::format("{} corners", picture.detection.corners.size())
          : fmt::format("{}{}",
                        picture.is_broken ? "broken: " : "no board: ", picture.detection.reason);
  if (stats) text += fmt::format(" ({:.1f} ms)", 1e3 * picture.seconds);
  return text;
}

std::string camera_text(const CameraProgress& camera) {
  std::string text = fmt::format("  {}: {} views of {} pictures, {:.0f} % covered", camera.name,
                                 camera.views, camera.pictures, 100 * camera.coverage.share);
  if (camera.focal_sigma)
    text += fmt::format(", focal length ± {:.2g} %", 100 * *camera.focal_sigma);
  if (camera.center_sigma_m)
    text += fmt::format(", place ± {:.2g} mm", 1e3 * *camera.center_sigma_m);
  return text;
}

std::string verdict_text(const FilmingState& state) {
  if (!state.verdict) {
    if (!state.obstacle.empty()) return "no verdict yet: " + state.obstacle;
    return state.frames < kFewestToSolve
               ? fmt::format("no verdict yet: it needs {} frames with a board", kFewestToSolve)
               : "no verdict yet: lenses and rig are being solved";
  }
  const std::string frames =
      fmt::format("{} so far, from {} frames", to_text(state.verdict), state.solved_frames);
  if (state.is_enough) return frames + ": enough was filmed";
  return state.reasons.empty() ? frames : frames + ": " + state.reasons.front();
}

// Cameras that have far fewer pictures than another one: their recorder may have stopped.
void add_stopped_cameras(const std::vector<CameraProgress>& cameras,
                         std::vector<std::string>& lines) {
  constexpr int kFewest = 5;
  constexpr double kShare = 0.8;
  const auto most =
      std::max_element(cameras.begin(), cameras.end(),
                       [](const auto& a, const auto& b) { return a.pictures < b.pictures; });
  for (const CameraProgress& camera : cameras) {
    if (camera.pictures + kFewest <= most->pictures && camera.pictures < kShare * most->pictures)
      lines.push_back(
          fmt::format("{}: far fewer pictures have arrived than of {}: is it recording?",
                      camera.name, most->name));
  }
}

// The folders without pictures, and the number of files that cannot be decoded yet.
std::vector<std::string> doubts(const FilmingState& state, const WatchedRecording& recording) {
  std::vector<std::string> lines = recording.silent_cameras();
  for (const std::string& folder : recording.empty_folders())
    lines.push_back(folder + ": no picture has arrived");
  if (recording.waiting() > 0)
    lines.push_back(fmt::format("{} files are not complete yet", recording.waiting()));
  add_stopped_cameras(state.cameras, lines);
  if (!state.warning.empty()) lines.push_back(state.warning);
  return lines;
}

std::string next_text(const FilmingState& state) {
  return state.next ? "next: " + state.next->text : "";
}

// Breaks a line between words, so that the terminal does not.
void add_wrapped(const std::string& text, std::size_t columns, std::vector<std::string>& lines) {
  std::string line;
  for (const std::string& word : split(text, ' ')) {
    if (!line.empty() && utf8_characters(line) + 1 + utf8_characters(word) > columns) {
      lines.push_back(line);
      line = "   ";
    }
    line += (line.empty() ? "" : " ") + word;
  }
  lines.push_back(line);
}

std::size_t terminal_columns() {
  winsize size{};
  const bool is_known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return is_known ? size.ws_col : 80;
}

nlohmann::ordered_json outlines_json(const FilmingState& state) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (std::size_t c = 0; c < state.cameras.size(); ++c) {
    if (state.next->outlines[c].empty()) continue;
    for (const Eigen::Vector2d& pixel : state.next->outlines[c])
      json[state.cameras[c].name].push_back(
          {std::round(10 * pixel.x()) / 10, std::round(10 * pixel.y()) / 10});
  }
  return json;
}

nlohmann::ordered_json state_json(const FilmingState& state) {
  nlohmann::ordered_json json = {{"frames", state.frames},
                                 {"cameras", nlohmann::ordered_json::array()}};
  for (const CameraProgress& camera : state.cameras) {
    nlohmann::ordered_json entry = {{"name", camera.name},
                                    {"pictures", camera.pictures},
                                    {"views", camera.views},
                                    {"coverage", camera.coverage.share},
                                    {"cells", camera.coverage.cells}};
    if (camera.focal_sigma) entry["focal_sigma_percent"] = 100 * *camera.focal_sigma;
    if (camera.center_sigma_m) entry["center_sigma_mm"] = 1e3 * *camera.center_sigma_m;
    json["cameras"].push_back(entry);
  }
  if (state.verdict) {
    json["verdict"] = to_text(state.verdict);
    json["reasons"] = state.reasons;
    json["solved_frames"] = state.solved_frames;
  }
  if (!state.obstacle.empty()) json["obstacle"] = state.obstacle;
  json["enough"] = state.is_enough;
  return json;
}

}  // namespace

nlohmann::ordered_json picture_json(const WatchedPicture& picture) {
  nlohmann::ordered_json json = {{"event", "picture"},
                                 {"camera", picture.camera},
                                 {"frame", picture.frame},
                                 {"image", picture.path},
                                 {"found", picture.detection.found()}};
  if (picture.detection.found()) {
    json["corners"] = picture.detection.corners.size();
  } else {
    json["reason"] = picture.detection.reason;
  }
  if (picture.is_broken) json["broken"] = true;
  json["ms"] = 1e3 * picture.seconds;
  return json;
}

nlohmann::ordered_json advice_json(const FilmingState& state, const WatchedRecording& recording,
                                   double seconds) {
  nlohmann::ordered_json json = {{"event", "advice"}};
  if (state.next) {
    json["next"] = {{"camera", state.next->camera},
                    {"text", state.next->text},
                    {"outlines", outlines_json(state)}};
    if (state.next->gain) json["next"]["gain"] = *state.next->gain;
  }
  json["lacks"] = state.lacks;
  json["doubts"] = doubts(state, recording);
  json["state"] = state_json(state);
  if (seconds > 0) json["ms"] = 1e3 * seconds;
  return json;
}

void WatchScreen::saw(const WatchedPicture& picture) {
  session_.say_json_line(picture_json(picture));
  last_picture_ = picture_text(picture, stats_);
  if (!session_.is_on_terminal()) session_.say(visible(last_picture_) + "\n");
}

void WatchScreen::advised(const FilmingState& state, const WatchedRecording& recording,
                          double seconds) {
  session_.say_json_line(advice_json(state, recording, seconds));
  const std::string time = stats_ && seconds > 0 ? fmt::format(" ({:.1f} ms)", 1e3 * seconds) : "";
  std::vector<std::string> lines = doubts(state, recording);
  lines.push_back(verdict_text(state));
  if (!session_.is_on_terminal()) {
    lines.push_back(next_text(state));
    const std::string advice = join(lines, "\n");
    if (advice != last_advice_) {
      for (const std::string& line : lines)
        if (!line.empty()) session_.say(visible(line) + (line == lines.back() ? time : "") + "\n");
    }
    last_advice_ = advice;
    return;
  }
  // If the terminal is too small for all lines, the advice must remain visible.
  lines.insert(lines.begin(), next_text(state) + time);
  for (const CameraProgress& camera : state.cameras) lines.push_back(camera_text(camera));
  for (const std::string& lack : state.lacks) lines.push_back("  " + lack);
  lines.push_back("last: " + last_picture_);
  draw(lines);
}

void WatchScreen::draw(const std::vector<std::string>& lines) {
  std::string text = drawn_lines_ > 0 ? fmt::format("\033[{}A\033[J", drawn_lines_) : "";
  std::vector<std::string> wrapped;
  for (const std::string& line : lines) add_wrapped(visible(line), terminal_columns(), wrapped);
  drawn_lines_ = std::min(wrapped.size(), kScreenLines - 1);
  for (std::size_t i = 0; i < drawn_lines_; ++i) text += wrapped[i] + "\n";
  session_.say(text);
}

}  // namespace calib
