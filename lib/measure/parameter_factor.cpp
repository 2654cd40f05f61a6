#include "measure/parameter_factor.hpp"

#include <algorithm>

namespace calib {
namespace {

// A row of the result: a row of the covariance (or -1), and its standard deviation if it has none.
struct FactorRow {
  int of_covariance = -1;
  double std = 0;
};

// Where the columns of a camera begin in the covariance, or nullptr.
const JointCovariance::Columns* find_columns(const Calibration& calibration,
                                             const std::string& camera, int& first) {
  first = 0;
  if (!calibration.covariance) return nullptr;
  for (const JointCovariance::Columns& each : calibration.covariance->columns) {
    if (each.camera == camera) return &each;
    first += each.count();
  }
  return nullptr;
}

ParameterRows add_camera(const Calibration& calibration, const Camera& camera,
                         std::vector<FactorRow>& rows) {
  int first = 0;
  const JointCovariance::Columns* columns = find_columns(calibration, camera.name, first);
  ParameterRows result{{}, static_cast<int>(rows.size())};
  for (std::size_t k = 0; k < camera.intrinsics->parameters.size(); ++k) {
    const int index = static_cast<int>(k);
    int column = -1;
    if (columns) {
      const auto found = std::find(columns->lens.begin(), columns->lens.end(), index);
      if (found != columns->lens.end())
        column = first + static_cast<int>(found - columns->lens.begin());
    }
    const double std = k < camera.std.parameters.size() ? camera.std.parameters[k] : 0;
    if (column < 0 && !(std > 0)) continue;
    result.lens.push_back(index);
    rows.push_back({column, std});
  }
  const bool in_covariance = columns && columns->pose;
  if (!in_covariance && !(camera.std.rotation_rad && camera.std.translation_m)) return result;
  result.pose = static_cast<int>(rows.size());
  for (int k = 0; k < 6; ++k) {
    if (in_covariance) {
      rows.push_back({first + static_cast<int>(columns->lens.size()) + k, 0});
    } else {
      rows.push_back(
          {-1, k < 3 ? (*camera.std.rotation_rad)[k] : (*camera.std.translation_m)[k - 3]});
    }
  }
  return result;
}

// The factor of the rows: those of the covariance's factor, and a column of its own for each other.
Eigen::MatrixXf factor_of(const std::vector<FactorRow>& rows, const Eigen::VectorXd& std,
                          const JointCovariance::Factor* factor) {
  const Eigen::Index inner = factor ? factor->rows.cols() : 0;
  Eigen::Index columns = inner;
  for (const FactorRow& row : rows) columns += row.of_covariance < 0 ? 1 : 0;
  Eigen::MatrixXf result = Eigen::MatrixXf::Zero(static_cast<Eigen::Index>(rows.size()), columns);
  Eigen::Index own = inner;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto row = static_cast<Eigen::Index>(i);
    if (rows[i].of_covariance < 0) {
      result(row, own++) = 1;
    } else if (std[row] > 0) {
      const Eigen::Index from = rows[i].of_covariance;
      result.row(row).head(inner) =
          (factor->rows.row(from) * (factor->std[from] / std[row])).cast<float>();
    }
  }
  return result;
}

}  // namespace

ParameterFactor parameter_factor(const Calibration& calibration,
                                 const std::vector<std::string>& cameras) {
  ParameterFactor result;
  std::vector<FactorRow> rows;
  for (const std::string& name : cameras) {
    const Camera* camera = find_camera(calibration, name);
    result.cameras.push_back(camera && camera->intrinsics && camera->T_cam_rig
                                 ? add_camera(calibration, *camera, rows)
                                 : ParameterRows{});
  }
  if (rows.empty()) return result;
  using Source = ParameterFactor::Source;
  result.source = calibration.covariance ? Source::kCovariance : Source::kDeviations;
  result.std.resize(static_cast<Eigen::Index>(rows.size()));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const int from = rows[i].of_covariance;
    result.std[static_cast<Eigen::Index>(i)] =
        from < 0 ? rows[i].std : calibration.covariance->factors.front().std[from];
  }
  if (!calibration.covariance) {
    result.factors.push_back(factor_of(rows, result.std, nullptr));
    return result;
  }
  for (const JointCovariance::Factor& factor : calibration.covariance->factors)
    result.factors.push_back(factor_of(rows, result.std, &factor));
  return result;
}

std::string source_note(ParameterFactor::Source source) {
  switch (source) {
    case ParameterFactor::Source::kCovariance:
      break;
    case ParameterFactor::Source::kDeviations:
      return "the calibration has no covariance, only standard deviations: those of points are "
             "stated without the correlations of lenses and poses, and are too large; calibrate "
             "again to have it";
    case ParameterFactor::Source::kNone:
      return "the calibration has no standard deviations: those of points hold for an exact "
             "calibration";
  }
  return "";
}

}  // namespace calib
