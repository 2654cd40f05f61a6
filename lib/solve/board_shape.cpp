#include "solve/board_shape.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/errors.hpp"
#include "solve/covariance.hpp"
#include "solve/robust_adjust.hpp"
#include "solve/shape_parameters.hpp"

namespace calib {
namespace {

constexpr double kMinShapeSigmas = 5;
// With a larger standard deviation, the stretch cannot be separated from the ratio fx / fy of the
// lens.
constexpr double kMaxStretchStd = 1e-3;

}  // namespace

BoardShapeCheck check_board_shape(const Bundle& bundle, CovarianceKind kind, int jobs) {
  BoardShapeCheck check;
  check.shape = bundle.board.shape;
  if (!bundle.board.parts.empty()) return check;  // its parameters are the poses of the boards
  Bundle free = bundle;
  free.free_board_parameters = kBoardShapeCount;
  try {
    const auto covariances = stated_covariances(free, kind, false, jobs);
    const SharedLayout& layout = covariances.front().layout;
    const auto equations = linearize(free, layout, {.jobs = jobs});
    const auto step = equations ? solve_step(*equations, 0, jobs) : std::nullopt;
    if (!step) return check;
    check.determined = true;
    // The misfit of a flat board also inflates the variance of the residuals.
    const double rest =
        equations->cost > 0 ? std::max(1e-12, 1 - step->predicted_decrease / equations->cost) : 1;
    check.rms_change = 1 - std::sqrt(rest);
    for (int k = 0; k < kBoardShapeCount; ++k) {
      const int column = layout.shape + k;
      check.shape.*kShapeFields[k] += step->shared[column];
      double variance = rest * covariances.front().shared(column, column);
      if (covariances.size() > 1)
        variance = std::max(variance, covariances[1].shared(column, column));
      check.std.*kShapeFields[k] = std::sqrt(std::max(0.0, variance));
    }
  } catch (const UndeterminedError&) {
    check.determined = false;
  }
  return check;
}

bool is_significant(const BoardShapeCheck& check) {
  if (!check.determined) return false;
  return std::any_of(std::begin(kShapeFields), std::end(kShapeFields), [&](auto field) {
    if (field == &BoardShape::stretch_y && !stretch_determined(check)) return false;
    return std::abs(check.shape.*field) > kMinShapeSigmas * check.std.*field;
  });
}

bool stretch_determined(const BoardShapeCheck& check) {
  return check.determined && check.std.stretch_y < kMaxStretchStd;
}

Finding shape_finding(FindingCode code, Severity severity, const BoardShapeCheck& check) {
  const BoardShape &shape = check.shape, &std = check.std;
  return {.code = code,
          .severity = severity,
          .numbers = {{"bow_x_mm", 1000 * shape.bow_x_m},
                      {"bow_x_std_mm", 1000 * std.bow_x_m},
                      {"bow_y_mm", 1000 * shape.bow_y_m},
                      {"bow_y_std_mm", 1000 * std.bow_y_m},
                      {"twist_mm", 1000 * shape.twist_m},
                      {"twist_std_mm", 1000 * std.twist_m},
                      {"stretch_y_percent", 100 * shape.stretch_y},
                      {"stretch_y_std_percent", 100 * std.stretch_y},
                      {"rms_change_percent", 100 * check.rms_change}}};
}

void adjust_board_shape(const std::vector<BundleView>& candidates, const Observations& observations,
                        const ShapeOptions& wanted, double reject, int jobs, Bundle& bundle,
                        std::vector<Rejected>& rejected, std::vector<Finding>& findings) {
  using enum FindingCode;
  const bool is_classic =
      reject >= kBelieveAll || wanted.covariance == CovarianceKind::kIndependent;
  if (is_classic && !wanted.estimate_board_shape && bundle.board.shape == BoardShape{}) return;
  const BoardShapeCheck check = check_board_shape(bundle, CovarianceKind::kIndependent, jobs);
  if (wanted.exact_board) {
    if (is_significant(check))
      findings.push_back(shape_finding(kBoardNotFlat, Severity::kWarning, check));
    return;
  }
  if (check.determined && !stretch_determined(check)) {
    findings.push_back({.code = kBoardStretchUndetermined,
                        .severity = Severity::kWarning,
                        .numbers = {{"stretch_y_std_percent", 100 * check.std.stretch_y}}});
  }
  const bool is_wanted =
      wanted.estimate_board_shape || !(bundle.board.shape == BoardShape{}) || is_significant(check);
  if (!is_wanted) return;
  if (!check.determined) {
    findings.push_back({.code = kBoardShapeUndetermined});
    return;
  }
  Bundle shaped = bundle;
  shaped.free_board_parameters =
      stretch_determined(check) ? kBoardShapeCount : kBoardShapeCount - 1;
  shaped.views = candidates;
  try {
    std::vector<Rejected> outliers = robust_adjust(shaped, observations, reject, jobs);
    const BoardShapeCheck after = check_board_shape(shaped, wanted.covariance, jobs);
    if (!wanted.estimate_board_shape && !is_significant(after)) return;
    findings.push_back(shape_finding(kBoardShapeEstimated, Severity::kNote, after));
    bundle = std::move(shaped);
    rejected = std::move(outliers);
  } catch (const UndeterminedError&) {
    findings.push_back(shape_finding(kBoardNotFlat, Severity::kWarning, check));
  }
}

}  // namespace calib
