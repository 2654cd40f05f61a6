// Reads and writes calibration.yaml. Unknown values are absent.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/errors.hpp"
#include "base/named.hpp"
#include "base/text.hpp"
#include "camera/model_list.hpp"
#include "io/artifact_parts.hpp"
#include "io/artifacts.hpp"
#include "io/covariance_yaml.hpp"
#include "io/pose_yaml.hpp"
#include "io/yaml_writer.hpp"

namespace calib {
namespace {

constexpr double kLargestParameter = 1e9;

constexpr std::pair<const char*, const char*> kUnits[] = {
    {"length", "metre"}, {"angle", "radian"}, {"pixel_origin", "centre_of_top_left_pixel"}};
constexpr const char* kLinearNames[kLinearCount] = {"fx", "fy", "cx", "cy"};
// The keys of `quality` that are not metrics.
const std::vector<std::string> kQualityKeys = {"verdict", "reasons", "findings"};

// ---- writing

std::string units_text() {
  std::vector<std::string> pairs;
  for (const auto& [key, unit] : kUnits) pairs.push_back(fmt::format("{}: {}", key, unit));
  return fmt::format("units: {{{}}}\n", join(pairs, ", "));
}

// "fx: 1, fy: 2, cx: 3, cy: 4"
std::string linear_text(const std::vector<double>& parameters, const std::string& what) {
  std::vector<std::string> pairs;
  for (std::size_t i = 0; i < kLinearCount; ++i)
    pairs.push_back(fmt::format("{}: {}", kLinearNames[i],
                                yaml_number(parameters[i], what + "." + kLinearNames[i])));
  return join(pairs, ", ");
}

std::string distortion_text(const std::vector<double>& parameters, const std::string& what) {
  return yaml_list(std::span(parameters).subspan(kLinearCount), what + ".distortion");
}

std::string intrinsics_text(const Camera& camera, const std::string& what) {
  const Intrinsics& intrinsics = *camera.intrinsics;
  check_intrinsics(intrinsics);
  require(intrinsics.image_size == camera.image_size,
          fmt::format("{}: the intrinsics are for {} images, the camera's are {}", what,
                      to_text(intrinsics.image_size), to_text(camera.image_size)));
  return fmt::format("    intrinsics: {{{}}}\n    distortion: {}\n",
                     linear_text(intrinsics.parameters, what),
                     distortion_text(intrinsics.parameters, what));
}

std::string pose_text(const Pose& T_cam_rig, const std::string& what) {
  const Eigen::Matrix4d matrix = written_matrix(snapped(T_cam_rig));
  std::string text = "    T_cam_rig:" + yaml_matrix_rows(matrix, 6, what + " T_cam_rig") + "\n";
  return text +
         "    T_rig_cam:" + yaml_matrix_rows(written_inverse(matrix), 6, what + " T_rig_cam") +
         "\n";
}

std::string std_text(const CameraStd& std, const std::string& what) {
  std::vector<std::string> parts;
  if (!std.parameters.empty()) {
    require(std.parameters.size() >= kLinearCount,
            fmt::format("{} has {} parameters", what, std.parameters.size()));
    parts.push_back(linear_text(std.parameters, what));
    parts.push_back("distortion: " + distortion_text(std.parameters, what));
  }
  const auto add = [&](const char* key, const std::optional<Eigen::Vector3d>& value) {
    if (!value) return;
    parts.push_back(
        fmt::format("{}: {}", key, yaml_list({value->data(), 3}, fmt::format("{}.{}", what, key))));
  };
  add("rotation_rad", std.rotation_rad);
  add("translation_m", std.translation_m);
  add("centre_m", std.center_m);
  if (parts.empty()) return "";
  return fmt::format("    std: {{{}}}\n", join(parts, ", "));
}

std::string camera_time_std_text(const CameraTimeStd& std, const std::string& what) {
  std::vector<std::string> parts;
  const auto add = [&](const char* key, const std::optional<double>& value) {
    if (value) parts.push_back(fmt::format("{}: {}", key, yaml_number(*value, what)));
  };
  add("offset_s", std.offset_s);
  add("rate", std.rate);
  add("line_delay_s", std.line_delay_s);
  return parts.empty() ? "" : fmt::format(", std: {{{}}}", join(parts, ", "));
}

std::string jumps_text(const std::vector<ClockJump>& jumps, const std::string& what) {
  std::vector<std::string> parts;
  parts.reserve(jumps.size());
  for (const ClockJump& jump : jumps) {
    parts.push_back(fmt::format("{{frame: {}, frames: {}, shift_s: {}}}", jump.frame, jump.frames,
                                yaml_number(jump.shift_s, what)));
  }
  return parts.empty() ? "" : fmt::format(", jumps: [{}]", join(parts, ", "));
}

std::string camera_time_text(const CameraTime& time, const std::string& what) {
  return fmt::format("    time: {{offset_s: {}, rate: {}, line_delay_s: {}{}{}}}\n",
                     yaml_number(time.offset_s, what), yaml_number(time.rate, what),
                     yaml_number(time.line_delay_s, what), jumps_text(time.jumps, what),
                     camera_time_std_text(time.std, what));
}

// Cells without a ray are "~".
std::string grid_text(const std::vector<double>& values, const std::string& what) {
  std::vector<std::string> texts;
  for (const double value : values)
    texts.push_back(std::isnan(value) ? "~" : yaml_number(value, what));
  return "[" + join(texts, ", ") + "]";
}

std::string uncertainty_text(const ProjectionUncertainty& uncertainty, const std::string& what) {
  return fmt::format(
      "    projection_std:\n      grid: [{}, {}]\n      distance_m: {}\n      near_px: {}\n"
      "      infinity_px: {}\n",
      ProjectionUncertainty::kColumns, ProjectionUncertainty::kRows,
      yaml_number(uncertainty.distance_m, what + ".distance_m"),
      grid_text(uncertainty.near_px, what + ".near_px"),
      grid_text(uncertainty.infinity_px, what + ".infinity_px"));
}

std::string trials_text(const std::vector<ModelTrial>& trials, const std::string& what) {
  std::string text = trials.empty() ? "" : "    model_trials:\n";
  for (const ModelTrial& trial : trials) {
    std::vector<std::string> parts = {"model: " + trial.model};
    if (trial.heldout_px) parts.push_back("heldout_px: " + yaml_number(*trial.heldout_px, what));
    if (trial.rms_px) parts.push_back("rms_px: " + yaml_number(*trial.rms_px, what));
    if (!trial.problem.empty()) parts.push_back("problem: " + yaml_string(trial.problem));
    text += fmt::format("      - {{{}}}\n", join(parts, ", "));
  }
  return text;
}

std::string camera_text(const Camera& camera) {
  const std::string what = "camera '" + camera.name + "'";
  std::string text = fmt::format("  {}:\n", yaml_string(camera.name));
  if (camera.intrinsics) text += fmt::format("    model: {}\n", camera.intrinsics->model);
  text += fmt::format("    image_size: {}\n", size_text(camera.image_size));
  if (camera.crop) text += fmt::format("    crop: {}\n", crop_text(*camera.crop));
  if (camera.intrinsics) text += intrinsics_text(camera, what);
  if (camera.T_cam_rig) text += pose_text(*camera.T_cam_rig, what);
  if (camera.time) text += camera_time_text(*camera.time, what + " time");
  text += std_text(camera.std, what + " std");
  if (camera.reprojection_rms_px) {
    text += fmt::format("    reprojection_rms_px: {}\n",
                        yaml_number(*camera.reprojection_rms_px, what + " reprojection_rms_px"));
  }
  text += fmt::format("    views: {}\n", camera.views);
  if (camera.uncertainty) text += uncertainty_text(*camera.uncertainty, what + " projection_std");
  return text + trials_text(camera.model_trials, what + " model_trials");
}

std::string cameras_text(const std::vector<Camera>& cameras) {
  std::string text = cameras.empty() ? "cameras: {}\n" : "cameras:\n";
  for (const Camera& camera : cameras) text += camera_text(camera);
  require_camera_names(names_of(cameras));
  return text;
}

std::string frames_text(const std::map<std::int64_t, Pose>& frames) {
  std::string text = frames.empty() ? "" : "frames:\n";
  for (const auto& [frame, T_rig_board] : frames) {
    text += fmt::format(
        "  {}: {{T_rig_board: {}}}\n", frame,
        yaml_matrix(written_matrix(snapped(T_rig_board)), fmt::format("frame {}", frame)));
  }
  return text;
}

std::string rejected_text(const std::vector<Rejected>& rejected) {
  std::string text = rejected.empty() ? "" : "rejected:\n";
  for (const Rejected& entry : rejected) {
    text += fmt::format("  - {{camera: {}, frame: {}, {}reason: {}}}\n", yaml_string(entry.camera),
                        entry.frame,
                        entry.corner ? fmt::format("corner: {}, ", *entry.corner) : std::string(),
                        yaml_string(entry.reason));
  }
  return text;
}

// Text and remedy are for the reader; they follow from the rest.
std::string finding_yaml(const Finding& finding) {
  const std::string name = to_text(finding.code);
  std::string text =
      fmt::format("    - code: {}\n      severity: {}\n", name, to_text(finding.severity));
  const auto add_map = [&](const char* key, const std::vector<std::string>& entries) {
    if (!entries.empty()) text += fmt::format("      {}: {{{}}}\n", key, join(entries, ", "));
  };
  if (!finding.cameras.empty()) {
    std::vector<std::string> cameras;
    for (const std::string& camera : finding.cameras) cameras.push_back(yaml_string(camera));
    text += fmt::format("      cameras: [{}]\n", join(cameras, ", "));
  }
  if (finding.frame) text += fmt::format("      frame: {}\n", *finding.frame);
  std::vector<std::string> numbers, words;
  for (const Metric& number : finding.numbers) {
    numbers.push_back(
        fmt::format("{}: {}", number.name, yaml_number(number.value, name + "." + number.name)));
  }
  for (const NamedWord& word : finding.words)
    words.push_back(fmt::format("{}: {}", word.name, yaml_string(word.value)));
  add_map("numbers", numbers);
  add_map("words", words);
  text += fmt::format("      text: {}\n", yaml_string(message_text(finding)));
  const std::string remedy = remedy_text(finding);
  return text + (remedy.empty() ? "" : fmt::format("      remedy: {}\n", yaml_string(remedy)));
}

std::string verdict_yaml(const Calibration& calibration) {
  if (!calibration.verdict) return "";
  std::string text = fmt::format("  verdict: {}\n", to_text(*calibration.verdict));
  if (*calibration.verdict != verdict_of(calibration.findings)) return text;  // changed by hand
  text += "  reasons:\n";
  for (const std::string& reason : verdict_reasons(calibration.findings))
    text += fmt::format("    - {}\n", yaml_string(reason));
  return text;
}

std::string quality_text(const Calibration& calibration) {
  std::string text = verdict_yaml(calibration);
  if (!calibration.findings.empty()) text += "  findings:\n";
  for (const Finding& finding : calibration.findings) text += finding_yaml(finding);
  std::vector<std::string> keys = kQualityKeys;
  for (const Metric& metric : calibration.quality) {
    text += fmt::format("  {}: {}\n", yaml_string(metric.name),
                        yaml_number(metric.value, "quality." + metric.name));
    keys.push_back(metric.name);
  }
  require_unique(std::move(keys), "quality metric");
  return text.empty() ? "" : "quality:\n" + text;
}

// ---- reading

void check_units(const YamlNode& node) {
  std::vector<std::string> keys;
  for (const auto& [key, unit] : kUnits) keys.push_back(key);
  node.expect_keys({}, keys);
  for (const auto& [key, unit] : kUnits) {
    const auto found = node.find(key);
    if (found && found->text() != unit) {
      found->fail(fmt::format("found '{}' for {}, expected {}: convert the file's values",
                              found->text(), found->what(), unit));
    }
  }
}

// Reads fx fy cx cy from `linear` and then the list `distortion`, which may be absent if the model
// has no distortion.
std::vector<double> read_parameters(const YamlNode& linear,
                                    const std::optional<YamlNode>& distortion,
                                    const YamlNode& holder, const std::string& model) {
  std::vector<double> parameters;
  for (const char* name : kLinearNames) parameters.push_back(linear[name].number());
  const std::size_t expected = parameter_names(model).size() - kLinearCount;
  if (!distortion && expected > 0) {
    holder.fail_at_key(fmt::format("missing key 'distortion' in {}: model {} has {} values",
                                   holder.what(), model, expected));
  }
  if (!distortion) return parameters;
  const std::vector<double> values = distortion->numbers();
  if (values.size() != expected) {
    distortion->fail(fmt::format("found {} numbers for {}, expected {} for model {}", values.size(),
                                 distortion->what(), expected, model));
  }
  parameters.insert(parameters.end(), values.begin(), values.end());
  return parameters;
}

std::optional<Intrinsics> read_intrinsics(const YamlNode& node, ImageSize image_size) {
  const auto linear = node.find("intrinsics"), distortion = node.find("distortion"),
             model = node.find("model");
  if (!linear && !distortion && !model) return std::nullopt;
  Intrinsics intrinsics{node["model"].text(), image_size, {}};
  node["intrinsics"].expect_keys({kLinearNames, kLinearNames + kLinearCount});
  try {
    require_model(intrinsics.model);
  } catch (const Error& error) {
    model->fail(error.what());
  }
  intrinsics.parameters = read_parameters(*linear, distortion, node, intrinsics.model);
  try {
    check_intrinsics(intrinsics);
  } catch (const Error& error) {
    linear->fail(fmt::format("{}: {}", linear->what(), error.what()));
  }
  for (std::size_t i = 0; i < intrinsics.parameters.size(); ++i) {
    if (std::abs(intrinsics.parameters[i]) < kLargestParameter) continue;
    const YamlNode& place = i < kLinearCount ? *linear : *distortion;
    place.fail(fmt::format("found {} for {}, which no lens has", to_text(intrinsics.parameters[i]),
                           parameter_names(intrinsics.model)[i]));
  }
  return intrinsics;
}

void check_inverse(const YamlNode& node, const Pose& T_cam_rig) {
  const Pose T_rig_cam = pose_from_matrix(read_rigid_matrix(node));
  const Pose product = T_cam_rig * T_rig_cam;
  // Twice the tolerance of a rigid motion, relative to the translation if the rig is large.
  const double scale = std::max(1.0, T_cam_rig.translation.norm());
  const double error = std::max(angle_between(product.rotation, Eigen::Quaterniond::Identity()),
                                product.translation.norm() / scale);
  if (error > 2e-6) {
    node.fail(
        fmt::format("{} is not the inverse of T_cam_rig (off by {:.2g}): correct it, or leave it "
                    "out, since it follows from T_cam_rig",
                    node.what(), error));
  }
}

std::optional<Pose> read_camera_pose(const YamlNode& node) {
  const auto T_cam_rig = node.find("T_cam_rig"), T_rig_cam = node.find("T_rig_cam");
  if (T_rig_cam && !T_cam_rig) {
    T_rig_cam->fail_at_key(fmt::format(
        "found {} without T_cam_rig, expected both or only T_cam_rig", T_rig_cam->what()));
  }
  if (!T_cam_rig) return std::nullopt;
  const Pose pose = read_pose(*T_cam_rig);
  if (T_rig_cam) check_inverse(*T_rig_cam, pose);
  return pose;
}

std::optional<Eigen::Vector3d> read_std_vector(const YamlNode& node, const std::string& key) {
  const auto found = node.find(key);
  if (!found) return std::nullopt;
  for (const YamlNode& item : found->items()) read_not_negative(item);
  return Eigen::Vector3d(found->numbers(3).data());
}

CameraStd read_std(const YamlNode& node, const std::optional<Intrinsics>& intrinsics) {
  node.expect_keys(
      {}, {"fx", "fy", "cx", "cy", "distortion", "rotation_rad", "translation_m", "centre_m"});
  CameraStd std;
  const auto distortion = node.find("distortion");
  const bool has_parameters =
      distortion || std::any_of(std::begin(kLinearNames), std::end(kLinearNames),
                                [&](const char* name) { return node.find(name).has_value(); });
  if (has_parameters) {
    if (!intrinsics) {
      node.fail(fmt::format("{} is for intrinsics, which this camera does not have", node.what()));
    }
    std.parameters = read_parameters(node, distortion, node, intrinsics->model);
    for (const char* name : kLinearNames) read_not_negative(node[name]);
    if (distortion) {
      for (const YamlNode& item : distortion->items()) read_not_negative(item);
    }
  }
  std.rotation_rad = read_std_vector(node, "rotation_rad");
  std.translation_m = read_std_vector(node, "translation_m");
  std.center_m = read_std_vector(node, "centre_m");
  return std;
}

CameraTimeStd read_camera_time_std(const YamlNode& node) {
  node.expect_keys({}, {"offset_s", "rate", "line_delay_s"});
  const auto read = [&](const char* key) {
    const auto found = node.find(key);
    return found ? std::optional(read_not_negative(*found)) : std::nullopt;
  };
  return {read("offset_s"), read("rate"), read("line_delay_s")};
}

CameraTime read_camera_time(const YamlNode& node) {
  node.expect_keys({"offset_s", "rate", "line_delay_s"}, {"std", "jumps"});
  CameraTime time{node["offset_s"].number(), node["rate"].number(), node["line_delay_s"].number()};
  if (time.rate <= 0) {
    node["rate"].fail(fmt::format("found {} for {}, expected a positive number", to_text(time.rate),
                                  node["rate"].what()));
  }
  if (const auto std = node.find("std")) time.std = read_camera_time_std(*std);
  if (const auto jumps = node.find("jumps")) {
    for (const YamlNode& jump : jumps->items()) {
      jump.expect_keys({"frame", "frames", "shift_s"});
      time.jumps.push_back({read_frame(jump["frame"]), static_cast<int>(jump["frames"].integer()),
                            jump["shift_s"].number()});
    }
  }
  return time;
}

std::vector<double> read_grid(const YamlNode& node) {
  constexpr std::size_t kCells = ProjectionUncertainty::kColumns * ProjectionUncertainty::kRows;
  std::vector<double> values;
  for (const YamlNode& item : node.items()) {
    values.push_back(item.is_null() ? std::numeric_limits<double>::quiet_NaN()
                                    : read_not_negative(item));
  }
  if (values.size() != kCells) {
    node.fail(
        fmt::format("found {} numbers for {}, expected {}", values.size(), node.what(), kCells));
  }
  return values;
}

ProjectionUncertainty read_uncertainty(const YamlNode& node) {
  node.expect_keys({"grid", "distance_m", "near_px", "infinity_px"});
  const std::vector<int> grid = read_ints(node["grid"], 2, 1);
  if (grid != std::vector{ProjectionUncertainty::kColumns, ProjectionUncertainty::kRows}) {
    node["grid"].fail(fmt::format("found {}x{} for {}, expected {}x{}", grid[0], grid[1],
                                  node["grid"].what(), ProjectionUncertainty::kColumns,
                                  ProjectionUncertainty::kRows));
  }
  return {read_not_negative(node["distance_m"]), read_grid(node["near_px"]),
          read_grid(node["infinity_px"])};
}

ModelTrial read_trial(const YamlNode& node) {
  node.expect_keys({"model"}, {"heldout_px", "rms_px", "problem"});
  ModelTrial trial{node["model"].text()};
  if (const auto error = node.find("heldout_px")) trial.heldout_px = read_not_negative(*error);
  if (const auto rms = node.find("rms_px")) trial.rms_px = read_not_negative(*rms);
  if (const auto problem = node.find("problem")) trial.problem = problem->text();
  return trial;
}

Camera read_camera(const std::string& name, const YamlNode& node) {
  require_camera_name(name, node);
  node.expect_keys({"image_size"},
                   {"model", "crop", "intrinsics", "distortion", "T_cam_rig", "T_rig_cam", "time",
                    "std", "reprojection_rms_px", "views", "projection_std", "model_trials"});
  Camera camera{.name = name, .image_size = read_size(node["image_size"])};
  if (const auto crop = node.find("crop")) camera.crop = read_crop(*crop, camera.image_size);
  camera.intrinsics = read_intrinsics(node, camera.image_size);
  camera.T_cam_rig = read_camera_pose(node);
  if (const auto time = node.find("time")) camera.time = read_camera_time(*time);
  if (const auto std = node.find("std")) camera.std = read_std(*std, camera.intrinsics);
  if (const auto rms = node.find("reprojection_rms_px"))
    camera.reprojection_rms_px = read_not_negative(*rms);
  if (const auto views = node.find("views")) camera.views = read_int(*views, 0);
  if (const auto std = node.find("projection_std")) camera.uncertainty = read_uncertainty(*std);
  if (const auto trials = node.find("model_trials")) {
    for (const YamlNode& trial : trials->items()) camera.model_trials.push_back(read_trial(trial));
  }
  return camera;
}

// Reads the name of a camera that the calibration has.
std::string read_camera_name(const YamlNode& node, const Calibration& calibration) {
  const std::string name = node.text();
  if (find_camera(calibration, name)) return name;
  node.fail(fmt::format("unknown camera '{}' for {}, {}", name, node.what(),
                        expected_one_of(name, names_of(calibration.cameras))));
}

void read_reference(const YamlNode& root, Calibration& calibration) {
  const auto node = root.find("reference_camera");
  if (!node) {
    const auto posed = std::find_if(calibration.cameras.begin(), calibration.cameras.end(),
                                    [](const Camera& camera) { return camera.T_cam_rig; });
    if (posed == calibration.cameras.end()) return;
    root.fail(fmt::format("missing key 'reference_camera': camera '{}' has a pose", posed->name));
  }
  calibration.reference_camera = read_camera_name(*node, calibration);
  const Camera& reference = *find_camera(calibration, calibration.reference_camera);
  if (!reference.T_cam_rig) return;
  const Eigen::Matrix4d error = reference.T_cam_rig->matrix() - Eigen::Matrix4d::Identity();
  if (error.cwiseAbs().maxCoeff() > 1e-6) {  // the tolerance of a rigid motion
    root["cameras"][reference.name]["T_cam_rig"].fail(fmt::format(
        "'{}' is the reference camera, so its T_cam_rig must be the identity", reference.name));
  }
}

std::map<std::int64_t, Pose> read_frames(const YamlNode& node) {
  std::map<std::int64_t, Pose> frames;
  for (const auto& [key, entry] : node.entries()) {
    const std::int64_t frame = read_frame_key(key, entry);
    entry.expect_keys({"T_rig_board"});
    if (!frames.emplace(frame, read_pose(entry["T_rig_board"])).second)
      entry.fail_at_key(fmt::format("frame {} appears twice", frame));
  }
  return frames;
}

Rejected read_rejected(const YamlNode& node, const Calibration& calibration) {
  node.expect_keys({"camera", "frame", "reason"}, {"corner"});
  Rejected rejected{.camera = read_camera_name(node["camera"], calibration),
                    .frame = read_frame(node["frame"]),
                    .reason = node["reason"].text()};
  if (const auto corner = node.find("corner")) {
    rejected.corner = read_int(*corner, 0);
    if (*rejected.corner >= corner_count(calibration.board)) {
      corner->fail(fmt::format("corner {} is not on the {} board", *rejected.corner,
                               size_text(calibration.board)));
    }
  }
  return rejected;
}

Finding read_finding(const YamlNode& node, const Calibration& calibration) {
  node.expect_keys({"code", "severity"},
                   {"cameras", "frame", "numbers", "words", "text", "remedy"});
  Finding finding{.code = read_named(node["code"], finding_codes()),
                  .severity = read_named(node["severity"], kSeverities)};
  if (const auto cameras = node.find("cameras")) {
    for (const YamlNode& camera : cameras->items())
      finding.cameras.push_back(read_camera_name(camera, calibration));
  }
  if (const auto frame = node.find("frame")) finding.frame = read_frame(*frame);
  if (const std::vector<std::string> names = number_names(finding.code); !names.empty()) {
    node["numbers"].expect_keys(names);
    for (const std::string& name : names)
      finding.numbers.push_back({name, node["numbers"][name].number()});
  }
  if (const std::vector<std::string> names = word_names(finding.code); !names.empty()) {
    node["words"].expect_keys(names);
    for (const std::string& name : names)
      finding.words.push_back({name, node["words"][name].text()});
  }
  return finding;
}

void read_quality(const YamlNode& node, Calibration& calibration) {
  for (const auto& [key, value] : node.entries()) {
    if (key == "verdict") {
      calibration.verdict = read_named(value, kVerdicts);
    } else if (key == "findings") {
      for (const YamlNode& finding : value.items())
        calibration.findings.push_back(read_finding(finding, calibration));
    } else if (key == "reasons") {
      for (const YamlNode& reason : value.items()) reason.text();  // they follow from the findings
    } else {
      calibration.quality.push_back({key, value.number()});
    }
  }
}

}  // namespace

std::string to_yaml(const Calibration& calibration) {
  std::string text = head_text("calibration") + units_text();
  if (!calibration.reference_camera.empty())
    text += fmt::format("reference_camera: {}\n", yaml_string(calibration.reference_camera));
  if (calibration.world) text += world_text(*calibration.world);
  text += cameras_text(calibration.cameras);
  if (corner_count(calibration.board) > 0)
    text += fmt::format("board: {}\n", board_text(calibration.board));
  return text + frames_text(calibration.frames) + rejected_text(calibration.rejected) +
         quality_text(calibration) + covariance_text(calibration) +
         tail_text(calibration.provenance);
}

Calibration as_written(Calibration calibration) {
  for (Camera& camera : calibration.cameras)
    if (camera.T_cam_rig) camera.T_cam_rig = snapped(*camera.T_cam_rig);
  if (calibration.world) calibration.world->T_world_rig = snapped(calibration.world->T_world_rig);
  for (auto& [frame, T_rig_board] : calibration.frames) T_rig_board = snapped(T_rig_board);
  for (Board& part : calibration.board.parts)
    if (part.T_board_part) part.T_board_part = snapped(*part.T_board_part);
  return calibration;
}

template <>
Calibration parse_artifact(std::string text, const std::filesystem::path& file) {
  const YamlNode root = parse_kind(std::move(text), file, "calibration");
  root.expect_keys({"kind", "cameras"},
                   {"calib_version", "units", "reference_camera", "world", "board", "frames",
                    "rejected", "quality", "covariance", "provenance"});
  Calibration calibration;
  if (const auto units = root.find("units")) check_units(*units);
  for (const auto& [name, node] : root["cameras"].entries())
    calibration.cameras.push_back(read_camera(name, node));
  read_reference(root, calibration);
  if (const auto world = root.find("world")) calibration.world = read_world(*world);
  if (const auto board = root.find("board")) calibration.board = read_board(*board);
  if (const auto frames = root.find("frames")) {
    calibration.frames = read_frames(*frames);
    if (!calibration.frames.empty() && corner_count(calibration.board) == 0)
      frames->fail_at_key("'frames' has poses of a board, expected 'board' too");
  }
  if (const auto rejected = root.find("rejected")) {
    for (const YamlNode& node : rejected->items())
      calibration.rejected.push_back(read_rejected(node, calibration));
  }
  if (const auto quality = root.find("quality")) read_quality(*quality, calibration);
  if (const auto covariance = root.find("covariance"))
    calibration.covariance = read_covariance(*covariance, calibration);
  if (const auto world = root.find("world")) read_world_links(*world, calibration);
  if (const auto node = root.find("provenance")) calibration.provenance = read_provenance(*node);
  return calibration;
}

}  // namespace calib
