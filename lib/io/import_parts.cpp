#include "io/import_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "camera/model_list.hpp"
#include "io/artifact_parts.hpp"
#include "io/pose_yaml.hpp"

namespace calib {

const ImportedFile& only_file(const std::vector<ImportedFile>& files, const char* what) {
  require(files.size() == 1,
          fmt::format("{}: found {} files, expected one {}, which holds all cameras",
                      files.front().path.string(), files.size(), what));
  return files.front();
}

Eigen::MatrixXd read_flat_matrix(const YamlNode& node) {
  const int rows = read_int(node["rows"], 0), columns = read_int(node["cols"], 0);
  const std::vector<double> values = node["data"].numbers();
  const std::size_t expected = static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
  if (values.size() != expected) {
    node["data"].fail(fmt::format("found {} numbers for {}, expected {} for {} rows and {} cols",
                                  values.size(), node["data"].what(), expected, rows, columns));
  }
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const RowMajor>(values.data(), rows, columns);
}

Eigen::MatrixXd read_flat_matrix(const YamlNode& node, int rows, int columns) {
  Eigen::MatrixXd matrix = read_flat_matrix(node);
  if (matrix.rows() != rows || matrix.cols() != columns) {
    node.fail(fmt::format("found a {}x{} matrix for {}, expected {}x{}", matrix.rows(),
                          matrix.cols(), node.what(), rows, columns));
  }
  return matrix;
}

namespace {

int read_side(const YamlNode& node) {
  const double value = node.number();
  if (value != std::round(value))
    node.fail(fmt::format("found '{}' for {}, expected a whole number", node.text(), node.what()));
  if (value < 1 || value > std::numeric_limits<int>::max()) {
    node.fail(fmt::format("found {} for {}, expected a whole number of at least 1", to_text(value),
                          node.what()));
  }
  return static_cast<int>(value);
}

}  // namespace

ImageSize read_size_of(const YamlNode& width, const YamlNode& height) {
  return {read_side(width), read_side(height)};
}

ImageSize read_imported_size(const YamlNode& list) {
  const std::vector<YamlNode> sides = list.items();
  if (sides.size() != 2)
    list.fail(fmt::format("found {} numbers for {}, expected 2", sides.size(), list.what()));
  return read_size_of(sides[0], sides[1]);
}

ImageSize read_width_and_height(const YamlNode& root) {
  const auto width = root.find("image_width"), height = root.find("image_height");
  if (!width || !height) {
    root.fail(fmt::format(
        "found no image_width and image_height in {}, expected the size of the images in pixels: "
        "add the two lines",
        root.what()));
  }
  return read_size_of(*width, *height);
}

Eigen::Matrix3d checked_camera_matrix(const Eigen::Matrix3d& K, const YamlNode& place) {
  if (!(K(0, 0) > 0 && K(1, 1) > 0)) {
    place.fail(fmt::format("found focal lengths of {} and {} px for {}, expected both above 0",
                           K(0, 0), K(1, 1), place.what()));
  }
  if (K(0, 1) != 0) {
    place.fail(fmt::format("found a skew of {} px for {}, expected 0: no lens model here has one",
                           K(0, 1), place.what()));
  }
  return K;
}

Intrinsics make_lens(const std::string& model, ImageSize size, const Eigen::Matrix3d& K,
                     const std::vector<double>& distortion, const YamlNode& place) {
  const std::size_t expected = parameter_names(model).size() - kLinearCount;
  if (distortion.size() != expected) {
    place.fail(fmt::format("found {} distortion coefficients for {}, expected {} for model {}",
                           distortion.size(), place.what(), expected, model));
  }
  Intrinsics intrinsics = make_intrinsics(model, size, K(0, 0), K(1, 1), K(0, 2), K(1, 2));
  std::copy(distortion.begin(), distortion.end(), intrinsics.parameters.begin() + kLinearCount);
  return intrinsics;
}

Intrinsics opencv_lens(ImageSize size, const Eigen::Matrix3d& K,
                       const std::vector<double>& distortion, const YamlNode& place) {
  constexpr std::array<std::size_t, 5> kCounts = {4, 5, 8, 12, 14};
  const bool is_none =
      std::all_of(distortion.begin(), distortion.end(), [](double value) { return value == 0; });
  if (is_none) return make_lens("pinhole", size, K, {}, place);
  if (std::find(kCounts.begin(), kCounts.end(), distortion.size()) == kCounts.end()) {
    place.fail(fmt::format("found {} distortion coefficients for {}, expected 4, 5, 8, 12 or 14",
                           distortion.size(), place.what()));
  }
  return make_lens(fmt::format("opencv{}", distortion.size()), size, K, distortion, place);
}

Pose read_rotation(const Eigen::Matrix3d& R, const Eigen::Vector3d& t, const YamlNode& place) {
  constexpr double kTolerance = 1e-6;  // the precision of numbers written in single precision
  Eigen::Matrix4d matrix = Eigen::Matrix4d::Identity();
  matrix.topLeftCorner<3, 3>() = R;
  matrix.topRightCorner<3, 1>() = t;
  const double error = rigidity_error(matrix);
  if (error > kTolerance) {
    place.fail(
        fmt::format("{} is not a rotation: it is off by {:.2g}, expected orthonormal rows: "
                    "write it with more digits",
                    place.what(), error));
  }
  return pose_from_matrix(matrix);
}

Pose rodrigues_pose(const Eigen::Vector3d& r, const Eigen::Vector3d& t) { return {exp_so3(r), t}; }

}  // namespace calib
