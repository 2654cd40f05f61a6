// The module calib._calib: the functions of calib on arrays of NumPy. The package beside it
// (calib/*.py) has the classes that users see, with their documentation.

#include <fmt/format.h>
#include <pybind11/stl.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/paths.hpp"
#include "base/version.hpp"
#include "image/gray_range.hpp"
#include "image/mix_gray.hpp"
#include "io/artifacts.hpp"
#include "measure/prepared_rig.hpp"
#include "pipeline/board_options.hpp"
#include "pipeline/detect_stage.hpp"
#include "pipeline/rectify_stage.hpp"
#include "python/arrays.hpp"
#include "scene/camera_choice.hpp"
#include "scene/world.hpp"

namespace calib::python {
namespace {

int jobs_of(const py::dict& options) {
  int jobs = 0;
  set_options({Option::number("jobs", jobs, "threads; 0: all cores").at_least(0)}, options);
  return jobs;
}

// ---- Boards and their corners in pictures

Board board_of(const py::dict& values) {
  BoardOptions options;
  set_options(describe(options), values);
  return make_board(options);
}

Doubles board_points(const Board& board) {
  const int count = corner_count(board);
  Doubles points(Shape{count, 3});
  for (int id = 0; id < count; ++id)
    Eigen::Map<Eigen::Vector3d>(points.mutable_data(id, 0)) = corner_position(board, id);
  return points;
}

py::dict detect_board(const py::object& image, const Board& board, const py::dict& values) {
  DetectOptions options;
  options.image_timeout_s = 0;  // an abandoned thread must not outlive the interpreter
  set_options(describe(options), values);
  py::object keeper;
  const cv::Mat pixels = picture(image, keeper);
  Detection found;
  {
    const py::gil_scoped_release unlocked;
    const cv::Mat gray = pixels.channels() == 3 ? gray_of_bgr(pixels) : pixels;
    found = find_board(to_gray8(gray), board, options);
  }
  const auto count = static_cast<py::ssize_t>(found.corners.size());
  py::array_t<int> ids(count);
  Doubles corners(Shape{count, 2}), sigmas(count);
  for (py::ssize_t i = 0; i < count; ++i) {
    const Corner& corner = found.corners[static_cast<std::size_t>(i)];
    ids.mutable_at(i) = corner.id;
    corners.mutable_at(i, 0) = corner.x;
    corners.mutable_at(i, 1) = corner.y;
    sigmas.mutable_at(i) = corner.sigma_px > 0 ? corner.sigma_px : kMissing;
  }
  using namespace py::literals;
  return py::dict("ids"_a = ids, "corners"_a = corners, "sigma_px"_a = sigmas,
                  "reason"_a = found.reason);
}

// ---- Lenses

constexpr const char* kPoints = "(..., 3)";
constexpr const char* kPixels = "(..., 2)";

py::dict parameters_of(const Projector& lens) {
  const Intrinsics& intrinsics = lens.intrinsics();
  const std::vector<std::string> names = parameter_names(intrinsics.model);
  py::dict parameters;
  for (std::size_t i = 0; i < names.size(); ++i)
    parameters[names[i].c_str()] = intrinsics.parameters[i];
  return parameters;
}

Doubles project(const Projector& lens, const py::object& points, const py::dict& options) {
  return map_rows<3, 2>(numbers(points, "points", {3}, kPoints), jobs_of(options),
                        [&](const Eigen::Vector3d& point) { return lens.project(point); });
}

Doubles unproject(const Projector& lens, const py::object& pixels, const py::dict& options) {
  return map_rows<2, 3>(numbers(pixels, "pixels", {2}, kPixels), jobs_of(options),
                        [&](const Eigen::Vector2d& pixel) { return lens.unproject(pixel); });
}

// ---- Rigs

// A calibration, and what was prepared of it for the cameras whose points were asked for.
class Rig {
 public:
  explicit Rig(Calibration calibration) : calibration_(std::move(calibration)) {}

  const Calibration& calibration() const { return calibration_; }

  // Call it with Python's lock.
  std::shared_ptr<const PreparedRig> prepared(const std::vector<std::string>& cameras) {
    constexpr std::size_t kMost = 32;
    if (prepared_.size() > kMost) prepared_.clear();
    std::shared_ptr<const PreparedRig>& entry = prepared_[cameras];
    if (!entry) entry = std::make_shared<PreparedRig>(prepare_rig(calibration_, cameras));
    return entry;
  }

 private:
  Calibration calibration_;
  std::map<std::vector<std::string>, std::shared_ptr<const PreparedRig>> prepared_;
};

// A camera whose lens and pose are known.
struct PlacedCamera {
  Projector lens;
  Pose T_cam_world;
};

PlacedCamera placed_camera(const Calibration& calibration, const std::string& name) {
  const Intrinsics& lens = known_lens(calibration, name);
  const auto pose = T_cam_world(calibration, known_camera(calibration, name));
  require(pose.has_value(),
          name + ": has no pose in the calibration; solve it with `calib extrinsics`");
  return {Projector(lens), *pose};
}

// As `calib project`: pixels outside the picture are missing.
Doubles project_visible(const Rig& rig, const py::object& camera, const py::object& points,
                        const py::dict& options) {
  const auto [lens, pose] = placed_camera(rig.calibration(), text_of(camera, "camera"));
  const ImageSize size = lens.intrinsics().image_size;
  return map_rows<3, 2>(numbers(points, "points", {3}, kPoints), jobs_of(options),
                        [&lens = lens, &pose = pose, size](const Eigen::Vector3d& point) {
                          auto pixel = lens.project(pose * point);
                          if (pixel && !is_inside(*pixel, size)) pixel.reset();
                          return pixel;
                        });
}

Doubles world_rays(const Rig& rig, const py::object& camera, const py::object& pixels,
                   const py::dict& options) {
  const auto [lens, pose] = placed_camera(rig.calibration(), text_of(camera, "camera"));
  const Eigen::Matrix3d R_world_cam = pose.rotation.conjugate().toRotationMatrix();
  return map_rows<2, 3>(numbers(pixels, "pixels", {2}, kPixels), jobs_of(options),
                        [&lens = lens, &R_world_cam](const Eigen::Vector2d& pixel) {
                          auto ray = lens.unproject(pixel);
                          if (ray) ray = R_world_cam * *ray;
                          return ray;
                        });
}

py::object matrix_or_none(const std::optional<Pose>& pose) {
  return pose ? py::object(array_of(pose->matrix())) : py::none();
}

std::vector<std::string> camera_names(const Calibration& calibration, const py::list& names) {
  std::vector<std::string> cameras;
  for (const py::handle& name : names)
    cameras.push_back(text_of(py::reinterpret_borrow<py::object>(name), "cameras"));
  require_different_cameras(calibration, cameras, "cameras");
  return cameras;
}

// Each row of an array of shape (..., cameras, 2) becomes one point in a frame of its own.
PixelTracks tracks_of(const Doubles& pixels, std::vector<std::string> cameras,
                      std::optional<Doubles> sigma_px) {
  PixelTracks tracks{std::move(cameras), {"0"}};
  const std::size_t count = row_count(pixels, 2 * tracks.cameras.size());
  tracks.keys.reserve(count);
  for (std::size_t i = 0; i < count; ++i) tracks.keys.push_back({static_cast<std::int64_t>(i), 0});
  tracks.pixels.reserve(count * tracks.cameras.size());
  for (std::size_t i = 0; i < count * tracks.cameras.size(); ++i)
    tracks.pixels.emplace_back(pixels.data() + 2 * i);
  if (!sigma_px) return tracks;
  tracks.sigma_px.assign(sigma_px->data(), sigma_px->data() + sigma_px->size());
  for (const double sigma : tracks.sigma_px) {
    require(!(sigma <= 0) && !std::isinf(sigma),
            "sigma_px: found " + py::str(py::float_(sigma)).cast<std::string>() +
                ", expected positive numbers of pixels, and NaN where they are not known");
  }
  return tracks;
}

py::dict camera_use(const CameraUse& use) {
  using namespace py::literals;
  return py::dict("posed"_a = use.posed, "pixels"_a = use.pixels, "outside"_a = use.outside,
                  "contradicted"_a = use.contradicted, "rms_px"_a = use.rms_px);
}

py::dict triangulation_arrays(const Calibration& calibration, const Triangulation& result,
                              const Doubles& pixels) {
  Doubles points(leading_shape(pixels, 2, {3})), covariance(leading_shape(pixels, 2, {3, 3})),
      residual_px(leading_shape(pixels, 2));
  py::array_t<int> views(leading_shape(pixels, 2));
  for (std::size_t i = 0; i < result.points.values.size(); ++i) {
    const Point3d& point = result.points.values[i];
    Eigen::Map<Eigen::Vector3d>(points.mutable_data() + 3 * i) = point.position;
    Eigen::Map<Eigen::Matrix3d>(covariance.mutable_data() + 9 * i) = to_matrix(point.covariance);
    residual_px.mutable_data()[i] = point.residual_px;
    views.mutable_data()[i] = point.views;
  }
  py::dict cameras;
  for (const CameraUse& use : result.cameras) cameras[use.camera.c_str()] = camera_use(use);
  using namespace py::literals;
  return py::dict("points"_a = points, "covariance"_a = covariance, "residual_px"_a = residual_px,
                  "views"_a = views, "sigma_px"_a = result.sigma_px,
                  "sigma_from"_a = name_of(kSigmaSources, result.sigma_from),
                  "rms_px"_a = result.rms_px, "known"_a = result.known,
                  "too_few_views"_a = result.too_few_views, "far_away"_a = result.far_away,
                  "cameras"_a = cameras, "doubts"_a = doubts(calibration, result));
}

py::dict triangulate_arrays(Rig& rig, const py::object& pixels, const py::list& cameras,
                            const py::object& sigmas, const py::dict& values) {
  const Calibration& calibration = rig.calibration();
  std::vector<std::string> names = camera_names(calibration, cameras);
  const auto count = static_cast<py::ssize_t>(names.size());
  const Doubles array =
      numbers(pixels, "pixels", {count, 2}, "(..., " + std::to_string(count) + " cameras, 2)");
  std::optional<Doubles> sigma_px;
  if (!sigmas.is_none()) {
    const Shape shape = leading_shape(array, 1);
    const std::string expected = py::str(py::tuple(py::cast(shape))).cast<std::string>();
    sigma_px = numbers(sigmas, "sigma_px", shape, expected + ", as the pixels");
    require(sigma_px->ndim() == array.ndim() - 1,
            fmt::format("sigma_px: found an array of {} dimensions, expected {}, as the pixels",
                        sigma_px->ndim(), expected));
  }
  TriangulateOptions options;
  set_options(describe(options), values);
  const int jobs = jobs_of(values);
  const auto prepared = rig.prepared(names);
  const PixelTracks tracks = tracks_of(array, std::move(names), sigma_px);
  const Triangulation result = [&] {
    const py::gil_scoped_release unlocked;
    return triangulate(calibration, *prepared, tracks, options, jobs);
  }();
  return triangulation_arrays(calibration, result, array);
}

// ---- Rectification

py::array_t<float> map_array(const PixelMaps& maps) {
  py::array_t<float> array(Shape{maps.x.rows, maps.x.cols, 2});
  float* to = array.mutable_data();
  for (int y = 0; y < maps.x.rows; ++y) {
    for (int x = 0; x < maps.x.cols; ++x) {
      *to++ = maps.x.at<float>(y, x);
      *to++ = maps.y.at<float>(y, x);
    }
  }
  return array;
}

py::tuple rectangle(const PixelRect& r) { return py::make_tuple(r.x, r.y, r.width, r.height); }

py::dict rectified_pair(const RectifiedPair& pair) {
  using namespace py::literals;
  return py::dict("first"_a = pair.first, "second"_a = pair.second, "vertical"_a = pair.vertical,
                  "baseline_m"_a = pair.baseline_m,
                  "Q"_a = pair.Q ? py::object(array_of(*pair.Q)) : py::none());
}

py::dict rectification_arrays(const Rectification& built) {
  py::dict maps, R, P, valid;
  for (std::size_t i = 0; i < built.maps.size(); ++i) {
    const RectifiedCamera& camera = built.set.cameras[i];
    const char* name = camera.name.c_str();
    maps[name] = map_array(built.maps[i]);
    R[name] = array_of(camera.R_rect_cam);
    P[name] = array_of(camera.P);
    valid[name] = rectangle(camera.valid);
  }
  py::list pairs;
  for (const RectifiedPair& pair : built.set.pairs) pairs.append(rectified_pair(pair));
  using namespace py::literals;
  return py::dict(
      "maps"_a = maps, "R"_a = R, "P"_a = P, "valid"_a = valid, "pairs"_a = pairs,
      "image_size"_a = py::make_tuple(built.set.image_size.width, built.set.image_size.height),
      "common_valid"_a = rectangle(built.set.valid));
}

py::dict rectify_arrays(const Rig& rig, const py::list& cameras, const py::dict& values) {
  const Calibration& calibration = rig.calibration();
  const std::vector<std::string> names = camera_names(calibration, cameras);
  RectifyOptions options;
  set_options(describe(options), values);
  const int jobs = jobs_of(values);
  const Rectification built = [&] {
    const py::gil_scoped_release unlocked;
    return rectify_cameras(calibration, names, options, jobs);
  }();
  return rectification_arrays(built);
}

void translate_errors(std::exception_ptr thrown) {
  try {
    if (thrown) std::rethrow_exception(thrown);
  } catch (const std::filesystem::filesystem_error& error) {
    throw Error(reason_of(error));
  }
}

}  // namespace

PYBIND11_MODULE(_calib, module) {
  const auto error = py::register_exception<Error>(module, "Error", PyExc_ValueError);
  const auto undetermined =
      py::register_exception<UndeterminedError>(module, "UndeterminedError", error);
  for (const py::object& type : {py::object(error), py::object(undetermined)})
    type.attr("__module__") = "calib";
  py::register_exception_translator(translate_errors);
  const auto unlocked = py::call_guard<py::gil_scoped_release>();

  module.attr("__version__") = std::string(kVersion);
  py::class_<Board>(module, "Board")
      .def(py::init(&board_of))
      .def("points", &board_points)
      .def("warnings", &board_warnings)
      .def("describe", &describe_board);
  module.def("detect", &detect_board);

  py::class_<Projector>(module, "Lens")
      .def("model", [](const Projector& lens) { return lens.intrinsics().model; })
      .def("image_size",
           [](const Projector& lens) {
             const ImageSize size = lens.intrinsics().image_size;
             return py::make_tuple(size.width, size.height);
           })
      .def("parameters", &parameters_of)
      .def("project", &project)
      .def("unproject", &unproject);

  py::class_<Rig>(module, "Calibration")
      .def_static(
          "load", [](const std::string& path) { return Rig(read_calibration(path)); }, unlocked)
      .def_static("parse",
                  [](const py::object& text) {
                    return Rig(parse_artifact<Calibration>(text_of(text, "text"), "text"));
                  })
      .def(
          "save",
          [](const Rig& self, const std::string& path) {
            write_file(path, to_yaml(self.calibration()));
          },
          unlocked)
      .def(
          "to_yaml", [](const Rig& self) { return to_yaml(self.calibration()); }, unlocked)
      .def("cameras", [](const Rig& self) { return names_of(self.calibration().cameras); })
      .def("reference_camera", [](const Rig& self) { return self.calibration().reference_camera; })
      .def("verdict",
           [](const Rig& self) {
             const auto verdict = self.calibration().verdict;
             return verdict ? py::object(py::str(name_of(kVerdicts, *verdict))) : py::none();
           })
      .def("lens",
           [](const Rig& self, const py::object& camera) {
             return Projector(known_lens(self.calibration(), text_of(camera, "camera")));
           })
      .def("T_cam_rig",
           [](const Rig& self, const py::object& camera) {
             return matrix_or_none(
                 known_camera(self.calibration(), text_of(camera, "camera")).T_cam_rig);
           })
      .def("T_world_rig",
           [](const Rig& self) {
             const auto& world = self.calibration().world;
             return world ? py::object(array_of(world->T_world_rig.matrix())) : py::none();
           })
      .def("project", &project_visible)
      .def("unproject", &world_rays)
      .def("triangulate", &triangulate_arrays)
      .def("rectify", &rectify_arrays);
}

}  // namespace calib::python
