#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/solve_summary.hpp"
#include "base/text.hpp"
#include "io/artifacts.hpp"
#include "report/design_report.hpp"
#include "report/text_table.hpp"
#include "scene/board_types.hpp"
#include "scene/world.hpp"

namespace calib {
namespace {

// The description of a file, as text and as JSON.
struct Info {
  std::string text;
  nlohmann::ordered_json json;
};

Info describe_dataset(const std::string& file) {
  const Dataset dataset = read_dataset(file);
  Info info;
  TableRows rows = {{"camera", "size", "images", "frames"}};
  for (const DatasetCamera& camera : dataset.cameras) {
    const std::string videos = video_text(camera);
    const std::string frames =
        camera.images.empty()
            ? "-"
            : fmt::format("{} to {}", camera.images.front().frame, camera.images.back().frame);
    rows.push_back({camera.name,
                    camera.image_size == ImageSize{} ? "-" : to_text(camera.image_size),
                    videos.empty() ? std::to_string(camera.images.size()) : videos, frames});
    info.json["cameras"][camera.name] = {{"images", camera.images.size()}, {"video", videos}};
  }
  info.text = text_table(rows);
  return info;
}

Info describe_observations(const std::string& file) {
  const Observations observations = read_observations(file);
  Info info;
  info.json["board"] = describe_board(observations.board);
  TableRows rows = {{"camera", "size", "boards", "corners", "without"}};
  for (std::size_t c = 0; c < observations.cameras.size(); ++c) {
    std::size_t views = 0, corners = 0;
    for (const View& view : observations.views) {
      if (view.camera != static_cast<int>(c)) continue;
      ++views;
      corners += view.corners.size();
    }
    const auto missing =
        std::count_if(observations.missing.begin(), observations.missing.end(),
                      [c](const MissingView& view) { return view.camera == static_cast<int>(c); });
    const ObservedCamera& camera = observations.cameras[c];
    rows.push_back({camera.name, to_text(camera.image_size), std::to_string(views),
                    std::to_string(corners), std::to_string(missing)});
    info.json["cameras"][camera.name] = {
        {"boards", views}, {"corners", corners}, {"missing", missing}};
  }
  info.text = "  board: " + describe_board(observations.board) + "\n" + text_table(rows);
  return info;
}

Info describe_calibration(const std::string& file) {
  const Calibration calibration = read_calibration(file);
  Info info;
  info.json = {{"board", describe_board(calibration.board)},
               {"frames", calibration.frames.size()},
               {"verdict", to_text(calibration.verdict)},
               {"world", calibration.world.has_value()},
               {"covariance", calibration.covariance.has_value()}};
  TableRows rows = {{"camera", "model", "size", "views", "rms px", "pose",
                     calibration.world ? "center in the world mm" : "center mm"}};
  for (const Camera& camera : calibration.cameras) {
    std::string center = "-";
    if (const auto pose = T_cam_world(calibration, camera)) {
      const Eigen::Vector3d c = 1000 * pose->inverse().translation;
      center = to_text(c.x(), 2) + " " + to_text(c.y(), 2) + " " + to_text(c.z(), 2);
    }
    const std::string model = camera.intrinsics ? camera.intrinsics->model : "-";
    rows.push_back({camera.name, model, to_text(camera.image_size), std::to_string(camera.views),
                    camera.reprojection_rms_px ? to_text(*camera.reprojection_rms_px, 3) : "-",
                    camera.T_cam_rig ? "yes" : "no", center});
    info.json["cameras"][camera.name] = {{"model", model}, {"posed", camera.T_cam_rig.has_value()}};
  }
  const std::string board =
      corner_count(calibration.board) > 0 ? describe_board(calibration.board) : "none";
  info.text = fmt::format("  board: {}; {} board poses; {} left out; {}\n", board,
                          calibration.frames.size(), calibration.rejected.size(),
                          calibration.verdict ? to_text(*calibration.verdict) : "not judged") +
              text_table(rows);
  return info;
}

Info describe_rectification(const std::string& file) {
  Info info;
  TableRows rows = {{"set", "projection", "size", "pair", "aligned", "baseline mm"}};
  for (const RectificationEntry& entry : read_rectification(file).sets) {
    const RectifiedSet& set = entry.set;
    const std::vector<std::string> start = {set_name(set), name_of(kProjections, set.projection),
                                            to_text(set.image_size)};
    info.json["sets"].push_back({{"name", start[0]}, {"pairs", set.pairs.size()}});
    if (set.pairs.empty()) rows.push_back({start[0], start[1], start[2], "-", "-", "-"});
    for (const RectifiedPair& pair : set.pairs) {
      rows.push_back({start[0], start[1], start[2], pair.first + "-" + pair.second,
                      pair.vertical ? "columns" : "rows", to_text(1000 * pair.baseline_m, 2)});
    }
  }
  info.text = text_table(rows);
  return info;
}

Info describe_design(const std::string& file) {
  const DesignSummary design = read_design(file);
  return {design_text(design, kScreenLines), design_json(design)};
}

Info describe_artifact(const std::string& kind, const std::string& file) {
  if (kind == "dataset") return describe_dataset(file);
  if (kind == "observations") return describe_observations(file);
  if (kind == "calibration") return describe_calibration(file);
  if (kind == "design") return describe_design(file);
  return describe_rectification(file);
}

}  // namespace

Action define_info(CommandLine& line) {
  const auto files = std::make_shared<std::vector<std::string>>();
  line.add_positional(Option::list("file", *files, "a file that calib wrote", "FILE"));
  return [files](Session& session) {
    const std::string& file = only_file(*files, "a file that calib wrote");
    const std::string kind = artifact_kind(file);
    Info info = describe_artifact(kind, file);
    session.say(fmt::format("{}: {}\n{}", file, kind, info.text));
    nlohmann::ordered_json json = {{"path", file}, {"kind", kind}};
    json.update(info.json);
    session.say_json(json);
  };
}

}  // namespace calib
