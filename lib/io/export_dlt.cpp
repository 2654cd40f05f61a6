// Exports the 11 coefficients of the direct linear transformation (Abdel-Aziz and Karara, 1971) as
// CSV, one column per camera and one row per coefficient:
//   u = (L1 X + L2 Y + L3 Z + L4) / (L9 X + L10 Y + L11 Z + 1)
//   v = (L5 X + L6 Y + L7 Z + L8) / (L9 X + L10 Y + L11 Z + 1)
// u and v are calib's pixels, without distortion. Argus (its utility DLCbatch.py) and the programs
// that share its files count the rows of pixels from the bottom: their v is the height of the
// picture minus v. The coefficients do not exist if the world's
// origin is at the center of a camera, as that of the rig is at the reference camera.

#include <fmt/format.h>

#include <cmath>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "io/export_list.hpp"
#include "io/export_parts.hpp"
#include "io/yaml_writer.hpp"

namespace calib {
namespace {

Eigen::Matrix<double, 3, 4> projection(const Calibration& calibration, const Camera& camera) {
  const Pose pose = world_pose_or_identity(calibration, camera);
  const Eigen::Matrix<double, 3, 4> P =
      camera_matrix(*camera.intrinsics) * pose.matrix().topRows<3>();
  require(std::abs(P(2, 3)) > 1e-9,
          fmt::format("{}: the plane through its center that is parallel to its picture holds the "
                      "origin of the world, where the DLT has no coefficients: move the origin "
                      "with calib align",
                      camera.name));
  return P / P(2, 3);
}

std::vector<ExportedFile> dlt_files(const Calibration& calibration, bool rows_go_up) {
  std::vector<std::vector<double>> columns;
  for (const Camera& camera : calibration.cameras) {
    Eigen::Matrix<double, 3, 4> P = projection(calibration, camera);
    if (rows_go_up) P.row(1) = camera.image_size.height * P.row(2) - P.row(1);
    columns.push_back(row_by_row(P));
    columns.back().pop_back();  // It is 1.
  }
  std::string text;
  for (std::size_t row = 0; row < 11; ++row) {
    std::vector<std::string> cells;
    for (const auto& column : columns) cells.push_back(yaml_number(column[row], "dlt"));
    text += join(cells, ",") + "\n";
  }
  return {{"dlt_coefficients.csv", text}};
}

}  // namespace

std::vector<ExportedFile> export_dlt(const Calibration& calibration) {
  return dlt_files(calibration, false);
}

std::vector<ExportedFile> export_argus(const Calibration& calibration) {
  return dlt_files(calibration, true);
}

}  // namespace calib
