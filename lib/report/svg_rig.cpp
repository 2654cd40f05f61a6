#include "report/svg_rig.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/append.hpp"
#include "base/subsample.hpp"
#include "report/svg.hpp"

namespace calib {
namespace {

constexpr double kSceneWidth = 760, kSceneHeight = 560;
constexpr double kRadiusOfHeight = 0.46;  // the scene's radius over the chart's height
constexpr double kPyramidOfScene = 0.15;  // a camera's pyramid over the scene's radius
constexpr double kPyramidOfNeighbor =
    0.7;                               // at most this over the smallest distance of two cameras
constexpr double kLabelDistance = 26;  // pixels of the chart
constexpr double kYaw_rad = -0.8, kPitch_rad = 0.4;

struct Sphere {
  Eigen::Vector3d middle = Eigen::Vector3d::Zero();
  double radius = 0;
};

Sphere sphere_around(const std::vector<Eigen::Vector3d>& points) {
  Sphere sphere;
  if (points.empty()) return sphere;
  Eigen::Vector3d low = points[0], high = points[0];
  for (const Eigen::Vector3d& point : points) {
    low = low.cwiseMin(point);
    high = high.cwiseMax(point);
  }
  sphere.middle = (low + high) / 2;
  for (const Eigen::Vector3d& point : points)
    sphere.radius = std::max(sphere.radius, (point - sphere.middle).norm());
  return sphere;
}

std::vector<Eigen::Vector3d> board_outline(const Board& board, const Pose& T_rig_board) {
  const double s = board.square_m;
  const double right = s * board.corners_x, bottom = s * board.corners_y;
  std::vector<Eigen::Vector3d> outline;
  // The outer squares extend one square beyond the corners.
  for (const Eigen::Vector3d& point :
       {Eigen::Vector3d(-s, -s, 0), Eigen::Vector3d(right, -s, 0),
        Eigen::Vector3d(right, bottom, 0), Eigen::Vector3d(-s, bottom, 0)})
    outline.push_back(T_rig_board * point);
  return outline;
}

// The ray of a corner of the image. If it has none, the ray of the outermost pixel on the line from
// the image center to this corner that has one.
Eigen::Vector3d corner_ray(const Projector& lens, const Eigen::Vector2d& corner) {
  const ImageSize size = lens.intrinsics().image_size;
  const Eigen::Vector2d middle(0.5 * size.width - 0.5, 0.5 * size.height - 0.5);
  for (double share = 1; share > 0.05; share -= 0.05) {
    if (const auto ray = lens.unproject(middle + share * (corner - middle))) return *ray;
  }
  return Eigen::Vector3d::UnitZ();
}

std::vector<Eigen::Vector3d> picture_corners(const Intrinsics& intrinsics, const Pose& T_rig_cam,
                                             double depth) {
  const Projector lens(intrinsics);
  const double right = intrinsics.image_size.width - 0.5,
               bottom = intrinsics.image_size.height - 0.5;
  std::vector<Eigen::Vector3d> corners;
  for (const Eigen::Vector2d& pixel :
       {Eigen::Vector2d(-0.5, -0.5), Eigen::Vector2d(right, -0.5), Eigen::Vector2d(right, bottom),
        Eigen::Vector2d(-0.5, bottom)})
    corners.push_back(T_rig_cam * (depth * corner_ray(lens, pixel)));
  return corners;
}

std::vector<const Camera*> posed_cameras(const Calibration& calibration) {
  std::vector<const Camera*> cameras;
  for (const Camera& camera : calibration.cameras)
    if (camera.intrinsics && camera.T_cam_rig) cameras.push_back(&camera);
  return cameras;
}

std::vector<Eigen::Vector3d> centers(const std::vector<const Camera*>& cameras) {
  std::vector<Eigen::Vector3d> centers;
  for (const Camera* camera : cameras) centers.push_back(camera->T_cam_rig->inverse().translation);
  return centers;
}

// The depth of the pyramids: large enough to be seen, but so small that neighbors do not overlap.
double pyramid_depth(const std::vector<Eigen::Vector3d>& centers, double radius) {
  double nearest = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < centers.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k)
      nearest = std::min(nearest, (centers[i] - centers[k]).norm());
  }
  return std::min(kPyramidOfScene * (radius > 0 ? radius : 1.0), kPyramidOfNeighbor * nearest);
}

class SceneBuilder {
 public:
  explicit SceneBuilder(const Calibration& calibration) : calibration_(calibration) {}

  RigScene go(std::size_t most_boards) {
    add_boards(most_boards);
    const std::vector<const Camera*> cameras = posed_cameras(calibration_);
    const std::vector<Eigen::Vector3d> places = centers(cameras);
    std::vector<Eigen::Vector3d> all = scene_.points;
    append(all, places);
    const double depth = pyramid_depth(places, sphere_around(all).radius);
    for (const Camera* camera : cameras) add_camera(*camera, depth);
    return std::move(scene_);
  }

 private:
  void add_boards(std::size_t most) {
    std::vector<const Pose*> poses;
    for (const auto& [frame, pose] : calibration_.frames) poses.push_back(&pose);
    const std::vector<std::size_t> drawn = evenly_spread(poses.size(), most);
    for (const std::size_t i : drawn) {
      if (calibration_.board.parts.empty())
        add("board", board_outline(calibration_.board, *poses[i]), {0, 1, 2, 3});
      for (const Board& part : calibration_.board.parts) {
        if (part.T_board_part)
          add("board", board_outline(part, *poses[i] * *part.T_board_part), {0, 1, 2, 3});
      }
    }
    scene_.boards = drawn.size();
    scene_.boards_of = poses.size();
  }

  void add_camera(const Camera& camera, double depth) {
    const Pose T_rig_cam = camera.T_cam_rig->inverse();
    std::vector<Eigen::Vector3d> points = picture_corners(*camera.intrinsics, T_rig_cam, depth);
    points.push_back(T_rig_cam.translation);
    scene_.labels.push_back({scene_.points.size() + 4, camera.name});
    // The outline of the image, and the lines from each of its corners to the camera center.
    add("camera", points, {0, 1, 2, 3, 0, 4, 1, 2, 4, 3});
  }

  void add(const std::string& css_class, const std::vector<Eigen::Vector3d>& points,
           std::vector<std::size_t> order) {
    for (std::size_t& index : order) index += scene_.points.size();
    append(scene_.points, points);
    scene_.outlines.push_back({css_class, std::move(order)});
  }

  const Calibration& calibration_;
  RigScene scene_;
};

// The point on the chart (x right, y down): rotated about the rig's y axis by the yaw, then about
// the x axis by the pitch, in parallel projection.
Eigen::Vector2d place(const RigView& view, const Eigen::Vector3d& point) {
  const Eigen::Vector3d p = point - view.middle;
  const double cy = std::cos(view.yaw_rad), sy = std::sin(view.yaw_rad);
  const double x = cy * p.x() + sy * p.z(), z = cy * p.z() - sy * p.x();
  const double y = std::cos(view.pitch_rad) * p.y() - std::sin(view.pitch_rad) * z;
  return Eigen::Vector2d(kSceneWidth / 2, kSceneHeight / 2) + view.scale * Eigen::Vector2d(x, y);
}

// Labels are moved away from the mean of all cameras, so that they do not overlap.
Eigen::Vector2d label_place(const Eigen::Vector2d& at, const Eigen::Vector2d& middle) {
  const Eigen::Vector2d away = at - middle;
  const double length = away.norm();
  return at +
         kLabelDistance * (length > 1e-6 ? Eigen::Vector2d(away / length) : Eigen::Vector2d(0, -1));
}

}  // namespace

RigScene rig_scene(const Calibration& calibration, std::size_t most_boards) {
  return SceneBuilder(calibration).go(most_boards);
}

RigView first_view(const RigScene& scene) {
  const Sphere sphere = sphere_around(scene.points);
  const double radius = sphere.radius > 0 ? sphere.radius : 1;
  return {kYaw_rad, kPitch_rad, sphere.middle, kRadiusOfHeight * kSceneHeight / radius,
          round_down_nicely(radius / 2)};
}

std::string rig_svg(const RigScene& scene, const RigView& view) {
  std::vector<Eigen::Vector2d> places;
  for (const Eigen::Vector3d& point : scene.points) places.push_back(place(view, point));
  std::string content;
  for (const RigScene::Outline& outline : scene.outlines) {
    std::vector<Eigen::Vector2d> line;
    for (const std::size_t index : outline.points) line.push_back(places[index]);
    content += svg_path(outline.css_class, svg_polyline(line, true));
  }
  Eigen::Vector2d middle(0, 0);
  for (const RigScene::Label& label : scene.labels)
    middle += places[label.point] / static_cast<double>(scene.labels.size());
  for (const RigScene::Label& label : scene.labels) {
    const Eigen::Vector2d at = label_place(places[label.point], middle);
    content += svg_text(at.x(), at.y() + 4, "name", label.text, Anchor::kMiddle);
  }
  const double length = view.scale * view.bar_m;
  content += svg_line(20, kSceneHeight - 20, 20 + length, kSceneHeight - 20, "scale-bar") +
             svg_text(20, kSceneHeight - 28, "tick", fmt::format("{:g} m", view.bar_m));
  return svg_chart(kSceneWidth, kSceneHeight, "the rig in space", content);
}

nlohmann::ordered_json rig_json(const RigScene& scene, const RigView& view) {
  nlohmann::ordered_json json = {{"yaw", view.yaw_rad},
                                 {"pitch", view.pitch_rad},
                                 {"scale", view.scale},
                                 {"middle", {view.middle.x(), view.middle.y(), view.middle.z()}},
                                 {"center", {kSceneWidth / 2, kSceneHeight / 2}},
                                 {"label_distance", kLabelDistance},
                                 {"points", nlohmann::ordered_json::array()},
                                 {"outlines", nlohmann::ordered_json::array()},
                                 {"labels", nlohmann::ordered_json::array()}};
  // Rounded to a tenth of a millimeter, which is finer than the chart.
  const auto rounded = [](double value) { return std::round(value * 1e4) / 1e4 + 0.0; };
  for (const Eigen::Vector3d& p : scene.points)
    json["points"].push_back({rounded(p.x()), rounded(p.y()), rounded(p.z())});
  for (const RigScene::Outline& outline : scene.outlines)
    json["outlines"].push_back(outline.points);
  for (const RigScene::Label& label : scene.labels) json["labels"].push_back(label.point);
  return json;
}

}  // namespace calib
