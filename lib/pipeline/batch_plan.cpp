#include "pipeline/batch_plan.hpp"

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "io/yaml_reader.hpp"
#include "io/yaml_writer.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

std::vector<ConfigSection> sections_of(Recording& recording) {
  std::vector<ConfigSection> sections = describe(recording.options);
  sections.front().options.push_back(Option::list("input", recording.inputs, "", "INPUT"));
  sections.front().options.push_back(max_pixels_option(recording.max_pixels));
  return sections;
}

// The path of an input, which may be NAME=GLOB as on the command line, is relative to `folder`.
std::string beside(const fs::path& folder, const std::string& input) {
  const fs::path path = folder / input;
  const std::size_t equals = input.find('=');
  const bool is_named = equals != std::string::npos && input.find('/') > equals;
  if (!is_named || fs::exists(path)) return path.string();
  return input.substr(0, equals + 1) + (folder / input.substr(equals + 1)).string();
}

void place_beside(const fs::path& folder, Recording& recording) {
  for (std::string& input : recording.inputs) input = beside(folder, input);
  std::string& target = recording.options.board.target;
  if (!target.empty()) target = (folder / target).string();
}

// Throws Error for what `calib run` would refuse at its start.
void check(const Recording& recording, const YamlNode& node) {
  if (recording.inputs.empty()) {
    node.fail_at_key(fmt::format(
        "recording '{}' has no input: give its images or videos, such as input: footage/{}",
        recording.name, recording.name));
  }
  if (!recording.options.board.target.empty()) return;  // that file is checked by the run
  try {
    make_board(recording.options.board);
  } catch (const Error& error) {
    node.fail_at_key(fmt::format("recording '{}': {}", recording.name, error.what()));
  }
}

Recording read_recording(const std::string& name, const YamlNode& node, const Recording& shared) {
  if (!is_file_name(name) || name == "batch.json") {
    node.fail_at_key(fmt::format(
        "the name '{}' cannot be that of a folder for its results: use letters, digits, - and _",
        name));
  }
  Recording recording = shared;
  recording.name = name;
  if (!node.is_null()) read_config(node, sections_of(recording), {});
  return recording;
}

bool is_among(const Option& option, const std::vector<ConfigSection>& defaults,
              const std::string& section) {
  for (const ConfigSection& candidate : defaults) {
    if (candidate.name != section) continue;
    for (const Option& other : candidate.options)
      if (other.key == option.key) return other.values() == option.values();
  }
  return false;
}

std::string value_text(const Option& option) {
  const std::vector<std::string> values = option.values();
  if (!option.is_list) return yaml_string(values.front());
  std::string text;
  for (const std::string& value : values) text += (text.empty() ? "" : ", ") + yaml_string(value);
  return "[" + text + "]";
}

}  // namespace

BatchPlan read_batch_plan(const fs::path& file, const std::vector<std::string>& known_sections) {
  const YamlNode root = YamlNode::load(file, kMaxConfigBytes);
  BatchPlan plan;
  const YamlNode recordings = root["recordings"];
  if (recordings.is_null() || recordings.entries().empty())
    recordings.fail_at_key("'recordings' is empty, expected NAME: {input: FOLDER}");
  Recording shared;
  std::vector<ConfigSection> sections = sections_of(shared);
  sections.front().options.push_back(Option::number("jobs", plan.jobs, "").at_least(0));
  read_config(root, sections, known_sections, {"recordings"});
  for (const auto& [name, node] : recordings.entries()) {
    Recording recording = read_recording(name, node, shared);
    place_beside(file.parent_path(), recording);
    check(recording, node);
    plan.recordings.push_back(std::move(recording));
  }
  return plan;
}

std::string to_yaml(const Recording& recording) {
  Recording copy = recording, of_run, of_stages;
  of_stages.options.rectify = RectifyOptions();  // `calib run` has other defaults for rectify
  const std::vector<ConfigSection> run = sections_of(of_run), stages = sections_of(of_stages);
  std::string text;
  for (const ConfigSection& section : sections_of(copy)) {
    std::string lines;
    for (const Option& option : section.options) {
      if (is_among(option, run, section.name) && is_among(option, stages, section.name)) continue;
      lines += fmt::format("{}{}: {}\n", section.name.empty() ? "" : "  ", option.key,
                           value_text(option));
    }
    if (!lines.empty() && !section.name.empty()) text += section.name + ":\n";
    text += lines;
  }
  return text;
}

}  // namespace calib
