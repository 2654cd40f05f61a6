#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/point_flags.hpp"
#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "io/artifacts.hpp"
#include "measure/map_points.hpp"
#include "report/text_table.hpp"
#include "scene/camera_choice.hpp"

namespace calib {
namespace {

// `what` names pixels that have no image.
void finish_mapping(Session& session, const MappedTracks& result, const Calibration& calibration,
                    const std::string& output, const std::string& no_image) {
  write_file(output, track_bytes(result.tracks, track_form(output), names_of(calibration.cameras),
                                 session.context().jobs));
  TableRows rows = {{"camera", "pixels", no_image, "outside"}};
  nlohmann::ordered_json json = {{"path", output}, {"cameras", nlohmann::ordered_json::object()}};
  for (const MappedCamera& camera : result.cameras) {
    rows.push_back({camera.camera, std::to_string(camera.mapped), std::to_string(camera.no_image),
                    std::to_string(camera.outside)});
    json["cameras"][camera.camera] = {
        {"pixels", camera.mapped}, {"no_image", camera.no_image}, {"outside", camera.outside}};
  }
  session.say(text_table(rows) + fmt::format("-> {}\n", output));
  session.say_json(json);
}

// The map that undistort-points applies to each pixel.
enum class UndistortedTo { kPinhole, kNormalized };
constexpr Named<UndistortedTo> kUndistortedTo[] = {{"pinhole", UndistortedTo::kPinhole},
                                                   {"normalized", UndistortedTo::kNormalized}};

struct UndistortPointsFlags {
  PointFlags points;
  UndistortedTo to = UndistortedTo::kPinhole;
  std::string rectification, set;
};

const RectifiedSet& find_set(const RectificationEntries& rectification,
                             const UndistortPointsFlags& flags) {
  std::vector<std::string> names;
  for (const RectificationEntry& entry : rectification.sets) {
    names.push_back(set_name(entry.set));
    if (names.back() == flags.set || (flags.set.empty() && rectification.sets.size() == 1))
      return entry.set;
  }
  throw Error(flags.set.empty() ? fmt::format("{}: has {} sets; choose one with --set: {}",
                                              flags.rectification, names.size(), join(names, ", "))
                                : fmt::format("--set: found '{}', {}", flags.set,
                                              expected_one_of(flags.set, names)));
}

std::vector<PixelMap> pixel_maps(const Calibration& calibration, const PixelTracks& tracks,
                                 const UndistortPointsFlags& flags) {
  std::optional<RectificationEntries> rectification;
  const RectifiedSet* set = nullptr;
  if (!flags.rectification.empty()) {
    rectification = read_rectification(flags.rectification);
    set = &find_set(*rectification, flags);
  }
  std::vector<PixelMap> maps;
  for (const std::string& name : tracks.cameras) {
    const Intrinsics& intrinsics = known_lens(calibration, name);
    if (!set) {
      maps.push_back(without_distortion(intrinsics, flags.to == UndistortedTo::kPinhole));
      continue;
    }
    maps.emplace_back([lens = std::make_shared<Projector>(intrinsics),
                       rectified = camera_of(*set, name),
                       plane = view_plane(*set)](const Eigen::Vector2d& pixel) {
      return rectified_pixel(*lens, rectified, plane, pixel);
    });
  }
  return maps;
}

}  // namespace

Action define_project(CommandLine& line) {
  const auto flags = std::make_shared<PointFlags>();
  add_point_flags(line, "project", *flags, false);
  return [flags](Session& session) {
    const int jobs = session.context().jobs;
    const std::string& output = session.output_file(flags->files);
    track_form(output);
    const Calibration calibration = calibration_of(*flags);
    const PointTracks points =
        read_point_tracks(points_file(*flags, "the file of the points in space"), jobs);
    if (const std::string doubt = unit_doubt(calibration, points); !doubt.empty())
      session.warn(doubt);
    finish_mapping(session, project_points(calibration, points, jobs), calibration, output,
                   "not visible");
  };
}

Action define_undistort_points(CommandLine& line) {
  const auto flags = std::make_shared<UndistortPointsFlags>();
  add_point_flags(line, "undistort_points", flags->points, true);
  line.add("undistort_points",
           {Option::choice("to", flags->to,
                           "pixels of a pinhole camera with the same fx, fy, cx and cy, or x/z and "
                           "y/z of the ray",
                           kUndistortedTo),
            Option::text("rectification", flags->rectification,
                         "pixels of the rectified pictures that this rectification.yaml describes",
                         "FILE"),
            Option::text("set", flags->set, "which of its sets, by the name of its folder")});
  return [flags](Session& session) {
    const int jobs = session.context().jobs;
    const std::string& output = session.output_file(point_inputs(flags->points));
    track_form(output);
    const Calibration calibration = calibration_of(flags->points);
    const PixelTracks tracks = pixels_of(flags->points, calibration, jobs);
    finish_mapping(session,
                   map_pixels(calibration, tracks, pixel_maps(calibration, tracks, *flags), jobs),
                   calibration, output, "without ray");
  };
}

}  // namespace calib
