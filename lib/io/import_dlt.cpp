// Imports the 11 coefficients of the direct linear transformation (see export_dlt.cpp). With a 1
// they are the rows of a multiple of K [R t] (Hartley and Zisserman, Multiple View Geometry,
// section 6.2), from which K, R and t follow in closed form. Rows of the pictures must go down, as
// calib has them.

#include <fmt/format.h>

#include <Eigen/Geometry>
#include <Eigen/LU>
#include <cmath>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "io/csv.hpp"
#include "io/import_list.hpp"
#include "io/import_parts.hpp"

namespace calib {
namespace {

constexpr std::size_t kCoefficients = 11;

std::vector<double> dlt_row(std::string_view line, const std::string& place) {
  std::vector<double> row;
  for (const std::string& field : csv_fields(line)) {
    const auto value = parse_number(field);
    require(
        value.has_value(),
        fmt::format("{}: found '{}' for a coefficient, expected a finite number", place, field));
    row.push_back(*value);
  }
  return row;
}

// One row per coefficient, with the same count of numbers in each.
std::vector<std::vector<double>> dlt_rows(const ImportedFile& file) {
  std::vector<std::vector<double>> rows;
  for (const std::string_view line : csv_lines(file.text)) {
    if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
    const std::string place = fmt::format("{}:{}:1", file.path.string(), rows.size() + 1);
    rows.push_back(dlt_row(line, place));
    require(
        rows.back().size() == rows.front().size(),
        fmt::format("{}: found {} numbers, expected {}, one for each camera as in the first row",
                    place, rows.back().size(), rows.front().size()));
  }
  require(rows.size() == kCoefficients,
          fmt::format("{}:1:1: found {} rows, expected 11, one for each coefficient of the DLT",
                      file.path.string(), rows.size()));
  return rows;
}

// The size of the pictures is not known.
Camera dlt_camera(const Eigen::Matrix<double, 3, 4>& multiple, const std::string& place) {
  constexpr double kMostSkew_px = 0.01;  // as digits that are rounded away make it
  const double determinant = multiple.leftCols<3>().determinant();
  const double length = multiple.block<1, 3>(2, 0).norm();
  require(std::isnormal(determinant) && length > 0,
          fmt::format("{}: the coefficients belong to no camera", place));
  const Eigen::Matrix<double, 3, 4> P = multiple / std::copysign(length, determinant);
  const Eigen::Vector3d a = P.block<1, 3>(0, 0), b = P.block<1, 3>(1, 0), z = P.block<1, 3>(2, 0);
  const double cx = a.dot(z), cy = b.dot(z), fy = (b - cy * z).norm();
  const Eigen::Vector3d y = (b - cy * z) / fy, x = y.cross(z);
  const double fx = a.dot(x), skew = a.dot(y);
  require(
      std::abs(skew) < kMostSkew_px,
      fmt::format("{}: the coefficients have a skew of {} px, expected 0: no lens model here has "
                  "one",
                  place, to_text(skew)));
  Camera camera{.name = "", .image_size = {}};
  camera.intrinsics = make_intrinsics("pinhole", {}, fx, fy, cx, cy);
  Eigen::Matrix3d R;
  R << x.transpose(), y.transpose(), z.transpose();
  const double t_z = P(2, 3), t_y = (P(1, 3) - cy * t_z) / fy;
  camera.T_cam_rig =
      Pose{Eigen::Quaterniond(R).normalized(), {(P(0, 3) - skew * t_y - cx * t_z) / fx, t_y, t_z}};
  return camera;
}

}  // namespace

std::vector<Camera> import_dlt(const std::vector<ImportedFile>& files) {
  const ImportedFile& file = only_file(files, "file of DLT coefficients");
  const std::vector<std::vector<double>> rows = dlt_rows(file);
  std::vector<Camera> cameras;
  for (std::size_t i = 0; i < rows.front().size(); ++i) {
    Eigen::Matrix<double, 3, 4> P;
    P(2, 3) = 1;
    for (std::size_t k = 0; k < kCoefficients; ++k)
      P(static_cast<Eigen::Index>(k / 4), static_cast<Eigen::Index>(k % 4)) = rows[k][i];
    cameras.push_back(dlt_camera(P, fmt::format("{}:1:1: column {}", file.path.string(), i + 1)));
    cameras.back().name = fmt::format("cam{}", i);
  }
  if (cameras.size() == 1) cameras[0].T_cam_rig.reset();
  return cameras;
}

}  // namespace calib
